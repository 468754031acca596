import type { Locator } from "@playwright/test";
import { idempotencyKeys, interceptOperation } from "./actions";
import { expect, test } from "./fixtures";
import { carrier, countEdits, field, product, save } from "./settings";
import {
  disconnectOverApi,
  editButton,
  openTechnical,
  settingRow,
  settingValue,
  startEditing,
  writeSetting,
} from "./steps";

/** What a seller does with one kind of control, and what the API has then. */
interface Edit {
  kind: string;
  key: string;
  control: string;
  edit(row: Locator): Promise<unknown>;
  stored: unknown;
  shown: string;
}

const edits: Edit[] = [
  {
    kind: "on or off",
    key: "product.syncTitle",
    control: "Title sync",
    edit: (row) => row.getByRole("combobox").selectOption("Off"),
    stored: false,
    shown: "Off",
  },
  {
    kind: "one of some values",
    key: "price.source",
    control: "Price source",
    edit: (row) => row.getByRole("combobox").selectOption("Compare-at price"),
    stored: "COMPARE_AT",
    shown: "Compare-at price",
  },
  {
    kind: "a whole number",
    key: "inventory.percent",
    control: "Stock share",
    edit: (row) => field(row).fill("80"),
    stored: "digits 80",
    shown: "80 %",
  },
  {
    kind: "a number with decimals",
    key: "shipping.packageWeightFallbackKg",
    control: "Default package weight",
    edit: (row) => field(row).fill("0.750"),
    stored: "digits 0.750",
    shown: "0.750 kg",
  },
  {
    kind: "a text",
    key: "shipping.template",
    control: "Shipping template",
    edit: (row) => field(row).fill(' "spring" & 12.50 '),
    stored: ' "spring" & 12.50 ',
    shown: '"spring" & 12.50',
  },
  {
    kind: "a list of texts",
    key: "order.tags",
    control: "Order tags",
    edit: (row) => field(row).fill("web\n12.50\n\nnew & old"),
    stored: ["web", "12.50", "new & old"],
    shown: "new & old",
  },
  {
    kind: "switches",
    key: "location.fulfillsOnlineOrders",
    control: "Locations that fulfill online orders",
    async edit(row) {
      await row.getByRole("checkbox", { name: "Main warehouse" }).uncheck();
      await row.getByRole("checkbox", { name: "Harbor shop" }).check();
    },
    stored: {
      "gid://shopify/Location/1001": false,
      "gid://shopify/Location/1002": true,
      "gid://shopify/Location/1003": true,
    },
    shown: "Main warehouse: Off",
  },
  {
    kind: "a price that is raised",
    key: "price.adjustment",
    control: "Price adjustment",
    edit: (row) => field(row).fill("+7.250"),
    stored: { kind: "PERCENT", value: "digits 7.250" },
    shown: "+7.250 %",
  },
  {
    kind: "a price that is lowered",
    key: "price.adjustment",
    control: "Price adjustment",
    edit: (row) => field(row).fill("-5.0"),
    stored: { kind: "PERCENT", value: "digits -5.0" },
    shown: "-5.0 %",
  },
  {
    kind: "an amount of 25 digits",
    key: "price.adjustment",
    control: "Price adjustment",
    async edit(row) {
      await row.getByLabel("Kind").selectOption("Fixed amount");
      await field(row).fill("1234567890123456789012345");
    },
    stored: { kind: "AMOUNT", value: "digits 1234567890123456789012345" },
    shown: "+1234567890123456789012345 in your store's currency",
  },
  {
    kind: "until when something is shown",
    key: "price.strikethrough",
    control: "Struck-through prices",
    async edit(row) {
      await row.getByLabel("Shown").selectOption("On");
      await row.getByLabel("Until").fill("2026-12-31");
    },
    stored: { enabled: true, expiresAt: "2026-12-31T23:59:59.000Z" },
    shown: "On, until Dec 31, 2026",
  },
  {
    kind: "texts and switches",
    key: "ads.pixel",
    control: "Pixel",
    async edit(row) {
      await row.getByLabel("Id at TikTok", { exact: true }).fill("C5");
      await row.getByLabel("Advanced matching").selectOption("Off");
    },
    stored: { id: "C5", advancedMatching: false },
    shown: "Advanced matching: Off",
  },
  {
    kind: "links",
    key: "shipping.carrierMapping",
    control: "Carrier links",
    async edit(row) {
      await row.getByRole("button", { name: "Remove FedEx" }).click();
      await row.getByRole("button", { name: "Add a carrier" }).click();
      await carrier(row, 2).getByLabel("Carrier in Shopify").fill("DHL Express ");
      await carrier(row, 2).getByLabel("Carrier id at TikTok").fill("7117858858072016999");
    },
    stored: { USPS: "7117858858072016686", "DHL Express": "7117858858072016999" },
    shown: "DHL Express: Id at TikTok: 7117858858072016999",
  },
];

