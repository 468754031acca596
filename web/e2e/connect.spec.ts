import type { Page } from "@playwright/test";
import { chooseShop, closeMethods, notice, shopCard, storeState } from "./actions";
import { expect, test } from "./fixtures";
import type { Program } from "./program";
import { disconnectOverApi, openConnectDialog } from "./steps";

interface Shop {
  name: string;
  externalId: string;
  region: string;
  about: string;
  authorizationCode: string;
}

test.describe("while nothing is connected", () => {
  test.beforeEach(({ program }) => disconnectOverApi(program));

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
    await expect(choices.getByRole("radio", { checked: true })).toHaveCount(1);
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

test("a second account is refused while one is connected", async ({ page, program }) => {
  const refusal = await refusalOf(program, "USLCDEMO2");
  const before = await storeState(program);
  await page.goto("/settings/connect");
  const dialog = page.getByRole("dialog", { name: "Connect TikTok Shop" });
  await chooseShop(dialog, "USLCDEMO2");
  await expect(dialog.getByRole("alert")).toHaveText(refusal);
  await dialog.getByRole("button", { name: "Cancel" }).click();
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
