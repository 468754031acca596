import type { FrameLocator, Locator, Page } from "@playwright/test";
import { holdRequests, idempotencyKeys, interceptOperation } from "./actions";
import { expect, test } from "./fixtures";
import type { Program } from "./program";
import { SaveBar } from "./saveBar";
import {
  anyOf,
  askedAppBridge,
  aurora,
  localNetworkAccess,
  openInFrame,
  sessionToken,
  signIn,
  signInEnv,
} from "./shopify";

const admin = "https://admin.shopify.com/store/aurora-outfitters/apps/tiktok";
const askedAdmin = /^asked https:\/\/admin\.shopify\.com\//;

test.use({
  env: signInEnv,
  permissions: [localNetworkAccess],
  expectedErrors: [anyOf(askedAppBridge, askedAdmin)],
});

async function openSettings(page: Page, program: Program): Promise<{ app: FrameLocator; bar: SaveBar }> {
  await signIn(page, () => sessionToken(aurora));
  const app = await openInFrame(page, admin, `${program.url}/settings`);
  await expect(heading(app, "Settings")).toBeVisible();
  return { app, bar: new SaveBar(page) };
}

const heading = (app: FrameLocator, name: string) => app.getByRole("heading", { level: 1, name });
const edit = (app: FrameLocator, title: string) => app.getByRole("button", { name: `Edit ${title}`, exact: true });
const field = (app: FrameLocator, title: string) => app.getByRole("textbox", { name: title, exact: true });

async function type(app: FrameLocator, title: string, text: string): Promise<void> {
  await edit(app, title).click();
  await field(app, title).fill(text);
}

/** Follows a link of the app in the menu of Shopify's admin. */
async function followMenu(app: FrameLocator, title: string): Promise<void> {
  await app.locator("s-app-nav s-link", { hasText: title }).dispatchEvent("shopify:navigate");
}

/** The form of a setting that is edited. */
function formOf(app: FrameLocator, title: string): Locator {
  return app.locator("form").filter({ has: field(app, title) });
}

test("the save bar is shown as soon as something is typed, and until it is as it was", async ({ page, program }) => {
  const { app, bar } = await openSettings(page, program);
  await edit(app, "Default package weight").click();
  await bar.expectShown(false);
  const before = await field(app, "Default package weight").inputValue();
  await field(app, "Default package weight").fill("7");
  await bar.expectShown(true);
  await expect(app.locator("ui-save-bar")).toBeHidden(); // it is in the admin, not in the page
  await field(app, "Default package weight").fill(before);
  await bar.expectShown(false);
  await field(app, "Default package weight").fill("7");
  await bar.expectShown(true);
  await field(app, "Default package weight").press("Escape");
  await bar.expectShown(false);
  await expect(edit(app, "Default package weight")).toBeVisible();
});

test("Save in the bar saves all that was typed, and a toast says so once", async ({ page, program }) => {
  const { app, bar } = await openSettings(page, program);
  await type(app, "Order tags", "web");
  await type(app, "Default package weight", "0.75");
  await bar.save();
  await bar.expectShown(false);
  await expect(edit(app, "Order tags")).toBeVisible();
  await expect(edit(app, "Default package weight")).toBeVisible();
  await expect(app.getByText("0.75 kg", { exact: true })).toBeVisible();
  expect(await bar.toasts()).toEqual(["2 settings are saved."]);
});

test("what is refused stays open with the reason, and so does the bar", async ({ page, program }) => {
  const { app, bar } = await openSettings(page, program);
  await type(app, "Default package weight", "-1");
  await type(app, "Order tags", "web");
  await bar.save();
  await expect(edit(app, "Order tags")).toBeVisible();
  const weight = formOf(app, "Default package weight");
  await expect(weight.getByRole("alert")).not.toBeEmpty();
  await expect(field(app, "Default package weight")).toHaveValue("-1");
  await bar.expectShown(true);
  expect(await bar.toasts()).toEqual(["Order tags is saved."]);

  await field(app, "Default package weight").fill("1");
  await bar.save();
  await bar.expectShown(false);
  await expect(app.getByText("1 kg", { exact: true })).toBeVisible();
  expect(await bar.toasts()).toEqual(["Order tags is saved.", "Default package weight is saved."]);
});

test("the bar follows what remains when one setting is saved where it is edited", async ({ page, program }) => {
  const { app, bar } = await openSettings(page, program);
  await type(app, "Order tags", "web");
  await type(app, "Default package weight", "0.75");
  await formOf(app, "Order tags").getByRole("button", { name: "Save", exact: true }).click();
  await expect(edit(app, "Order tags")).toBeVisible();
  await bar.expectShown(true);
  await formOf(app, "Default package weight").getByRole("button", { name: "Save", exact: true }).click();
  await expect(edit(app, "Default package weight")).toBeVisible();
  await bar.expectShown(false);
  expect(await bar.toasts()).toEqual(["Order tags is saved.", "Default package weight is saved."]);
});

