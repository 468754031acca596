import { isRawNumber, type Json } from "../json";

/** A value as text, a line for each of its members. */
export function formatValue(value: Json): string[] {
  if (Array.isArray(value)) return value.map(formatInline);
  if (value !== null && typeof value === "object" && !isRawNumber(value)) {
    return Object.entries(value).map(([member, inside]) => `${shortenId(member)}: ${formatInline(inside)}`);
  }
  return [formatInline(value)];
}

interface Difference {
  before: string[];
  after: string[];
  unchanged: number;
}

/** More lines are collapsed. */
export const maxLines = 4;

/**
 * What is different between two values. Of long objects only the members that differ are listed, and how many are the
 * same; everything else is shown whole.
 */
export function diffValues(before: Json, after: Json): Difference {
  const [old, next] = [formatValue(before), formatValue(after)];
  if (sameLines(old, next)) return { before: [JSON.stringify(before)], after: [JSON.stringify(after)], unchanged: 0 };
  if (!isLongObject(before, old) && !isLongObject(after, next)) return { before: old, after: next, unchanged: 0 };
  const [inOld, inNext] = [new Set(old), new Set(next)];
  return {
    before: old.filter((line) => !inNext.has(line)),
    after: next.filter((line) => !inOld.has(line)),
    unchanged: old.filter((line) => inNext.has(line)).length,
  };
}

/** Whether the lines do not tell the values apart, as with another type. */
function sameLines(old: string[], next: string[]): boolean {
  return old.join("\n") === next.join("\n");
}

/** An object's members are in order, and each name is there once: lines can be left out of it without harm. */
function isLongObject(value: Json, lines: string[]): boolean {
  return lines.length > maxLines && typeof value === "object" && !Array.isArray(value);
}

function formatInline(value: Json): string {
  if (value === true) return "On";
  if (value === false) return "Off";
  if (value === null) return "None";
  if (typeof value === "string" && value.trim() === "") return value === "" ? "Empty" : JSON.stringify(value);
  if (isRawNumber(value)) return value.rawJSON;
  return typeof value === "object" ? JSON.stringify(value) : shortenId(String(value));
}

/** Shopify's global ids, without what all of them begin with. */
function shortenId(text: string): string {
  return text.replace(/^gid:\/\/shopify\/(\w+)\/(\w+)$/, "$1 $2");
}
