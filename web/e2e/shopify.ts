import { createHmac, randomUUID } from "node:crypto";
import type { FrameLocator, Page } from "@playwright/test";
import { saveBarScript } from "./saveBar";

// Shopify's side of signing in: App Bridge, the session tokens that it gives, and the admin's frame round the app.

const apiKey = "0123456789abcdef0123456789abcdef";
const apiSecret = "planted-app-secret-planted-app-se";
// Made by handback keyset new.
const keyset =
  "COuc1c4CEmQKWAowdHlwZS5nb29nbGVhcGlzLmNvbS9nb29nbGUuY3J5cHRvLnRpbmsuQWVzR2NtS2V5EiIaIMb98eoO9irQ1YsL3+cDA/6rm3nf8b6udBDnzu/8hm9hGAEQARjrnNXOAiAB";
export const appBridge = "https://cdn.shopify.com/shopifycloud/app-bridge.js";
export const askedAppBridge = /^asked https:\/\/cdn\.shopify\.com\/shopifycloud\/app-bridge\.js$/;
export const localNetworkAccess = "local-network-access"; // that pages of the outer world may show a program of this machine

export const aurora = "aurora-outfitters.myshopify.com";
export const cedar = "cedar-and-pine.myshopify.com";

/** The environment of a program that sellers sign in to. */
export const signInEnv = {
  SHOPIFY_API_KEY: apiKey,
  SHOPIFY_API_SECRET: apiSecret,
  HANDBACK_KEYSET: keyset,
  SANDBOX: "true",
};

/** One expression for all: Playwright takes a second one in a list for its own options. */
export function anyOf(...all: RegExp[]): RegExp {
  return new RegExp(all.map(({ source }) => source).join("|"));
}

/** A fake App Bridge, that of Shopify's app for phones where there is no frame: makes a new session token at each call. Returns the list of the tokens it made. */
export async function signIn(page: Page, token: () => string | Promise<string>, inShopify = true): Promise<string[]> {
  const given: string[] = [];
  await page.exposeFunction("newToken", async () => {
    const fresh = await token();
    given.push(fresh);
    return fresh;
  });
  const body = `window.toasts = []; window.shopify = {
    environment: { embedded: window.top !== window, mobile: window.top === window && ${inShopify} },
    idToken: () => window.newToken(),
    toast: { show: (message) => window.toasts.push(message) },
  }; ${saveBarScript}`;
  await page.route(appBridge, (route) => route.fulfill(script(body)));
  return given;
}

export function script(body: string) {
  return { contentType: "text/javascript", body };
}

/** A session token as Shopify makes it, so many seconds ago. */
export function sessionToken(domain: string, changes: object = {}, lag = 0): string {
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

/** Shows the app in a frame of a page at another address. */
export async function openInFrame(
  page: Page,
  address: string,
  app: string,
  size = "width:1000px;height:700px",
): Promise<FrameLocator> {
  const body = `<title>Admin</title><iframe title="App" src="${app}" style="${size}"></iframe>`;
  await page.route(address, (route) => route.fulfill({ contentType: "text/html", body }));
  await page.goto(address);
  return page.frameLocator("iframe");
}
