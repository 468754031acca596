import { expect, type Page } from "@playwright/test";
import { showDeliveries } from "./actions";
import type { Program } from "./program";
import { addFault, blockDisconnect, deactivateLocation, openOrders } from "./sandbox";
import {
  connectedShop,
  disconnectOverApi,
  heading,
  makeEndpoint,
  makeEntries,
  makeKey,
  openConnectDialog,
  openDisconnectDialog,
  shop,
  startEditing,
  unfold,
  writeSetting,
} from "./steps";

interface View {
  name: string;
  /** Opens the view on the page. */
  open(page: Page, program: Program): Promise<void>;
}

/** Every page and dialog in each of its states. */
export const views: View[] = [
  {
    name: "overview",
    async open(page) {
      await page.goto("/");
      await expect(page.getByRole("region", { name: "Latest activity" }).getByRole("listitem")).toHaveCount(5);
    },
  },
  {
    name: "overview after a disconnect",
    async open(page) {
      const dialog = await openDisconnectDialog(page);
      await dialog.getByRole("checkbox").check();
      await dialog.getByRole("button", { name: "Disconnect", exact: true }).click();
      await expect(page.getByRole("link", { name: "Open the record" }).first()).toBeVisible();
      await expect(page.getByRole("link", { name: /Seller Center/ })).toHaveCount(2);
    },
  },
  {
    name: "settings",
    async open(page) {
      await page.goto("/settings");
      await expect(page.getByRole("link", { name: `Disconnect ${shop}` })).toBeVisible();
    },
  },
  {
    name: "settings while nothing is connected",
    async open(page, program) {
      await disconnectOverApi(program);
      await page.goto("/settings");
      await expect(page.getByRole("link", { name: "Connect" })).toBeVisible();
    },
  },
  {
    name: "settings with everything unfolded",
    async open(page) {
      await page.goto("/settings");
      await page.getByRole("region", { name: "Technical" }).waitFor();
      await page.evaluate(() => {
        for (const details of document.querySelectorAll("details")) details.open = true;
      });
      await expect(page.getByRole("link", { name: "Ridge jacket" }).first()).toBeVisible();
    },
  },
  {
    name: "settings that were looked for",
    async open(page) {
      await page.goto("/settings");
      await page.getByRole("searchbox").fill("warehouse");
      await expect(page.getByText(/settings found/)).toBeVisible();
    },
  },
  {
    name: "settings with every kind of editor open",
    async open(page, program) {
      const products = Array.from({ length: 30 }, (_, at) => [`gid://shopify/Product/${6991 + at}`, at % 2 === 0]);
      await writeSetting(program, "product.inventoryManagedByChannel", JSON.stringify(Object.fromEntries(products)));
      await writeSetting(program, "ads.businessAccount", '{"id":["of no form"],"businessCenter":"A"}');
      await page.goto("/settings");
      for (const key of oneKeyOfEachType) await startEditing(page, key);
    },
  },
  {
    name: "settings with refused values",
    async open(page) {
      await page.goto("/settings");
      for (const [key, value] of Object.entries(refused)) {
        const row = await startEditing(page, key);
        await row.getByRole("textbox").fill(value);
        await row.getByRole("button", { name: "Save" }).click();
        await expect(row.getByRole("alert")).not.toBeEmpty();
      }
      const carriers = await startEditing(page, "shipping.carrierMapping");
      await carriers.getByLabel("Carrier in Shopify").last().fill("");
      await carriers.getByRole("button", { name: "Save" }).click();
      await expect(carriers.getByRole("alert")).not.toBeEmpty();
    },
  },
  {
    name: "disconnect dialog",
    async open(page) {
      await openDisconnectDialog(page);
    },
  },
  {
    name: "disconnect dialog with everything unfolded",
    async open(page) {
      const dialog = await openDisconnectDialog(page);
      await unfold(dialog);
    },
  },
  {
    name: "disconnect dialog with open orders",
    async open(page, program) {
      await openOrders(program, 3);
      const dialog = await openDisconnectDialog(page);
      await expect(dialog.getByText(/^Nearest deadline/)).toBeVisible();
    },
  },
  {
    name: "disconnect dialog with what cannot be put back",
    async open(page, program) {
      await deactivateLocation(program, "gid://shopify/Location/1003");
      const dialog = await openDisconnectDialog(page);
      await expect(dialog.getByRole("region", { name: "What cannot be put back" })).toBeVisible();
    },
  },
  {
    name: "disconnect dialog, not confirmed",
    async open(page) {
      const dialog = await openDisconnectDialog(page);
      await dialog.getByRole("button", { name: "Disconnect", exact: true }).click();
      await expect(dialog.getByRole("alert")).not.toBeEmpty();
    },
  },
  {
    name: "disconnect dialog, stale",
    async open(page, program) {
      const dialog = await openDisconnectDialog(page);
      await writeSetting(program, "order.tags", `["web","a tag that nobody has seen in the preview"]`);
      await dialog.getByRole("checkbox").check();
      await dialog.getByRole("button", { name: "Disconnect", exact: true }).click();
      await expect(dialog.getByRole("alert").filter({ hasText: "Something changed" })).toBeVisible();
    },
  },
  {
    name: "disconnect dialog with nothing to disconnect",
    async open(page, program) {
      const { id } = await connectedShop(program);
      await disconnectOverApi(program);
      await page.goto(`/settings/accounts/${id}/disconnect`);
      await expect(page.getByRole("dialog").getByRole("link", { name: "Open the record" })).toBeVisible();
    },
  },
  {
    name: "connect dialog",
    async open(page, program) {
      await disconnectOverApi(program);
      await openConnectDialog(page);
    },
  },
  {
    name: "connect dialog, refused",
    async open(page, program) {
      await disconnectOverApi(program);
      const dialog = await openConnectDialog(page);
      await dialog.getByRole("radio", { name: /USLCDEMO3/ }).check();
      await dialog.getByRole("button", { name: "Connect" }).click();
      await expect(dialog.getByRole("alert")).not.toBeEmpty();
    },
  },
  {
    name: "activity, unfolded",
    async open(page) {
      await page.goto("/activity");
      await page
        .getByText(/settings changed$/)
        .first()
        .click();
    },
  },
  {
    name: "activity, second page",
    async open(page, program) {
      await makeEntries(program, 10);
      await page.goto("/activity");
      await page.getByRole("link", { name: "Older" }).click();
      await expect(page.getByRole("link", { name: "Newest" })).toBeVisible();
    },
  },
  {
    name: "record",
    async open(page, program) {
      await page.goto(`/activity/disconnections/${await disconnectOverApi(program)}`);
      await expect(page.getByRole("region", { name: "Proof" })).toBeVisible();
    },
  },
  {
    name: "record with everything unfolded",
    async open(page, program) {
      await openOrders(program, 3);
      await page.goto(`/activity/disconnections/${await disconnectOverApi(program)}`);
      await expect(page.getByRole("region", { name: "Open orders" }).getByRole("listitem").first()).toBeVisible();
      await unfold(page.getByRole("main"));
    },
  },
  {
    name: "record while the store is given back",
    async open(page, program) {
      await addFault(program, "THROTTLED", 1000);
      const { disconnectTikTokShop } = await program.graphql(
        `mutation { disconnectTikTokShop(confirm: true) @idempotent(key: "once") { disconnection { id } } }`,
      );
      await page.goto(`/activity/disconnections/${disconnectTikTokShop.disconnection.id}`);
      await expect(page.getByRole("region", { name: "Progress" }).getByRole("listitem")).toHaveCount(3);
    },
  },
  {
    name: "record with what was not put back",
    async open(page, program) {
      await deactivateLocation(program, "gid://shopify/Location/1003");
      await page.goto(`/activity/disconnections/${await disconnectOverApi(program)}`);
      await expect(page.getByRole("region", { name: "Not put back" })).toContainText("The location was deactivated.");
    },
  },
  {
    name: "record of a blocked disconnect",
    async open(page, program) {
      await page.goto(`/activity/disconnections/${await blockDisconnect(program)}`);
      await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
    },
  },
  {
    name: "dialog to accept the store as it is",
    async open(page, program) {
      await page.goto(`/activity/disconnections/${await blockDisconnect(program)}/accept`);
      await expect(page.getByRole("button", { name: "Accept as it is" })).toBeVisible();
    },
  },
  {
    name: "settings while a disconnect is blocked",
    async open(page, program) {
      await blockDisconnect(program);
      await page.goto("/settings");
      await expect(page.getByText("Being disconnected", { exact: true })).toBeVisible();
    },
  },
  {
    name: "API keys while there are none",
    async open(page) {
      await page.goto("/api-keys");
      await expect(page.getByText("There are none yet.")).toBeVisible();
    },
  },
  {
    name: "API keys of every sort",
    async open(page, program) {
      await makeKey(program, "Short-lived", new Date(Date.now() + 1000).toISOString());
      await makeKey(
        program,
        "A partner whose name is so long that it takes more than one line on every phone there is",
      );
      const { id } = await makeKey(program, "Rithum", "2999-01-01T00:00:00Z");
      await program.graphql("mutation ($id: ID!) { rotateApiKey(id: $id) { userErrors { code } } }", { id });
      await expect(async () => {
        await page.goto("/api-keys");
        await expect(page.getByText("Expired", { exact: true })).toBeVisible({ timeout: 1000 });
      }).toPass();
    },
  },
  {
    name: "dialog for a new API key, refused",
    async open(page) {
      await page.goto("/api-keys/new");
      await page.getByRole("checkbox", { name: "Read everything" }).uncheck();
      await page.getByRole("button", { name: "Create" }).click();
      await expect(page.getByRole("textbox", { name: "Name" })).toHaveAccessibleDescription(/needs a name/);
    },
  },
  {
    name: "secret of an API key",
    async open(page) {
      await page.goto("/api-keys/new");
      await page.getByRole("textbox", { name: "Name" }).fill("Rithum");
      await page.getByRole("button", { name: "Create" }).click();
      await expect(page.getByRole("textbox", { name: "Secret" })).toHaveValue(/^hb_/);
    },
  },
  {
    name: "question before a secret vanishes",
    async open(page) {
      await page.goto("/api-keys/new");
      await page.getByRole("textbox", { name: "Name" }).fill("Rithum");
      await page.getByRole("button", { name: "Create" }).click();
      await page.getByRole("button", { name: "Done" }).click();
      await expect(page.getByRole("button", { name: "Leave" })).toBeVisible();
    },
  },
  {
    name: "dialog to rotate an API key",
    async open(page, program) {
      const { id } = await makeKey(program, "Rithum");
      await page.goto(`/api-keys/${id}/rotate`);
      await expect(page.getByRole("combobox", { name: "The old key ends" })).toBeVisible();
    },
  },
  {
    name: "dialog to revoke an API key",
    async open(page, program) {
      const { id } = await makeKey(program, "Rithum");
      await page.goto(`/api-keys/${id}/revoke`);
      await expect(page.getByRole("button", { name: "Revoke" })).toBeVisible();
    },
  },
  {
    name: "webhook endpoints of every sort",
    async open(page, program) {
      const id = await makeEndpoint(program, "https://example.com/webhooks", ["SETTINGS_UPDATED"]);
      await program.graphql(
        "mutation ($id: ID!) { updateWebhookEndpoint(id: $id, enabled: false) { userErrors { code } } }",
        { id },
      );
      await makeEndpoint(program, `https://${"a-long-name-of-a-host-".repeat(2)}x.example.com/webhooks/of/a/program`);
      await page.goto("/webhook-endpoints");
      await expect(page.getByText("Disabled", { exact: true })).toBeVisible();
    },
  },
  {
    name: "dialog for a new webhook endpoint, refused",
    async open(page) {
      await page.goto("/webhook-endpoints/new");
      await page.getByRole("button", { name: "Create" }).click();
      await expect(page.getByRole("textbox", { name: "URL" })).toHaveAccessibleDescription(/must begin with https/);
    },
  },
  {
    name: "webhook endpoint with deliveries",
    async open(page, program) {
      await showDeliveries(page);
      await page.goto(`/webhook-endpoints/${await makeEndpoint(program, "https://example.com/webhooks")}`);
      await expect(page.getByText("no answer within 10 s")).toBeVisible();
    },
  },
  {
    name: "dialog to rotate a webhook endpoint's secret",
    async open(page, program) {
      await page.goto(`/webhook-endpoints/${await makeEndpoint(program, "https://example.com/webhooks")}/rotate`);
      await expect(page.getByRole("button", { name: "Rotate" })).toBeVisible();
    },
  },
  {
    name: "dialog to delete a webhook endpoint",
    async open(page, program) {
      await page.goto(`/webhook-endpoints/${await makeEndpoint(program, "https://example.com/webhooks")}/delete`);
      await expect(page.getByRole("dialog").getByRole("button", { name: "Delete" })).toBeVisible();
    },
  },
  {
    name: "page not found",
    async open(page) {
      await page.goto("/activity/nothing");
      await expect(heading(page, "Page not found")).toBeVisible();
    },
  },
  {
    name: "loading",
    async open(page) {
      await page.route("**/graphql", () => {}); // no answer ever
      await page.goto("/activity");
      await expect(page.getByRole("status").filter({ hasText: "Loading…" })).toBeVisible();
    },
  },
  {
    name: "failure",
    async open(page) {
      await respondWithErrors(page);
      await page.goto("/activity");
      await expect(page.getByRole("alert").getByText("Request id: ")).toBeVisible();
    },
  },
];

const oneKeyOfEachType = [
  "location.fulfillsOnlineOrders",
  "product.inventoryManagedByChannel",
  "order.tags",
  "publication.autoPublish",
  "shipping.packageWeightFallbackKg",
  "shipping.template",
  "tax.handling",
  "price.adjustment",
  "price.strikethrough",
  "shipping.carrierMapping",
  "ads.pixel",
  "inventory.percent",
];

const refused = { "inventory.percent": "101", "shipping.packageWeightFallbackKg": "heavy", "price.adjustment": "much" };

/** Replaces the page's operations by an invalid one. */
async function respondWithErrors(page: Page): Promise<void> {
  await page.route("**/graphql", (route) =>
    route.continue({
      headers: { ...route.request().headers(), accept: "application/json" },
      postData: JSON.stringify({ query: "{ nothing }" }),
    }),
  );
}
