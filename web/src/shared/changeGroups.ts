import type { SettingChangeKind, SettingGroup, SettingScope } from "../gql/graphql";

/** What has to be known of a change to say whose it is. */
export interface GroupedChange {
  kind: SettingChangeKind;
  scope: SettingScope;
  definition: { group: SettingGroup } | null;
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
