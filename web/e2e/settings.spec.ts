import type { Locator, Page } from "@playwright/test";
import { idempotencyKeys, interceptOperation, navLink } from "./actions";
import { expect, test } from "./fixtures";
import type { Program } from "./program";
import { settingRow, settingValue, startEditing, writeSetting } from "./steps";

/** What a seller does with one kind of control, and what the API has then. */
interface Edit {
  kind: string;
  key: string;
  control: string;
  edit(row: Locator): Promise<unknown>;
  stored: unknown;
  shown: string;
}

const field = (row: Locator) => row.getByRole("textbox");

const edits: Edit[] = [
  {
    kind: "a boolean",
    key: "product.syncTitle",
    control: "Titles follow the store.",
    edit: (row) => row.getByRole("combobox").selectOption("Off"),
    stored: false,
    shown: "Off",
  },
  {
    kind: "one of some values",
    key: "price.source",
    control: "Which store price is sent.",
    edit: (row) => row.getByRole("combobox").selectOption("COMPARE_AT"),
    stored: "COMPARE_AT",
    shown: "COMPARE_AT",
  },
  {
    kind: "a whole number",
    key: "inventory.percent",
    control: "Share of stock offered on TikTok Shop.",
    edit: (row) => field(row).fill("80"),
    stored: "digits 80",
    shown: "80",
  },
  {
    kind: "a number",
    key: "shipping.packageWeightFallbackKg",
    control: "Weight used when a product has none. Not changed by connecting.",
    edit: (row) => field(row).fill("0.750"),
    stored: "digits 0.750",
    shown: "0.750",
  },
  {
    kind: "a text",
    key: "shipping.template",
    control: "Shipping template for new listings.",
    edit: (row) => field(row).fill(' "spring" & 12.50 '),
    stored: ' "spring" & 12.50 ',
    shown: '"spring" & 12.50',
  },
  {
    kind: "a list of texts",
    key: "order.tags",
    control: "Tags put on every incoming order.",
    edit: (row) => field(row).fill("web\n12.50\n\nnew & old"),
    stored: ["web", "12.50", "new & old"],
    shown: "new & old",
  },
  {
    kind: "switches",
    key: "location.fulfillsOnlineOrders",
    control: "Per location: orders may be fulfilled from it. Mapped locations are switched on.",
    async edit(row) {
      await row.getByRole("checkbox", { name: "Location 1001" }).uncheck();
      await row.getByRole("checkbox", { name: "Location 1003" }).check();
    },
    stored: {
      "gid://shopify/Location/1001": false,
      "gid://shopify/Location/1002": true,
      "gid://shopify/Location/1003": true,
    },
    shown: "Location 1001: Off",
  },
  {
    kind: "JSON",
    key: "price.adjustment",
    control: "Mark-up or mark-down on the price sent.",
    edit: (row) => field(row).fill('{"kind":"PERCENT","value":7.250}'),
    stored: { kind: "PERCENT", value: "digits 7.250" },
    shown: "value: 7.250",
  },
  {
    kind: "JSON with a number of 25 digits",
    key: "price.adjustment",
    control: "Mark-up or mark-down on the price sent.",
    edit: (row) => field(row).fill('{"kind":"AMOUNT","value":1234567890123456789012345}'),
    stored: { kind: "AMOUNT", value: "digits 1234567890123456789012345" },
    shown: "value: 1234567890123456789012345",
  },
];

for (const { kind, key, control, edit, stored, shown } of edits) {
  test(`edited in place: ${kind}`, async ({ page, program }) => {
    await page.goto("/settings");
    const row = await startEditing(page, key);
    await expect(row.getByLabel(control)).toBeFocused();
    await edit(row);
    await save(row);
    await expect(row).toContainText(shown);
    expect(await settingValue(program, key)).toEqual(stored);
  });
}

test("an edit keeps the digits of the numbers it does not change", async ({ page, program }) => {
  await page.goto("/settings");
  const row = await startEditing(page, "price.adjustment");
  await expect(field(row)).toHaveValue('{\n  "kind": "PERCENT",\n  "value": 12.50\n}');
  await field(row).fill((await field(row).inputValue()).replace("PERCENT", "AMOUNT"));
  await save(row);
  expect(await settingValue(program, "price.adjustment")).toEqual({ kind: "AMOUNT", value: "digits 12.50" });
});

const refusals = [
  { key: "inventory.percent", wrong: "101", right: "100", stored: "digits 100" },
  { key: "inventory.outOfStockThreshold", wrong: "a few", right: "3", stored: "digits 3" },
  { key: "inventory.percent", wrong: "", right: "5", stored: "digits 5" },
  { key: "shipping.packageWeightFallbackKg", wrong: "-0.5", right: "0.50", stored: "digits 0.50" },
  {
    key: "shipping.carrierMapping",
    wrong: "{}",
    right: '{"USPS":"7117858858072016686"}',
    stored: { USPS: "7117858858072016686" },
  },
];

for (const { key, wrong, right, stored } of refusals) {
  test(`${key} "${wrong}" is refused at the field, and can be corrected`, async ({ page, program }) => {
    const before = await settingValue(program, key);
    await page.goto("/settings");
    const row = await startEditing(page, key);
    await field(row).fill(wrong);
    await row.getByRole("button", { name: "Save" }).click();
    await expect(field(row)).toHaveAccessibleDescription(await refusalOf(program, key, wrong));
    await expect(field(row)).toHaveAttribute("aria-invalid", "true");
    await expect(field(row)).toBeFocused();
    await expect(field(row)).toHaveValue(wrong);
    expect(await settingValue(program, key)).toEqual(before);

    await field(row).fill(right);
    await save(row);
    expect(await settingValue(program, key)).toEqual(stored);
  });
}

