import type { AccountFragment, AccountStatus, SettingFragment } from "../../gql/graphql";

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
