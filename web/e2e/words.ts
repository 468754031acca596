import type { Json } from "../src/json";
import { diffValues, type Line, linesOf, lineText } from "../src/shared/values/words";
import type { Program } from "./program";

// What pages show for values that parseExact has read. The words themselves have tests of their own.

/** Node before 21 knows no raw JSON, with which the admin keeps the digits of numbers. */
class RawJson {
  constructor(readonly rawJSON: string) {}
}
const json = JSON as unknown as { rawJSON?(text: string): RawJson; isRawJSON?(value: unknown): boolean };
json.rawJSON ??= (text) => new RawJson(text);
json.isRawJSON ??= (value) => value instanceof RawJson;

export interface Change {
  key: string;
  kind: string;
  before: unknown;
  after: unknown;
}

/** The lines of both values of a change; of an update, those of entries that differ. */
export async function shownLines(program: Program, change: Change): Promise<[string[], string[]]> {
  const [before, after] = [toJson(change.before), toJson(change.after)];
  const sides =
    change.kind === "UPDATED"
      ? diffValues(change.key, before, after)
      : { before: wholeLines(change.key, before), after: wholeLines(change.key, after, "Removed"), unchanged: 0 };
  const names = await namesOf(program, [...sides.before, ...sides.after]);
  const texts = (lines: Line[]) =>
    lines.length + sides.unchanged === 0 ? ["None"] : lines.map((line) => lineText(line, (id) => names.get(id)));
  return [texts(sides.before), texts(sides.after)];
}

function wholeLines(key: string, value: Json, nothing = "Not set"): Line[] {
  return value === null ? [{ text: nothing }] : linesOf(key, value);
}

function toJson(value: unknown): Json {
  if (typeof value === "string" && value.startsWith("digits ")) {
    return json.rawJSON?.(value.slice("digits ".length)) as Json;
  }
  if (Array.isArray(value)) return value.map(toJson);
  if (value === null || typeof value !== "object") return value as Json;
  return Object.fromEntries(Object.entries(value).map(([member, one]) => [member, toJson(one)]));
}

/** The names that the store has for the ids in the lines. */
async function namesOf(program: Program, lines: Line[]): Promise<Map<string, string>> {
  const ids = lines.flatMap(({ entry }) => (entry?.startsWith("gid://shopify/") ? [entry] : []));
  if (ids.length === 0) return new Map();
  const { store } = await program.graphql("query ($ids: [ID!]!) { store { resourceNames(ids: $ids) { id name } } }", {
    ids,
  });
  return new Map(store.resourceNames.map(({ id, name }: { id: string; name: string }) => [id, name]));
}
