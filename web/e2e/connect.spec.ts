import type { Page } from "@playwright/test";
import { chooseShop, closeMethods, notice, shopCard, storeState } from "./actions";
import { expect, test } from "./fixtures";
import type { Program } from "./program";
import { changingGroups, disconnectOverApi, groupsIn, openConnectDialog, titleOf, unfold } from "./steps";

interface Shop {
  name: string;
  externalId: string;
  region: string;
  about: string;
  authorizationCode: string;
}

test.describe("while nothing is connected", () => {
  test.beforeEach(({ program }) => disconnectOverApi(program));

  test("the overview says before connecting that one can disconnect at any time", async ({ page }) => {
    await page.goto("/");
    await expect(shopCard(page)).toContainText(
      "You can disconnect at any time: your store goes back to today's settings.",
    );
    await expect(shopCard(page).getByRole("link", { name: "Connect" })).toBeVisible();
  });

  test("the dialog offers the sandbox's shops", async ({ page, program }) => {
    const dialog = await openConnectDialog(page);
    const choices = dialog.getByRole("group", { name: "TikTok Shop account" });
    const shops = await sandboxShops(program);
    await expect(choices.getByRole("radio")).toHaveCount(shops.length);
    for (const { name, region, about } of shops) {
      await expect(choices.getByRole("radio", { name: `${name} ${region}` })).toHaveAccessibleName(
        new RegExp(`${about}$`),
      );
    }
    await expect(choices.getByRole("radio", { checked: true })).toHaveCount(0);
  });

  test("the dialog shows what will change before anybody is asked", async ({ page, program }) => {
    const before = await storeState(program);
    const dialog = await openConnectDialog(page);
    const changes = dialog.getByRole("region", { name: "What will change" });
    const inStore = changes.getByRole("region", { name: "Changes in Shopify" });
    await expect(inStore).toContainText("7 settings: 2 in Products · 1 in Stock · 4 in Technical.");
    await expect(changes.getByRole("region", { name: "Kept in this app only" })).toContainText(
      /^Kept in this app only\d+ settings: \d in Products/,
    );
    await expect(changes.getByRole("region", { name: "What stays" })).toContainText("TikTok for Business");
    await expect(changes).toContainText("You can disconnect at any time: your store goes back to today's settings.");
    await unfold(changes);
    const row = (title: string) =>
      changes.getByRole("listitem").filter({ has: page.getByText(title, { exact: true }) });
    await expect(row("Tax collection")).toContainText("NowYou collect themConnectedTikTok collects them");
    await expect(row("Published products")).toContainText("All your products published");
    expect(await storeState(program)).toEqual(before);
  });

  test("the dialog groups what changes as the settings page does, and says of each where it is", async ({ page }) => {
    const changes = (await openConnectDialog(page)).getByRole("region", { name: "What will change" });
    await expect(changes.locator("summary").first()).toHaveText(/^Products · 2 in Shopify · \d in this app$/);
    const foreseen = await groupsIn(changes);
    await unfold(changes);
    const row = (title: string) =>
      changes.getByRole("listitem").filter({ has: page.getByText(title, { exact: true }) });
    await expect(row("Published products").getByText("In Shopify", { exact: true })).toBeVisible();
    await expect(row("Tax collection").getByText("In this app", { exact: true })).toBeVisible();
    await chooseShop(page.getByRole("dialog"), "USLCDEMO2");
    await expect(shopCard(page)).toContainText("Connected");
    expect(foreseen).toEqual(await changingGroups(page));
  });

  test("what the dialog foresees is what connecting changes", async ({ page, program }) => {
    const changes = (await openConnectDialog(page)).getByRole("region", { name: "What will change" });
    await unfold(changes);
    const rows = changes.getByRole("listitem").filter({ has: page.locator("dl") });
    await expect(rows.first()).toBeVisible();
    const foreseen = await rows.locator("> div > p > strong").allTextContents();
    await chooseShop(page.getByRole("dialog"), "USLCDEMO2");
    await expect(shopCard(page)).toContainText("Connected");
    const { auditTrail } = await program.graphql("{ auditTrail(first: 1) { nodes { changes { key } } } }");
    const changed = auditTrail.nodes[0].changes.map(({ key }: { key: string }) => titleOf(key));
    expect(foreseen.sort()).toEqual(changed.sort());
  });

  test("nothing is connected before a shop is chosen: the dialog says what is missing", async ({ page, program }) => {
    const before = await storeState(program);
    const dialog = await openConnectDialog(page);
    await dialog.getByRole("button", { name: "Connect" }).click();
    await expect(dialog.getByRole("alert")).toHaveText("Choose the shop to connect.");
    await expect(dialog.getByRole("radio").first()).toBeFocused();
    await expect(dialog.getByRole("radio", { checked: true })).toHaveCount(0);
    expect(await storeState(program)).toEqual(before);

    await dialog.getByRole("radio", { name: "USLCDEMO2" }).check();
    await expect(dialog.getByRole("alert")).toHaveCount(0);
    await dialog.getByRole("button", { name: "Connect" }).click();
    await expect(notice(page)).toContainText("TikTok Shop USLCDEMO2 is connected.");
  });

  for (const shopCode of ["USLCDEMO1", "USLCDEMO2"]) {
    test(`${shopCode} is connected`, async ({ page }) => {
      await chooseShop(await openConnectDialog(page), shopCode);
      await expect(notice(page)).toContainText(`TikTok Shop ${shopCode} is connected.`);
      await expect(shopCard(page)).toContainText(shopCode);
    });
  }

  for (const shopCode of ["USLCDEMO3", "GBLCDEMO4", "USLCDEMO5", "USLCDEMO6", "USLCDEMO7"]) {
    test(`${shopCode} is refused as the server says, and another can be chosen`, async ({ page, program }) => {
      const refusal = await refusalOf(program, shopCode);
      const before = await storeState(program);
      const dialog = await openConnectDialog(page);
      await chooseShop(dialog, shopCode);
      await expect(dialog.getByRole("alert")).toHaveText(refusal);
      await expect(dialog.getByRole("radio", { name: shopCode })).toBeChecked();
      expect(await storeState(program)).toEqual(before);

      await chooseShop(dialog, "USLCDEMO2");
      await expect(notice(page)).toContainText("TikTok Shop USLCDEMO2 is connected.");
    });
  }

  test("each refusal replaces the one before", async ({ page, program }) => {
    const dialog = await openConnectDialog(page);
    for (const shopCode of ["USLCDEMO3", "GBLCDEMO4", "USLCDEMO3"]) {
      await chooseShop(dialog, shopCode);
      await expect(dialog.getByRole("alert")).toHaveText(await refusalOf(program, shopCode));
    }
  });

  for (const { name, close } of closeMethods) {
    test(`${name} closes the dialog and changes nothing`, async ({ page, program }) => {
      const before = await storeState(program);
      const dialog = await openConnectDialog(page);
      await dialog.getByRole("radio", { name: "USLCDEMO2" }).check();
      await close(dialog);
      await expectClosed(page);
      expect(await storeState(program)).toEqual(before);
    });
  }

  test("a refusal is forgotten when the dialog is closed", async ({ page, program }) => {
    const dialog = await openConnectDialog(page);
    await chooseShop(dialog, "USLCDEMO3");
    await expect(dialog.getByRole("alert")).toHaveText(await refusalOf(program, "USLCDEMO3"));
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expectClosed(page);
    await openConnectDialog(page);
    await expect(dialog.getByRole("alert")).toHaveCount(0);
  });

  test("a double click connects once", async ({ page, program }) => {
    const dialog = await openConnectDialog(page);
    await dialog.getByRole("radio", { name: "USLCDEMO2" }).check();
    await dialog.getByRole("button", { name: "Connect" }).dblclick();
    await expect(notice(page)).toContainText("TikTok Shop USLCDEMO2 is connected.");
    const { auditTrail } = await program.graphql("{ auditTrail { nodes { action account { externalId } } } }");
    const connected = { action: "ACCOUNT_CONNECTED", account: { externalId: "USLCDEMO2" } };
    expect(
      auditTrail.nodes.filter((entry: object) => JSON.stringify(entry) === JSON.stringify(connected)),
    ).toHaveLength(1);
  });
});

