import { expect, test } from "vitest";
import { isUnanswered, Resources } from "./resourceNames";

const product = (number: number) => `gid://shopify/Product/${number}`;

/** Resources with a name for each id, and the calls that were made for them. */
function reading(found = true) {
  const calls: string[][] = [];
  const resources = new Resources(async (ids) => {
    calls.push(ids);
    return found ? ids.map((id) => ({ id, name: `Name of ${id}`, url: `https://admin.shopify.com/${id}` })) : undefined;
  });
  return { calls, resources };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0)).then(() => undefined);

test("what is wanted at one moment is one call, and each id is asked for once", async () => {
  const { calls, resources } = reading();
  resources.want([product(1), product(2)]);
  resources.want([product(2), "gid://shopify/Location/3"]);
  await settled();
  resources.want([product(1)]);
  await settled();
  expect(calls).toEqual([[product(1), product(2), "gid://shopify/Location/3"]]);
  expect(resources.known.get(product(1))).toEqual({
    name: `Name of ${product(1)}`,
    url: `https://admin.shopify.com/${product(1)}`,
  });
});

test("what has no name is not asked for", async () => {
  const { calls, resources } = reading();
  resources.want(["gid://shopify/Collection/1", "USPS", "gid://shopify/constructor/1", "gid://shopify/Product/x"]);
  await settled();
  expect(calls).toEqual([]);
});

test("a call names at most 250 ids", async () => {
  const { calls, resources } = reading();
  resources.want(Array.from({ length: 251 }, (_, number) => product(number)));
  await settled();
  await settled();
  expect(calls.map((ids) => ids.length)).toEqual([250, 1]);
});

test("what was not answered is asked again", async () => {
  const { calls, resources } = reading(false);
  resources.want([product(1)]);
  await settled();
  resources.want([product(1)]);
  await settled();
  expect(calls).toEqual([[product(1)], [product(1)]]);
  expect(resources.known.get(product(1))).toEqual({ name: "Product 1" }); // for want of a better
  expect(resources.unreadable).toBe(true);
});

test("what Shopify does not have is said to exist no longer, and leads nowhere", async () => {
  const resources = new Resources(async () => [{ id: product(1), name: "Ridge jacket", url: "https://example.com" }]);
  resources.want([product(1), product(2), "gid://shopify/Location/3", "gid://shopify/ProductVariant/4"]);
  await settled();
  expect(resources.known.get(product(1))?.name).toBe("Ridge jacket");
  expect(resources.known.get(product(2))).toEqual({ name: "A product that no longer exists", number: "2" });
  expect(resources.known.get("gid://shopify/Location/3")).toEqual({
    name: "A location that no longer exists",
    number: "3",
  });
  expect(resources.known.get("gid://shopify/ProductVariant/4")?.name).toBe("A variant that is no longer in your store");
  expect(resources.unreadable).toBe(false);
});

test("a name is waited for until it is answered, and only what can have one", async () => {
  const { resources } = reading();
  const unanswered = (id: string) => isUnanswered(resources.known, id);
  expect([product(1), "gid://shopify/Collection/1", "USPS"].map(unanswered)).toEqual([true, false, false]);
  resources.want([product(1)]);
  expect(unanswered(product(1))).toBe(true);
  await settled();
  expect(unanswered(product(1))).toBe(false);
});

test("where Shopify cannot be asked nobody waits, neither while it is asked once more", async () => {
  const { resources } = reading(false);
  resources.want([product(1)]);
  await settled();
  expect(isUnanswered(resources.known, product(1))).toBe(false);
  resources.want([product(1)]);
  expect(isUnanswered(resources.known, product(1))).toBe(false);
});
