import type { Locator } from "@playwright/test";
import { expect, test } from "./fixtures";
import { openOrders } from "./sandbox";
import { openDisconnectDialog } from "./steps";

test("the button is red once it can disconnect", async ({ page }) => {
  const dialog = await openDisconnectDialog(page);
  const button = dialog.getByRole("button", { name: "Disconnect", exact: true });
  const cancel = dialog.getByRole("button", { name: "Cancel" });
  expect(await colorOf(button)).toBe(await colorOf(cancel));
  await dialog.getByRole("checkbox").check();
  expect(await colorOf(button)).toBe("rgb(199, 10, 36)");
});

test("orders that are due within a day are best finished first; nothing is said of others", async ({
  page,
  program,
}) => {
  await openOrders(program, 1);
  const dialog = await openDisconnectDialog(page);
  await expect(dialog.getByText(/^Finish what is due soon first\. Nearest deadline: /)).toBeVisible();
  await page.clock.setFixedTime(Date.now() - 5 * 24 * 60 * 60 * 1000); // as seen days before
  await page.reload();
  await expect(dialog.getByText(/^Nearest deadline: /)).toBeVisible();
  await expect(dialog.getByText("Finish what is due soon first.")).toHaveCount(0);
});

test("products that leave TikTok Shop are said to stay in Shopify", async ({ page }) => {
  const dialog = await openDisconnectDialog(page);
  await expect(dialog.getByText("12 products leave TikTok Shop and stay in Shopify.")).toBeVisible();
});

function colorOf(button: Locator): Promise<string> {
  return button.evaluate((one) => getComputedStyle(one).backgroundColor);
}
