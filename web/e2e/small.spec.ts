import type { Page, Response } from "@playwright/test";
import { expect, test } from "./fixture";
import { disconnect, toPage } from "./story";

const addresses = ["/", "/settings", "/activity"];

test("the JavaScript of a first visit is under 150 kB over the wire", async ({ page }) => {
  const answers: Response[] = [];
  page.on("response", (answer) => answers.push(answer));
  await page.goto("/");
  await expect(page.getByRole("region", { name: "Latest activity" }).getByRole("listitem")).toHaveCount(5);
  const scripts = answers.filter((answer) => answer.request().resourceType() === "script");
  const bytes = await Promise.all(scripts.map(async (script) => (await script.request().sizes()).responseBodySize));
  for (const script of scripts) expect(await script.headerValue("Content-Encoding")).toBe("gzip");
  const sum = bytes.reduce((some, more) => some + more, 0);
  expect(sum).toBeGreaterThan(10_000);
  expect(sum).toBeLessThan(150_000);
});

test("a second visit is told of each file that it has not changed", async ({ page, context }) => {
  await page.goto("/");
  await expect(page.getByRole("region", { name: "Latest activity" }).getByRole("listitem")).toHaveCount(5);
  const again = await context.newPage();
  const statusOf = await statusesOverTheWire(again);
  await again.goto("/");
  await expect(again.getByRole("region", { name: "Latest activity" }).getByRole("listitem")).toHaveCount(5);
  for (const file of ["/", "/assets/admin.js", "/assets/admin.css"]) await expect.poll(() => statusOf(file)).toBe(304);
});

for (const address of addresses) {
  test(`${address} asks each question once`, async ({ page }) => {
    const asked: string[] = [];
    page.on("request", (request) => request.method() === "POST" && asked.push(request.postDataJSON().operationName));
    await page.goto(address);
    await expect(page.getByRole("main").getByRole("listitem").first()).toBeVisible();
    await page.waitForLoadState("networkidle");
    expect(asked).toContain("Store");
    expect(asked).toEqual([...new Set(asked)]);
  });
}

test("something is to be seen within a second", async ({ page }) => {
  const times: number[] = [];
  for (let load = 0; load < 3; load++) {
    await page.goto("/");
    await expect(page.getByRole("region", { name: "Latest activity" })).toBeVisible();
    times.push(await firstContentfulPaint(page));
  }
  expect(Math.min(...times)).toBeLessThan(10_000); // another machine may be ten times as slow, or busy
});

// That no page complains, of a style or a script that its policy forbids or of anything else, and that none asks
// anybody but the program, the fixture sees to.
test("the whole story is told under the policy, by the program alone", async ({ page, program }) => {
  const asked = new Set<string>();
  page.on("request", (request) => asked.add(new URL(request.url()).origin));
  await page.goto("/");
  for (const name of ["Settings", "Activity", "Overview"]) {
    await toPage(page, name).click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  }
  await disconnect(page);
  await page.getByRole("status").getByRole("link", { name: "Open the record" }).click();
  await expect(page.getByRole("region", { name: "Proof" })).toBeVisible();
  expect([...asked]).toEqual([program.url]);
});

test("no page has a script or a style of its own in it", async ({ page }) => {
  for (const address of addresses) {
    await page.goto(address);
    await expect(page.getByRole("main").getByRole("listitem").first()).toBeVisible();
    for (const script of await page.locator("script").all()) {
      await expect(script).toHaveAttribute("src", /^\/assets\//);
      await expect(script).toHaveAttribute("type", "module");
    }
    await expect(page.locator("style, [style]")).toHaveCount(0);
    const attributes = await page.locator("*").evaluateAll((all) => all.flatMap((one) => one.getAttributeNames()));
    expect(attributes.filter((name) => name.startsWith("on"))).toEqual([]);
  }
});

test.describe("the policy", () => {
  test.use({ expected: [/^Executing inline script violates/] });

  test("lets in the program's own files and nothing else", async ({ page, request }) => {
    const policy = (await request.get("/")).headers()["content-security-policy"]?.split("; ");
    for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"]) {
      expect(policy).toContain(part);
    }
    await page.goto("/");
    const refused = await page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          addEventListener("securitypolicyviolation", ({ effectiveDirective }) => resolve(effectiveDirective));
          const script = document.createElement("script");
          script.textContent = "document.title = 'run'";
          document.head.append(script);
        }),
    );
    expect(refused).toBe("script-src-elem");
    await expect(page).not.toHaveTitle("run");
  });
});

/** The status of the answer to a path as it comes from the program: the browser itself turns 304 into 200. */
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
