import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./fixture";
import { heading, openDisconnectDialog, settingRow, shop, startEditing } from "./steps";
import { card, confirm, everything, expectDisconnected, handle, keysOf, timesDisconnected, toPage } from "./story";

test.use({ expected: [/net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED|FAILED)/] });

test("the server is away: a page says so, and Try again brings it when the server is back", async ({
  page,
  program,
}) => {
  await page.goto("/");
  await expect(card(page)).toContainText("Connected");
  await program.stop();
  await toPage(page, "Activity").click();
  await expect(heading(page, "Activity")).toBeVisible();
  await expect(failure(page)).toContainText("The app's server cannot be reached. Check the connection and try again.");

  await failure(page).getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("main").getByRole("status")).toHaveText("Loading…");
  await expect(failure(page)).toBeVisible();

  await program.start();
  await failure(page).getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("region", { name: "Audit trail" })).toContainText(`Connected ${shop}`);
  await expect(failure(page)).toHaveCount(0);
});

test("the server is away: what is known stays in sight", async ({ page, program }) => {
  await page.goto("/activity");
  await expect(page.getByRole("region", { name: "Audit trail" })).toContainText(`Connected ${shop}`);
  await toPage(page, "Overview").click();
  await expect(card(page)).toContainText("Connected");
  await program.stop();
  await toPage(page, "Activity").click();
  await expect(failure(page)).toContainText("The app's server cannot be reached.");
  await expect(page.getByRole("region", { name: "Audit trail" })).toContainText(`Connected ${shop}`);

  await program.start();
  await failure(page).getByRole("button", { name: "Try again" }).click();
  await expect(failure(page)).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Audit trail" })).toContainText(`Connected ${shop}`);
});

test("the server is away for a moment: nobody notices", async ({ page, program }) => {
  await page.goto("/");
  await expect(card(page)).toContainText("Connected");
  await program.stop();
  const failed = page.waitForEvent("requestfailed");
  await toPage(page, "Activity").click();
  await failed;
  await program.start();
  await expect(page.getByRole("region", { name: "Audit trail" })).toContainText(`Connected ${shop}`);
  await expect(failure(page)).toHaveCount(0);
});

test("the server is away when disconnecting is confirmed: Try again does it, once", async ({ page, program }) => {
  const before = await everything(program);
  const keys = keysOf(page, "DisconnectTikTokShop");
  const dialog = await openDisconnectDialog(page);
  await program.stop();
  await confirm(dialog);
  await expect(dialog.getByRole("button", { name: "Try again" })).toBeVisible();
  await program.start();
  expect(await everything(program)).toEqual(before);

  await dialog.getByRole("button", { name: "Try again" }).click();
  await expectDisconnected(page);
  expect(new Set(keys).size).toBe(1);
  expect(await timesDisconnected(program)).toBe(1);
});

test("the server is away before it has answered that it disconnected: Try again tells, and does nothing twice", async ({
  page,
  program,
}) => {
  const dialog = await openDisconnectDialog(page);
  let asked = 0;
  await handle(page, "DisconnectTikTokShop", async (route) => {
    if (asked++ > 0) return route.continue();
    await route.fetch();
    await program.stop();
    await route.abort();
  });
  await confirm(dialog);
  await expect(dialog.getByRole("button", { name: "Try again" })).toBeVisible();
  await program.start();
  expect(await timesDisconnected(program)).toBe(1);

  await dialog.getByRole("button", { name: "Try again" }).click();
  await expectDisconnected(page);
  expect(await timesDisconnected(program)).toBe(1);
});

test("the server is away when a setting is saved: nothing typed is lost", async ({ page, program }) => {
  await page.goto("/settings");
  const row = await startEditing(page, "inventory.percent");
  await row.getByRole("textbox").fill("80");
  await program.stop();
  await row.getByRole("button", { name: "Save" }).click();
  await expect(failure(row)).toContainText("The app's server cannot be reached.");
  await expect(row.getByRole("textbox")).toHaveValue("80");

  await program.start();
  await row.getByRole("button", { name: "Save" }).click();
  await expect(settingRow(page, "inventory.percent").getByRole("button", { name: "Edit" })).toBeVisible();
  await expect(settingRow(page, "inventory.percent")).toContainText("80");
});

/** What says that something did not work. */
function failure(place: Page | Locator): Locator {
  return place.getByRole("alert").filter({ hasText: "try again" });
}
