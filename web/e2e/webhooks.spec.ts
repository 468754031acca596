import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Locator, Page } from "@playwright/test";
import { interceptOperation, navLink, notice, showDeliveries } from "./actions";
import { expect, test } from "./fixtures";
import { heading, makeEndpoint } from "./steps";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

const address = "https://example.com/webhooks";

test("a seller makes an endpoint and copies its secret", async ({ page, program }) => {
  await page.goto("/");
  await navLink(page, "Webhooks").click();
  await expect(heading(page, "Webhooks")).toBeFocused();
  await expect(page.getByRole("main")).toContainText("There are none yet.");
  await page.getByRole("link", { name: "Create endpoint" }).click();
  const dialog = page.getByRole("dialog", { name: "Create endpoint" });
  const url = dialog.getByRole("textbox", { name: "URL" });
  await url.fill("http://example.com/webhooks");
  await dialog.getByRole("button", { name: "Create" }).click();
  await expect(url).toHaveAccessibleDescription(/must begin with https/);
  await expect(url).toBeFocused();
  await url.fill(address);
  await dialog.getByRole("checkbox", { name: "Settings changed" }).check();
  await dialog.getByRole("button", { name: "Create" }).click();

  const secret = await copied(page);
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(endpoints(page)).toContainText(["Settings changed · created"]);
  await expect(endpoints(page)).toContainText(["Active"]);
  await expect(page.locator("body")).not.toContainText(secret.slice(6));
  expect((await program.graphql("{ webhookEndpoints { url topics status } }")).webhookEndpoints).toEqual([
    { url: address, topics: ["SETTINGS_UPDATED"], status: "ACTIVE" },
  ]);
  await navLink(page, "Activity").click();
  await expect(page.getByRole("listitem").first()).toContainText("Made a webhook endpoint");
});

