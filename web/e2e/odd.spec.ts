import { expect, test } from "./fixture";
import { connectedShop, openDisconnectDialog, presentValue, shop, startEditing, write } from "./steps";
import { handle } from "./story";

// What sellers do not do every day, and what stores do not have every day.

test("null is refused where a value is edited: it would remove the setting", async ({ page, program }) => {
  await page.goto("/settings");
  const row = await startEditing(page, "inventory.percent");
  await row.getByRole("textbox").fill("null");
  await row.getByRole("button", { name: "Save" }).click();
  await expect(row.getByRole("alert")).toContainText("This is not a value.");
  expect(await presentValue(program, "inventory.percent")).toEqual("digits 100");
});

for (const value of [["web", "", "gift"], ["carriage\rreturn"]]) {
  test(`a list that is saved as it was stays as it was: ${JSON.stringify(value)}`, async ({ page, program }) => {
    await write(program, "order.tags", JSON.stringify(value));
    await page.goto("/settings");
    const row = await startEditing(page, "order.tags");
    await row.getByRole("button", { name: "Save" }).click();
    await expect(row.getByRole("button", { name: "Save" })).toHaveCount(0);
    expect(await presentValue(program, "order.tags")).toEqual(value);
  });
}

test("a snapshot that is damaged: the shop is connected still, and the dialog says why it stays so", async ({
  page,
  program,
}) => {
  const { id } = await connectedShop(program);
  await handle(page, "Disconnectable", async (route) => {
    const response = await route.fetch();
    const json = await response.json();
    for (const account of json.data.accounts) account.disconnectPreview = null;
    await route.fulfill({ response, json });
  });
  await page.goto(`/settings/accounts/${id}/disconnect`);
  await expect(page.getByRole("dialog")).toContainText(`${shop} cannot be disconnected`);
});

test("a double click on Cancel goes back once", async ({ page, program }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Settings" }).click();
  const dialog = await openDisconnectDialog(page);
  await dialog.getByRole("button", { name: "Cancel" }).dblclick({ force: true });
  await expect(dialog).toHaveCount(0);
  await expect(page).toHaveURL(`${program.url}/settings`);
});

test("Escape, pressed again and again, leaves a dialog that is at work in its place", async ({ page }) => {
  await page.goto("/settings");
  const dialog = await openDisconnectDialog(page);
  let answer = () => {};
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await handle(page, "DisconnectTikTokShop", async (route) => {
    await held;
    await route.continue();
  });
  await dialog.getByRole("checkbox").check();
  await dialog.getByRole("button", { name: "Disconnect", exact: true }).click();
  for (let times = 0; times < 6; times++) await page.keyboard.press("Escape");
  await expect(dialog.getByRole("button", { name: "Disconnecting…" })).toBeVisible();
  answer();
  await expect(page.getByText(`${shop} is disconnected.`)).toBeVisible();
});

test.describe("a name as long as TikTok allows", () => {
  test.use({ viewport: { width: 320, height: 640 } });

  test("is broken into lines on every page and dialog", async ({ page, program }) => {
    await program.ask("mutation { disconnectTikTokShop(confirm: true) { userErrors { code } } }");
    const code = `sandbox:US:owner:${"W".repeat(64)}`;
    await program.ask(
      "mutation($code: String!) { connectTikTokShop(authorizationCode: $code) { userErrors { code } } }",
      {
        code,
      },
    );
    await page.goto("/");
    await expect(page.getByRole("region", { name: "TikTok Shop", exact: true })).toContainText("WWW");
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(await overflow()).toBeLessThanOrEqual(0);
    const { id } = await connectedShop(program);
    await page.goto(`/settings/accounts/${id}/disconnect`);
    const dialog = page.getByRole("dialog");
    await expect(dialog).toContainText("go back to what they were");
    expect(await dialog.evaluate((one) => one.scrollWidth - one.clientWidth)).toBeLessThanOrEqual(0);
    await expect(dialog.getByRole("button", { name: "Close" })).toBeInViewport({ ratio: 1 });
    expect(await overflow()).toBeLessThanOrEqual(0);
  });
});

test.describe("a page that breaks", () => {
  test.use({ expected: [/Invalid time value/] });

  test("says so, and can be had again", async ({ page }) => {
    await page.goto("/");
    await handle(page, "Settings", async (route) => {
      const response = await route.fetch();
      const json = await response.json();
      json.data.accounts[0].connectedAt = "never";
      await route.fulfill({ response, json });
    });
    await page.getByRole("link", { name: "Settings" }).click();
    await expect(page.getByRole("heading", { name: "Something went wrong" })).toBeVisible();
    await page.unrouteAll();
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("region", { name: "Accounts" })).toBeVisible();
  });
});
