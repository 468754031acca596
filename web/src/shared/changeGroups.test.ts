import { expect, test } from "vitest";
import type { SettingChangeKind, SettingGroup, SettingScope } from "../gql/graphql";
import { isOnlyForTikTokShop, splitChanges } from "./changeGroups";

function change(kind: SettingChangeKind, scope: SettingScope, group?: SettingGroup) {
  return { kind, scope, definition: group ? { group } : null };
}

test.each([
  [change("REMOVED", "TIKTOK_SHOP", "PRICES"), true],
  [change("REMOVED", "TIKTOK_SHOP"), true],
  [change("REMOVED", "STORE", "TECHNICAL"), true],
  [change("REMOVED", "STORE", "ORDERS"), false], // tags that the seller had none of before
  [change("UPDATED", "STORE", "TECHNICAL"), false],
  [change("ADDED", "STORE", "STOCK"), false],
])("%j is only for TikTok Shop: %s", (one, only) => {
  expect(isOnlyForTikTokShop(one)).toBe(only);
  const { ofStore, onlyForTikTokShop } = splitChanges([one]);
  expect(onlyForTikTokShop).toEqual(only ? [one] : []);
  expect(ofStore).toEqual(only ? [] : [one]);
});
