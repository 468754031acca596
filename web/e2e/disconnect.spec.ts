import type { Page } from "@playwright/test";
import { confirmDisconnect, disconnect, expectDisconnected, interceptOperation, navLink, shopCard } from "./actions";
import { expect, test } from "./fixtures";
import type { Program } from "./program";
import {
  disconnectDialog,
  graphqlExact,
  heading,
  inZone,
  openDisconnectDialog,
  openTechnical,
  settingRow,
  shop,
} from "./steps";

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

test("the settings are restored, and TikTok for Business is unchanged", async ({ page, program }) => {
  const before = await recordedSettings(program);
  const ads = await adsSettings(program);
  await disconnect(page);
  expect(await settingsOutsideAds(program)).toEqual(before);
  expect(await adsSettings(program)).toEqual(ads);
  const business = page.getByRole("region", { name: "TikTok for Business" });
  await expect(business.getByText("Connected", { exact: true })).toBeVisible();
});

test("pages that were visited before show what has changed without being loaded again", async ({ page, program }) => {
  await page.goto("/activity");
  await expect(page.getByRole("main").getByRole("listitem").first()).toContainText(
    "Locations that fulfill online orders changed",
  );
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

test("nothing outdated is shown while a page is read", async ({ page }) => {
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
  await expect(page.getByRole("main")).toContainText("The settings of TikTok Shop come with an account");
  const keys = (await settingsOutsideAds(program)).map(({ key }) => key);
  await openTechnical(page);
  for (const key of keys) await expect(settingRow(page, key)).toHaveCount(1);
  await expect(settingRow(page, "order.tags").getByRole("listitem")).toHaveText(["web", "priority"]);
}

test("going back does not open the dialog again", async ({ page, program }) => {
  await page.goto("/");
  await disconnectWithoutReload(page);
  await page.goBack();
  await expect(page).toHaveURL(`${program.url}/settings`);
  await expect(page.getByRole("link", { name: "Connect", exact: true })).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.goBack();
  await expect(page).toHaveURL(`${program.url}/`);
  await expect(shopCard(page)).toContainText("Setup in Progress");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test.describe("a seller in New York", () => {
  const timeZone = "America/New_York";
  test.use({ timezoneId: timeZone });

  test("reads the times in warnings in the zone of New York, which they name", async ({ page, program }) => {
    const dialog = await openDisconnectDialog(page);
    const warnings = dialog.getByRole("region", { name: "Before you disconnect" });
    await expect(warnings.getByRole("listitem")).toHaveText(await warningsOf(program, timeZone));
    await expect(warnings).toContainText(/[AP]M E[SD]T/);
    await expect(warnings).not.toContainText("UTC");
  });
});

async function warningsOf(program: Program, timeZone = "UTC"): Promise<string[]> {
  const { accounts } = await program.graphql("{ accounts { disconnectPreview { warnings { message } } } }");
  return accounts[0].disconnectPreview.warnings.map(({ message }: { message: string }) => inZone(message, timeZone));
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