for (const { kind, key, control, edit, stored, shown } of edits) {
  test(`edited in place: ${kind}`, async ({ page, program }) => {
    await page.goto("/settings");
    const row = await startEditing(page, key);
    await expect(row.getByLabel(control, { exact: true })).toBeFocused();
    await edit(row);
    await save(row);
    await expect(row).toContainText(shown);
    expect(await settingValue(program, key)).toEqual(stored);
  });
}

test("an edit keeps the digits of the numbers it does not change", async ({ page, program }) => {
  await page.goto("/settings");
  const row = await startEditing(page, "price.adjustment");
  await expect(field(row)).toHaveValue("+12.50");
  await expect(field(row)).toHaveAccessibleDescription("% + raises the price, - lowers it.");
  await row.getByLabel("Kind").selectOption("Fixed amount");
  await expect(field(row)).toHaveAccessibleDescription(/^in your store's currency/);
  await save(row);
  expect(await settingValue(program, "price.adjustment")).toEqual({ kind: "AMOUNT", value: "digits 12.50" });
});

test("one of hundreds of products is searched by its name, and ticked", async ({ page, program }) => {
  const key = "product.inventoryManagedByChannel";
  const products = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [product(6801 + at), false]));
  await writeSetting(program, key, JSON.stringify(products));
  await page.goto("/settings");
  const row = await startEditing(page, key);
  const status = row.getByRole("group").getByRole("status");
  await expect(status).toHaveText("0 of 300 ticked.");
  await expect(row.getByRole("checkbox")).toHaveCount(50);
  await row.getByRole("button", { name: "Show 50 of 250 more" }).click();
  await expect(row.getByRole("checkbox")).toHaveCount(100);

  const search = row.getByRole("searchbox", { name: "Search in Stock managed by TikTok Shop" });
  await search.fill("ridge JACKET");
  await expect(status).toHaveText("1 found. 0 of 1 ticked.");
  await search.press("Enter"); // saves nothing
  await row.getByRole("checkbox", { name: "Ridge jacket" }).check();
  await search.press("Escape"); // closes nothing
  await search.fill("parka");
  await row.getByRole("button", { name: "Tick all 1", exact: true }).click();
  await search.fill("6801");
  await expect(row.getByRole("checkbox", { name: "A product that no longer exists (6801)" })).toBeVisible();
  await search.fill("");
  await expect(status).toHaveText("2 of 300 ticked.");
  await save(row);
  expect(await settingValue(program, key)).toEqual({ ...products, [product(7001)]: true, [product(7002)]: true });
});

test("nothing is edited as JSON, while TikTok Shop is connected and when it is not", async ({ page, program }) => {
  const editAll = async () => {
    await page.goto("/settings");
    await expect(editButton(page, "order.tags")).toBeVisible();
    const edit = page.getByRole("main").getByRole("button", { name: /^Edit / });
    while ((await edit.count()) > 0) await edit.first().click();
    for (const one of await page.getByRole("main").getByRole("textbox").all())
      expect(await one.inputValue()).not.toMatch(/^[[{]/);
  };
  await editAll();
  await disconnectOverApi(program);
  await editAll();
  const managed = settingRow(page, "product.inventoryManagedByChannel");
  await expect(managed).toContainText("There is nothing in it to switch on or off.");
  await expect(managed.getByRole("button")).toHaveCount(0);
});

test("each editable setting has Edit but those that programs write, and no other", async ({ page, program }) => {
  const { settings } = await program.graphql("{ settings { key definition { editable } } }");
  await page.goto("/settings");
  await openTechnical(page);
  for (const { key, definition } of settings) {
    await expect(settingRow(page, key)).toHaveCount(1);
    const editable = definition.editable && key !== "listing.categoryTemplates";
    await expect(settingRow(page, key).getByRole("button")).toHaveCount(editable ? 1 : 0);
  }
  await expect(settingRow(page, "listing.categoryTemplates")).toContainText(
    "Programs with an API key write this. It is not edited here.",
  );
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
