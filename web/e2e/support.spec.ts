import { confirmDisconnect, interceptOperation } from "./actions";
import { expect, test } from "./fixtures";
import { connectedShop, openDisconnectDialog, shop } from "./steps";

// What the seller cannot put right is told with the id that leads to it in the log, and with where to turn.

const address = "mailto:help@example.com?subject=TikTok";

test.use({ env: { SUPPORT_URL: address } });

test("a failure", async ({ page }) => {
  await interceptOperation(page, "LatestActivity", (route) =>
    route.fulfill({
      status: 200,
      contentType: "application/json",
      body: JSON.stringify({
        errors: [{ message: "It failed.", extensions: { code: "INTERNAL", requestId: "9f-1" } }],
      }),
    }),
  );
  await page.goto("/");
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("Request id: 9f-1");
  await expect(alert.getByRole("link", { name: "Contact support" })).toHaveAttribute("href", address);
});

test("a snapshot that is damaged", async ({ page, program }) => {
  const { id } = await connectedShop(program);
  await interceptOperation(page, "Disconnectable", async (route) => {
    const response = await route.fetch();
    const json = await response.json();
    for (const account of json.data.accounts) account.disconnectPreview = null;
    await route.fulfill({ response, json, headers: { ...response.headers(), "x-request-id": "9f-2" } });
  });
  await page.goto(`/settings/accounts/${id}/disconnect`);
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText(`${shop} cannot be disconnected`);
  await expect(dialog).toContainText("Request id: 9f-2");
  await expect(dialog.getByRole("link", { name: "Contact support" })).toHaveAttribute("href", address);
});

test("a snapshot that turns out to be damaged when disconnecting", async ({ page }) => {
  const dialog = await openDisconnectDialog(page);
  await interceptOperation(page, "DisconnectTikTokShop", async (route) => {
    const response = await route.fetch({
      postData: JSON.stringify({
        ...route.request().postDataJSON(),
        variables: refused(route.request().postDataJSON()),
      }),
    });
    const json = await response.json();
    for (const refusal of json.data.disconnectTikTokShop.userErrors) refusal.code = "SNAPSHOT_DAMAGED";
    await route.fulfill({ response, json, headers: { ...response.headers(), "x-request-id": "9f-3" } });
  });
  await confirmDisconnect(dialog);
  const alert = dialog.getByRole("alert").filter({ hasText: "must be confirmed" });
  await expect(alert).toContainText("Request id: 9f-3");
  await expect(alert.getByRole("link", { name: "Contact support" })).toHaveAttribute("href", address);
});

/** The variables of a disconnect that is refused. */
function refused({ variables }: { variables: object }): object {
  return { ...variables, confirm: false };
}

test.describe("without an address", () => {
  test.use({ env: {} });

  test("there is no link", async ({ page, program }) => {
    const { id } = await connectedShop(program);
    await page.goto(`/settings/accounts/${id}/disconnect`);
    await expect(page.getByRole("dialog")).toBeVisible();
    await expect(page.getByRole("link", { name: "Contact support" })).toHaveCount(0);
  });
});
