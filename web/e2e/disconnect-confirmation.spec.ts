import {
  closeMethods,
  confirmDisconnect,
  countDisconnects,
  expectDisconnected,
  holdRequests,
  idempotencyKeys,
  storeState,
} from "./actions";
import { expect, test } from "./fixtures";
import { disconnectDialog, openDisconnectDialog, shop } from "./steps";

test("nothing changes without the confirmation", async ({ page, program }) => {
  const { disconnectTikTokShop } = await program.graphql(
    "mutation { disconnectTikTokShop(confirm: false) { userErrors { message } } }",
  );
  const before = await storeState(program);
  const dialog = await openDisconnectDialog(page);
  const box = dialog.getByRole("checkbox");
  await expect(box).not.toBeChecked();
  await dialog.getByRole("button", { name: "Disconnect", exact: true }).click();
  await expect(box).toHaveAccessibleDescription(disconnectTikTokShop.userErrors[0].message);
  await expect(box).toHaveAttribute("aria-invalid", "true");
  await expect(dialog.getByText(disconnectTikTokShop.userErrors[0].message)).toBeVisible();
  expect(await storeState(program)).toEqual(before);
  await confirmDisconnect(dialog);
  await expectDisconnected(page);
});

for (const { name, close } of closeMethods) {
  test(`${name} closes the dialog and changes nothing`, async ({ page, program }) => {
    const before = await storeState(program);
    const dialog = await openDisconnectDialog(page);
    await dialog.getByRole("checkbox").check();
    await close(dialog);
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(page).toHaveURL(`${program.url}/settings`);
    await expect(page.getByRole("link", { name: `Disconnect ${shop}` })).toBeVisible();
    expect(await storeState(program)).toEqual(before);
  });
}

test("a double click on Disconnect beside the account opens one dialog", async ({ page, program }) => {
  const before = await storeState(program);
  await page.goto("/settings");
  const link = page.getByRole("link", { name: `Disconnect ${shop}` });
  await link.evaluate((one: HTMLElement) => {
    one.click();
    one.click(); // before the dialog covers it
  });
  const dialog = disconnectDialog(page);
  await expect(dialog.getByRole("checkbox")).toBeVisible();
  await expect(dialog.getByRole("checkbox")).not.toBeChecked();
  expect(await storeState(program)).toEqual(before);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page).toHaveURL(`${program.url}/settings`);
});

test("a double click on the button disconnects once", async ({ page, program }) => {
  const keys = idempotencyKeys(page, "DisconnectTikTokShop");
  const dialog = await openDisconnectDialog(page);
  await dialog.getByRole("checkbox").check();
  await dialog.getByRole("button", { name: "Disconnect", exact: true }).dblclick();
  await expectDisconnected(page);
  expect(keys).toHaveLength(1);
  expect(await countDisconnects(program)).toBe(1);
});

test("a hurried double click confirms nothing", async ({ page, program }) => {
  const before = await storeState(program);
  await page.goto("/settings");
  await page.getByRole("link", { name: `Disconnect ${shop}` }).dblclick();
  const dialog = disconnectDialog(page);
  const [box, button] = [dialog.getByRole("checkbox"), dialog.getByRole("button", { name: "Disconnect", exact: true })];
  await box.dispatchEvent("click", { detail: 2 }); // the second of two, which lands in the dialog
  await expect(box).not.toBeChecked();
  await button.dblclick();
  await expect(box).toHaveAttribute("aria-invalid", "true");
  await expect(box).not.toBeChecked();
  await box.check();
  await button.dispatchEvent("click", { detail: 2 });
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0); // which an accepted one would not be
  expect(await storeState(program)).toEqual(before);
});

test("the focus begins where Enter does nothing", async ({ page, program }) => {
  const before = await storeState(program);
  const dialog = await openDisconnectDialog(page);
  await expect(dialog.getByRole("heading", { level: 2 })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Space");
  await dialog.getByRole("checkbox").press("Enter");
  await expect(dialog.getByRole("checkbox")).toHaveAttribute("aria-invalid", "true");
  expect(await storeState(program)).toEqual(before);
});

test("until the answer is there it cannot be started again, nor the dialog closed", async ({ page, program }) => {
  const keys = idempotencyKeys(page, "DisconnectTikTokShop");
  const release = await holdRequests(page, "DisconnectTikTokShop");
  const dialog = await openDisconnectDialog(page);
  await confirmDisconnect(dialog);
  const busy = dialog.getByRole("button", { name: "Disconnecting…" });
  await expect(busy).toHaveAttribute("aria-disabled", "true");
  await busy.dispatchEvent("click");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await dialog.getByRole("button", { name: "Cancel" }).dispatchEvent("click");
  await dialog.getByRole("button", { name: "Close" }).dispatchEvent("click");
  await expect(busy).toBeVisible();
  release();
  await expectDisconnected(page);
  expect(keys).toHaveLength(1);
  expect(await countDisconnects(program)).toBe(1);
});
