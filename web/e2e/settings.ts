import type { Locator } from "@playwright/test";
import { expect } from "./fixtures";
import type { Program } from "./program";

/** The field of a row that is edited, where there is one. */
export const field = (row: Locator) => row.getByRole("textbox");

/** The fields of a carrier that is edited. */
export const carrier = (row: Locator, number: number) =>
  row.getByRole("group", { name: `Carrier ${number}`, exact: true });

/** Saves a setting where it is edited. */
export async function save(row: Locator): Promise<void> {
  await row.getByRole("button", { name: "Save" }).click();
  await expect(row.getByRole("button", { name: /^Edit / })).toBeFocused();
}

/** How often somebody has edited settings; the demo store's seller has three times. */
export async function countEdits(program: Program): Promise<number> {
  const { auditTrail } = await program.graphql("{ auditTrail(first: 250) { nodes { action } } }");
  return auditTrail.nodes.filter(({ action }: { action: string }) => action === "SETTINGS_UPDATED").length;
}

/** The message of the server's refusal of a value: JSON or, where it is none, a text. */
export async function refusalOf(program: Program, key: string, typed: string): Promise<string> {
  const value = /^[{\-\d]/.test(typed) ? JSON.parse(typed) : typed;
  const { updateSettings } = await program.graphql(
    "mutation ($settings: [SettingInput!]!) { updateSettings(settings: $settings) { userErrors { message } } }",
    { settings: [{ key, value }] },
  );
  return updateSettings.userErrors[0].message;
}

/** The id of a product. */
export function product(number: number): string {
  return `gid://shopify/Product/${number}`;
}
