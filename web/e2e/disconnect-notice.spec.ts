import { chooseShop, disconnect, navLink, notice, shopCard } from "./actions";
import { expect, test } from "./fixtures";
import type { Program } from "./program";
import { heading, settled, shop, unfold } from "./steps";

test("the notice on the overview leads to the record with its proof", async ({ page, program }) => {
  const digest = await recordedDigest(program);
  await disconnect(page);
  await notice(page).getByRole("link", { name: "Open the record" }).click();
  await expect(heading(page, "Disconnection")).toBeVisible();
  const proof = page.getByRole("region", { name: "Proof" });
  await unfold(proof);
  await expect(proof.getByText(/^The digests are equal/)).toBeVisible();
  await expect(proof.getByRole("definition")).toHaveText([digest, digest]);
});

test("the notice says where order work is done now, and leads to connecting again", async ({ page }) => {
  await disconnect(page);
  await expect(notice(page)).toContainText(
    "TikTok Shop's orders are now worked on in TikTok Seller Center, and only there.",
  );
  await expect(notice(page).getByRole("link", { name: "TikTok Seller Center" })).toHaveAttribute(
    "href",
    "https://seller-us.tiktok.com",
  );
  await expect(notice(page)).not.toContainText("open there");
  await notice(page).getByRole("link", { name: "Connect again" }).click();
  await chooseShop(page.getByRole("dialog", { name: "Connect TikTok Shop" }), "USLCDEMO1");
  await expect(notice(page)).toContainText(`${shop} is connected.`);
  await expect(notice(page).getByRole("link")).toHaveCount(0);
});

test("the notice no longer offers to connect when a colleague has connected a shop", async ({ page, program }) => {
  await disconnect(page);
  await expect(notice(page).getByRole("link", { name: "Connect again" })).toBeVisible();
  await program.graphql(
    `mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:USLCDEMO2") { userErrors { message } } }`,
  );
  await settled(program);
  await navLink(page, "Settings").click();
  await navLink(page, "Overview").click();
  await expect(shopCard(page)).toContainText("TikTok Shop USLCDEMO2");
  await expect(page.getByRole("link", { name: "Connect again" })).toHaveCount(0);
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

async function recordedDigest(program: Program): Promise<string> {
  const { accounts } = await program.graphql("{ accounts { snapshot { digest } } }");
  return accounts[0].snapshot.digest;
}
