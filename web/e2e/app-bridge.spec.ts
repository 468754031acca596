import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { FrameLocator, Page } from "@playwright/test";
import { chooseShop } from "./actions";
import { expect, test } from "./fixtures";
import {
  anyOf,
  appBridge,
  askedAppBridge,
  aurora,
  cedar,
  localNetworkAccess,
  openInFrame,
  script,
  sessionToken,
  signIn,
  signInEnv,
} from "./shopify";

const unauthorized = /^Failed to load resource: the server responded with a status of 401/;

test.use({
  env: signInEnv,
  expectedErrors: [askedAppBridge],
});

test("shows the store of the session token, with a fresh token for each operation", async ({ page }) => {
  const credentials = credentialsOf(page);
  const given = await signIn(page, () => sessionToken(aurora));
  await page.goto("/");
  await expect(page.getByRole("banner")).toContainText("Aurora Outfitters");
  await expect(page.getByRole("region", { name: "Latest activity" }).getByRole("listitem").first()).toBeVisible();
  await page.getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("region", { name: "Taxes", exact: true })).toBeVisible();
  expect(credentials.length).toBeGreaterThan(3);
  expect(given.map((token) => `Bearer ${token}`)).toEqual(expect.arrayContaining(credentials));
  expect(new Set(credentials).size).toBe(credentials.length);
});

test("GraphiQL signs in as the admin does, from the page that leads to it", async ({ page, program }) => {
  const credentials = credentialsOf(page);
  const given = await signIn(page, () => sessionToken(aurora));
  await page.goto(`/api-keys?shop=${aurora}&host=YQ&id_token=x`);
  await page.getByRole("link", { name: "open GraphiQL" }).click();
  await expect(page).toHaveURL(`${program.url}/graphiql?shop=${aurora}&host=YQ`);
  await expect(async () => {
    await page.getByRole("button", { name: /^Execute query/ }).click();
    await expect(page.getByRole("region", { name: "Result Window" })).toContainText(
      `"statusLabel": "Setup in Progress"`,
      {
        timeout: 2000,
      },
    );
  }).toPass({ timeout: 120_000 });
  expect(given.map((token) => `Bearer ${token}`)).toEqual(expect.arrayContaining(credentials));
});

test("the audit trail names the signed-in user", async ({ page }) => {
  await signIn(page, () => sessionToken(aurora, { sub: "4711" }));
  await page.goto("/settings/connect");
  await chooseShop(page.getByRole("dialog"), "USLCDEMO1");
  await expect(latest(page).first()).toContainText("Connected TikTok Shop USLCDEMO1");
  await expect(latest(page).first()).toContainText("Shopify user 4711");
});

test("tenant isolation: two stores see their own data", async ({ page, context }) => {
  await signIn(page, () => sessionToken(aurora));
  await page.goto("/settings/connect");
  await chooseShop(page.getByRole("dialog"), "USLCDEMO1");
  await expect(shopCard(page)).toContainText("TikTok Shop USLCDEMO1");

  const other = await context.newPage();
  await signIn(other, () => sessionToken(cedar));
  await other.goto(page.url());
  await expect(other.getByRole("banner")).toContainText("Cedar And Pine");
  await expect(shopCard(other)).toContainText("Setup in Progress");
  await expect(latest(other).filter({ hasText: "USLCDEMO1" })).toHaveCount(0);
  await other.goto("/settings/connect");
  await chooseShop(other.getByRole("dialog"), "USLCDEMO1");
  await expect(other.getByRole("alert")).not.toBeEmpty(); // it is the other store's

  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("link", { name: "Disconnect TikTok Shop USLCDEMO1" }).click();
  await expect(page.getByRole("dialog").getByRole("checkbox")).toBeVisible();
  const address = page.url();
  await other.goto(address);
  await expect(other.getByRole("dialog")).toContainText("This store has no such account.");
});

test.describe("without a token", () => {
  test.use({ expectedErrors: [anyOf(askedAppBridge, unauthorized, /^Failed to load resource: net::ERR_FAILED/)] });

  const cases: [string, (page: Page) => Promise<unknown>][] = [
    ["App Bridge does not load", (page) => page.route(appBridge, (route) => route.abort())],
    ["App Bridge never answers", (page) => signIn(page, () => new Promise<string>(() => {}), false)],
    ["App Bridge rejects", (page) => signIn(page, () => Promise.reject(new Error("not in the admin")))],
    [
      "App Bridge has no idToken",
      (page) => page.route(appBridge, (route) => route.fulfill(script("window.shopify = {}"))),
    ],
  ];
  for (const [why, prepare] of cases) {
    test(`the page says where to sign in, and does not retry: ${why}`, async ({ page }) => {
      const operations: string[] = [];
      page.on(
        "request",
        (request) => request.method() === "POST" && operations.push(request.postDataJSON().operationName),
      );
      const credentials = credentialsOf(page);
      await prepare(page);
      await page.goto("/activity");
      await expect(page.getByRole("alert")).toContainText("Open the app from your Shopify admin");
      await page.waitForLoadState("networkidle");
      expect(operations).toEqual([...new Set(operations)]);
      expect(credentials.filter(Boolean)).toEqual([]);
    });
  }
});

