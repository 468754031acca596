import { type Key, t } from "../../i18n/messages";
import type { Json } from "../../json";
import type { en } from "../../locales/en";
import { digitsOf, numberFrom, signed } from "../../shared/values/digits";
import { isObject } from "../../shared/values/words";
import type { Problem } from "./problem";

/** The field of a member of an object. */
export interface MemberField {
  member: string;
  type: "choice" | "text" | "number" | "date";
  /** What a choice is between. */
  options?: Json[];
  hint?: "settings.editor.adjustmentHint" | "settings.editor.untilHint";
  /** What stands behind a number; it may depend on another member. */
  unit?(drafts: MemberDrafts): `values.units.${Key<typeof en.values.units>}`;
}

/** The text in the field of each member. */
export type MemberDrafts = Record<string, string>;

const forms = new Map<string, MemberField[]>([
  [
    "price.adjustment",
    [
      { member: "kind", type: "choice", options: ["PERCENT", "AMOUNT"] },
      {
        member: "value",
        type: "number",
        hint: "settings.editor.adjustmentHint",
        unit: ({ kind }) => (kind === '"PERCENT"' ? "values.units.percent" : "values.units.priceCurrency"),
      },
    ],
  ],
  [
    "price.strikethrough",
    [
      { member: "enabled", type: "choice", options: [true, false] },
      { member: "expiresAt", type: "date", hint: "settings.editor.untilHint" },
    ],
  ],
  [
    "ads.businessAccount",
    [
      { member: "id", type: "text" },
      { member: "businessCenter", type: "text" },
    ],
  ],
  [
    "ads.pixel",
    [
      { member: "id", type: "text" },
      { member: "advancedMatching", type: "choice", options: [true, false] },
    ],
  ],
]);

/** The fields of a setting that is an object; none where they cannot hold its value, which a program may have written. */
export function fieldsOf(key: string, value: Json): MemberField[] {
  const fields = forms.get(key) ?? [];
  if (!isObject(value) || Object.keys(value).length !== fields.length) return [];
  return fields.every((field) => formatText(field, value[field.member]) !== undefined) ? fields : [];
}

/** What stands in the fields before anybody types. */
export function memberDrafts(fields: MemberField[], value: Json): MemberDrafts {
  return Object.fromEntries(fields.map((field) => [field.member, formatText(field, memberOf(value, field)) ?? ""]));
}

/** The object that the fields stand for. */
export function objectFrom(fields: MemberField[], value: Json, drafts: MemberDrafts): Json | undefined {
  const members = fields.map((field) => [field.member, memberValue(field, value, drafts)] as const);
  if (members.some(([, member]) => member === undefined)) return undefined;
  return Object.fromEntries(members) as Json;
}

/** What is wrong in the first field that stands for no value. */
export function problemOfMembers(fields: MemberField[], value: Json, drafts: MemberDrafts): Problem | undefined {
  const wrong = fields.find((field) => memberValue(field, value, drafts) === undefined);
  return wrong && problemOfField(wrong);
}

/** What to say of a field that stands for no value. */
export function problemOfField({ member, type }: MemberField): Problem {
  const example = signed("12.50");
  const message = type === "date" ? t("settings.editor.notADate") : t("settings.editor.notANumber", { example });
  return { field: member, message };
}

/** What a field stands for. One that nobody has changed stands for what was there, to the second and the last digit. */
function memberValue(field: MemberField, before: Json, drafts: MemberDrafts): Json | undefined {
  const old = memberOf(before, field);
  const text = drafts[field.member] ?? "";
  return text === formatText(field, old) ? old : parseText(field, text);
}

function memberOf(value: Json, { member }: MemberField): Json | undefined {
  return isObject(value) && Object.hasOwn(value, member) ? value[member] : undefined;
}

function formatText({ type, options }: MemberField, value: Json | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (type === "choice") return options?.includes(value) ? JSON.stringify(value) : undefined;
  if (type === "date") return value === null ? "" : dateOf(value);
  const digits = digitsOf(value);
  if (type === "number") return digits && signed(digits);
  return typeof value === "string" && !/[\r\n]/.test(value) ? value : undefined;
}

function parseText({ type }: MemberField, text: string): Json | undefined {
  if (type === "choice") return JSON.parse(text) as Json;
  if (type === "number") return numberFrom(text);
  if (type === "date") return text === "" ? null : endOf(text);
  return text;
}

/** The day of a moment where the browser is, as date fields have it. */
function dateOf(value: Json): string | undefined {
  const moment = new Date(typeof value === "string" ? value : Number.NaN);
  const [year, month, day] = [moment.getFullYear(), moment.getMonth() + 1, moment.getDate()];
  if (!(year >= 1000 && year <= 9999)) return undefined;
  return [year, month, day].map((part) => String(part).padStart(2, "0")).join("-");
}

/** The last second of a day where the browser is. */
function endOf(date: string): string | undefined {
  const moment = new Date(`${date}T23:59:59`);
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}
