import { expect, type Page } from "@playwright/test";
import type { Program } from "../program";
import {
  anyOf,
  askedAppBridge,
  aurora,
  localNetworkAccess,
  openInFrame,
  sessionToken,
  signIn,
  signInEnv,
} from "../shopify";
import type { View } from "./view";

const admin = "https://admin.shopify.com/store/aurora-outfitters/apps/tiktok";
const filling = "position:fixed;inset:0;border:0;width:100%;height:100%";
const framed = anyOf(askedAppBridge, /^asked (https:\/\/admin\.shopify\.com|http:\/\/127\.0\.0\.1:\d+)\//);
const embedded = { env: signInEnv, permissions: [localNetworkAccess], expectedErrors: [framed] };

/** The app where sellers sign in: within Shopify's admin, and opened outside of it. */
export const shopifyViews: View[] = [
  {
    name: "page that is opened outside of Shopify",
    env: signInEnv,
    expectedErrors: [askedAppBridge, /the server responded with a status of 401/],
    async open(page) {
      await signIn(page, () => Promise.reject(new Error("not in the admin")), false);
      await page.goto("/");
      await expect(page.getByRole("alert")).toContainText("Open the app from your Shopify admin");
    },
  },
  {
    name: "overview within Shopify's admin",
    ...embedded,
    async open(page, program) {
      const { app, frame } = await openInAdmin(page, program, "/");
      await expect(app.getByRole("link", { name: "Connect" })).toBeVisible();
      return frame();
    },
  },
  {
    name: "settings within Shopify's admin",
    ...embedded,
    async open(page, program) {
      const { app, frame } = await openInAdmin(page, program, "/settings");
      await expect(app.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
      await expect(app.getByText("Loading…")).toHaveCount(0);
      return frame();
    },
  },
  {
    name: "connect dialog within Shopify's admin",
    ...embedded,
    async open(page, program) {
      const { app, frame } = await openInAdmin(page, program, "/settings/connect");
      await expect(app.getByRole("dialog").getByRole("radio").first()).toBeVisible();
      return frame();
    },
  },
  {
    name: "disconnect dialog within Shopify's admin",
    ...embedded,
    async open(page, program) {
      const { app, frame } = await openInAdmin(page, program, "/settings/connect");
      await app.getByRole("dialog").getByRole("radio", { name: "USLCDEMO1" }).check();
      await app.getByRole("dialog").getByRole("button", { name: "Connect" }).click();
      await expect(app.getByRole("region", { name: "TikTok Shop", exact: true })).toContainText("USLCDEMO1");
      await app.locator("s-app-nav s-link", { hasText: "Settings" }).dispatchEvent("shopify:navigate");
      await app.getByRole("link", { name: "Disconnect TikTok Shop USLCDEMO1" }).click();
      await expect(app.getByRole("dialog").getByRole("checkbox")).toBeVisible();
      return frame();
    },
  },
];

async function openInAdmin(page: Page, program: Program, path: string) {
  await signIn(page, () => sessionToken(aurora));
  const app = await openInFrame(page, admin, `${program.url}${path}`, filling);
  const frame = () => {
    const found = page.frames().find((one) => one.url().startsWith(program.url));
    if (!found) throw new Error("the admin shows no app");
    return found;
  };
  return { app, frame };
}
