import type { Locator, Page } from "@playwright/test";
import {
  confirmDisconnect,
  countDisconnects,
  expectDisconnected,
  idempotencyKeys,
  interceptOperation,
  navLink,
  shopCard,
  storeState,
} from "./actions";
import { expect, test } from "./fixtures";
import { heading, openDisconnectDialog, settingRow, shop, startEditing } from "./steps";

test.use({
  expectedErrors: [
    /net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED|FAILED)|Failed to fetch dynamically/,
  ],
});

test("server down: a page shows an error, and Try again loads it when the server is back", async ({
  page,
  program,
}) => {
  await page.goto("/");
  await expect(shopCard(page)).toContainText("Connected");
  await program.stop();
  await navLink(page, "Activity").click();
  await expect(heading(page, "Activity")).toBeVisible();
  await expect(errorBanner(page)).toContainText(
    "The app's server cannot be reached. Check the connection and try again.",
  );

  await errorBanner(page).getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("main").getByRole("status")).toHaveText("Loading…");
  await expect(errorBanner(page)).toBeVisible();

  await program.start();
  await errorBanner(page).getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("region", { name: "Audit trail" })).toContainText(`Connected ${shop}`);
  await expect(errorBanner(page)).toHaveCount(0);
});

test("server down: cached data stays visible", async ({ page, program }) => {
  await page.goto("/activity");
  await expect(page.getByRole("region", { name: "Audit trail" })).toContainText(`Connected ${shop}`);
  await navLink(page, "Overview").click();
  await expect(shopCard(page)).toContainText("Connected");
  await program.stop();
  await navLink(page, "Activity").click();
  await expect(errorBanner(page)).toContainText("The app's server cannot be reached.");
  await expect(page.getByRole("region", { name: "Audit trail" })).toContainText(`Connected ${shop}`);

  await program.start();
  await errorBanner(page).getByRole("button", { name: "Try again" }).click();
  await expect(errorBanner(page)).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Audit trail" })).toContainText(`Connected ${shop}`);
});

test("server down: a page says so once, and Try again loads all of it", async ({ page, program }) => {
  await page.goto("/activity");
  await expect(page.getByRole("region", { name: "Audit trail" })).toContainText(`Connected ${shop}`);
  await program.stop();
  await navLink(page, "Overview").click();
  await expect(page.getByRole("alert")).toHaveCount(1);
  await program.start();
  await errorBanner(page).getByRole("button", { name: "Try again" }).click();
  await expect(shopCard(page)).toContainText("Connected");
  await expect(page.getByRole("region", { name: "Latest activity" })).toContainText(`Connected ${shop}`);
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("a page whose script cannot be loaded says so, and Try again loads it", async ({ page }) => {
  await page.route("**/assets/apikeys-*.js", (route) => route.abort());
  await page.goto("/");
  await navLink(page, "API keys").click();
  await expect(heading(page, "Something went wrong")).toBeVisible();
  await expect(errorBanner(page)).toContainText("This page cannot be shown. Nothing was changed by that.");
  await expect(navLink(page, "Settings")).toBeVisible();
  await page.unroute("**/assets/apikeys-*.js");
  await errorBanner(page).getByRole("button", { name: "Try again" }).click();
  await expect(heading(page, "API keys")).toBeVisible();
});

test("a dialog whose script cannot be loaded says so, and takes nothing away from its page", async ({ page }) => {
  await page.route("**/assets/DisconnectDialog-*.js", (route) => route.abort());
  await page.goto("/settings");
  const row = await startEditing(page, "inventory.percent");
  await row.getByRole("textbox").fill("80");
  await page.getByRole("link", { name: `Disconnect ${shop}` }).click();
  const dialog = page.getByRole("dialog", { name: "Something went wrong" });
  await expect(errorBanner(dialog)).toContainText("Nothing was changed by that.");
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(row.getByRole("textbox")).toHaveValue("80");
});

test("server down for a moment: the retry is automatic", async ({ page, program }) => {
  await page.goto("/");
  await expect(shopCard(page)).toContainText("Connected");
  await program.stop();
  const failed = page.waitForEvent("requestfailed");
  await navLink(page, "Activity").click();
  await failed;
  await program.start();
  await expect(page.getByRole("region", { name: "Audit trail" })).toContainText(`Connected ${shop}`);
  await expect(errorBanner(page)).toHaveCount(0);
});

test("server down when the disconnect is confirmed: Try again disconnects once", async ({ page, program }) => {
  const before = await storeState(program);
  const keys = idempotencyKeys(page, "DisconnectTikTokShop");
  const dialog = await openDisconnectDialog(page);
  await program.stop();
  await confirmDisconnect(dialog);
  await expect(dialog.getByRole("button", { name: "Try again" })).toBeVisible();
  await program.start();
  expect(await storeState(program)).toEqual(before);

  await dialog.getByRole("button", { name: "Try again" }).click();
  await expectDisconnected(page);
  expect(new Set(keys).size).toBe(1);
  expect(await countDisconnects(program)).toBe(1);
});

test("server down before its response: Try again shows that it is disconnected, and does nothing twice", async ({
  page,
  program,
}) => {
  const dialog = await openDisconnectDialog(page);
  let requests = 0;
  await interceptOperation(page, "DisconnectTikTokShop", async (route) => {
    if (requests++ > 0) return route.continue();
    await route.fetch();
    await program.stop();
    await route.abort();
  });
  await confirmDisconnect(dialog);
  await expect(dialog.getByRole("button", { name: "Try again" })).toBeVisible();
  await program.start();
  expect(await countDisconnects(program)).toBe(1);

  await dialog.getByRole("button", { name: "Try again" }).click();
  await expectDisconnected(page);
  expect(await countDisconnects(program)).toBe(1);
});

test("server down when a setting is saved: the typed value is kept", async ({ page, program }) => {
  await page.goto("/settings");
  const row = await startEditing(page, "inventory.percent");
  await row.getByRole("textbox").fill("80");
  await program.stop();
  await row.getByRole("button", { name: "Save" }).click();
  await expect(errorBanner(row)).toContainText("The app's server cannot be reached.");
  await expect(row.getByRole("textbox")).toHaveValue("80");

  await program.start();
  await row.getByRole("button", { name: "Save" }).click();
  await expect(settingRow(page, "inventory.percent").getByRole("button", { name: /^Edit / })).toBeVisible();
  await expect(settingRow(page, "inventory.percent")).toContainText("80");
});

/** The error banner with its retry button. */
function errorBanner(place: Page | Locator): Locator {
  return place.getByRole("alert").filter({ hasText: "try again" });
}
