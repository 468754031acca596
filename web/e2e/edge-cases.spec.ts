import { interceptOperation } from "./actions";
import { expect, test } from "./fixtures";
import {
  connectedShop,
  editButton,
  openDisconnectDialog,
  settingRow,
  settingValue,
  shop,
  startEditing,
  writeSetting,
} from "./steps";

// Unusual input, and unusual data of stores.

test("null is refused as a value: it would remove the setting", async ({ page, program }) => {
  await page.goto("/settings");
  const row = await startEditing(page, "inventory.percent");
  await row.getByRole("textbox").fill("null");
  await row.getByRole("button", { name: "Save" }).click();
  await expect(row.getByRole("alert")).not.toBeEmpty();
  expect(await settingValue(program, "inventory.percent")).toEqual("digits 100");
});

test("a list that is saved unchanged keeps its entries, an empty one as well", async ({ page, program }) => {
  const value = ["web", "", "gift"];
  await writeSetting(program, "order.tags", JSON.stringify(value));
  await page.goto("/settings");
  const row = await startEditing(page, "order.tags");
  await row.getByRole("button", { name: "Save" }).click();
  await expect(row.getByRole("button", { name: "Save" })).toHaveCount(0);
  expect(await settingValue(program, "order.tags")).toEqual(value);
});

test("a list with an entry of two lines, which a field would make two, is not edited", async ({ page, program }) => {
  await writeSetting(program, "order.tags", JSON.stringify(["carriage\rreturn"]));
  await page.goto("/settings");
  await expect(settingRow(page, "order.tags")).toContainText("A program has written this in a way");
  await expect(editButton(page, "order.tags")).toHaveCount(0);
});

test("a damaged snapshot: the dialog says why the shop cannot be disconnected", async ({ page, program }) => {
  const { id } = await connectedShop(program);
  await interceptOperation(page, "Disconnectable", async (route) => {
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

test("repeated Escape does not close a dialog with a mutation in flight", async ({ page }) => {
  await page.goto("/settings");
  const dialog = await openDisconnectDialog(page);
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await interceptOperation(page, "DisconnectTikTokShop", async (route) => {
    await released;
    await route.continue();
  });
  await dialog.getByRole("checkbox").check();
  await dialog.getByRole("button", { name: "Disconnect", exact: true }).click();
  for (let times = 0; times < 6; times++) await page.keyboard.press("Escape");
  await expect(dialog.getByRole("button", { name: "Disconnecting…" })).toBeVisible();
  release();
  await expect(page.getByText(`${shop} is disconnected.`)).toBeVisible();
});

test.describe("a name as long as TikTok allows", () => {
  test.use({ viewport: { width: 320, height: 640 } });

  test("wraps on every page and dialog", async ({ page, program }) => {
    await program.graphql("mutation { disconnectTikTokShop(confirm: true) { userErrors { code } } }");
    const code = `sandbox:US:owner:${"W".repeat(64)}`;
    await program.graphql(
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

test.describe("a page whose rendering throws", () => {
  test.use({ expectedErrors: [/Invalid time value/] });

  test("shows an error, and can be loaded again", async ({ page }) => {
    await page.goto("/");
    await interceptOperation(page, "Settings", async (route) => {
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
