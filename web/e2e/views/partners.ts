import { expect } from "@playwright/test";
import { failOperation, haveStored, showDeliveries } from "../actions";
import { makeEndpoint, makeKey } from "../steps";
import type { View } from "./view";

/** API keys and webhooks: what partners' programs come by. */
export const partnerViews: View[] = [
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
    name: "API keys when the day's room is used up",
    async open(page) {
      await haveStored(page, 256);
      await page.goto("/api-keys");
      await expect(page.getByText("there is room again")).toBeVisible();
    },
  },
  {
    name: "dialog for a new API key whose answer was lost",
    async open(page) {
      await failOperation(page, "CreateApiKey");
      await page.goto("/api-keys/new");
      await page.getByRole("textbox", { name: "Name" }).fill("Rithum");
      await page.getByRole("button", { name: "Create" }).click();
      await expect(page.getByText("Whether there is a new key is not known")).toBeVisible();
    },
  },
  {
    name: "dialog of an API key that is not there",
    async open(page) {
      await page.goto("/api-keys/nothing/revoke");
      await expect(page.getByText("This store has no such key")).toBeVisible();
    },
  },
  {
    name: "webhooks while there are none",
    async open(page) {
      await page.goto("/webhook-endpoints");
      await expect(page.getByText("There are none yet.")).toBeVisible();
    },
  },
  {
    name: "secret of a webhook endpoint",
    async open(page) {
      await page.goto("/webhook-endpoints/new");
      await page.getByRole("textbox", { name: "URL" }).fill("https://example.com/webhooks");
      await page.getByRole("button", { name: "Create" }).click();
      await expect(page.getByRole("textbox", { name: "Secret" })).toHaveValue(/^whsec_/);
    },
  },
  {
    name: "webhook endpoint that is disabled, with nothing sent",
    async open(page, program) {
      const id = await makeEndpoint(program, "https://example.com/webhooks", ["STORE_UNINSTALLED"]);
      await program.graphql(
        "mutation ($id: ID!) { updateWebhookEndpoint(id: $id, enabled: false) { userErrors { code } } }",
        { id },
      );
      await page.goto(`/webhook-endpoints/${id}`);
      await expect(page.getByText("Nothing was sent yet.")).toBeVisible();
      await expect(page.getByRole("button", { name: "Enable" })).toBeVisible();
    },
  },
  {
    name: "webhook endpoint that is not there",
    async open(page) {
      await page.goto("/webhook-endpoints/nothing");
      await expect(page.getByText("This store has no such endpoint")).toBeVisible();
    },
  },
  {
    name: "dialog to edit a webhook endpoint",
    async open(page, program) {
      await page.goto(`/webhook-endpoints/${await makeEndpoint(program, "https://example.com/webhooks")}/edit`);
      await expect(page.getByRole("dialog").getByRole("button", { name: "Save" })).toBeVisible();
    },
  },
];
