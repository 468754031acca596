import { readFileSync } from "node:fs";
import { isLosslessNumber, parse, stringify } from "lossless-json";

const definitions = parse(readFileSync(process.env.SETTINGS_JSON, "utf8")).settings;
const wanted = read(definitions);

// titles are what sentences call settings, by key.
export const titles = Object.fromEntries(definitions.filter((s) => s.title).map((s) => [s.key, s.title]));

// filled returns the settings that connecting writes, in key order, for a shop.
export function filled(shopCode, name, region) {
  const fillings = { "{shopCode}": shopCode, "{shopName}": name, "{region}": region };
  const fill = (value) => value.replace(/\{(?:shopCode|shopName|region)\}/g, (place) => fillings[place]);
  return wanted.map((w) => (w.places ? { ...w, value: fill(w.value) } : w));
}

function read(definitions) {
  return definitions
    .filter((s) => s.connected !== undefined && s.scope !== "ADS")
    .map((s) => ({ key: s.key, scope: s.scope, value: stringify(sorted(s.connected)) }))
    .map((s) => ({ ...s, places: /\{(?:shopCode|shopName|region)\}/.test(s.value) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

// sorted has the members of objects in order, as the product keeps them.
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object" || isLosslessNumber(value)) return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]));
}
