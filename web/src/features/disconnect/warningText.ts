import type { PreviewFragment, SettingChangeKind } from "../../gql/graphql";
import { formatList, formatZoned } from "../../i18n/format";
import { warningOf } from "../../i18n/serverText";
import { titleOf } from "../../shared/values/titleOf";

type Warning = PreviewFragment["warnings"][number];

/** Seller Center's address, in a warning. */
export const address = /(https:\/\/[^\s]*[^\s.,;:])/;

/** A warning in the language of the page, from what the preview says; in the server's words where that has none of its own. */
export function warningText(warning: Warning, { changes, edits }: PreviewFragment): string {
  const countOf = (kind: SettingChangeKind) => changes.filter((change) => change.kind === kind).length;
  const values = {
    count: warning.count ?? 0,
    restored: countOf("UPDATED"),
    recreated: countOf("ADDED"),
    removed: countOf("REMOVED"),
    titles: formatList(edits.map(titleOf)),
    url: address.exec(warning.message)?.[0] ?? "",
  };
  return inZone(warningOf(warning, values));
}

/** A moment as the server writes it, which does not know the zone of whoever reads it: such as 2 March 2026, 09:00 UTC. */
const momentInUTC = /\d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d UTC/g;

/** The text with its moments in the zone of the browser, which they name. */
export function inZone(text: string): string {
  return text.replace(momentInUTC, (words) => {
    const moment = new Date(words.replace(",", ""));
    return Number.isNaN(moment.getTime()) ? words : formatZoned(moment);
  });
}
