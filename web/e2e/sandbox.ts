import { expect } from "@playwright/test";
import type { Program } from "./program";

/** Makes the next calls of the product to a platform fail. */
export async function addFault(
  program: Program,
  kind: string,
  times: number,
  operation = "*",
  platform = "shopify",
): Promise<void> {
  const fault = { platform, operation, kind, times };
  const response = await fetch(`${program.url}/sandbox/faults`, { method: "POST", body: JSON.stringify(fault) });
  expect(response.status).toBe(204);
}

export async function endFaults(program: Program): Promise<void> {
  await fetch(`${program.url}/sandbox/faults`, { method: "DELETE" });
}

/** Does what a merchant does in the Shopify admin, behind the app's back. */
// biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
export async function inShopifyAdmin(program: Program, query: string, variables: object = {}): Promise<any> {
  const response = await fetch(`${program.url}/sandbox/shopify/admin/api/2026-10/graphql.json`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const answer = (await response.json()) as { data: unknown; errors?: unknown };
  expect(answer.errors).toBeUndefined();
  return answer.data;
}

/** Uninstalls the app, and waits until the product knows: from then on a preview says what cannot be put back. */
export async function uninstallApp(program: Program): Promise<void> {
  const { appUninstall } = await inShopifyAdmin(program, "mutation { appUninstall { userErrors { message } } }");
  expect(appUninstall.userErrors).toEqual([]);
  await needsAttention(program);
}

async function needsAttention(program: Program): Promise<void> {
  const label = async () =>
    (await program.graphql("{ overview { tikTokShop { statusLabel } } }")).overview.tikTokShop.statusLabel;
  await expect.poll(label).toMatch(/^Needs attention/);
}

/** Ends the authorization in Seller Center, and waits until the product knows. */
export async function endAuthorization(program: Program): Promise<void> {
  const response = await fetch(`${program.url}/sandbox/tiktok/deauthorize`, { method: "POST" });
  expect(response.status).toBe(204);
  await needsAttention(program);
}

/** Lets time pass, for the platforms and the product. */
export async function letDaysPass(program: Program, days: number): Promise<void> {
  const body = JSON.stringify({ advanceMinutes: days * 24 * 60 });
  const response = await fetch(`${program.url}/sandbox/clock`, { method: "POST", body });
  expect(response.ok).toBe(true);
}

export async function deactivateLocation(program: Program, id: string): Promise<void> {
  const { locationDeactivate } = await inShopifyAdmin(
    program,
    `mutation ($id: ID!) { locationDeactivate(locationId: $id) @idempotent(key: "once") { locationDeactivateUserErrors { message } } }`,
    { id },
  );
  expect(locationDeactivate.locationDeactivateUserErrors).toEqual([]);
}

/** Deletes a product. */
export async function deleteProduct(program: Program, id: string): Promise<void> {
  const { productDelete } = await inShopifyAdmin(
    program,
    "mutation ($id: ID!) { productDelete(input: { id: $id }) { userErrors { message } } }",
    { id },
  );
  expect(productDelete.userErrors).toEqual([]);
}

/** Begins a disconnect that only a person can carry on, because the merchant has uninstalled the app; returns the record's id. */
export async function blockDisconnect(program: Program): Promise<string> {
  await uninstallApp(program);
  const { disconnectTikTokShop } = await program.graphql(
    `mutation { disconnectTikTokShop(confirm: true) @idempotent(key: "once") { disconnection { id } } }`,
  );
  const { id } = disconnectTikTokShop.disconnection;
  const status = async () => {
    const { disconnection } = await program.graphql("query ($id: ID!) { disconnection(id: $id) { status } }", { id });
    return disconnection.status;
  };
  await expect.poll(status).toBe("BLOCKED");
  return id;
}

/** Has buyers order, and ask for a cancellation and a refund of the first order; returns the orders' ids. */
export async function openOrders(program: Program, count: number): Promise<string[]> {
  const play = async (what: string, wish: object) => {
    const body = JSON.stringify(wish);
    const response = await fetch(`${program.url}/sandbox/tiktok/${what}`, { method: "POST", body });
    return ((await response.json()) as { ids: string[] }).ids;
  };
  const ids = await play("orders", { count, dueInMinutes: 2000 });
  await play("cancellations", { orderId: ids[0], dueInMinutes: 60 });
  await play("returns", { orderId: ids[0], dueInMinutes: 90, refundOnly: true });
  return ids;
}
