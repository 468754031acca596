import { expect, test } from "vitest";
import type { SettingChangeKind, SettingGroup, SettingScope } from "../gql/graphql";
import { countByGroup, isOnlyForTikTokShop, splitChanges } from "./changeGroups";

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

test("changes are counted by group, in one order, and none is left out", () => {
  const unheardOf = "GIFTS" as SettingGroup;
  const groups = ["TAXES", "PRODUCTS", undefined, "TAXES", unheardOf, "ORDERS"] as const;
  expect(countByGroup(groups.map((group) => change("UPDATED", "STORE", group)))).toEqual([
    { name: "Products", count: 1 },
    { name: "Orders and returns", count: 1 },
    { name: "Taxes", count: 2 },
    { name: "Other", count: 2 },
  ]);
});
