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

/** What is different between two different values: the lines that only one of them has, and how many they share. */
export function difference(before: Json, after: Json): Difference {
  const [old, next] = [lines(before), lines(after)];
  const [inOld, inNext] = [new Set(old), new Set(next)];
  const found = {
    before: old.filter((line) => !inNext.has(line)),
    after: next.filter((line) => !inOld.has(line)),
    shared: old.filter((line) => inNext.has(line)).length,
  };
  if (found.before.length + found.after.length > 0) return found;
  return { before: [JSON.stringify(before)], after: [JSON.stringify(after)], shared: 0 }; // the order, or the type
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
