import type { Page, Response } from "@playwright/test";
import { expect, test } from "./fixtures";

const addresses = ["/", "/settings", "/activity"];

for (const [language, locale, latest, compressed] of [
  ["English", "en-US", "Latest activity", 2],
  ["Spanish", "es-ES", "Actividad reciente", 3],
] as const) {
  test.describe(`in ${language}`, () => {
    test.use({ locale });

    test("the JavaScript of a first visit is under 130 kB over the wire", async ({ page }) => {
      const responses: Response[] = [];
      page.on("response", (response) => responses.push(response));
      await page.goto("/");
      await expect(page.getByRole("region", { name: latest }).getByRole("listitem")).toHaveCount(5);
      const scripts = responses.filter((response) => response.request().resourceType() === "script");
      const bytes = await Promise.all(scripts.map(async (script) => (await script.request().sizes()).responseBodySize));
      const codings = await Promise.all(scripts.map((script) => script.headerValue("Content-Encoding")));
      expect(codings.filter((coding) => coding !== null)).toEqual(Array(compressed).fill("br")); // others are too short for that
      const sum = bytes.reduce((some, more) => some + more, 0);
      expect(sum).toBeGreaterThan(10_000);
      expect(sum).toBeLessThan(130_000);
    });
  });
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
