import type { Page } from "@playwright/test";
import { navLink, notice } from "./actions";
import { expect, test } from "./fixtures";
import { addFault } from "./sandbox";
import { field, save } from "./settings";
import { editButton, openDetails, settingRow, settingValue, startEditing, writeSetting } from "./steps";

test("who changed a setting, and when, is updated after an edit", async ({ page, program }) => {
  await page.goto("/settings");
  const row = settingRow(page, "inventory.percent");
  await openDetails(row);
  await expect(row.getByRole("definition").first()).toContainText("by TikTok Shop integration");
  const before = await row.getByRole("time").getAttribute("datetime");
  await startEditing(page, "inventory.percent");
  await field(row).fill("80");
  await save(row);
  await expect(row.getByRole("definition").first()).toContainText("by Aurora Outfitters");
  const after = await row.getByRole("time").getAttribute("datetime");
  expect(after).not.toBe(before);
  const { settings } = await program.graphql("{ settings(scope: TIKTOK_SHOP) { key updatedAt } }");
  expect(settings).toContainEqual({ key: "inventory.percent", updatedAt: after });
});

test("an edit is shown on the other pages without loading them again", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("region", { name: "Latest activity" })).toContainText(
    "Order tags: web, priority, tiktok-shop → web, priority, tiktok-shop, gift",
  );
  await markPage(page);
  await navLink(page, "Activity").click();
  await navLink(page, "Settings").click();
  const row = await startEditing(page, "inventory.percent");
  await field(row).fill("80");
  await save(row);
  await expect(notice(page)).toContainText("Stock share is saved.");
  await navLink(page, "Activity").click();
  const entry = page.getByRole("listitem").filter({ hasText: "Stock share: 100 % → 80 %" });
  await entry.getByText("1 setting changed").click();
  await expect(entry.getByRole("definition")).toHaveText(["100 %", "80 %"]);
  await navLink(page, "Overview").click();
  await expect(page.getByRole("region", { name: "Latest activity" }).getByRole("listitem").first()).toContainText(
    "Stock share: 100 % → 80 %",
  );
  await navLink(page, "Settings").click();
  await page.getByRole("link", { name: /^Disconnect / }).click();
  const dialog = page.getByRole("dialog");
  const lost = dialog.getByRole("region", { name: "What you changed and will lose" });
  await expect(lost.getByRole("listitem").filter({ hasText: "Stock share" })).toContainText("80 %");
  await expectNotReloaded(page);
});

test("another user's edit is shown on the next visit", async ({ page, program }) => {
  await page.goto("/settings");
  const row = settingRow(page, "inventory.percent");
  await expect(row).toContainText("100");
  await markPage(page);
  await writeSetting(program, "inventory.percent", "55");
  await navLink(page, "Overview").click();
  await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
  await page.goBack();
  await expect(row).toContainText("55");
  await expectNotReloaded(page);
});

test("what a colleague has saved meanwhile is shown, and replaced only by saving once more", async ({
  page,
  program,
}) => {
  await page.goto("/settings");
  const row = await startEditing(page, "shipping.template");
  await field(row).fill("mine");
  await writeSetting(program, "shipping.template", '"a colleague\'s"');
  await row.getByRole("button", { name: "Save" }).click();
  await expect(row.getByRole("alert")).toContainText("was changed since it was read, by Aurora Outfitters");
  await expect(row.getByRole("status")).toContainText("Its value now, which saving replaces: a colleague's");
  await expect(field(row)).toHaveValue("mine");
  expect(await settingValue(program, "shipping.template")).toBe("a colleague's");

  await row.getByRole("button", { name: "Save" }).click();
  await expect(editButton(page, "shipping.template")).toBeVisible();
  expect(await settingValue(program, "shipping.template")).toBe("mine");
});

test("what Shopify has not taken is not said to be saved, after a colleague's edit neither", async ({
  page,
  program,
}) => {
  const key = "location.fulfillsOnlineOrders";
  await page.goto("/settings");
  const row = await startEditing(page, key);
  await row.getByRole("checkbox", { name: "Main warehouse" }).uncheck();
  const colleagues = {
    "gid://shopify/Location/1001": true,
    "gid://shopify/Location/1002": false,
    "gid://shopify/Location/1003": false,
  };
  await writeSetting(program, key, JSON.stringify(colleagues));
  await expect.poll(() => settingValue(program, key)).toEqual(colleagues);
  await row.getByRole("button", { name: "Save" }).click();
  await expect(row.getByRole("alert")).toContainText("was changed since it was read");

  await addFault(program, "THROTTLED", 1000);
  await row.getByRole("button", { name: "Save" }).click();
  await expect(row.getByRole("alert")).toContainText("Shopify has not taken this.");
  expect(await settingValue(program, key)).toEqual(colleagues);
});

/** Marks the page as it is in memory: loading it again would lose the mark. */
async function markPage(page: Page): Promise<void> {
  await page.evaluate(() => Object.assign(window, { marked: true }));
}

async function expectNotReloaded(page: Page): Promise<void> {
  expect(await page.evaluate(() => "marked" in window)).toBe(true);
}
