import type { AccountFragment, AccountStatus, SettingFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { isLong } from "../../shared/values/LongValue";
import { isObject } from "../../shared/values/words";
import { controlKindOf } from "./draft";

/** How the store's TikTok Shop account is; undefined when none is connected. */
export function shopStatus(accounts: Pick<AccountFragment, "kind" | "status">[]): AccountStatus | undefined {
  return accounts.find((account) => account.kind === "TIKTOK_SHOP" && account.status !== "DISCONNECTED")?.status;
}

/** Whether only programs write a setting: nothing says what an entry of it has, so there is no form for one. */
export function isWrittenByPrograms({ key }: Pick<SettingFragment, "key">): boolean {
  return key === "listing.categoryTemplates";
}

/** Whether a setting can be edited now, as updateSettings has it: not while the store is written to for something else. */
export function isEditable(
  setting: Pick<SettingFragment, "key" | "scope" | "definition">,
  shop: AccountStatus | undefined,
): boolean {
  if (!setting.definition?.editable || isWrittenByPrograms(setting)) return false;
  if (setting.scope === "TIKTOK_SHOP") return shop === "CONNECTED";
  if (shop === "DISCONNECTING") return setting.scope !== "STORE";
  return shop !== "CONNECTING" || setting.definition.source !== "SHOPIFY";
}

/** Why a setting has no form; undefined when it has one, or when its value has to be read first. */
export function whyNoForm(setting: SettingFragment): string | undefined {
  if (isWrittenByPrograms(setting)) return t("settings.row.byPrograms");
  const { value, valueBytes } = setting;
  if (isLong(value, valueBytes) || controlKindOf(setting)) return undefined;
  return isObject(value) && Object.keys(value).length === 0 ? t("settings.row.nothingInIt") : t("settings.row.noForm");
}
