import type { Page } from "@playwright/test";
import {
  chooseShop,
  closeMethods,
  confirmDisconnect,
  countDisconnects,
  disconnect,
  expectDisconnected,
  holdRequests,
  idempotencyKeys,
  interceptOperation,
  navLink,
  notice,
  shopCard,
  storeState,
} from "./actions";
import { expect, test } from "./fixtures";
import type { Program } from "./program";
import { disconnectDialog, graphqlExact, heading, openDisconnectDialog, settingRow, shop } from "./steps";

test("the steps of TikTok's help page, word for word", async ({ page, program }) => {
  await test.step("In the Shopify dashboard, click on the TikTok App.", async () => {
    await page.goto("/");
    await expect(page.getByRole("banner")).toContainText("TikTok");
  });
  await test.step("Select the 'Settings' tab within the TikTok App.", async () => {
    await page.getByRole("link", { name: "Settings", exact: true }).click();
    await expect(heading(page, "Settings")).toBeVisible();
  });
  const account = page.getByRole("region", { name: "Accounts" }).getByRole("listitem").filter({ hasText: shop });
  await test.step("In the 'Accounts' section, identify the TikTok Shop account you wish to disconnect from.", async () => {
    await expect(page.getByRole("heading", { name: "Accounts", exact: true })).toBeVisible();
    await expect(account).toContainText("USLCDEMO1");
  });
  const dialog = disconnectDialog(page);
  await test.step("Click 'Disconnect' next to the chosen account. A warning message will appear.", async () => {
    await account.getByText("Disconnect", { exact: true }).click();
    const warnings = dialog.getByRole("region", { name: "Before you disconnect" }).getByRole("listitem");
    await expect(warnings).toHaveText(await warningsOf(program));
  });
  await test.step("Confirm the action by clicking 'Disconnect'.", async () => {
    await confirmDisconnect(dialog);
  });
  await test.step("You will be redirected to the overview page. The status card will display 'Setup in Progress'.", async () => {
    await expect(page).toHaveURL(`${program.url}/`);
    await expect(heading(page, "Overview")).toBeVisible();
    await expect(shopCard(page).getByText("Setup in Progress", { exact: true })).toBeVisible();
  });
});

test("the notice on the overview leads to the record with its proof", async ({ page, program }) => {
  const digest = await recordedDigest(program);
  await disconnect(page);
  await notice(page).getByRole("link", { name: "Open the record" }).click();
  await expect(heading(page, "Disconnection")).toBeVisible();
  const proof = page.getByRole("region", { name: "Proof" });
  await expect(proof.getByText(/^The digests are equal/)).toBeVisible();
  await expect(proof.getByRole("definition")).toHaveText([digest, digest]);
});

test("the notice stays across pages until it is dismissed", async ({ page }) => {
  await disconnect(page);
  await navLink(page, "Activity").click();
  await expect(heading(page, "Activity")).toBeVisible();
  await expect(notice(page)).toContainText(`${shop} is disconnected.`);
  await notice(page).getByRole("button", { name: "Dismiss" }).click();
  await expect(notice(page)).toHaveCount(0);
  await page.goBack();
  await expect(shopCard(page)).toContainText("Setup in Progress");
  await expect(notice(page)).toHaveCount(0);
});

test("the previous notice is removed when the next mutation starts", async ({ page }) => {
  await disconnect(page);
  await shopCard(page).getByRole("link", { name: "Connect" }).click();
  const dialog = page.getByRole("dialog", { name: "Connect TikTok Shop" });
  await chooseShop(dialog, "USLCDEMO3");
  await expect(dialog.getByRole("alert")).toBeVisible();
  await expect(notice(page)).toHaveCount(0);
  await chooseShop(dialog, "USLCDEMO2");
  await expect(notice(page)).toContainText("TikTok Shop USLCDEMO2 is connected.");
  await page.reload();
  await expect(shopCard(page)).toContainText("USLCDEMO2");
  await expect(notice(page)).toHaveCount(0);
});

test("the settings are restored, and TikTok for Business is unchanged", async ({ page, program }) => {
  const before = await recordedSettings(program);
  const ads = await adsSettings(program);
  await disconnect(page);
  expect(await settingsOutsideAds(program)).toEqual(before);
  expect(await adsSettings(program)).toEqual(ads);
  const business = page.getByRole("region", { name: "TikTok for Business" });
  await expect(business.getByText("Connected", { exact: true })).toBeVisible();
});

test("order management is in Seller Center, and only there", async ({ page }) => {
  await page.goto("/");
  const orders = page.getByRole("region", { name: "Order management" });
  await expect(orders.getByRole("listitem")).toHaveText(tasks.map((task) => `${task}Shopify`));
  await disconnect(page);
  await expect(orders.getByRole("listitem")).toHaveText(tasks.map((task) => `${task}Seller Center`));
  for (const task of tasks) {
    const link = orders.getByRole("listitem").filter({ hasText: task }).getByRole("link", { name: "Seller Center" });
    await expect(link).toHaveAttribute("href", "https://seller-us.tiktok.com");
  }
  await expect(orders).not.toContainText("Shopify");
});

