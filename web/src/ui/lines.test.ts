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
  test("tells short values whole", () => {
    expect(difference(["web", "gift"], ["web"])).toEqual({ before: ["web", "gift"], after: ["web"], shared: 0 });
  });

  test("leaves out what long values share, and counts it", () => {
    expect(difference(["a", "b", "c", "d", "e"], ["a", "b", "c", "x"])).toEqual({
      before: ["d", "e"],
      after: ["x"],
      shared: 3,
    });
  });

  test("tells values apart that read alike: another order, another type", () => {
    expect(difference(["a", "b"], ["b", "a"])).toEqual({ before: ['["a","b"]'], after: ['["b","a"]'], shared: 0 });
    expect(difference("1", 1)).toEqual({ before: ['"1"'], after: ["1"], shared: 0 });
  });

  test("a value that stayed is told on both sides", () => {
    expect(difference("a", "a")).toEqual({ before: ['"a"'], after: ['"a"'], shared: 0 });
  });
});
