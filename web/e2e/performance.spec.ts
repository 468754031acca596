import type { Page, Response } from "@playwright/test";
import { expect, test } from "./fixtures";
import type { Program } from "./program";
import { openOrders } from "./sandbox";
import { connectedShop, disconnectOverApi, makeEndpoint, makeKey } from "./steps";

const addresses = ["/", "/settings", "/activity"];

/** Every page and dialog, each by an address that shows it. */
async function everyAddress(program: Program): Promise<string[]> {
  const { id: account } = await connectedShop(program);
  await openOrders(program, 3);
  const { id: key } = await makeKey(program, "Rithum");
  const endpoint = await makeEndpoint(program, "https://example.com/webhooks");
  return [
    "/",
    "/?consent=OWNER_REQUIRED",
    "/settings",
    `/settings/accounts/${account}/disconnect`,
    "/activity",
    "/api-keys",
    ...["new", `${key}/rotate`, `${key}/revoke`].map((dialog) => `/api-keys/${dialog}`),
    "/webhook-endpoints",
    "/webhook-endpoints/new",
    ...["", "/edit", "/rotate", "/delete"].map((dialog) => `/webhook-endpoints/${endpoint}${dialog}`),
    "/nothing",
  ];
}

/** What there is only after a disconnect. */
async function laterAddresses(program: Program): Promise<string[]> {
  const record = `/activity/disconnections/${await disconnectOverApi(program)}`;
  return ["/", "/settings/connect", record, `${record}/accept`];
}

for (const [language, locale, compressed] of [
  ["English", "en-US", 2],
  ["Spanish", "es-ES", 3],
] as const) {
  test(`the JavaScript of a first visit is under 130 kB over the wire, wherever it begins, in ${language}`, async ({
    browser,
    program,
  }) => {
    const visit = async (address: string) => {
      const context = await browser.newContext({ baseURL: program.url, locale });
      const sizes = await scriptsOf(await context.newPage(), address);
      await context.close();
      const sum = sizes.reduce((some, { bytes }) => some + bytes, 0);
      expect.soft(sum, address).toBeGreaterThan(10_000);
      expect.soft(sum, address).toBeLessThan(130_000);
      return sizes;
    };
    const [first, ...others] = await everyAddress(program);
    const codings = (await visit(first ?? "")).map(({ coding }) => coding).filter((coding) => coding !== null);
    expect(codings).toEqual(Array(compressed).fill("br")); // others are too short for that
    for (const address of others) await visit(address);
    for (const address of await laterAddresses(program)) await visit(address);
  });
}

/** The scripts that are loaded for a page, until it asks for nothing more. */
async function scriptsOf(page: Page, address: string): Promise<{ bytes: number; coding: string | null }[]> {
  const responses: Response[] = [];
  page.on("response", (response) => responses.push(response));
  await page.goto(address);
  await expect(page.getByRole("heading").first()).toBeVisible();
  await page.waitForLoadState("networkidle");
  const scripts = responses.filter((response) => response.request().resourceType() === "script");
  return Promise.all(
    scripts.map(async (script) => ({
      bytes: (await script.request().sizes()).responseBodySize,
      coding: await script.headerValue("Content-Encoding"),
    })),
  );
}

test("a second visit gets 304 Not Modified for each file", async ({ page, context }) => {
  await page.goto("/");
  await expect(page.getByRole("region", { name: "Latest activity" }).getByRole("listitem")).toHaveCount(5);
  const again = await context.newPage();
  const statusOf = await statusesOverTheWire(again);
  await again.goto("/");
  await expect(again.getByRole("region", { name: "Latest activity" }).getByRole("listitem")).toHaveCount(5);
  for (const file of ["/", "/assets/admin.js", "/assets/admin.css"]) await expect.poll(() => statusOf(file)).toBe(304);
});

for (const address of addresses) {
  test(`${address} sends each query once`, async ({ page }) => {
    const asked: string[] = [];
    page.on("request", (request) => request.method() === "POST" && asked.push(request.postDataJSON().operationName));
    await page.goto(address);
    await expect(page.getByRole("main").getByRole("listitem").first()).toBeVisible();
    await page.waitForLoadState("networkidle");
    expect(asked).toContain("Store");
    expect(asked).toEqual([...new Set(asked)]);
  });
}

test("first contentful paint is early", async ({ page }) => {
  const times: number[] = [];
  for (let load = 0; load < 3; load++) {
    await page.goto("/");
    await expect(page.getByRole("region", { name: "Latest activity" })).toBeVisible();
    times.push(await firstContentfulPaint(page));
  }
  expect(Math.min(...times)).toBeLessThan(10_000); // another machine may be ten times as slow, or busy
});

/** The status of the response for a path as the program sent it: the browser itself turns 304 into 200. */
async function statusesOverTheWire(page: Page): Promise<(path: string) => number | undefined> {
  const wire = await page.context().newCDPSession(page);
  await wire.send("Network.enable");
  const requests = new Map<string, string>(); // by path
  const statuses = new Map<string, number>(); // by request; either may be told of first
  wire.on("Network.requestWillBeSent", ({ requestId, request }) =>
    requests.set(new URL(request.url).pathname, requestId),
  );
  wire.on("Network.responseReceivedExtraInfo", ({ requestId, statusCode }) => statuses.set(requestId, statusCode));
  return (path) => statuses.get(requests.get(path) ?? "");
}

function firstContentfulPaint(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((entries, observer) => {
          const [paint] = entries.getEntriesByName("first-contentful-paint");
          if (!paint) return;
          observer.disconnect();
          resolve(paint.startTime);
        }).observe({ type: "paint", buffered: true });
      }),
  );
}