const tasks = ["Fulfillment", "Cancellations", "Returns", "Refunds"];

test("the cache of pages visited before is updated without a reload", async ({ page, program }) => {
  await page.goto("/activity");
  await expect(page.getByRole("main").getByRole("listitem").first()).toContainText("Edited");
  await page.evaluate(() => document.documentElement.setAttribute("data-loaded", "once"));
  await disconnectWithoutReload(page);

  await navLink(page, "Settings").click();
  await expectDisconnectedSettings(page, program);
  await navLink(page, "Activity").click();
  const newest = page.getByRole("main").getByRole("list").first().getByRole("listitem").first();
  await expect(newest).toContainText(`Disconnected ${shop}`);
  await expect(newest).toContainText("38 settings changed");
  await newest.getByRole("link", { name: "Open the record" }).click();
  await expect(heading(page, "Disconnection")).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("data-loaded", "once");
});

test("no outdated cache entry is shown while a page loads", async ({ page }) => {
  await page.goto("/activity");
  await expect(page.getByRole("main")).toContainText(`Connected ${shop}`);
  await disconnectWithoutReload(page);
  for (const operation of ["Settings", "Activity"]) await interceptOperation(page, operation, () => {}); // no answer ever
  await navLink(page, "Settings").click();
  await expect(heading(page, "Settings")).toBeVisible();
  await expect(page.getByRole("main")).not.toContainText("inventory.percent");
  await navLink(page, "Activity").click();
  await expect(heading(page, "Activity")).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "Loading…" })).toBeVisible();
  await expect(page.getByText(`Connected ${shop}`)).toHaveCount(0);
});

async function disconnectWithoutReload(page: Page): Promise<void> {
  await navLink(page, "Settings").click();
  await page.getByRole("link", { name: `Disconnect ${shop}` }).click();
  await confirmDisconnect(disconnectDialog(page));
  await expectDisconnected(page);
}

/** The settings page of a store that has nothing connected. */
async function expectDisconnectedSettings(page: Page, program: Program): Promise<void> {
  const accounts = page.getByRole("region", { name: "Accounts" });
  const account = accounts.getByRole("listitem").filter({ hasText: shop });
  await expect(account.getByText("Disconnected", { exact: true })).toBeVisible();
  await expect(accounts.getByText("Disconnect", { exact: true })).toHaveCount(0);
  await expect(accounts.getByRole("link", { name: "Connect" })).toBeVisible();
  await expect(shopCard(page)).toContainText("There are none now.");
  const keys = (await settingsOutsideAds(program)).map(({ key }) => key);
  await expect(page.getByRole("region", { name: "Store" }).getByRole("code")).toHaveText(keys);
  await expect(settingRow(page, "order.tags").getByRole("listitem")).toHaveText(["web", "priority"]);
}

test("going back does not open the dialog again", async ({ page, program }) => {
  await page.goto("/");
  await disconnectWithoutReload(page);
  await page.goBack();
  await expect(page).toHaveURL(`${program.url}/settings`);
  await expect(page.getByRole("link", { name: "Connect" })).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.goBack();
  await expect(page).toHaveURL(`${program.url}/`);
  await expect(shopCard(page)).toContainText("Setup in Progress");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

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

test("while it is in flight, it cannot be started again, nor the dialog closed", async ({ page, program }) => {
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

async function warningsOf(program: Program): Promise<string[]> {
  const { accounts } = await program.graphql("{ accounts { disconnectPreview { warnings { message } } } }");
  return accounts[0].disconnectPreview.warnings.map(({ message }: { message: string }) => message);
}

async function recordedDigest(program: Program): Promise<string> {
  const { accounts } = await program.graphql("{ accounts { snapshot { digest } } }");
  return accounts[0].snapshot.digest;
}

interface Setting {
  key: string;
  scope: string;
  value: unknown;
}

async function recordedSettings(program: Program): Promise<Setting[]> {
  const { accounts } = await graphqlExact(program, "{ accounts { snapshot { settings { key scope value } } } }");
  return accounts[0].snapshot.settings;
}

async function settingsOutsideAds(program: Program): Promise<Setting[]> {
  const { settings } = await graphqlExact(program, "{ settings { key scope value } }");
  return settings.filter(({ scope }: Setting) => scope !== "ADS");
}

async function adsSettings(program: Program): Promise<unknown> {
  const { settings } = await graphqlExact(program, "{ settings(scope: ADS) { key value updatedAt } }");
  expect(settings).not.toEqual([]);
  return settings;
}
