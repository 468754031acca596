import { describe, expect, test } from "vitest";
import type { SettingFragment, SettingType } from "../../gql/graphql";
import type { Json } from "../../json";
import { controlKindOf, draftOf, optionsOf, problemOf, valueFrom } from "./draft";

function setting(type: SettingType, value: Json, values: string[] = []): SettingFragment {
  return {
    key: "some.key",
    scope: "STORE",
    value,
    valueBytes: 0,
    updatedAt: "",
    updatedBy: { kind: "SELLER", name: "" },
    definition: { title: "", group: "TAXES", description: "", type, values, editable: true, source: "APP" },
  };
}

const samples: [SettingType, Json, string][] = [
  ["BOOLEAN", true, "select"],
  ["ENUM", "PRICE", "select"],
  ["STRING", "12", "text"],
  ["INTEGER", 100, "number"],
  ["DECIMAL", 0.5, "number"],
  ["LIST", ["web", "gift"], "lines"],
  ["LIST", [], "lines"],
  ["LIST", ["web", "", "gift"], "lines"],
  ["STRING", "", "text"],
  ["MAP", { a: true, b: false }, "checkboxes"],
];

test.each<[SettingType, Json]>([
  ["LIST", ["two\nlines"]],
  ["LIST", ["web\r"]],
  ["STRING", "two\nlines"],
  ["LIST", [{ id: 1 }]],
  ["MAP", {}],
  ["MAP", { a: "x" }],
  ["OBJECT", { kind: "PERCENT", value: 5 }],
])("%s %j has no form", (type, value) => expect(controlKindOf(setting(type, value))).toBeUndefined());

test.each<[string, SettingType, Json]>([
  ["price.adjustment", "OBJECT", { kind: "OTHER", value: 5 }],
  ["shipping.carrierMapping", "MAP", { USPS: { id: "711" } }],
])("%s %s %j has no form", (key, type, value) =>
  expect(controlKindOf({ ...setting(type, value), key })).toBeUndefined(),
);

describe.each(samples)("%s %j", (type, value, kind) => {
  test(`is edited as ${kind}`, () => expect(controlKindOf(setting(type, value))).toBe(kind));

  test("is the same value again when nothing was typed", () => {
    const one = setting(type, value);
    expect(valueFrom(one, draftOf(one))).toEqual(value);
  });
});

describe.each<[string, SettingType, Json, string]>([
  ["price.adjustment", "OBJECT", { kind: "PERCENT", value: 5 }, "members"],
  ["price.strikethrough", "OBJECT", { enabled: false, expiresAt: null }, "members"],
  ["ads.pixel", "OBJECT", { id: "C4", advancedMatching: true }, "members"],
  ["shipping.carrierMapping", "MAP", { USPS: "711" }, "pairs"],
])("%s %s %j", (key, type, value, kind) => {
  const one = { ...setting(type, value), key };

  test(`is edited as ${kind}`, () => expect(controlKindOf(one)).toBe(kind));

  test("is the same value again when nothing was typed", () => {
    expect(problemOf(one, draftOf(one))).toBeUndefined();
    expect(valueFrom(one, draftOf(one))).toEqual(value);
  });
});

test("what is wrong is said of its field, or of the whole", () => {
  const adjustment = { ...setting("OBJECT", { kind: "PERCENT", value: 5 }), key: "price.adjustment" };
  const carriers = { ...setting("MAP", {}), key: "shipping.carrierMapping" };
  expect(problemOf(adjustment, '{"kind":"\\"PERCENT\\"","value":"much"}')?.field).toBe("value");
  expect(problemOf(carriers, '[["USPS",""]]')?.field).toBe("0.id");
});

test("what is no number goes to the server as it was typed, which says what it must be", () => {
  expect(valueFrom(setting("INTEGER", 1), "a lot")).toBe("a lot");
});

test("null, which would remove the setting, goes as a text: the server refuses that", () => {
  expect(valueFrom(setting("INTEGER", 1), "null")).toBe("null");
});

test("any number of switches is ticked", () => {
  const many = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [at, true]));
  expect(controlKindOf(setting("MAP", many))).toBe("checkboxes");
});

test("empty lines are no entries", () => {
  expect(valueFrom(setting("LIST", []), "web\n\ngift\n")).toEqual(["web", "gift"]);
});

test("options have the words of values", () => {
  const tax = { ...setting("ENUM", "MERCHANT", ["MERCHANT", "MARKETPLACE"]), key: "tax.handling" };
  expect(optionsOf(tax)).toEqual([
    { value: '"MERCHANT"', name: "You collect them" },
    { value: '"MARKETPLACE"', name: "TikTok collects them" },
  ]);
});

test("the values of options are JSON", () => {
  expect(optionsOf(setting("BOOLEAN", true)).map(({ value }) => value)).toEqual(["true", "false"]);
  expect(optionsOf(setting("ENUM", "A", ["A", "B"]))[1]).toEqual({ value: '"B"', name: "B" });
});
