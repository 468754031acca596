import { describe, expect, test } from "vitest";
import type { EntryFragment } from "../../gql/graphql";
import type { Json } from "../../json";
import { idsInSubject, subjectOf } from "./subject";

const entry = {
  id: "1",
  action: "SETTINGS_UPDATED",
  actor: { kind: "SELLER", name: "Ann" },
  occurredAt: "2026-03-02T09:00:00Z",
  account: null,
  disconnection: null,
  apiKey: null,
  changes: [],
} as unknown as EntryFragment;

const change = (before: Json, after: Json, beforeBytes = 1, afterBytes = 1) => ({
  key: "some.key",
  before,
  after,
  beforeBytes,
  afterBytes,
  definition: null as { title: string } | null,
});

describe("the subject of an edit", () => {
  test.each([
    [change(100, 55), "some.key: 100 → 55"],
    [change(null, true, 0), "some.key: Not set → On"],
    [change(["web", "gift"], []), "some.key: web, gift → None"],
    [change(null, true), "some.key changed"], // the value before is long
    [change("x".repeat(41), "y"), "some.key changed"],
    [change("1", 1), "some.key changed"],
  ])("%j is %j", (one, text) => expect(subjectOf({ ...entry, changes: [one] } as EntryFragment)).toBe(text));

  test("has the title of the setting, and its values in words", () => {
    const one = { ...change(100, 55), key: "inventory.percent", definition: { title: "Stock share" } };
    expect(subjectOf({ ...entry, changes: [one] } as EntryFragment)).toBe("Stock share: 100 % → 55 %");
    const products = (on: boolean) => Object.fromEntries(["1", "2", "3", "4", "5"].map((id) => [id, on]));
    const published = {
      ...change(products(false), products(true)),
      key: "product.published",
      definition: { title: "Published products" },
    };
    expect(subjectOf({ ...entry, changes: [published] } as EntryFragment)).toBe(
      "Published products: 0 of 5 products published → 5 of 5 products published",
    );
  });

  test("has the names of products and locations, where they are known", () => {
    const location = "gid://shopify/Location/1001";
    const one = { ...change({ [location]: true }, { [location]: false }), definition: { title: "Locations" } };
    const edit = { ...entry, changes: [one] } as EntryFragment;
    expect(idsInSubject(edit)).toContain(location);
    expect(subjectOf(edit, (id) => (id === location ? "Main warehouse" : undefined))).toBe(
      "Locations: Main warehouse: On → Main warehouse: Off",
    );
    expect(idsInSubject({ ...edit, changes: [one, one] })).toEqual([]);
  });

  test("is the titles of a few settings, and the number of many", () => {
    const changes = ["a", "b", "c"].map((key) => ({ ...change(1, 2), key, definition: { title: `Title ${key}` } }));
    expect(subjectOf({ ...entry, changes } as EntryFragment)).toBe("Title a, Title b, Title c changed");
    expect(subjectOf({ ...entry, changes: [...changes, change(1, 2)] } as EntryFragment)).toBe("4 settings changed");
  });
});

test.each([
  ["Aurora Outfitters", "TIKTOK_FOR_BUSINESS", "Aurora Outfitters (TikTok for Business)"],
  ["Aurora Outfitters", "TIKTOK_SHOP", "Aurora Outfitters (TikTok Shop)"],
  ["TikTok Shop USLCDEMO1", "TIKTOK_SHOP", "TikTok Shop USLCDEMO1"],
])("an account named %j of kind %s is %j", (name, kind, text) => {
  const account = { id: "1", name, kind };
  expect(subjectOf({ ...entry, action: "ACCOUNT_CONNECTED", account } as EntryFragment)).toBe(text);
});
