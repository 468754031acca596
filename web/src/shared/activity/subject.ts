import type { EntryFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { accountKind } from "../accountKinds";
import { isLong } from "../values/LongValue";
import { titleOf } from "../values/titleOf";
import { linesOf, maxLines, type NameOf, valueText } from "../values/words";

const maxListedTitles = 3;

/** What an entry is about: the account, the API key; of an edit it is all there is to say, such as Stock share 100 % → 55 %. */
export function subjectOf(
  { account, action, apiKey, changes }: EntryFragment,
  nameOf: NameOf = () => undefined,
): string | undefined {
  if (action.startsWith("API_KEY_")) return apiKey?.name;
  if (action !== "SETTINGS_UPDATED") return account ? accountText(account) : undefined;
  if (changes.length > maxListedTitles) return t("audit.settingsChanged", { count: changes.length });
  return changes.length === 1 ? changes.map((change) => changeText(change, nameOf)).join() : changed(changes);
}

/** The ids whose names the subject of an entry may have. */
export function idsInSubject({ action, changes: [change, ...others] }: EntryFragment): string[] {
  if (action !== "SETTINGS_UPDATED" || !change || others.length > 0) return [];
  const lines = [change.before, change.after].map((value) => (value === null ? [] : linesOf(change.key, value)));
  return lines
    .filter(({ length }) => length <= maxLines)
    .flat()
    .flatMap(({ entry, text }) => (entry === undefined ? [text] : [entry, text]));
}

/** The account with its kind, where its name does not say that. */
function accountText({ name, kind }: NonNullable<EntryFragment["account"]>): string {
  return name.includes(accountKind(kind)) ? name : `${name} (${accountKind(kind)})`;
}

/** The setting with both values, where these are short and tell what has changed. */
function changeText(change: EntryFragment["changes"][number], nameOf: NameOf): string {
  const { key, before, after, beforeBytes, afterBytes } = change;
  if (isLong(before, beforeBytes) || isLong(after, afterBytes)) return changed([change]);
  const [old, next] = [valueText(key, before, nameOf), valueText(key, after, nameOf)];
  const tells = old !== next && old.length <= maxText && next.length <= maxText;
  return tells ? t("audit.change", { title: titleOf(change), before: old, after: next }) : changed([change]);
}

function changed(changes: EntryFragment["changes"]): string {
  return t("audit.changed", { titles: changes.map(titleOf).join(", ") });
}

const maxText = 40;
