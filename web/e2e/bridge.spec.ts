import { createHmac, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { FrameLocator, Page } from "@playwright/test";
import { expect, test } from "./fixture";
import { choose } from "./story";

const apiKey = "0123456789abcdef0123456789abcdef";
const apiSecret = "planted-app-secret-planted-app-se";
const appBridge = "https://cdn.shopify.com/shopifycloud/app-bridge.js";
const askedAppBridge = /^asked https:\/\/cdn\.shopify\.com\/shopifycloud\/app-bridge\.js$/;
const refusedSignIn = /^Failed to load resource: the server responded with a status of 401/;

const toLocal = "local-network-access"; // that pages of the outer world may show a program of this machine

const aurora = "aurora-outfitters.myshopify.com";
const cedar = "cedar-and-pine.myshopify.com";

test.use({ env: { SHOPIFY_API_KEY: apiKey, SHOPIFY_API_SECRET: apiSecret }, expected: [askedAppBridge] });

test("the store that is signed in is the one that is shown, with a fresh token for each operation", async ({
  page,
}) => {
  const credentials = credentialsOf(page);
  const given = await signedIn(page, () => sessionToken(aurora));
  await page.goto("/");
  await expect(page.getByRole("banner")).toContainText("Aurora Outfitters");
  await expect(page.getByRole("region", { name: "Latest activity" }).getByRole("listitem").first()).toBeVisible();
  await page.getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("region", { name: "Store", exact: true })).toBeVisible();
  expect(credentials.length).toBeGreaterThan(3);
  expect(given.map((token) => `Bearer ${token}`)).toEqual(expect.arrayContaining(credentials));
  expect(new Set(credentials).size).toBe(credentials.length);
});

test("who signed in is who did it", async ({ page }) => {
  await signedIn(page, () => sessionToken(aurora, { sub: "4711" }));
  await page.goto("/settings/connect");
  await choose(page.getByRole("dialog"), "USLCDEMO1");
  await expect(latest(page).first()).toContainText("Connected TikTok Shop USLCDEMO1");
  await expect(latest(page).first()).toContainText("Shopify user 4711");
});

test("two stores see what is theirs", async ({ page, context }) => {
  await signedIn(page, () => sessionToken(aurora));
  await page.goto("/settings/connect");
  await choose(page.getByRole("dialog"), "USLCDEMO1");
  await expect(card(page)).toContainText("TikTok Shop USLCDEMO1");

  const other = await context.newPage();
  await signedIn(other, () => sessionToken(cedar));
  await other.goto(page.url());
  await expect(other.getByRole("banner")).toContainText("Cedar And Pine");
  await expect(card(other)).toContainText("Setup in Progress");
  await expect(latest(other).filter({ hasText: "USLCDEMO1" })).toHaveCount(0);
  await other.goto("/settings/connect");
  await choose(other.getByRole("dialog"), "USLCDEMO1");
  await expect(other.getByRole("alert")).not.toBeEmpty(); // it is the other store's

  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("link", { name: "Disconnect TikTok Shop USLCDEMO1" }).click();
  const address = page.url();
  await other.goto(address);
  await expect(other.getByRole("dialog")).toContainText("This store has no such account.");
});

test.describe("without a token", () => {
  test.use({ expected: [anyOf(askedAppBridge, refusedSignIn, /^Failed to load resource: net::ERR_FAILED/)] });

  const ways: [string, (page: Page) => Promise<unknown>][] = [
    ["App Bridge is not to be had", (page) => page.route(appBridge, (route) => route.abort())],
    ["App Bridge never answers", (page) => signedIn(page, () => new Promise<string>(() => {}))],
    ["App Bridge refuses", (page) => signedIn(page, () => Promise.reject(new Error("not in the admin")))],
    [
      "App Bridge has none to give",
      (page) => page.route(appBridge, (route) => route.fulfill(script("window.shopify = {}"))),
    ],
  ];
  for (const [why, prepare] of ways) {
    test(`the page says where to sign in, and asks nobody again: ${why}`, async ({ page }) => {
      const asked: string[] = [];
      page.on("request", (request) => request.method() === "POST" && asked.push(request.postDataJSON().operationName));
      const credentials = credentialsOf(page);
      await prepare(page);
      await page.goto("/activity");
      await expect(page.getByRole("alert")).toContainText("Open the app from your Shopify admin");
      await page.waitForLoadState("networkidle");
      expect(asked).toEqual([...new Set(asked)]);
      expect(credentials.filter(Boolean)).toEqual([]);
    });
  }
});

test.describe("a token that has expired on the way", () => {
  test.use({ expected: [anyOf(askedAppBridge, refusedSignIn)] });

  test("is refused, and another try goes with a fresh one", async ({ page }) => {
    let lag = 120;
    await signedIn(page, () => sessionToken(aurora, {}, lag));
    await page.goto("/activity");
    await expect(page.getByRole("alert")).toContainText("sign in");
    await expect(page.getByRole("banner")).not.toContainText("Aurora Outfitters");
    lag = 0;
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("region", { name: "Audit trail" }).getByRole("listitem").first()).toBeVisible();
    await page.getByRole("link", { name: "Overview" }).click();
    await expect(card(page)).toContainText("Setup in Progress");
    await expect(page.getByRole("banner")).toContainText("Aurora Outfitters");
  });
});

