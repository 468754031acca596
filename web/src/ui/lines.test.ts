import { describe, expect, test } from "vitest";
import { difference, lines } from "./lines";

describe("lines", () => {
  test.each([
    [true, ["On"]],
    [false, ["Off"]],
    ["", ["Empty"]],
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
  test("leaves out what both have, and counts it", () => {
    expect(difference(["web", "gift"], ["web", "sale", "new"])).toEqual({
      before: ["gift"],
      after: ["sale", "new"],
      shared: 1,
    });
  });

  test("values that read alike are told apart: another order, another type", () => {
    expect(difference(["a", "b"], ["b", "a"])).toEqual({ before: ['["a","b"]'], after: ['["b","a"]'], shared: 0 });
    expect(difference("1", 1)).toEqual({ before: ['"1"'], after: ["1"], shared: 0 });
    expect(difference(["a"], ["a", "a"])).toEqual({ before: ['["a"]'], after: ['["a","a"]'], shared: 0 });
  });
});
