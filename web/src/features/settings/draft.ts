import type { SettingFragment } from "../../gql/graphql";
import { isRawNumber, type Json, parse } from "../../json";

/** How a value is edited: the form of its control. */
export type Form = "choice" | "text" | "number" | "lines" | "checks" | "json";

export function formOf({ value, definition }: SettingFragment): Form {
  const type = definition?.type;
  if (type === "BOOLEAN" || type === "ENUM") return "choice";
  if (type === "STRING" && isOneLine(value)) return "text";
  if (type === "INTEGER" || type === "DECIMAL") return "number";
  if (Array.isArray(value) && value.every((one) => one !== "" && isOneLine(one))) return "lines";
  if (isChecks(value)) return "checks";
  return "json";
}

const manyChecks = 200; // more are not ticked one by one

/** What can be chosen, as JSON, with its name. */
export function choicesOf({ definition }: SettingFragment): { value: string; name: string }[] {
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
  const form = formOf(setting);
  if (form === "text") return String(value);
  if (form === "lines") return (value as string[]).join("\n");
  return JSON.stringify(value, null, form === "json" ? 2 : undefined);
}

/** The value that the text stands for; undefined when it stands for none, as null does, which would remove the setting. A number is sent with the digits typed. */
export function valueFrom(setting: SettingFragment, draft: string): Json | undefined {
  const form = formOf(setting);
  if (form === "text") return draft;
  if (form === "lines") return draft.split("\n").filter((line) => line !== "");
  try {
    return (parse(draft) as Json) ?? undefined;
  } catch {
    return form === "number" ? draft : undefined; // the server says what a number must be
  }
}

export function isChecks(value: Json): value is { [member: string]: boolean } {
  if (value === null || typeof value !== "object" || Array.isArray(value) || isRawNumber(value)) return false;
  const inside = Object.values(value);
  return inside.length > 0 && inside.length <= manyChecks && inside.every((one) => typeof one === "boolean");
}

/** What a control of one line can hold without changing it. */
function isOneLine(value: Json): boolean {
  return typeof value === "string" && !/[\r\n]/.test(value);
}