test.describe("in a frame", () => {
  const framers = /^asked (https:\/\/(admin\.shopify\.com|[a-z-]+\.myshopify\.com)|http:\/\/127\.0\.0\.1:\d+)\//;
  const noClipboard = /^Permissions policy violation: The Clipboard API has been blocked/;
  test.use({ permissions: [toLocal], expected: [anyOf(askedAppBridge, framers, noClipboard)] });

  test("Shopify's admin shows the app, and all of it works", async ({ page, program }) => {
    await signedIn(page, () => sessionToken(aurora));
    const app = await framed(page, "https://admin.shopify.com/store/aurora-outfitters/apps/tiktok", `${program.url}/`);
    await expect(app.getByRole("banner")).toContainText("Aurora Outfitters");
    await app.getByRole("link", { name: "Connect" }).click();
    await choose(app.getByRole("dialog"), "USLCDEMO1");
    await expect(card(app)).toContainText("Connected");
    await app.getByRole("link", { name: "Settings" }).click();
    await app.getByRole("link", { name: "Disconnect TikTok Shop USLCDEMO1" }).click();
    await app.getByRole("checkbox").check();
    await app.getByRole("button", { name: "Disconnect", exact: true }).click();
    await expect(card(app)).toContainText("Setup in Progress");
    await app.getByRole("link", { name: "Open the record" }).first().click();
    await app.getByRole("button", { name: "Copy as JSON" }).click();
    await expect(app.getByText("The browser does not allow copying here; download it instead.")).toBeVisible();
    const download = page.waitForEvent("download");
    await app.getByRole("button", { name: "Download JSON" }).click();
    expect((await download).suggestedFilename()).toMatch(/^disconnection-.*\.json$/);
  });

  test("the store's own admin shows the app when the address names the store", async ({ page, program }) => {
    await signedIn(page, () => sessionToken(aurora));
    const app = await framed(page, `https://${aurora}/admin/apps/tiktok`, `${program.url}/?shop=${aurora}`);
    await expect(app.getByRole("banner")).toContainText("Aurora Outfitters");
  });
});

test.describe("in anybody else's frame", () => {
  const framers = /^asked (https:\/\/[a-z-]+\.myshopify\.com|http:\/\/127\.0\.0\.1:\d+)\//;
  test.use({ permissions: [toLocal], expected: [anyOf(askedAppBridge, framers, /frame-ancestors/)] });

  test("the app is not shown to another store's admin", async ({ page, program }) => {
    await expectNotFramed(page, `https://${cedar}/admin`, `${program.url}/?shop=${aurora}`);
  });

  test("the app is not shown to another site", async ({ page, program }) => {
    const site = createServer((_, response) =>
      response.setHeader("Content-Type", "text/html").end(`<iframe src="${program.url}/?shop=127.0.0.1"></iframe>`),
    );
    await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
    const refused = page.waitForEvent("console", (message) => message.text().includes("frame-ancestors"));
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
    await refused;
    await expect(page.frameLocator("iframe").getByRole("heading")).toHaveCount(0);
    site.close();
  });

  test("nor does an address that names a store let anything else in", async ({ request }) => {
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

/** One expression for all: Playwright takes a second one in a list for its own options. */
function anyOf(...all: RegExp[]): RegExp {
  return new RegExp(all.map(({ source }) => source).join("|"));
}

/** What the page has of App Bridge: session tokens, made anew each time it asks. The tokens that were given come back. */
async function signedIn(page: Page, token: () => string | Promise<string>): Promise<string[]> {
  const given: string[] = [];
  await page.exposeFunction("anotherToken", async () => {
    const fresh = await token();
    given.push(fresh);
    return fresh;
  });
  const body = "window.shopify = { idToken: () => window.anotherToken() }";
  await page.route(appBridge, (route) => route.fulfill(script(body)));
  return given;
}

function script(body: string) {
  return { contentType: "text/javascript", body };
}

/** A session token as Shopify makes it, so many seconds ago. */
function sessionToken(domain: string, changes: object = {}, lag = 0): string {
  const now = Math.floor(Date.now() / 1000) - lag;
  const claims = {
    iss: `https://${domain}/admin`,
    dest: `https://${domain}`,
    aud: apiKey,
    sub: "42",
    exp: now + 60,
    nbf: now - 1,
    iat: now - 1,
    jti: randomUUID(),
    sid: "aaea182f",
    ...changes,
  };
  const signed = [{ alg: "HS256", typ: "JWT" }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${signed}.${createHmac("sha256", apiSecret).update(signed).digest("base64url")}`;
}

/** What the page signs in with at each of its operations, from now on. */
function credentialsOf(page: Page): (string | undefined)[] {
  const credentials: (string | undefined)[] = [];
  page.on("request", (request) => request.method() === "POST" && credentials.push(request.headers().authorization));
  return credentials;
}

/** Shows the app in a frame of a page at another address. */
async function framed(page: Page, address: string, app: string): Promise<FrameLocator> {
  const body = `<title>Admin</title><iframe src="${app}" width="1000" height="700"></iframe>`;
  await page.route(address, (route) => route.fulfill({ contentType: "text/html", body }));
  await page.goto(address);
  return page.frameLocator("iframe");
}

async function expectNotFramed(page: Page, address: string, app: string): Promise<void> {
  const refused = page.waitForEvent("console", (message) => message.text().includes("frame-ancestors"));
  const frame = await framed(page, address, app);
  await refused;
  await expect(frame.getByRole("heading")).toHaveCount(0);
}

function card(place: Page | FrameLocator) {
  return place.getByRole("region", { name: "TikTok Shop", exact: true });
}

function latest(page: Page) {
  return page.getByRole("region", { name: "Latest activity" }).getByRole("listitem");
}
