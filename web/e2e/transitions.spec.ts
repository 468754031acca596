import type { Locator, Page } from "@playwright/test";
import { chooseShop, confirmDisconnect, expectDisconnected, navLink, notice, shopCard } from "./actions";
import { expect, test } from "./fixtures";
import { addFault, deactivateLocation, endFaults, uninstallApp } from "./sandbox";
import { disconnectOverApi, heading, inZone, openConnectDialog, openDisconnectDialog, settled, shop } from "./steps";

test("a disconnect that takes its time is followed to its end, through pages and a reload", async ({
  page,
  program,
}) => {
  const dialog = await openDisconnectDialog(page);
  await addFault(program, "THROTTLED", 30);
  await confirmDisconnect(dialog);
  await expect(page).toHaveURL(`${program.url}/`);
  await expect(progressBanner(page)).toContainText(`${shop} is being disconnected.`);
  await expect(shopCard(page)).toContainText("Setup in Progress");
  await expect(shopCard(page).getByRole("link")).toHaveCount(0);

  await navLink(page, "Settings").click();
  await page.reload();
  const accounts = page.getByRole("region", { name: "Accounts" });
  const row = accounts.getByRole("listitem").filter({ hasText: shop });
  await expect(row).toContainText("Being disconnected");
  await expect(row.getByText(/The store is being read\.|\d+ of \d+ changes are written/)).toBeVisible();
  await expect(accounts.getByRole("link", { name: /onnect/ })).toHaveCount(0);

  await row.getByRole("link", { name: "Open the record" }).click();
  await expect(heading(page, "Disconnection")).toBeVisible();
  const proof = page.getByRole("region", { name: "Proof" });
  await expect(proof).toContainText("Not read back yet");
  await expect(page.getByRole("region", { name: "Progress" })).toBeVisible();
  await endFaults(program);
  await expect(notice(page)).toContainText(`${shop} is disconnected. The store's settings are as they were`);
  await expect(proof).toContainText("The digests are equal");
  await expect(page.getByRole("region", { name: "Progress" })).toHaveCount(0);
  await expect(page.getByText(/^Complete, /)).toBeVisible();
  await navLink(page, "Settings").click();
  await expect(row.getByText("Disconnected", { exact: true })).toBeVisible();
  await expect(accounts.getByRole("link", { name: "Connect" })).toBeVisible();
});

test("a connect that takes its time is followed to its end", async ({ page, program }) => {
  await disconnectOverApi(program);
  const dialog = await openConnectDialog(page);
  await addFault(program, "THROTTLED", 30, "Locations"); // which are read after connecting has begun
  await chooseShop(dialog, "USLCDEMO2");
  await expect(progressBanner(page)).toContainText("TikTok Shop USLCDEMO2 is being connected.");
  await expect(shopCard(page)).toContainText("Setup in Progress");
  await navLink(page, "Settings").click();
  await page.reload();
  const accounts = page.getByRole("region", { name: "Accounts" });
  await expect(accounts.getByRole("listitem").filter({ hasText: "USLCDEMO2" })).toContainText("Being connected");
  await expect(accounts.getByRole("link", { name: "Connect", exact: true })).toHaveCount(0);
  await endFaults(program);
  await expect(notice(page)).toContainText("TikTok Shop USLCDEMO2 is connected.");
  await expect(accounts.getByRole("link", { name: "Disconnect TikTok Shop USLCDEMO2" })).toBeVisible();
});

test("an account that is being connected can be disconnected", async ({ page, program }) => {
  await disconnectOverApi(program);
  const connecting = await openConnectDialog(page);
  await addFault(program, "THROTTLED", 1000, "Locations"); // which are read after connecting has begun
  await chooseShop(connecting, "USLCDEMO2");
  await expect(progressBanner(page)).toContainText("TikTok Shop USLCDEMO2 is being connected.");
  await navLink(page, "Settings").click();
  await page.getByRole("link", { name: "Disconnect TikTok Shop USLCDEMO2" }).click();
  const dialog = page.getByRole("dialog", { name: "Disconnect TikTok Shop USLCDEMO2?" });
  await expect(dialog).toContainText("gives the store back what was changed so far");
  await endFaults(program);
  await confirmDisconnect(dialog);
  await expect(notice(page)).toContainText("TikTok Shop USLCDEMO2 is disconnected.");
});

test("a disconnect is not asked after when it is complete", async ({ page, program }) => {
  const dialog = await openDisconnectDialog(page);
  await confirmDisconnect(dialog);
  await expectDisconnected(page);
  await settled(program);
  await page.waitForLoadState("networkidle"); // half a second without a request
});

