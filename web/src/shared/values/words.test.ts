import { describe, expect, test } from "vitest";
import { speak } from "../../i18n/messages";
import type { Json } from "../../json";
import { parse } from "../../json";
import { en } from "../../locales/en";
import { countText, diffValues, linesOf, lineText, memberText, optionText, unitOf, valueText } from "./words";

const texts = (key: string, value: Json) => linesOf(key, value).map((line) => lineText(line));

describe("a value of a setting without words", () => {
  test.each<[Json, string[]]>([
    [true, ["On"]],
    [false, ["Off"]],
    ["", ["Empty"]],
    [" ", ['" "']],
    [0.5, ["0.5"]],
    [1000, ["1000"]],
    [[], []],
    [{}, []],
    [
      ["web", "gift"],
      ["web", "gift"],
    ],
    [{ "gid://shopify/Product/7001": true, expiresAt: null }, ["Product 7001: On", "expiresAt: None"]],
    [{ links: { sku: "1", more: [1] } }, ["links: sku: 1, more: [1]"]],
    [{ constructor: "x", __proto__x: {} }, ["constructor: x", "__proto__x: None"]],
    [[[1, 2]], ["[1,2]"]],
  ])("%j reads %j", (value, lines) => expect(texts("some.key", value)).toEqual(lines));

  test("only whole ids are shortened", () => {
    expect(texts("some.key", "see gid://shopify/Product/7001")).toEqual(["see gid://shopify/Product/7001"]);
  });

  test("keeps the digits of its numbers, where the browser can tell them", () => {
    const text = "rawJSON" in JSON ? "12.50" : "12.5";
    expect(texts("some.key", parse("12.50") as Json)).toEqual([text]);
  });
});

describe("a value in words", () => {
  test.each<[string, Json, string]>([
    ["tax.handling", "MERCHANT", "You collect them"],
    ["tax.handling", "MARKETPLACE", "TikTok collects them"],
    ["tax.handling", "constructor", "constructor"],
    ["tax.handling", "NEW", "NEW"],
    ["store.resourceFeedback", "ACCEPTED", "Everything is set up"],
    ["product.linkMode", "AUTO_SKU", "By matching SKUs"],
    ["price.source", "COMPARE_AT", "Compare-at price"],
    ["order.holdPolicy", "WAIT_1H", "Comes in after that hour"],
    ["shipping.packageWeightFallbackKg", 1.5, "1.5 kg"],
    ["inventory.percent", 55, "55 %"],
    ["inventory.percent", "55", "55"],
    ["product.dailyLimit", 1, "Up to 1 product a day"],
    ["product.dailyLimit", 1000, "Up to 1,000 products a day"],
    ["product.dailyLimit", 1234567, "Up to 1,234,567 products a day"],
    ["price.adjustment", { kind: "PERCENT", value: 10 }, "+10 %"],
    ["price.adjustment", { kind: "PERCENT", value: 0 }, "0 %"],
    ["price.adjustment", { kind: "AMOUNT", value: -2.5 }, "-2.5 in your store's currency"],
    ["price.adjustment", { kind: "OTHER", value: 1 }, "Kind: OTHER, Value: 1"],
    ["price.adjustment", { kind: "PERCENT", value: 1, more: 2 }, "Kind: Percentage, Value: 1, more: 2"],
    ["price.strikethrough", { enabled: false, expiresAt: null }, "Off"],
    ["price.strikethrough", { enabled: true, expiresAt: new Date(2026, 2, 2).toISOString() }, "On, until Mar 2, 2026"],
    ["price.strikethrough", { enabled: true, expiresAt: "soon" }, "Shown: On, Until: soon"],
    ["ads.pixel", { id: "C4", advancedMatching: true }, "Id at TikTok: C4, Advanced matching: On"],
    [
      "product.links",
      { "gid://shopify/ProductVariant/9001": { productId: "17", skuId: "18" } },
      "Variant 9001: TikTok product 17, TikTok SKU 18",
    ],
    ["shipping.template", "default", "Default template"],
    ["shipping.template", "spring", "spring"],
    ["shipping.carrierMapping", { USPS: "711" }, "USPS: Id at TikTok: 711"],
    ["ads.adAccount", "7123", "Id at TikTok: 7123"],
    ["warehouse.mapping", { Main: "706" }, "Main: Id at TikTok: 706"],
    ["order.tags", [], "None"],
    ["order.tags", null as Json, "Not set"],
  ])("%s %j reads %j", (key, value, text) => expect(valueText(key, value)).toBe(text));

  test("options have the words of values", () => {
    expect(optionText("order.holdPolicy", "IMMEDIATE")).toBe("Comes in at once");
    expect(optionText("product.syncTitle", false)).toBe("Off");
    expect(optionText("returns.policyShown", true)).toBe("Visible");
  });

  test("entries have the names there are", () => {
    const [line] = linesOf("product.published", { "gid://shopify/Product/7001": false });
    expect(line && lineText(line, (id) => (id.startsWith("gid:") ? "Ridge jacket" : undefined))).toBe(
      "Ridge jacket: Not published",
    );
  });

  test("members have their words", () => {
    expect(memberText("price.strikethrough", "expiresAt")).toBe("Until");
    expect(memberText("price.strikethrough", "constructor")).toBe("constructor");
  });

  test("units stand behind fields", () => {
    expect(unitOf("inventory.percent")).toBe("%");
    expect(unitOf("toString")).toBeUndefined();
  });
});

