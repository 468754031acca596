import type { SettingChangeKind, SettingGroup, SettingScope } from "../gql/graphql";
import { t } from "../i18n/messages";

/** What has to be known of a change to say where it belongs. */
export interface GroupedChange {
  kind: SettingChangeKind;
  scope: SettingScope;
  definition: { group: SettingGroup } | null;
}

/** The groups of settings, in the order in which they are shown. */
export const allGroups: SettingGroup[] = [
  "PRODUCTS",
  "PRICES",
  "STOCK",
  "ORDERS",
  "SHIPPING",
  "TAXES",
  "ADS",
  "TECHNICAL",
];

/** What a group is called. */
export function groupName(group: SettingGroup): string {
  return t(`shared.groups.${group}`);
}

/**
 * Whether a change takes away what exists for TikTok Shop alone: the connection's own settings, and what the integration keeps for
 * itself in the store. What a seller had none of before, and has written since, is the store's own.
 */
export function isOnlyForTikTokShop({ kind, scope, definition }: GroupedChange): boolean {
  return kind === "REMOVED" && (scope === "TIKTOK_SHOP" || definition?.group === "TECHNICAL");
}

/** The changes in two parts: of the store, and of what exists for TikTok Shop alone. */
export function splitChanges<Change extends GroupedChange>(
  changes: Change[],
): { ofStore: Change[]; onlyForTikTokShop: Change[] } {
  return {
    ofStore: changes.filter((change) => !isOnlyForTikTokShop(change)),
    onlyForTikTokShop: changes.filter(isOnlyForTikTokShop),
  };
}

/** How many changes there are of each group, in the order in which groups are shown. */
export function countByGroup(changes: GroupedChange[]): { name: string; count: number }[] {
  const groupOf = ({ definition }: GroupedChange) => allGroups.find((group) => group === definition?.group);
  return [...allGroups, undefined] // undefined for a group that was added since
    .map((group) => ({
      name: group ? groupName(group) : t("shared.groups.other"),
      count: changes.filter((change) => groupOf(change) === group).length,
    }))
    .filter(({ count }) => count > 0);
}

/** A count of settings, such as "1 setting". */
export function settingsCount(count: number): string {
  return t("shared.settingsCount", { count });
}
