import { expect, test } from "./fixture";

const shop = "TikTok Shop USLCDEMO1";

test("the guide, word for word", async ({ page, program }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Settings" }).click();
  const accounts = page.getByRole("region", { name: "Accounts" });
  await accounts.getByRole("listitem").filter({ hasText: shop }).getByText("Disconnect", { exact: true }).click();

  const dialog = page.getByRole("dialog", { name: `Disconnect ${shop}?` });
  const {
    accounts: [account],
  } = await program.ask("{ accounts { disconnectPreview { warnings { message } } } }");
  const warnings = dialog.getByRole("region", { name: "Before you disconnect" }).getByRole("listitem");
  await expect(warnings).toHaveText(
    account.disconnectPreview.warnings.map(({ message }: { message: string }) => message),
  );
  await dialog.getByRole("checkbox").check();
  await dialog.getByRole("button", { name: "Disconnect", exact: true }).click();

  await expect(page).toHaveURL(`${program.url}/`);
  await expect(page.getByRole("region", { name: "TikTok Shop", exact: true })).toContainText("Setup in Progress");
});