test("an endpoint is edited, disabled and enabled, its secret rotated, and it is deleted", async ({
  page,
  program,
}) => {
  await makeEndpoint(program, address);
  await page.goto("/webhook-endpoints");
  await page.getByRole("link", { name: address }).click();
  await expect(heading(page, "Webhook endpoint")).toBeFocused();
  const main = page.getByRole("main");
  await main.getByRole("link", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit endpoint" });
  await dialog.getByRole("textbox", { name: "URL" }).fill("https://example.com/elsewhere");
  await dialog.getByRole("checkbox", { name: "App uninstalled" }).check();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(main).toContainText("https://example.com/elsewhere");
  await expect(main).toContainText("App uninstalled · created");
  await main.getByRole("link", { name: "Edit" }).click();
  await expect(dialog.getByRole("checkbox", { checked: true })).toHaveCount(1);
  await dialog.getByRole("textbox", { name: "URL" }).fill(address);
  await dialog.getByRole("checkbox", { name: "App uninstalled" }).uncheck();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(main).toContainText("All events · created");

  await main.getByRole("button", { name: "Disable" }).click();
  await expect(main).toContainText("Disabled");
  await expect(main.getByRole("button", { name: "Send the latest event again" })).toHaveCount(0);
  await main.getByRole("button", { name: "Enable" }).click();
  await expect(main).toContainText("Active");

  await main.getByRole("link", { name: "Rotate secret" }).click();
  await page.getByRole("dialog", { name: "Rotate secret?" }).getByRole("button", { name: "Rotate" }).click();
  expect(await copied(page)).toMatch(/^whsec_/);
  await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await main.getByRole("link", { name: "Delete" }).click();
  const question = page.getByRole("dialog", { name: "Delete endpoint?" });
  await question.getByRole("button", { name: "Cancel" }).click();
  await expect(question).toHaveCount(0);
  expect((await program.graphql("{ webhookEndpoints { id } }")).webhookEndpoints).toHaveLength(1);
  await main.getByRole("link", { name: "Delete" }).click();
  await question.getByRole("button", { name: "Delete" }).click();
  await expect(notice(page)).toContainText(`${address} is deleted.`);
  await expect(main).toContainText("There are none yet.");
  expect((await program.graphql("{ webhookEndpoints { id } }")).webhookEndpoints).toEqual([]);
});

test("the latest event that an endpoint wants is sent again", async ({ page, program }) => {
  const { events } = await program.graphql("{ events { edges { node { id topic } } } }");
  const topics = events.edges.map((edge: { node: { topic: string } }) => edge.node.topic);
  const latest = topics.lastIndexOf("ACCOUNT_CONNECTED");
  expect(latest).toBeGreaterThan(0);
  expect(latest).toBeLessThan(topics.length - 1); // what the demo's seller has edited since is not wanted
  const receiver = await receive();
  const wanting = await makeEndpoint(program, receiver.url, ["ACCOUNT_CONNECTED"]);
  const idle = await makeEndpoint(program, receiver.url, ["STORE_UNINSTALLED"]);
  const asked: unknown[] = [];
  await interceptOperation(page, "RedeliverEvents", (route) => {
    asked.push(route.request().postDataJSON().variables);
    return route.continue();
  });
  for (const [id, said] of [
    [idle, "There are no events of this sort yet."],
    [wanting, "The latest event is being sent again."],
  ] as const) {
    await page.goto(`/webhook-endpoints/${id}`);
    await page.getByRole("button", { name: "Send the latest event again" }).click();
    await expect(page.getByText(said)).toBeVisible();
  }
  expect(asked).toEqual([idle, wanting].map((id) => ({ id, key: expect.any(String) })));
  const log = page.getByRole("region", { name: "Deliveries" });
  await expect(log.getByRole("listitem")).toHaveCount(1);
  await expect(log.getByRole("listitem")).toContainText(/TikTok Shop connected\s*Taken.*attempt 1 · status 204/);
  expect(receiver.ids).toEqual([events.edges[latest].node.id]);
  const { auditTrail } = await program.graphql("{ auditTrail(first: 1) { nodes { action } } }");
  expect(auditTrail.nodes).toEqual([{ action: "EVENTS_REDELIVERED" }]);
  receiver.close();
});

test("the log tells of each attempt, a page at a time", async ({ page, program }) => {
  await showDeliveries(page);
  await page.goto(`/webhook-endpoints/${await makeEndpoint(program, address)}`);
  const log = page.getByRole("region", { name: "Deliveries" });
  await expect(log.getByRole("listitem").first()).toContainText(/Settings changed\s*Taken/);
  await expect(log.getByRole("listitem").first()).toContainText("attempt 2 · status 204 · 31 ms");
  await expect(log.getByRole("listitem").nth(1)).toContainText("attempt 1 · no answer · 10002 ms");
  await expect(log.getByRole("listitem").nth(1)).toContainText("no answer within 10 s");
  await log.getByRole("button", { name: "Older" }).click();
  await expect(log).toContainText("TikTok Shop connected");
  await expect(log.getByRole("button", { name: "Older" })).toHaveCount(0);
  await log.getByRole("button", { name: "Newest" }).click();
  await expect(log).toContainText("Settings changed");
});

test("an endpoint that is gone is said to be", async ({ page }) => {
  await page.goto("/webhook-endpoints/webhook_none");
  await expect(page.getByRole("main")).toContainText("This store has no such endpoint");
  await page.goto("/webhook-endpoints/webhook_none/delete");
  await expect(page.getByRole("dialog")).toContainText("This store has no such endpoint");
});

/** Copies the secret that is shown, and tells what is copied. */
async function copied(page: Page): Promise<string> {
  const dialog = page.getByRole("dialog", { name: `Secret of ${address}` });
  await dialog.getByRole("button", { name: "Copy" }).click();
  await expect(dialog.getByText("Copied.")).toBeVisible();
  return page.evaluate(() => navigator.clipboard.readText());
}

/** A partner's program, which takes whatever it is sent, and knows the ids of it. */
async function receive(): Promise<{ url: string; ids: unknown[]; close(): void }> {
  const ids: unknown[] = [];
  const server = createServer((request, response) => {
    ids.push(request.headers["webhook-id"]);
    response.writeHead(204).end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/webhooks`, ids, close: () => server.close() };
}

function endpoints(page: Page): Locator {
  return page.getByRole("region", { name: "Endpoints" }).getByRole("listitem");
}
