import { settingText } from "../../i18n/serverText";

/** What a setting is called: its key when the app has no such setting any more. */
export function titleOf({ key, definition }: { key: string; definition: { title: string } | null }): string {
  return definition ? settingText(key, "title", definition.title) : key;
}

/** What a setting does, undefined when the app has no such setting any more. */
export function descriptionOf({
  key,
  definition,
}: {
  key: string;
  definition: { description: string } | null;
}): string | undefined {
  return definition ? settingText(key, "description", definition.description) : undefined;
}
