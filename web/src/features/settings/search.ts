import type { AccountFragment, SettingFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { descriptionOf, titleOf } from "../../shared/values/titleOf";
import { countText, linesOf, lineText, type NameOf } from "../../shared/values/words";

/** Whether all words of the query are in what a seller reads of the setting, or in its key. */
export function matches(setting: SettingFragment, query: string, nameOf: NameOf): boolean {
  return hasWords(textOf(setting, nameOf), query);
}

/** Whether all words of the query are in the text. */
export function hasWords(text: string, query: string): boolean {
  const whole = folded(text);
  return folded(query)
    .split(/\s+/)
    .every((word) => whole.includes(word));
}

/** Without capitals and accents, which many leave out when they search. */
function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function textOf(setting: SettingFragment, nameOf: NameOf): string {
  const { key, value, definition } = setting;
  const lines = value === null ? [] : linesOf(key, value).map((line) => lineText(line, nameOf));
  return [titleOf(setting), descriptionOf({ key, definition }), key, countText(key, value), ...lines].join("\n");
}

/** When the TikTok Shop account was connected; undefined when none is. */
export function connectedSince(accounts: AccountFragment[]): string | undefined {
  return accounts.find(({ kind, status }) => kind === "TIKTOK_SHOP" && status === "CONNECTED")?.connectedAt;
}

/** Whether somebody, and not the integration, has written the setting's value after that moment. */
export function isChangedSince(
  { updatedAt, updatedBy }: Pick<SettingFragment, "updatedAt" | "updatedBy">,
  moment: string | undefined,
): boolean {
  return moment !== undefined && updatedBy.kind !== "SYSTEM" && Date.parse(updatedAt) > Date.parse(moment);
}

/** What a search has found, in words. */
export function foundText(count: number): string {
  return count === 0 ? t("settings.search.nothing") : t("settings.search.found", { count });
}