test.describe("an expired token", () => {
  test.use({ expectedErrors: [anyOf(askedAppBridge, unauthorized)] });

  test("is rejected, and a retry uses a fresh one", async ({ page }) => {
    let lag = 120;
    await signIn(page, () => sessionToken(aurora, {}, lag));
    await page.goto("/activity");
    await expect(page.getByRole("alert")).toContainText("sign in");
    await expect(page.getByRole("banner")).not.toContainText("Aurora Outfitters");
    lag = 0;
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("region", { name: "Audit trail" }).getByRole("listitem").first()).toBeVisible();
    await page.getByRole("link", { name: "Overview" }).click();
    await expect(shopCard(page)).toContainText("Setup in Progress");
    await expect(page.getByRole("banner")).toContainText("Aurora Outfitters");
  });
});

test.describe("in a frame", () => {
  const framers = /^asked (https:\/\/(admin\.shopify\.com|[a-z-]+\.myshopify\.com)|http:\/\/127\.0\.0\.1:\d+)\//;
  const noClipboard = /^Permissions policy violation: The Clipboard API has been blocked/;
  test.use({ permissions: [localNetworkAccess], expectedErrors: [anyOf(askedAppBridge, framers, noClipboard)] });

  test("Shopify's admin shows the app, and all of it works", async ({ page, program }) => {
    await signIn(page, () => sessionToken(aurora));
    const app = await openInFrame(
      page,
      "https://admin.shopify.com/store/aurora-outfitters/apps/tiktok",
      `${program.url}/`,
    );
    await expect(shopCard(app)).toContainText("Setup in Progress");
    await app.getByRole("link", { name: "Connect" }).click();
    await chooseShop(app.getByRole("dialog"), "USLCDEMO1");
    await expect(shopCard(app)).toContainText("Connected");
    await followAppNav(app, "Settings");
    await app.getByRole("link", { name: "Disconnect TikTok Shop USLCDEMO1" }).click();
    await app.getByRole("dialog").getByRole("checkbox").check();
    await app.getByRole("button", { name: "Disconnect", exact: true }).click();
    await expect(shopCard(app)).toContainText("Setup in Progress");
    await app.getByRole("link", { name: "Open the record" }).first().click();
    await app.getByRole("button", { name: "Copy as JSON" }).click();
    await expect(app.getByText("The browser does not allow copying here; download it instead.")).toBeVisible();
    const download = page.waitForEvent("download");
    await app.getByRole("button", { name: "Download JSON" }).click();
    expect((await download).suggestedFilename()).toMatch(/^disconnection-.*\.json$/);
  });

  test("Shopify's admin shows GraphiQL", async ({ page, program }) => {
    await signIn(page, () => sessionToken(aurora));
    const app = await openInFrame(
      page,
      "https://admin.shopify.com/store/aurora-outfitters/apps/tiktok",
      `${program.url}/api-keys`,
    );
    await app.getByRole("link", { name: "open GraphiQL" }).click();
    await expect(app.getByRole("button", { name: /^Execute query/ })).toBeVisible();
  });

  test("the store's own admin shows the app when the address names the store", async ({ page, program }) => {
    await signIn(page, () => sessionToken(aurora));
    const app = await openInFrame(page, `https://${aurora}/admin/apps/tiktok`, `${program.url}/?shop=${aurora}`);
    await expect(shopCard(app)).toContainText("Setup in Progress");
  });

  test("the pages are in the menu of Shopify's admin, and there is no second bar", async ({ page, program }) => {
    await signIn(page, () => sessionToken(aurora));
    const app = await openInFrame(
      page,
      "https://admin.shopify.com/store/aurora-outfitters/apps/tiktok",
      `${program.url}/`,
    );
    await expect(heading(app, "Overview")).toBeVisible();
    await expect(app.getByRole("banner")).toHaveCount(0);
    await expect(app.locator("s-app-nav s-link")).toHaveText([
      "Overview",
      "Settings",
      "Activity",
      "API keys",
      "Webhooks",
    ]);
    for (const title of ["Settings", "Activity", "API keys", "Webhooks", "Overview"]) {
      await followAppNav(app, title);
      await expect(heading(app, title)).toBeFocused();
    }
  });

  test("a success is a toast of Shopify's admin", async ({ page, program }) => {
    await signIn(page, () => sessionToken(aurora));
    const app = await openInFrame(
      page,
      "https://admin.shopify.com/store/aurora-outfitters/apps/tiktok",
      `${program.url}/settings/connect`,
    );
    await chooseShop(app.getByRole("dialog"), "USLCDEMO1");
    await expect(shopCard(app)).toContainText("Connected");
    const frame = page.frames().find((one) => one.parentFrame() !== null);
    expect(await frame?.evaluate("window.toasts")).toEqual([expect.stringContaining("TikTok Shop USLCDEMO1")]);
    await expect(app.getByRole("button", { name: "Dismiss" })).toHaveCount(0);
  });

  test("saving a setting is told by a toast of Shopify's admin", async ({ page, program }) => {
    await signIn(page, () => sessionToken(aurora));
    const app = await openInFrame(
      page,
      "https://admin.shopify.com/store/aurora-outfitters/apps/tiktok",
      `${program.url}/settings`,
    );
    await app.getByRole("button", { name: "Edit Order tags" }).click();
    await app.getByRole("textbox", { name: "Order tags" }).fill("web");
    await app.getByRole("button", { name: "Save", exact: true }).click();
    await expect(app.getByRole("button", { name: "Edit Order tags" })).toBeVisible();
    const frame = page.frames().find((one) => one.parentFrame() !== null);
    expect(await frame?.evaluate("window.toasts")).toEqual(["Order tags is saved."]);
    await expect(app.getByRole("button", { name: "Dismiss" })).toHaveCount(0);
  });
});

