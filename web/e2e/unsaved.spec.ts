import type { Locator, Page } from "@playwright/test";
import { navLink } from "./actions";
import { expect, test } from "./fixtures";
import { disconnectDialog, heading, settingValue, shop, startEditing } from "./steps";

const question = (page: Page) => page.getByRole("dialog", { name: "Leave without saving?" });

async function typed(page: Page): Promise<Locator> {
  await page.goto("/activity");
  await navLink(page, "Settings").click();
  const row = await startEditing(page, "inventory.percent");
  await row.getByRole("textbox").fill("80");
  return row;
}

const waysOut: { name: string; leave(page: Page): Promise<unknown>; to: string }[] = [
  { name: "another page", leave: (page) => navLink(page, "Overview").click(), to: "Overview" },
  { name: "going back", leave: (page) => page.goBack(), to: "Activity" },
];

for (const { name, leave, to } of waysOut) {
  test(`an edit that is not saved asks before it vanishes: ${name}`, async ({ page, program }) => {
    const row = await typed(page);
    await leave(page);
    await expect(question(page)).toContainText("What you typed for Stock share is not saved.");
    await question(page).getByRole("button", { name: "Stay" }).click();
    await expect(question(page)).toHaveCount(0);
    await expect(page).toHaveURL(`${program.url}/settings`);
    await expect(row.getByRole("textbox")).toHaveValue("80");

    await leave(page);
    await expect(question(page)).toBeVisible();
    await page.keyboard.press("Escape"); // is to stay
    await expect(question(page)).toHaveCount(0);
    await expect(row.getByRole("textbox")).toHaveValue("80");

    await leave(page);
    await question(page).getByRole("button", { name: "Leave" }).click();
    await expect(heading(page, to)).toBeVisible();
    await expect(question(page)).toHaveCount(0);
    expect(await settingValue(program, "inventory.percent")).toBe("digits 100");
  });
}

test("an edit that is not saved asks before the page is loaded again or closed", async ({ page }) => {
  const row = await typed(page);
  for (const leave of [() => page.reload(), () => page.close({ runBeforeUnload: true })]) {
    const asked = page.waitForEvent("dialog");
    void leave().catch(() => {});
    const dialog = await asked;
    expect(dialog.type()).toBe("beforeunload");
    await dialog.dismiss();
    await expect(row.getByRole("textbox")).toHaveValue("80");
  }
});

test("nobody is asked about what is saved, as it was, or given up", async ({ page }) => {
  const row = await typed(page);
  await row.getByRole("button", { name: "Save" }).click();
  await expect(row.getByRole("button", { name: /^Edit / })).toBeVisible();
  await navLink(page, "Overview").click();
  await expect(heading(page, "Overview")).toBeVisible();

  await navLink(page, "Settings").click();
  await startEditing(page, "inventory.percent");
  await row.getByRole("textbox").fill("8");
  await row.getByRole("textbox").fill("80");
  await navLink(page, "Activity").click();
  await expect(heading(page, "Activity")).toBeVisible();

  await navLink(page, "Settings").click();
  await startEditing(page, "inventory.percent");
  await row.getByRole("textbox").fill("9");
  await row.getByRole("button", { name: "Cancel" }).click();
  await page.reload();
  await expect(row).toContainText("80");
});

test("a dialog above the page takes nothing away", async ({ page }) => {
  const row = await typed(page);
  await page.getByRole("link", { name: `Disconnect ${shop}` }).click();
  await expect(disconnectDialog(page).getByRole("checkbox")).toBeVisible();
  await disconnectDialog(page).getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(row.getByRole("textbox")).toHaveValue("80");
});
