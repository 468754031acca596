import { shopCard } from "./actions";
import { expect, test } from "./fixtures";
import { addFault, endAuthorization, letDaysPass, uninstallApp } from "./sandbox";
import { disconnectDialog, shop } from "./steps";

test("who was let out at TikTok is told to disconnect and connect again", async ({ page, program }) => {
  await endAuthorization(program);
  await page.goto("/");
  const card = shopCard(page);
  await expect(card).toContainText("Needs attention: TikTok does not let the app into the shop any more");
  await expect(card).toContainText("Disconnect the shop, which gives the store back, and connect it again.");
  await expect(card.getByRole("link", { name: "Open Seller Center" })).toHaveAttribute(
    "href",
    "https://seller-us.tiktok.com",
  );
  await page.goto("/settings");
  const row = page.getByRole("region", { name: "Accounts" }).getByRole("listitem").filter({ hasText: shop });
  await expect(row).toContainText("Disconnect the shop, which gives the store back, and connect it again.");
  await expect(row.getByRole("link", { name: "Open Seller Center" })).toBeVisible();
  await page.goto("/");
  await card.getByRole("link", { name: "Disconnect" }).click();
  await expect(disconnectDialog(page).getByRole("checkbox")).toBeVisible();
});

test("who has uninstalled the app is told to install it again", async ({ page, program }) => {
  await uninstallApp(program);
  await page.goto("/");
  await expect(shopCard(page)).toContainText("Install the app again and open it in the Shopify admin");
  await expect(shopCard(page).getByRole("link", { name: "Open the Shopify admin" })).toHaveAttribute(
    "href",
    "https://aurora-outfitters.myshopify.com/admin/settings/apps",
  );
});

test("an authorization that nobody saw end is left to the seller, who is led to Seller Center", async ({
  page,
  program,
}) => {
  await addFault(program, "HTTP_500", 1000, "Deauthorize", "tiktok");
  const { disconnectTikTokShop } = await program.graphql(
    `mutation { disconnectTikTokShop(confirm: true) { disconnection { id } } }`,
  );
  const { id } = disconnectTikTokShop.disconnection;
  const record = async () =>
    (await program.graphql("query ($id: ID!) { disconnection(id: $id) { status progress { nextAttemptAt } } }", { id }))
      .disconnection;
  await expect.poll(record).toMatchObject({ status: "REVOKING", progress: { nextAttemptAt: expect.any(String) } });
  await letDaysPass(program, 31);
  await expect.poll(record, { timeout: 30_000 }).toMatchObject({ status: "COMPLETE" });

  await page.goto(`/activity/disconnections/${id}`);
  const account = page.getByRole("region", { name: "TikTok Shop USLCDEMO1" });
  await expect(account).toContainText("Whether TikTok's authorization was ended is not confirmed.");
  await expect(account).toContainText("End it in TikTok Seller Center.");
  await expect(account.getByRole("link", { name: "Open Seller Center" })).toHaveAttribute(
    "href",
    "https://seller-us.tiktok.com",
  );
});
