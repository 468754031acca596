import { expect, test } from "vitest";
import type { SettingGroup } from "../gql/graphql";
import { byGroup } from "./settingGroups";

const inGroup = (group: SettingGroup | undefined) => ({ definition: group ? { group } : null });

test("settings are grouped in one order, and none is left out", () => {
  const unheardOf = "GIFTS" as SettingGroup;
  const groups = ["TAXES", "PRODUCTS", undefined, "TAXES", unheardOf, "ORDERS"] as const;
  expect(byGroup(groups.map(inGroup)).map(({ name, items }) => [name, items.length])).toEqual([
    ["Products", 1],
    ["Orders and returns", 1],
    ["Taxes", 2],
    ["Technical", 1], // what the app has no definition of any more
    ["Other", 1],
  ]);
});

test("groups have the order of the settings page", () => {
  const all: SettingGroup[] = ["TECHNICAL", "ADS", "TAXES", "SHIPPING", "ORDERS", "STOCK", "PRICES", "PRODUCTS"];
  expect(byGroup(all.map(inGroup)).map(({ group }) => group)).toEqual(all.toReversed());
});
