import type { ChangeFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import type { Json } from "../../json";
import { isLong } from "../../shared/values/LongValue";
import { diffValues, type Line, linesOf } from "../../shared/values/words";

/** What somebody has edited, now and after the disconnect. */
export interface Sides {
  /** How they are told: a value beside the other; or items of a list whose others stay, that go, come back, or take each other's place. */
  as: "values" | "gone" | "back" | "replaced";
  now: Line[];
  after: Line[];
}

/** Both values of an edit; of a map the entries that were changed, and of a list the items. */
export function sidesOf({ key, before, after, beforeBytes, afterBytes }: ChangeFragment): Sides {
  if (Array.isArray(before) && Array.isArray(after)) return itemsOf(linesOf(key, before), linesOf(key, after));
  if (before !== null && after !== null) {
    const diff = diffValues(key, before, after);
    return { as: "values", now: diff.before, after: diff.after };
  }
  const side = (value: Json, bytes: number, nothing: string) => {
    if (isLong(value, bytes)) return [{ text: t("disconnect.edits.longValue") }];
    return value === null ? [{ text: nothing }] : linesOf(key, value);
  };
  return {
    as: "values",
    now: side(before, beforeBytes, t("disconnect.edits.notSet")),
    after: side(after, afterBytes, t("disconnect.edits.removed")),
  };
}

/** Of lists the server tells the items that differ, or all of both where they differ in order alone. */
function itemsOf(now: Line[], after: Line[]): Sides {
  if (after.length === 0) return { as: "gone", now, after };
  if (now.length === 0) return { as: "back", now, after };
  const texts = new Set(now.map(({ text }) => text));
  return { as: after.some(({ text }) => texts.has(text)) ? "values" : "replaced", now, after };
}