test.describe("framed by anybody else", () => {
  const framers = /^asked (https:\/\/[a-z-]+\.myshopify\.com|http:\/\/127\.0\.0\.1:\d+)\//;
  test.use({ permissions: [localNetworkAccess], expectedErrors: [anyOf(askedAppBridge, framers, /frame-ancestors/)] });

  test("the app is not shown to another store's admin", async ({ page, program }) => {
    await expectNotFramed(page, `https://${cedar}/admin`, `${program.url}/?shop=${aurora}`);
  });

  test("the app is not shown to another site", async ({ page, program }) => {
    const site = createServer((_, response) =>
      response.setHeader("Content-Type", "text/html").end(`<iframe src="${program.url}/?shop=127.0.0.1"></iframe>`),
    );
    await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
    const blocked = page.waitForEvent("console", (message) => message.text().includes("frame-ancestors"));
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
    await blocked;
    await expect(page.frameLocator("iframe").getByRole("heading")).toHaveCount(0);
    site.close();
  });

  test("the shop parameter allows no other frame ancestors", async ({ request }) => {
    for (const [query, framers] of [
      ["", "https://admin.shopify.com"],
      [`?shop=${aurora}`, `https://admin.shopify.com https://${aurora}`],
      ["?shop=example.com", "https://admin.shopify.com"],
      [`?shop=${aurora}.example.com`, "https://admin.shopify.com"],
      [`?shop=x.myshopify.com%20https://example.com`, "https://admin.shopify.com"],
      [`?shop=x.myshopify.com;%20script-src%20*`, "https://admin.shopify.com"],
      [`?shop=${aurora}&shop=${cedar}`, "https://admin.shopify.com"],
      [`?shop=*.myshopify.com`, "https://admin.shopify.com"],
    ]) {
      const policy = (await request.get(`/settings${query}`)).headers()["content-security-policy"] ?? "";
      expect(
        policy.split("; ").find((part) => part.startsWith("frame-ancestors")),
        query,
      ).toBe(`frame-ancestors ${framers}`);
    }
  });
});

/** The Authorization headers of the operations the page sends, from now on. */
function credentialsOf(page: Page): (string | undefined)[] {
  const credentials: (string | undefined)[] = [];
  page.on("request", (request) => request.method() === "POST" && credentials.push(request.headers().authorization));
  return credentials;
}

async function expectNotFramed(page: Page, address: string, app: string): Promise<void> {
  const blocked = page.waitForEvent("console", (message) => message.text().includes("frame-ancestors"));
  const frame = await openInFrame(page, address, app);
  await blocked;
  await expect(frame.getByRole("heading")).toHaveCount(0);
}

/** Follows a link of the app in the menu of Shopify's admin, of which App Bridge tells the page. */
async function followAppNav(app: FrameLocator, title: string): Promise<void> {
  await app.locator("s-app-nav s-link", { hasText: title }).dispatchEvent("shopify:navigate");
}

function heading(app: FrameLocator, name: string) {
  return app.getByRole("heading", { name, level: 1 });
}

function shopCard(place: Page | FrameLocator) {
  return place.getByRole("region", { name: "TikTok Shop", exact: true });
}

function latest(page: Page) {
  return page.getByRole("region", { name: "Latest activity" }).getByRole("listitem");
}
