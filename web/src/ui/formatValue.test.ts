import { describe, expect, test } from "vitest";
import { diffValues, formatValue } from "./formatValue";

describe("formatValue", () => {
  test.each([
    [true, ["On"]],
    [false, ["Off"]],
    ["", ["Empty"]],
    [" ", ['" "']],
    [0.5, ["0.5"]],
    [[], []],
    [{}, []],
    [
      ["web", "gift"],
      ["web", "gift"],
    ],
    [{ "gid://shopify/Product/7001": true, expiresAt: null }, ["Product 7001: On", "expiresAt: None"]],
    [{ links: { sku: "1" } }, ['links: {"sku":"1"}']],
  ])("%j reads %j", (value, formatted) => expect(formatValue(value)).toEqual(formatted));

  test("only whole ids are shortened", () => {
    expect(formatValue("see gid://shopify/Product/7001")).toEqual(["see gid://shopify/Product/7001"]);
  });
});

describe("diffValues", () => {
  test("shows short values whole", () => {
    expect(diffValues(["web", "gift"], ["web"])).toEqual({ before: ["web", "gift"], after: ["web"], unchanged: 0 });
  });

  test("leaves out the unchanged members of long objects, and counts them", () => {
    const old = { a: 1, b: 2, c: 3, d: 4, e: 5 };
    expect(diffValues(old, { ...old, e: 6 })).toEqual({ before: ["e: 5"], after: ["e: 6"], unchanged: 4 });
  });

  test("shows lists whole: an entry more of the same, another order", () => {
    const old = ["a", "a", "b", "c", "d"];
    expect(diffValues(old, old.slice(1))).toEqual({ before: old, after: old.slice(1), unchanged: 0 });
    expect(diffValues(old, old.toReversed())).toEqual({ before: old, after: old.toReversed(), unchanged: 0 });
  });

  test("shows values of the same text as JSON", () => {
    expect(diffValues("1", 1)).toEqual({ before: ['"1"'], after: ["1"], unchanged: 0 });
    expect(diffValues(["None"], [null])).toEqual({ before: ['["None"]'], after: ["[null]"], unchanged: 0 });
  });

  test("shows an unchanged value", () => {
    expect(diffValues("a", "a")).toEqual({ before: ['"a"'], after: ['"a"'], unchanged: 0 });
  });
});
