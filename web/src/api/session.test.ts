import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sessionToken } from "./session";

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

type Environment = NonNullable<Window["shopify"]>["environment"];

/** A page with App Bridge, which answers after so many ms. */
function openPage(environment: Environment, ms: number, framed = false) {
  const idToken = () => new Promise<string>((resolve) => setTimeout(() => resolve("token"), ms));
  const page: { shopify: object; top?: object } = { shopify: { environment, idToken } };
  page.top = framed ? {} : page;
  vi.stubGlobal("window", page);
}

/** What the token is after so many ms; "none yet" as long as it is waited for. */
async function tokenAfter(ms: number) {
  let token: string | undefined = "none yet";
  sessionToken().then((given) => {
    token = given;
  });
  await vi.advanceTimersByTimeAsync(ms);
  return token;
}

test.each<[string, Environment, boolean]>([
  ["the admin", { embedded: true }, true],
  ["the admin, as long as App Bridge says nothing of where it is", undefined, true],
  ["Shopify's app for phones", { embedded: false, mobile: true }, false],
  ["Shopify's app for points of sale", { embedded: false, pos: true }, false],
])("in %s a slow token is waited for", async (_, environment, framed) => {
  openPage(environment, 4_000, framed);
  expect(await tokenAfter(3_900)).toBe("none yet");
  expect(await tokenAfter(4_000)).toBe("token");
});

test.each<[string, Environment]>([
  ["App Bridge says so", { embedded: false, mobile: false, pos: false }],
  ["App Bridge says nothing", undefined],
])("outside of Shopify the page goes on without a token at once: %s", async (_, environment) => {
  openPage(environment, 60_000);
  expect(await tokenAfter(300)).toBeUndefined();
});

test("without App Bridge nothing is waited for", async () => {
  vi.stubGlobal("window", {});
  expect(await tokenAfter(0)).toBeUndefined();
});
