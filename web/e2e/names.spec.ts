import type { Page } from "@playwright/test";
import { holdRequests, interceptOperation } from "./actions";
import { expect, test } from "./fixtures";
import type { Program } from "./program";
import { deactivateLocation } from "./sandbox";
import { disconnectOverApi, openTechnical, settingRow, shop, startEditing, writeSetting } from "./steps";

const jacket = "gid://shopify/Product/7001";
const harbor = "gid://shopify/Location/1002";

/** A number that stands for a name, such as "Location 1001". */
const numbered = /(Product|Variant|Location) \d+/;

async function openActivity(page: Page): Promise<void> {
  await page.goto("/activity");
  await expect(page.getByRole("region", { name: "Audit trail" }).getByRole("listitem").first()).toBeVisible();
}

async function openDialog(page: Page): Promise<void> {
  await page.goto("/settings");
  await page.getByRole("link", { name: `Disconnect ${shop}` }).click();
  await expect(page.getByRole("dialog").getByRole("checkbox")).toBeVisible();
}

async function openRecord(page: Page, program: Program): Promise<void> {
  await page.goto(`/activity/disconnections/${await disconnectOverApi(program)}`);
  await expect(page.getByRole("region", { name: "Settings" })).toBeVisible();
}

const places: { name: string; open(page: Page, program: Program): Promise<void>; names: string[] }[] = [
  {
    name: "the settings",
    async open(page) {
      await page.goto("/settings");
      await openTechnical(page);
    },
    names: ["Main warehouse", "Ridge jacket"],
  },
  {
    name: "an editor",
    async open(page) {
      await page.goto("/settings");
      await startEditing(page, "location.fulfillsOnlineOrders");
    },
    names: ["Main warehouse"],
  },
  { name: "the activity", open: openActivity, names: ["Ridge jacket: Not managed"] },
  { name: "the record", open: openRecord, names: ["Ridge jacket"] },
  { name: "the dialog to disconnect", open: openDialog, names: ["Ridge jacket"] },
];

for (const { name, open, names } of places) {
  test(`${name}: no number stands for a name that is still being read`, async ({ page, program }) => {
    for (const on of [true, false])
      await writeSetting(program, "product.inventoryManagedByChannel", `{"${jacket}":${on}}`);
    await deactivateLocation(program, harbor);
    const release = await holdRequests(page, "ResourceNames");
    await open(page, program);
    await expect(page.locator("body")).toContainText("Loading…");
    await expect(page.locator("body")).not.toContainText(numbered);
    release();
    for (const one of names) await expect(page.getByText(one).first()).toBeAttached();
    await expect(page.locator("body")).not.toContainText("Loading…");
    await expect(page.locator("body")).not.toContainText(numbered);
  });

  test(`${name}: numbers stand for names that Shopify cannot be asked for`, async ({ page, program }) => {
    for (const on of [true, false])
      await writeSetting(program, "product.inventoryManagedByChannel", `{"${jacket}":${on}}`);
    await interceptOperation(page, "ResourceNames", (route) =>
      route.fulfill({
        json: { errors: [{ message: "Shopify does not answer.", extensions: { code: "SHOPIFY_UNAVAILABLE" } }] },
      }),
    );
    await open(page, program);
    await expect(page.locator("body")).toContainText(numbered);
    await expect(page.locator("body")).not.toContainText("Loading…");
  });
}

test("no row becomes higher or lower when the names are there", async ({ page }) => {
  const release = await holdRequests(page, "ResourceNames");
  await page.goto("/settings");
  const row = settingRow(page, "location.fulfillsOnlineOrders");
  await expect(row).toContainText("Loading…");
  const before = await row.boundingBox();
  release();
  await expect(row).toContainText("Main warehouse");
  expect((await row.boundingBox())?.height).toBe(before?.height);
});
