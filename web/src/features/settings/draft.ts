import type { SettingFragment } from "../../gql/graphql";
import { isRawNumber, type Json, parse } from "../../json";

/** The kind of form control that edits a value. */
export type ControlKind = "select" | "text" | "number" | "lines" | "checkboxes" | "json";

export function controlKindOf({ value, definition }: SettingFragment): ControlKind {
  const type = definition?.type;
  if (type === "BOOLEAN" || type === "ENUM") return "select";
  if (type === "STRING" && isOneLine(value)) return "text";
  if (type === "INTEGER" || type === "DECIMAL") return "number";
  if (Array.isArray(value) && value.every((one) => one !== "" && isOneLine(one))) return "lines";
  if (isBooleanMap(value)) return "checkboxes";
  return "json";
}

const maxCheckboxes = 200; // more are not ticked one by one

/** The options of a select: their values as JSON, and their labels. */
export function optionsOf({ definition }: SettingFragment): { value: string; name: string }[] {
  if (definition?.type !== "BOOLEAN")
    return (definition?.values ?? []).map((name) => ({ value: JSON.stringify(name), name }));
  return [
    { value: "true", name: "On" },
    { value: "false", name: "Off" },
  ];
}

/** The value as text to be edited. */
export function draftOf(setting: SettingFragment): string {
  const { value } = setting;
  const kind = controlKindOf(setting);
  if (kind === "text") return String(value);
  if (kind === "lines") return (value as string[]).join("\n");
  return JSON.stringify(value, null, kind === "json" ? 2 : undefined);
}

/** The value that the text stands for; undefined when it stands for none, as null does, which would remove the setting. A number is sent with the digits typed. */
export function valueFrom(setting: SettingFragment, draft: string): Json | undefined {
  const kind = controlKindOf(setting);
  if (kind === "text") return draft;
  if (kind === "lines") return draft.split("\n").filter((line) => line !== "");
  try {
    return (parse(draft) as Json) ?? undefined;
  } catch {
    return kind === "number" ? draft : undefined; // the server says what a number must be
  }
}

export function isBooleanMap(value: Json): value is { [member: string]: boolean } {
  if (value === null || typeof value !== "object" || Array.isArray(value) || isRawNumber(value)) return false;
  const members = Object.values(value);
  return members.length > 0 && members.length <= maxCheckboxes && members.every((one) => typeof one === "boolean");
}

/** What a control of one line can hold without changing it. */
function isOneLine(value: Json): boolean {
  return typeof value === "string" && !/[\r\n]/.test(value);
}