test("invalid JSON is refused in the browser, and nothing is sent", async ({ page, program }) => {
  await page.goto("/settings");
  const row = await startEditing(page, "price.adjustment");
  await field(row).fill("{kind: 1}");
  await row.getByRole("button", { name: "Save" }).click();
  await expect(field(row)).toHaveAccessibleDescription(/not a value/);
  await row.getByRole("button", { name: "Cancel" }).click();
  await expect(row).toContainText("value: 12.50");
  expect(await countEdits(program)).toBe(3);
});

test("who changed a setting, and when, is updated after an edit", async ({ page, program }) => {
  await page.goto("/settings");
  const row = settingRow(page, "inventory.percent");
  await expect(row).toContainText("Changed by TikTok Shop integration");
  const before = await row.getByRole("time").getAttribute("datetime");
  await startEditing(page, "inventory.percent");
  await field(row).fill("80");
  await save(row);
  await expect(row).toContainText("Changed by Aurora Outfitters");
  const after = await row.getByRole("time").getAttribute("datetime");
  expect(after).not.toBe(before);
  const { settings } = await program.graphql("{ settings(scope: TIKTOK_SHOP) { key updatedAt } }");
  expect(settings).toContainEqual({ key: "inventory.percent", updatedAt: after });
});

test("each editable setting has Edit, and no other", async ({ page, program }) => {
  const { settings } = await program.graphql("{ settings { key definition { editable } } }");
  await page.goto("/settings");
  for (const { key, definition } of settings) {
    await expect(settingRow(page, key)).toHaveCount(1);
    await expect(settingRow(page, key).getByRole("button")).toHaveCount(definition.editable ? 1 : 0);
  }
});

test("an edit updates the cache of other pages without a reload", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("region", { name: "Latest activity" })).toContainText("Edited order.tags");
  await markPage(page);
  await navLink(page, "Activity").click();
  await navLink(page, "Settings").click();
  const row = await startEditing(page, "inventory.percent");
  await field(row).fill("80");
  await save(row);
  await navLink(page, "Activity").click();
  const entry = page.getByRole("listitem").filter({ hasText: "Edited inventory.percent" });
  await entry.getByText("1 setting changed").click();
  await expect(entry.getByRole("definition")).toHaveText(["100", "80"]);
  await navLink(page, "Overview").click();
  await expect(page.getByRole("region", { name: "Latest activity" }).getByRole("listitem").first()).toContainText(
    "Edited inventory.percent",
  );
  await navLink(page, "Settings").click();
  await page.getByRole("link", { name: /^Disconnect / }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("listitem").filter({ hasText: "inventory.percent" }).last()).toContainText("80");
  await expectNotReloaded(page);
});

test("another user's edit is shown on the next visit", async ({ page, program }) => {
  await page.goto("/settings");
  const row = settingRow(page, "inventory.percent");
  await expect(row).toContainText("100");
  await markPage(page);
  await writeSetting(program, "inventory.percent", "55");
  await navLink(page, "Overview").click();
  await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
  await page.goBack();
  await expect(row).toContainText("55");
  await expectNotReloaded(page);
});

test("two quick clicks on Save write once", async ({ page, program }) => {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await interceptOperation(page, "UpdateSetting", async (route) => {
    await released;
    await route.continue();
  });
  const keys = idempotencyKeys(page, "UpdateSetting");
  await page.goto("/settings");
  const row = await startEditing(page, "inventory.percent");
  await field(row).fill("80");
  await row.getByRole("button", { name: "Save" }).dblclick();
  const saving = row.getByRole("button", { name: "Saving…" });
  await expect(saving).toHaveAttribute("aria-disabled", "true");
  await saving.click({ force: true });
  await field(row).press("Enter");
  release();
  await expect(row.getByRole("button", { name: /^Edit / })).toBeVisible();
  expect(keys).toHaveLength(1);
  expect(await countEdits(program)).toBe(4);
});

test("an edit while another is open keeps what was typed there", async ({ page }) => {
  await page.goto("/settings");
  const open = await startEditing(page, "order.tags");
  await field(open).fill("half a");
  const row = await startEditing(page, "inventory.percent");
  await field(row).fill("80");
  await save(row);
  await expect(row).toContainText("80");
  await expect(field(open)).toHaveValue("half a");
});

async function save(row: Locator): Promise<void> {
  await row.getByRole("button", { name: "Save" }).click();
  await expect(row.getByRole("button", { name: /^Edit / })).toBeFocused();
}

/** How often somebody has edited settings; the demo store's seller has three times. */
async function countEdits(program: Program): Promise<number> {
  const { auditTrail } = await program.graphql("{ auditTrail(first: 250) { nodes { action } } }");
  return auditTrail.nodes.filter(({ action }: { action: string }) => action === "SETTINGS_UPDATED").length;
}

/** The message of the server's refusal of a value: JSON or, where it is none, a text. */
async function refusalOf(program: Program, key: string, typed: string): Promise<string> {
  const value = /^[{\-\d]/.test(typed) ? JSON.parse(typed) : typed;
  const { updateSettings } = await program.graphql(
    "mutation ($settings: [SettingInput!]!) { updateSettings(settings: $settings) { userErrors { message } } }",
    { settings: [{ key, value }] },
  );
  return updateSettings.userErrors[0].message;
}

/** Marks the page as it is in memory: loading it again would lose the mark. */
async function markPage(page: Page): Promise<void> {
  await page.evaluate(() => Object.assign(window, { marked: true }));
}

async function expectNotReloaded(page: Page): Promise<void> {
  expect(await page.evaluate(() => "marked" in window)).toBe(true);
}
