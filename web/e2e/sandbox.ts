import { expect } from "@playwright/test";
import type { Program } from "./program";

/** Makes the next calls of the product to Shopify fail. */
export async function addFault(program: Program, kind: string, times: number, operation = "*"): Promise<void> {
  const fault = { platform: "shopify", operation, kind, times };
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

export async function uninstallApp(program: Program): Promise<void> {
  const { appUninstall } = await inShopifyAdmin(program, "mutation { appUninstall { userErrors { message } } }");
  expect(appUninstall.userErrors).toEqual([]);
}

export async function deactivateLocation(program: Program, id: string): Promise<void> {
  const { locationDeactivate } = await inShopifyAdmin(
    program,
    `mutation ($id: ID!) { locationDeactivate(locationId: $id) @idempotent(key: "once") { locationDeactivateUserErrors { message } } }`,
    { id },
  );
  expect(locationDeactivate.locationDeactivateUserErrors).toEqual([]);
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