test("a blocked disconnect says why and where, and ends when it is accepted", async ({ page, program }) => {
  await uninstallApp(program);
  const dialog = await openDisconnectDialog(page);
  await confirmDisconnect(dialog);
  const alert = page.getByRole("alert").filter({ hasText: `${shop} cannot be disconnected without your help.` });
  await expect(alert).toContainText("Shopify does not let the app into the store any more.");
  await expect(shopCard(page)).toContainText("Setup in Progress");
  await alert.getByRole("link", { name: "Open the record" }).click();

  const progress = page.getByRole("region", { name: "Progress" });
  await expect(alert).toHaveCount(0); // the page itself says it
  await expect(progress).toContainText("Blocked");
  await expect(progress.getByRole("link", { name: "Open the Shopify admin" })).toHaveAttribute(
    "href",
    "https://aurora-outfitters.myshopify.com/admin/settings/apps",
  );
  await progress.getByRole("link", { name: "Accept as it is" }).click();
  const question = page.getByRole("dialog", { name: "Accept the store as it is?" });
  await question.getByRole("button", { name: "Accept as it is" }).dispatchEvent("click", { detail: 2 }); // the second of two
  await question.getByRole("button", { name: "Cancel" }).click(); // which does nothing while it is being accepted
  await expect(progress.getByText("Blocked", { exact: true })).toBeVisible();
  await progress.getByRole("link", { name: "Accept as it is" }).click();
  await question.getByRole("button", { name: "Accept as it is" }).click();
  await expect(notice(page)).toContainText("The store was accepted as it is and was not read back");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  const left = page.getByRole("region", { name: "Not put back" });
  await expect(left.getByRole("listitem").first()).toContainText("The app was uninstalled meanwhile.");
  await expect(progress).toHaveCount(0);
});

test("the dialog tells what cannot be put back, as of when, and activity what was edited in the Shopify admin", async ({
  page,
  program,
}) => {
  await deactivateLocation(program, "gid://shopify/Location/1003");
  const dialog = await openDisconnectDialog(page);
  await expect(dialog.getByText(/^As of /).getByRole("time")).toBeVisible();
  const { accounts } = await program.graphql(
    "{ accounts { disconnectPreview { exceptions { reason } warnings { code message } } } }",
  );
  const { exceptions, warnings } = accounts[0].disconnectPreview;
  expect(exceptions).toEqual([{ reason: "LOCATION_INACTIVE" }]);
  const warned = dialog.getByRole("region", { name: "Before you disconnect" }).getByRole("listitem");
  await expect(warned).toHaveText(warnings.map(({ message }: { message: string }) => inZone(message)));
  expect(warnings.map(({ code }: { code: string }) => code)).toContain("CANNOT_BE_RESTORED");
  const entry = dialog.getByRole("region", { name: "What cannot be put back" }).getByRole("listitem");
  await expect(entry).toContainText("Harbor shop");
  await expect(entry).toContainText("The location was deactivated.");

  await dialog.getByRole("button", { name: "Cancel" }).click();
  await navLink(page, "Activity").click();
  const newest = page.getByRole("region", { name: "Audit trail" }).getByRole("listitem").first();
  await expect(newest).toContainText("In the Shopify admin");
});

test.describe("where stores sign in and the platforms are stand-ins", () => {
  test.use({
    env: {
      SHOPIFY_API_KEY: "0123456789abcdef0123456789abcdef",
      SHOPIFY_API_SECRET: "a-secret-of-the-test",
      SANDBOX: "true",
    },
    expectedErrors: [/app-bridge\.js|status of 40[14]|net::ERR_/],
  });

  test("every page says so", async ({ page }) => {
    for (const address of ["/", "/settings", "/nothing"]) {
      await page.goto(address);
      await expect(page.getByRole("note")).toHaveText("Sandbox: nothing is read from or written to a real store.");
    }
  });
});

test("no page of the demo speaks of a sandbox in a banner", async ({ page }) => {
  await page.goto("/");
  await expect(shopCard(page)).toBeVisible();
  await expect(page.getByRole("note")).toHaveCount(0);
});

/** What is above every page while something is being connected or disconnected. */
function progressBanner(page: Page): Locator {
  return page.getByRole("status").filter({ hasText: /is being (dis)?connected\./ });
}

test("a blocked disconnect goes on when it is tried again", async ({ page, program }) => {
  await uninstallApp(program);
  const dialog = await openDisconnectDialog(page);
  await confirmDisconnect(dialog);
  const alert = page.getByRole("alert").filter({ hasText: `${shop} cannot be disconnected without your help.` });
  await alert.getByRole("link", { name: "Open the record" }).click();
  const progress = page.getByRole("region", { name: "Progress" });
  await progress.getByRole("button", { name: "Try again" }).click(); // which installs the app again, on the demo store
  await expect(notice(page)).toContainText("The store's settings are as they were before it was connected.");
});
