import { describe, expect, test } from "vitest";
import type { AccountFragment, SettingFragment } from "../../gql/graphql";
import type { Json } from "../../json";
import { switchesFirst } from "./groups";
import { connectedSince, foundText, isChangedSince, matches } from "./search";

function setting(key: string, title: string, value: Json): SettingFragment {
  return {
    key,
    scope: "STORE",
    value,
    valueBytes: 0,
    updatedAt: "2026-03-02T09:00:00Z",
    updatedBy: { kind: "SELLER", name: "Ann" },
    definition: {
      title,
      group: "TAXES",
      description: "Who works out tax.",
      type: "ENUM",
      values: [],
      editable: true,
      source: "APP",
    },
  };
}

describe("a setting is found by", () => {
  const tax = setting("tax.handling", "Tax collection", "MARKETPLACE");
  const published = setting("product.published", "Published products", { "gid://shopify/Product/7001": true });
  const find = (one: SettingFragment, query: string) =>
    matches(one, query, (id) => (id.endsWith("/7001") ? "Ridge jacket" : undefined));

  test.each(["tax coll", "TAX", "works out", "tax.handling", "tiktok collects", "collection who", ""])("%j", (query) =>
    expect(find(tax, query)).toBe(true),
  );

  test("the names of what it refers to, and how many there are", () => {
    expect(find(published, "ridge")).toBe(true);
    expect(find(published, "1 of 1 product published")).toBe(true);
  });

  test("nothing else", () => {
    expect(find(tax, "MARKETPLACE")).toBe(false);
    expect(find(tax, "tax stock")).toBe(false);
    expect(matches({ ...tax, definition: null }, "works out", () => undefined)).toBe(false);
  });
});

test("what was changed since connecting was written by somebody, after that", () => {
  const at = (updatedAt: string, kind: SettingFragment["updatedBy"]["kind"] = "SELLER") => ({
    updatedAt,
    updatedBy: { kind, name: "" },
  });
  const moment = "2026-03-02T09:00:00.61Z";
  expect(isChangedSince(at("2026-03-02T09:00:00.614Z"), moment)).toBe(true);
  expect(isChangedSince(at("2026-03-02T09:00:01Z", "SHOPIFY_ADMIN"), moment)).toBe(true);
  expect(isChangedSince(at("2026-03-02T09:00:01Z", "SYSTEM"), moment)).toBe(false);
  expect(isChangedSince(at("2026-03-02T09:00:00.6Z"), moment)).toBe(false);
  expect(isChangedSince(at("2026-03-02T09:00:01Z"), undefined)).toBe(false);
});

test("since connecting is since the connected shop was connected", () => {
  const account = (kind: AccountFragment["kind"], status: AccountFragment["status"], connectedAt: string) =>
    ({ kind, status, connectedAt }) as AccountFragment;
  const [ads, old, shop] = [
    account("TIKTOK_FOR_BUSINESS", "CONNECTED", "1"),
    account("TIKTOK_SHOP", "DISCONNECTED", "2"),
    account("TIKTOK_SHOP", "CONNECTED", "3"),
  ];
  expect(connectedSince([ads, old, shop])).toBe("3");
  expect(connectedSince([ads, old])).toBeUndefined();
});

test("a group begins with what switches the rest of it", () => {
  const [one, other, sync] = ["a", "b", "price.syncEnabled"].map((key) => setting(key, key, true));
  expect(switchesFirst([one, other, sync] as SettingFragment[])).toEqual([sync, one, other]);
});

test.each([
  [0, "No setting found. Try another word."],
  [1, "1 setting found."],
  [12, "12 settings found."],
])("%i found: %s", (count, text) => expect(foundText(count)).toBe(text));
