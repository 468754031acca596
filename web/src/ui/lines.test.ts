import { describe, expect, test } from "vitest";
import { difference, lines } from "./lines";

describe("lines", () => {
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
  ])("%j reads %j", (value, told) => expect(lines(value)).toEqual(told));

  test("only whole ids are shortened", () => {
    expect(lines("see gid://shopify/Product/7001")).toEqual(["see gid://shopify/Product/7001"]);
  });
});

describe("difference", () => {
  test("tells short values whole", () => {
    expect(difference(["web", "gift"], ["web"])).toEqual({ before: ["web", "gift"], after: ["web"], shared: 0 });
  });

  test("leaves out what long objects share, and counts it", () => {
    const old = { a: 1, b: 2, c: 3, d: 4, e: 5 };
    expect(difference(old, { ...old, e: 6 })).toEqual({ before: ["e: 5"], after: ["e: 6"], shared: 4 });
  });

  test("tells lists whole: an entry more of the same, another order", () => {
    const old = ["a", "a", "b", "c", "d"];
    expect(difference(old, old.slice(1))).toEqual({ before: old, after: old.slice(1), shared: 0 });
    expect(difference(old, old.toReversed())).toEqual({ before: old, after: old.toReversed(), shared: 0 });
  });

  test("tells values apart that read alike", () => {
    expect(difference("1", 1)).toEqual({ before: ['"1"'], after: ["1"], shared: 0 });
    expect(difference(["None"], [null])).toEqual({ before: ['["None"]'], after: ["[null]"], shared: 0 });
  });

  test("tells a value that stayed on both sides", () => {
    expect(difference("a", "a")).toEqual({ before: ['"a"'], after: ['"a"'], shared: 0 });
  });
});
