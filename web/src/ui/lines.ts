import { isRawNumber, type Json } from "../json";

/** What a value says, a line for each of its members. */
export function lines(value: Json): string[] {
  if (Array.isArray(value)) return value.map(inline);
  if (value !== null && typeof value === "object" && !isRawNumber(value)) {
    return Object.entries(value).map(([member, inside]) => `${shortened(member)}: ${inline(inside)}`);
  }
  return [inline(value)];
}

interface Difference {
  before: string[];
  after: string[];
  shared: number;
}

/** So many lines are taken in at once. */
export const few = 4;

/**
 * What is different between two values. Of long objects only the members that differ are told, and how many are the
 * same; everything else is told whole.
 */
export function difference(before: Json, after: Json): Difference {
  const [old, next] = [lines(before), lines(after)];
  if (alike(old, next)) return { before: [JSON.stringify(before)], after: [JSON.stringify(after)], shared: 0 };
  if (!isLongObject(before, old) && !isLongObject(after, next)) return { before: old, after: next, shared: 0 };
  const [inOld, inNext] = [new Set(old), new Set(next)];
  return {
    before: old.filter((line) => !inNext.has(line)),
    after: next.filter((line) => !inOld.has(line)),
    shared: old.filter((line) => inNext.has(line)).length,
  };
}

/** Whether the lines do not tell the values apart, as with another type. */
function alike(old: string[], next: string[]): boolean {
  return old.join("\n") === next.join("\n");
}

/** An object's members are in order, and each name is there once: lines can be left out of it without harm. */
function isLongObject(value: Json, told: string[]): boolean {
  return told.length > few && typeof value === "object" && !Array.isArray(value);
}

function inline(value: Json): string {
  if (value === true) return "On";
  if (value === false) return "Off";
  if (value === null) return "None";
  if (typeof value === "string" && value.trim() === "") return value === "" ? "Empty" : JSON.stringify(value);
  if (isRawNumber(value)) return value.rawJSON;
  return typeof value === "object" ? JSON.stringify(value) : shortened(String(value));
}

/** Shopify's global ids, without what all of them begin with. */
function shortened(text: string): string {
  return text.replace(/^gid:\/\/shopify\/(\w+)\/(\w+)$/, "$1 $2");
}
