import type { Page } from "@playwright/test";
import { expect, test } from "../e2e/fixtures";

// Pictures of every page and dialog, to be looked at: `make pictures`. Two of them stand in the README.

const folder = new URL("../../.tools/pictures/", import.meta.url).pathname;
const readme = new URL("../../docs/pictures/", import.meta.url).pathname;
const widths = [1100, 320];
const inReadme = ["overview-after", "disconnect"];

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of widths) {
    test.describe(`${colorScheme}, ${width}`, () => {
      test.use({ colorScheme, viewport: { width, height: 760 }, expectedErrors: [/Failed to load resource/] });

      test("every page", async ({ page, program }) => {
        const take = async (name: string, fullPage = false) => {
          await expect(page.getByText("Loading…")).toHaveCount(0);
          await page.screenshot({
            path: `${folder}${name}-${colorScheme}-${width}.png`,
            fullPage,
            animations: "disabled",
          });
          if (inReadme.includes(name) && colorScheme === "light" && width === widths[0]) {
            await page.screenshot({ path: `${readme}${name}.png`, animations: "disabled" });
          }
        };
        await page.goto("/");
        await take("overview", true);
        await page.goto("/settings");
        await take("settings", true);
        await page.getByRole("button", { name: "Edit Stock share" }).click();
        await page.getByRole("textbox", { name: "Stock share" }).fill("101");
        await page.getByRole("button", { name: "Save" }).click();
        await expect(page.getByText(/Stock share. must/)).toBeVisible();
        await page.getByRole("button", { name: "Save" }).scrollIntoViewIfNeeded();
        await take("editor");
        await page.goto("/settings");
        await page.getByRole("link", { name: "Disconnect" }).click();
        await expect(page.getByRole("dialog")).toContainText("go back");
        await take("disconnect");
        await confirmDisconnect(page);
        await take("disconnect-unticked");
        await page.getByRole("dialog").getByRole("checkbox").check();
        await program.graphql(
          `mutation { updateSettings(settings: [{ key: "order.tags", value: ["web"] }]) { userErrors { code } } }`,
        );
        await confirmDisconnect(page);
        await expect(page.getByText("Something changed")).toBeVisible();
        await take("disconnect-stale");
        await page.getByRole("dialog").getByRole("checkbox").check();
        await confirmDisconnect(page);
        await expect(page.getByRole("link", { name: "Connect again" })).toBeVisible();
        await take("overview-after");
        await page.getByRole("link", { name: "Open the record" }).first().click();
        await expect(page.getByRole("region", { name: "Proof" })).toBeVisible();
        await take("record");
        await page.goto("/settings/connect");
        await page.getByRole("radio", { name: "staff" }).check();
        await page.getByRole("button", { name: "Connect" }).click();
        await expect(page.getByRole("alert")).toBeVisible();
        await take("connect-refused");
        await page.goto("/settings");
        await take("settings-after", true);
        await page.goto("/activity");
        await page.getByText("setting changed").first().click();
        await take("activity", true);
        const { createApiKey } = await program.graphql(
          `mutation { createApiKey(name: "Rithum", scopes: [READ, DISCONNECT], expiresAt: "2999-01-01T00:00:00Z") { apiKey { id } } }`,
        );
        await program.graphql(
          `mutation ($id: ID!) { rotateApiKey(id: $id) { userErrors { code } } }`,
          createApiKey.apiKey,
        );
        await page.goto("/api-keys");
        await expect(page.getByText("Being replaced")).toBeVisible();
        await take("api-keys", true);
        await page.getByRole("link", { name: "Create API key" }).click();
        await page.getByRole("button", { name: "Create", exact: true }).click();
        await expect(page.getByText("A key needs a name.")).toBeVisible();
        await take("api-keys-new");
        await page.getByRole("textbox", { name: "Name" }).fill("ChannelAdvisor");
        await page.getByRole("button", { name: "Create", exact: true }).click();
        await expect(page.getByRole("textbox", { name: "Secret" })).toBeVisible();
        await take("api-keys-secret");
        await page.getByRole("button", { name: "Done" }).click();
        await expect(page.getByText("The secret was not copied")).toBeVisible();
        await take("api-keys-leave");
        await page.getByRole("button", { name: "Leave" }).click();
        await page.getByRole("link", { name: "Rotate ChannelAdvisor" }).click();
        await expect(page.getByRole("combobox", { name: "The old key ends" })).toBeVisible();
        await take("api-keys-rotate");
        await page.goto("/nowhere");
        await take("not-found");
      });

      test("without a server", async ({ page, program }) => {
        await page.goto("/");
        await expect(page.getByText("Order management")).toBeVisible();
        await program.stop();
        await page.getByRole("link", { name: "Activity", exact: true }).click();
        await expect(page.getByRole("alert")).toBeVisible();
        await page.screenshot({ path: `${folder}failure-${colorScheme}-${width}.png` });
      });
    });
  }
}

async function confirmDisconnect(page: Page) {
  await page.getByRole("dialog").getByRole("button", { name: "Disconnect", exact: true }).click();
  await expect(page.getByRole("button", { name: "Disconnecting…" })).toHaveCount(0);
}
