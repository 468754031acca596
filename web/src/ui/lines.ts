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
 * What is different between two different values: the lines that only one of them has, and how many they share. Short
 * values are told whole.
 */
export function difference(before: Json, after: Json): Difference {
  const [old, next] = [lines(before), lines(after)];
  if (alike(old, next)) return { before: [JSON.stringify(before)], after: [JSON.stringify(after)], shared: 0 };
  if (old.length <= few && next.length <= few) return { before: old, after: next, shared: 0 };
  const [inOld, inNext] = [new Set(old), new Set(next)];
  return {
    before: old.filter((line) => !inNext.has(line)),
    after: next.filter((line) => !inOld.has(line)),
    shared: old.filter((line) => inNext.has(line)).length,
  };
}

/** Whether the lines do not tell the values apart: another order, another type. */
function alike(old: string[], next: string[]): boolean {
  return [...old].sort().join("\n") === [...next].sort().join("\n");
}

function inline(value: Json): string {
  if (value === true) return "On";
  if (value === false) return "Off";
  if (value === null) return "None";
  if (value === "") return "Empty";
  if (isRawNumber(value)) return value.rawJSON;
  return typeof value === "object" ? JSON.stringify(value) : shortened(String(value));
}

/** Shopify's global ids, without what all of them begin with. */
function shortened(text: string): string {
  return text.replace(/^gid:\/\/shopify\/(\w+)\/(\w+)$/, "$1 $2");
}
