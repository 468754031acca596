import { notice, shopCard, storeState } from "./actions";
import { expect, test } from "./fixtures";
import { disconnectOverApi, openConnectDialog } from "./steps";

test.beforeEach(({ program }) => disconnectOverApi(program));

test("the seller consents at TikTok, and comes back to the overview", async ({ page, program }) => {
  const dialog = await openConnectDialog(page);
  await dialog.getByRole("button", { name: "Continue to TikTok" }).click();
  await expect(page).toHaveURL(({ pathname }) => pathname === "/sandbox/tiktok/oauth/authorize");
  await page.getByRole("button", { name: "USLCDEMO2" }).click();
  await expect(page).toHaveURL(`${program.url}/`);
  await expect(notice(page)).toContainText(/let the app in|is connected/);
  await expect(shopCard(page)).toContainText("USLCDEMO2");
  await page.reload();
  await expect(shopCard(page)).toContainText("Connected");
  await expect(notice(page)).toHaveCount(0);
});

test("the seller of two shops chooses one", async ({ page }) => {
  const dialog = await openConnectDialog(page);
  await dialog.getByRole("button", { name: "Continue to TikTok" }).click();
  await page.getByRole("button", { name: "USLCDEMO8" }).click();
  await expect(page.getByRole("heading")).toHaveText("Choose a TikTok Shop");
  await page.getByRole("button", { name: "Connect TikTok Shop USLCDEMO9" }).click();
  await expect(shopCard(page)).toContainText("USLCDEMO9");
});

for (const [button, words] of [
  ["Do not allow access", "because access was not allowed there"],
  ["USLCDEMO3", "Only the main owner of a TikTok Shop may connect it"],
] as const) {
  test(`who comes back without a shop is told why: ${button}`, async ({ page, program }) => {
    const before = await storeState(program);
    const dialog = await openConnectDialog(page);
    await dialog.getByRole("button", { name: "Continue to TikTok" }).click();
    await page.getByRole("button", { name: button }).click();
    await expect(notice(page)).toContainText(words);
    await expect(page).toHaveURL(`${program.url}/`);
    expect(await storeState(program)).toEqual(before);
  });
}

test("an address says nothing that is no outcome", async ({ page, program }) => {
  await page.goto("/?consent=Call%20us&page=1");
  await expect(page).toHaveURL(`${program.url}/?page=1`);
  await expect(notice(page)).toHaveCount(0);
});