test("Discard in the bar gives up all that was typed, and saves nothing", async ({ page, program }) => {
  const { app, bar } = await openSettings(page, program);
  await type(app, "Order tags", "given up");
  await type(app, "Default package weight", "9");
  const saved: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST") saved.push(request.postDataJSON().operationName);
  });
  await bar.discard();
  await bar.expectShown(false);
  await expect(edit(app, "Order tags")).toBeVisible();
  await expect(edit(app, "Default package weight")).toBeVisible();
  expect(saved).not.toContain("UpdateSetting");
  expect(await bar.toasts()).toEqual([]);
});

test("pressing Save in the bar twice saves once", async ({ page, program }) => {
  const { app, bar } = await openSettings(page, program);
  await type(app, "Order tags", "web");
  const keys = idempotencyKeys(page, "UpdateSetting");
  const release = await holdRequests(page, "UpdateSetting");
  await bar.save();
  await expect(app.getByRole("button", { name: "Saving…" })).toBeVisible();
  await bar.save();
  await bar.discard(); // neither is it given up while it is being saved
  await expect(app.getByRole("button", { name: "Saving…" })).toBeVisible();
  release();
  await expect(edit(app, "Order tags")).toBeVisible();
  await bar.expectShown(false);
  expect(keys).toHaveLength(1);
  expect(await bar.toasts()).toEqual(["Order tags is saved."]);
});

test.describe("while the server cannot be reached", () => {
  test.use({ expectedErrors: [anyOf(askedAppBridge, askedAdmin, /^Failed to load resource: net::ERR_FAILED/)] });

  test("what was typed stays open, and so does the bar", async ({ page, program }) => {
    const { app, bar } = await openSettings(page, program);
    await type(app, "Order tags", "web");
    await interceptOperation(page, "UpdateSetting", (route) => route.abort());
    await bar.save();
    await expect(formOf(app, "Order tags").getByRole("alert").filter({ hasText: "cannot be reached" })).toBeVisible();
    await expect(field(app, "Order tags")).toHaveValue("web");
    await bar.expectShown(true);
    expect(await bar.toasts()).toEqual([]);
  });
});

test("the admin asks before its menu leads to another page of the app", async ({ page, program }) => {
  const { app, bar } = await openSettings(page, program);
  await type(app, "Order tags", "half a");
  await followMenu(app, "Activity");
  await bar.expectAsked(1);
  await expect(app.getByRole("dialog")).toHaveCount(0);
  await expect(field(app, "Order tags")).toHaveValue("half a"); // who was asked has stayed

  await followMenu(app, "Activity");
  await bar.expectAsked(2);
  await bar.leave();
  await expect(heading(app, "Activity")).toBeVisible();
  await bar.expectShown(false);
  expect(await bar.kept()).toEqual([]);
});

test("who has stayed, and then saved, is led nowhere by an answer that comes late", async ({ page, program }) => {
  const { app, bar } = await openSettings(page, program);
  await type(app, "Order tags", "web");
  await followMenu(app, "Activity");
  await bar.expectAsked(1);
  await bar.save();
  await expect(edit(app, "Order tags")).toBeVisible();
  await bar.leave();
  await expect(heading(app, "Settings")).toBeVisible();
  await followMenu(app, "Activity");
  await expect(heading(app, "Activity")).toBeVisible();
  await bar.expectAsked(1);
});

test("a dialog above the page asks nothing, and the bar is there with it", async ({ page, program }) => {
  const { app, bar } = await openSettings(page, program);
  await type(app, "Order tags", "half a");
  await app.getByRole("link", { name: "Connect" }).click();
  const dialog = app.getByRole("dialog", { name: "Connect TikTok Shop" });
  await expect(dialog.getByRole("group", { name: "TikTok Shop account" })).toBeVisible();
  await bar.expectShown(true);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(app.getByRole("dialog")).toHaveCount(0);
  await bar.expectShown(true);
  await expect(field(app, "Order tags")).toHaveValue("half a");
  await bar.expectAsked(0);
  expect(await bar.kept()).toEqual([]);
});

test.describe("outside the admin", () => {
  test.use({ expectedErrors: [askedAppBridge] });

  test("there is no save bar, and the app itself asks", async ({ page }) => {
    await signIn(page, () => sessionToken(aurora), false);
    await page.goto("/settings");
    await page.getByRole("button", { name: "Edit Order tags" }).click();
    await page.getByRole("textbox", { name: "Order tags" }).fill("half a");
    await expect(page.locator("ui-save-bar")).toHaveCount(0);
    await page.getByRole("link", { name: "Activity" }).click();
    await expect(page.getByRole("dialog", { name: "Leave without saving?" })).toBeVisible();
  });
});
