import type { SettingFragment } from "../../gql/graphql";
import { type Json, parse } from "../../json";
import { digitsOf } from "../../shared/values/digits";
import { isObject, optionText } from "../../shared/values/words";
import { fieldsOf, type MemberDrafts, memberDrafts, objectFrom, problemOfMembers } from "./members";
import { isTextMap, mapFrom, type Pair, problemOfPairs } from "./pairs";
import type { Problem } from "./problem";

/** The kind of form control that edits a value. */
export type ControlKind = "select" | "text" | "number" | "lines" | "checkboxes" | "members" | "pairs";

/** The control for a setting's value; undefined where none can hold it without changing it, as what a program may have written. */
export function controlKindOf({ key, value, definition }: SettingFragment): ControlKind | undefined {
  const type = definition?.type;
  if (type === "BOOLEAN" || type === "ENUM") return "select";
  if (type === "STRING" && isOneLine(value)) return "text";
  if (type === "INTEGER" || type === "DECIMAL") return "number";
  if (Array.isArray(value) && value.every(isOneLine)) return "lines";
  if (isBooleanMap(value)) return "checkboxes";
  if (fieldsOf(key, value).length > 0) return "members";
  if (key === "shipping.carrierMapping" && isTextMap(value)) return "pairs";
  return undefined;
}

/** The options of a select: their values as JSON, and their words. */
export function optionsOf({ key, definition }: SettingFragment): { value: string; name: string }[] {
  const values = definition?.type === "BOOLEAN" ? [true, false] : (definition?.values ?? []);
  return values.map((value) => ({ value: JSON.stringify(value), name: optionText(key, value) }));
}

/** The value as text to be edited; JSON of the texts where a control has several fields. */
export function draftOf(setting: SettingFragment): string {
  const { key, value } = setting;
  const kind = controlKindOf(setting);
  if (kind === "text") return String(value);
  if (kind === "lines") return (value as string[]).join("\n");
  if (kind === "members") return JSON.stringify(memberDrafts(fieldsOf(key, value), value));
  if (kind === "pairs") return JSON.stringify(Object.entries(value as object));
  return JSON.stringify(value);
}

/** The value that the text stands for; undefined when it stands for none. A number is sent with the digits typed. */
export function valueFrom(setting: SettingFragment, draft: string): Json | undefined {
  const { key, value } = setting;
  const kind = controlKindOf(setting);
  if (kind === "text") return draft;
  if (kind === "lines") return draft === draftOf(setting) ? value : draft.split("\n").filter((line) => line !== "");
  if (kind === "members") return objectFrom(fieldsOf(key, value), value, JSON.parse(draft) as MemberDrafts);
  if (kind === "pairs") return mapFrom(JSON.parse(draft) as Pair[], value);
  return kind === "number" ? (numberIn(draft) ?? draft) : (parse(draft) as Json); // the server says what a number must be
}

function numberIn(text: string): Json | undefined {
  try {
    const value = parse(text) as Json;
    return digitsOf(value) === undefined ? undefined : value;
  } catch {
    return undefined;
  }
}

/** What is wrong with the text, as far as the browser knows. */
export function problemOf(setting: SettingFragment, draft: string): Problem | undefined {
  const { key, value } = setting;
  const kind = controlKindOf(setting);
  if (kind === "members") return problemOfMembers(fieldsOf(key, value), value, JSON.parse(draft) as MemberDrafts);
  if (kind === "pairs") return problemOfPairs(JSON.parse(draft) as Pair[], value);
  return undefined;
}

function isBooleanMap(value: Json): value is { [member: string]: boolean } {
  if (!isObject(value)) return false;
  const members = Object.values(value);
  return members.length > 0 && members.every((one) => typeof one === "boolean");
}

/** What a control of one line can hold without changing it. */
function isOneLine(value: Json): boolean {
  return typeof value === "string" && !/[\r\n]/.test(value);
}