test("numbers are written as in the language of the page, with the digits they have", () => {
  speak("es", en);
  expect(valueText("shipping.packageWeightFallbackKg", 1.5)).toBe("1,5 kg");
  expect(valueText("price.adjustment", { kind: "PERCENT", value: 12.5 })).toBe("+12,5 %");
  expect(valueText("product.dailyLimit", 1234567)).toBe("Up to 1.234.567 products a day");
  speak("en", en);
});

describe("the count of a value", () => {
  const products = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`gid://shopify/Product/${at}`, at < 9]));

  test("tells how many of how many", () => {
    expect(countText("product.published", products)).toBe("9 of 12 products published");
    expect(valueText("product.published", products)).toBe("9 of 12 products published");
    expect(countText("warehouse.mapping", { a: "1" })).toBe("1 location linked");
    expect(countText("webhook.topics", ["a", "b"])).toBe("2 store events");
  });

  test("is left out where there is nothing to count", () => {
    expect(countText("product.published", {})).toBeUndefined();
    expect(countText("inventory.percent", 5)).toBeUndefined();
    expect(countText("some.key", { a: true })).toBeUndefined();
  });
});

describe("diffValues", () => {
  const diff = (before: Json, after: Json, key = "some.key") => {
    const difference = diffValues(key, before, after);
    const lines = (some: typeof difference.before) => some.map((line) => lineText(line));
    return { ...difference, before: lines(difference.before), after: lines(difference.after) };
  };

  test("leaves out the unchanged entries of objects, and counts them", () => {
    expect(diff({ a: 1, b: 2 }, { a: 1, b: 3 })).toEqual({ before: ["b: 2"], after: ["b: 3"], unchanged: 1 });
    expect(diff({ a: 1 }, { a: 1, b: 3 })).toEqual({ before: ["b: None"], after: ["b: 3"], unchanged: 1 });
  });

  test("says of an entry that one side lacks what that stands for", () => {
    const [one, other] = ["gid://shopify/Product/1", "gid://shopify/Product/2"];
    const published = diff({ [one]: true, [other]: true }, { [other]: true }, "product.published");
    expect(published).toEqual({ before: ["Product 1: Published"], after: ["Product 1: Not published"], unchanged: 1 });
    expect(diff({ USPS: "1" }, {}, "shipping.carrierMapping").after).toEqual(["USPS: None"]);
  });

  test("shows lists whole: an entry more of the same, another order", () => {
    const old = ["a", "a", "b", "c", "d"];
    expect(diff(old, old.slice(1))).toEqual({ before: old, after: old.slice(1), unchanged: 0 });
    expect(diff(old, old.toReversed())).toEqual({ before: old, after: old.toReversed(), unchanged: 0 });
  });

  test("shows values of the same text as JSON", () => {
    expect(diff("1", 1)).toEqual({ before: ['"1"'], after: ["1"], unchanged: 0 });
    expect(diff(["None"], [null])).toEqual({ before: ['["None"]'], after: ["[null]"], unchanged: 0 });
    const [one, other] = ["2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z"];
    expect(
      diff({ enabled: true, expiresAt: one }, { enabled: true, expiresAt: other }, "price.strikethrough").after,
    ).toEqual([JSON.stringify({ enabled: true, expiresAt: other })]);
  });

  test("shows an unchanged value", () => {
    expect(diff("a", "a")).toEqual({ before: ['"a"'], after: ['"a"'], unchanged: 0 });
  });
});