test("while a shop is connected the dialog says why no other can be, and what to do", async ({ page, program }) => {
  const refusal = await refusalOf(program, "USLCDEMO2");
  const before = await storeState(program);
  await page.goto("/settings/connect");
  const dialog = page.getByRole("dialog", { name: "Connect TikTok Shop" });
  await expect(dialog.getByRole("alert")).toHaveText(refusal);
  await expect(dialog.getByRole("radio")).toHaveCount(0);
  await dialog.locator("footer").getByRole("button", { name: "Close" }).click();
  await expectClosed(page);
  expect(await storeState(program)).toEqual(before);
});

async function expectClosed(page: Page): Promise<void> {
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page).toHaveURL(({ pathname }) => pathname === "/settings");
}

async function sandboxShops(program: Program): Promise<Shop[]> {
  const { sandboxShops } = await program.graphql("{ sandboxShops { name externalId region about authorizationCode } }");
  return sandboxShops;
}

/** What the API says to this shop. */
async function refusalOf(program: Program, shopCode: string): Promise<string> {
  const shop = (await sandboxShops(program)).find(({ externalId }) => externalId === shopCode);
  const { connectTikTokShop } = await program.graphql(
    "mutation ($code: String!) { connectTikTokShop(authorizationCode: $code) { userErrors { message } } }",
    { code: shop?.authorizationCode },
  );
  return connectTikTokShop.userErrors[0].message;
}
