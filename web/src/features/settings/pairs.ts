import { t } from "../../i18n/messages";
import type { Json } from "../../json";
import { isObject } from "../../shared/values/words";
import type { Problem } from "./problem";

/** A carrier in the store, and the one at TikTok that it stands for. */
export type Pair = [carrier: string, id: string];

const maxPairs = 200; // more are not edited one by one

/** Whether the value is a map of texts, which can be edited as a list of pairs. */
export function isTextMap(value: Json): value is { [carrier: string]: string } {
  if (!isObject(value)) return false;
  const entries = Object.entries(value);
  return entries.length <= maxPairs && entries.flat().every((text) => typeof text === "string" && !/[\r\n]/.test(text));
}

/** The map that the pairs stand for. What was typed or pasted loses the spaces around it; what was there does not. */
export function mapFrom(pairs: Pair[], before: Json): { [carrier: string]: string } {
  return Object.fromEntries(trimmed(pairs, before).filter((pair) => !isBlank(pair)));
}

/** What is wrong with the first pair that lacks one of both, or whose carrier is there already. */
export function problemOfPairs(pairs: Pair[], before: Json): Problem | undefined {
  const seen = new Set<string>();
  for (const [at, [carrier, id]] of trimmed(pairs, before).entries()) {
    if (isBlank([carrier, id])) continue;
    if (carrier === "") return { field: `${at}.carrier`, message: t("settings.editor.carrierMissing") };
    if (seen.has(carrier)) return { field: `${at}.carrier`, message: t("settings.editor.carrierTwice") };
    if (id === "") return { field: `${at}.id`, message: t("settings.editor.carrierIdMissing") };
    seen.add(carrier);
  }
  return undefined;
}

/** Whether nothing was typed in a pair that was added. */
function isBlank([carrier, id]: Pair): boolean {
  return carrier === "" && id === "";
}

function trimmed(pairs: Pair[], before: Json): Pair[] {
  return pairs.map(([carrier, id]) => {
    const unchanged = isObject(before) && Object.hasOwn(before, carrier) && before[carrier] === id;
    return unchanged ? [carrier, id] : [carrier.trim(), id.trim()];
  });
}
