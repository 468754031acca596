import type { PreviewFragment, SettingChangeKind } from "../../gql/graphql";
import { formatList } from "../../i18n/format";
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
  return warningOf(warning, values);
}
