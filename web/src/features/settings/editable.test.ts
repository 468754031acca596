import { expect, test } from "vitest";
import type { AccountStatus, SettingFragment } from "../../gql/graphql";
import type { Json } from "../../json";
import { isEditable, shopStatus, whyNoForm } from "./editable";

type Source = NonNullable<SettingFragment["definition"]>["source"];

function setting(scope: SettingFragment["scope"], source: Source, editable = true) {
  return {
    key: "some.key",
    scope,
    definition: {
      title: "",
      group: "TAXES" as const,
      description: "",
      type: "BOOLEAN" as const,
      values: [],
      editable,
      source,
    },
  };
}

test("settings are editable when the server takes edits of them", () => {
  const editable = (shop: AccountStatus | undefined) => ({
    published: isEditable(setting("STORE", "SHOPIFY"), shop),
    tags: isEditable(setting("STORE", "APP"), shop),
    sync: isEditable(setting("TIKTOK_SHOP", "APP"), shop),
    ads: isEditable(setting("ADS", "ADS"), shop),
  });
  expect(editable("CONNECTED")).toEqual({ published: true, tags: true, sync: true, ads: true });
  expect(editable("CONNECTING")).toEqual({ published: false, tags: true, sync: false, ads: true });
  expect(editable("DISCONNECTING")).toEqual({ published: false, tags: false, sync: false, ads: true });
  expect(editable(undefined)).toEqual({ published: true, tags: true, sync: false, ads: true });
  expect(isEditable(setting("STORE", "SHOPIFY", false), "CONNECTED")).toBe(false);
});

test("what only programs write is not edited", () => {
  const templates = { ...setting("TIKTOK_SHOP", "APP"), key: "listing.categoryTemplates" };
  expect(isEditable(templates, "CONNECTED")).toBe(false);
});

test("a value without a form says why, and one that has to be read first does not", () => {
  const fragment = (value: Json, valueBytes = 1): SettingFragment => {
    const { definition, ...rest } = setting("STORE", "APP");
    const updatedBy = { kind: "SELLER" as const, name: "" };
    return { ...rest, definition: { ...definition, type: "MAP" }, value, valueBytes, updatedAt: "", updatedBy };
  };
  expect(whyNoForm(fragment({ a: true }))).toBeUndefined();
  expect(whyNoForm(fragment(null, 100_000))).toBeUndefined();
  expect(whyNoForm(fragment({}))).toContain("nothing in it");
  expect(whyNoForm(fragment({ a: 1 }))).toContain("A program has written this");
  expect(whyNoForm({ ...fragment({}), key: "listing.categoryTemplates" })).toContain("API key");
});

test("the account that counts is the shop's that is not disconnected", () => {
  expect(shopStatus([{ kind: "TIKTOK_FOR_BUSINESS", status: "CONNECTED" }])).toBeUndefined();
  expect(
    shopStatus([
      { kind: "TIKTOK_SHOP", status: "DISCONNECTED" },
      { kind: "TIKTOK_SHOP", status: "DISCONNECTING" },
    ]),
  ).toBe("DISCONNECTING");
});
