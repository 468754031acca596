import type { Locator, Page } from "@playwright/test";
import { idempotencyKeys, interceptOperation, navLink, notice } from "./actions";
import { expect, test } from "./fixtures";
import type { Program } from "./program";
import { addFault, deleteProduct } from "./sandbox";
import {
  disconnectOverApi,
  editButton,
  openDetails,
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

const field = (row: Locator) => row.getByRole("textbox");
const carrier = (row: Locator, number: number) => row.getByRole("group", { name: `Carrier ${number}`, exact: true });

const edits: Edit[] = [
  {
    kind: "a boolean",
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
    kind: "a number",
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

const refusals = [
  { key: "inventory.percent", wrong: "101", right: "100", stored: "digits 100" },
  { key: "inventory.outOfStockThreshold", wrong: "a few", right: "3", stored: "digits 3" },
  { key: "inventory.percent", wrong: "", right: "5", stored: "digits 5" },
  { key: "shipping.packageWeightFallbackKg", wrong: "-0.5", right: "0.50", stored: "digits 0.50" },
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

const mistakes: {
  kind: string;
  key: string;
  make(row: Locator): Promise<unknown>;
  said: string;
  of(row: Locator): Locator;
}[] = [
  {
    kind: "no number",
    key: "price.adjustment",
    make: (row) => field(row).fill("a lot"),
    said: "Enter a number, such as +12.50.",
    of: field,
  },
  {
    kind: "half a date",
    key: "price.strikethrough",
    make: (row) => row.getByLabel("Until").pressSequentially("12"),
    said: "Enter a whole date, or leave it empty.",
    of: (row) => row.getByLabel("Until"),
  },
  {
    kind: "a carrier without an id",
    key: "shipping.carrierMapping",
    make: (row) => carrier(row, 1).getByLabel("Carrier id at TikTok").fill(" "),
    said: "Enter the id that TikTok has for the carrier.",
    of: (row) => carrier(row, 1).getByLabel("Carrier id at TikTok"),
  },
  {
    kind: "a carrier that is there already",
    key: "shipping.carrierMapping",
    make: (row) => carrier(row, 2).getByLabel("Carrier in Shopify").fill("FedEx"),
    said: "This carrier is in the list already.",
    of: (row) => carrier(row, 2).getByLabel("Carrier in Shopify"),
  },
];

for (const { kind, key, make, said, of } of mistakes) {
  test(`${kind} is refused at its field by the browser, and nothing is sent`, async ({ page, program }) => {
    const before = await settingValue(program, key);
    await page.goto("/settings");
    const row = await startEditing(page, key);
    await make(row);
    await row.getByRole("button", { name: "Save" }).click();
    await expect(row.getByRole("alert")).toHaveText(said);
    await expect(of(row)).toHaveAttribute("aria-invalid", "true");
    await expect(of(row)).toHaveAccessibleDescription(new RegExp(`^${said.replace(/[.+]/g, "\\$&")}`));
    await expect(of(row)).toBeFocused();
    await row.getByRole("button", { name: "Cancel" }).click();
    expect(await settingValue(program, key)).toEqual(before);
    expect(await countEdits(program)).toBe(3);
  });
}

test("carriers that are all removed are refused by the server, and can be added again", async ({ page, program }) => {
  await page.goto("/settings");
  const row = await startEditing(page, "shipping.carrierMapping");
  for (const name of ["FedEx", "USPS"]) await row.getByRole("button", { name: `Remove ${name}` }).click();
  await row.getByRole("button", { name: "Add a carrier" }).click();
  await row.getByRole("button", { name: "Save" }).click();
  const list = row.getByRole("group", { name: "Carrier links" });
  await expect(list).toHaveAccessibleDescription(await refusalOf(program, "shipping.carrierMapping", "{}"));
  await expect(list).toBeFocused();
  await carrier(row, 1).getByLabel("Carrier in Shopify").fill("USPS");
  await carrier(row, 1).getByLabel("Carrier id at TikTok").fill("7117858858072016686");
  await save(row);
  expect(await settingValue(program, "shipping.carrierMapping")).toEqual({ USPS: "7117858858072016686" });
});

test("a value that no form can hold says so, and has no Edit", async ({ page, program }) => {
  await writeSetting(program, "price.adjustment", '{"kind":"OTHER","value":12.50}');
  await page.goto("/settings");
  await expect(settingRow(page, "price.adjustment")).toContainText("A program has written this in a way");
  await expect(editButton(page, "price.adjustment")).toHaveCount(0);
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

test("who changed a setting, and when, is updated after an edit", async ({ page, program }) => {
  await page.goto("/settings");
  const row = settingRow(page, "inventory.percent");
  await openDetails(row);
  await expect(row.getByRole("definition").first()).toContainText("by TikTok Shop integration");
  const before = await row.getByRole("time").getAttribute("datetime");
  await startEditing(page, "inventory.percent");
  await field(row).fill("80");
  await save(row);
  await expect(row.getByRole("definition").first()).toContainText("by Aurora Outfitters");
  const after = await row.getByRole("time").getAttribute("datetime");
  expect(after).not.toBe(before);
  const { settings } = await program.graphql("{ settings(scope: TIKTOK_SHOP) { key updatedAt } }");
  expect(settings).toContainEqual({ key: "inventory.percent", updatedAt: after });
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

test("an edit updates the cache of other pages without a reload", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("region", { name: "Latest activity" })).toContainText(
    "Order tags: web, priority, tiktok-shop → web, priority, tiktok-shop, gift",
  );
  await markPage(page);
  await navLink(page, "Activity").click();
  await navLink(page, "Settings").click();
  const row = await startEditing(page, "inventory.percent");
  await field(row).fill("80");
  await save(row);
  await expect(notice(page)).toContainText("Stock share is saved.");
  await navLink(page, "Activity").click();
  const entry = page.getByRole("listitem").filter({ hasText: "Stock share: 100 % → 80 %" });
  await entry.getByText("1 setting changed").click();
  await expect(entry.getByRole("definition")).toHaveText(["100 %", "80 %"]);
  await navLink(page, "Overview").click();
  await expect(page.getByRole("region", { name: "Latest activity" }).getByRole("listitem").first()).toContainText(
    "Stock share: 100 % → 80 %",
  );
  await navLink(page, "Settings").click();
  await page.getByRole("link", { name: /^Disconnect / }).click();
  const dialog = page.getByRole("dialog");
  const lost = dialog.getByRole("region", { name: "What you changed and will lose" });
  await expect(lost.getByRole("listitem").filter({ hasText: "Stock share" })).toContainText("80 %");
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

test("what a colleague has saved meanwhile is shown, and replaced only by saving once more", async ({
  page,
  program,
}) => {
  await page.goto("/settings");
  const row = await startEditing(page, "shipping.template");
  await field(row).fill("mine");
  await writeSetting(program, "shipping.template", '"a colleague\'s"');
  await row.getByRole("button", { name: "Save" }).click();
  await expect(row.getByRole("alert")).toContainText("was changed since it was read, by Aurora Outfitters");
  await expect(row.getByRole("status")).toContainText("Its value now, which saving replaces: a colleague's");
  await expect(field(row)).toHaveValue("mine");
  expect(await settingValue(program, "shipping.template")).toBe("a colleague's");

  await row.getByRole("button", { name: "Save" }).click();
  await expect(editButton(page, "shipping.template")).toBeVisible();
  expect(await settingValue(program, "shipping.template")).toBe("mine");
});

test("what Shopify has not taken is not said to be saved, after a colleague's edit neither", async ({
  page,
  program,
}) => {
  const key = "location.fulfillsOnlineOrders";
  await page.goto("/settings");
  const row = await startEditing(page, key);
  await row.getByRole("checkbox", { name: "Main warehouse" }).uncheck();
  const colleagues = {
    "gid://shopify/Location/1001": true,
    "gid://shopify/Location/1002": false,
    "gid://shopify/Location/1003": false,
  };
  await writeSetting(program, key, JSON.stringify(colleagues));
  await expect.poll(() => settingValue(program, key)).toEqual(colleagues);
  await row.getByRole("button", { name: "Save" }).click();
  await expect(row.getByRole("alert")).toContainText("was changed since it was read");

  await addFault(program, "THROTTLED", 1000);
  await row.getByRole("button", { name: "Save" }).click();
  await expect(row.getByRole("alert")).toContainText("Shopify has not taken this.");
  expect(await settingValue(program, key)).toEqual(colleagues);
});

test.describe("what a seller reads", () => {
  test("each setting has its title and its sentence, in the group it is looked for under", async ({
    page,
    program,
  }) => {
    const { settings } = await program.graphql("{ settings { key definition { title description group } } }");
    await page.goto("/settings");
    await openTechnical(page);
    for (const { key, definition } of settings) {
      const row = page
        .getByRole("region", { name: groupTitles[definition.group], exact: true })
        .getByRole("listitem")
        .filter({ has: page.getByText(key, { exact: true }) });
      await expect(row.getByRole("heading", { name: definition.title })).toBeVisible();
      await expect(row).toContainText(definition.description);
      await expect(row.getByText(key, { exact: true })).toBeHidden();
    }
  });

  test("a setting's key is in its details, can be copied, and stands with what a disconnect does", async ({
    page,
    context,
  }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.goto("/settings");
    const row = settingRow(page, "inventory.percent");
    await openDetails(row);
    await expect(row.getByRole("code")).toHaveText("inventory.percent");
    await expect(row).toContainText("Goes away: it is for TikTok Shop alone");
    await row.getByRole("button", { name: "Copy the key of Stock share" }).click();
    await expect(row.getByRole("status")).toHaveText("Copied.");
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("inventory.percent");
    await openDetails(settingRow(page, "order.tags"));
    await expect(settingRow(page, "order.tags")).toContainText("Goes back to what it was before");
    await openDetails(settingRow(page, "ads.pixel"));
    await expect(settingRow(page, "ads.pixel")).toContainText("Is left alone");
  });

  test("without clipboard permission the details say so", async ({ page, context }) => {
    await context.grantPermissions([]);
    await page.goto("/settings");
    const row = settingRow(page, "inventory.percent");
    await openDetails(row);
    await row.getByRole("button", { name: "Copy the key of Stock share" }).click();
    await expect(row.getByRole("status")).toContainText("does not allow copying");
  });

  test("values are words with units, and so are the choices of an editor", async ({ page }) => {
    await page.goto("/settings");
    for (const [key, words] of Object.entries({
      "tax.handling": "TikTok collects them",
      "product.dailyLimit": "Up to 100 products a day",
      "shipping.packageWeightFallbackKg": "0.50 kg",
      "price.adjustment": "+12.50 %",
      "price.strikethrough": "Off",
      "order.holdPolicy": "Comes in after that hour",
      "shipping.template": "Default template",
      "shipping.carrierMapping": "USPS: Id at TikTok: 7117858858072016686",
    })) {
      await expect(settingRow(page, key).getByText(words, { exact: true })).toBeVisible();
    }
    const row = await startEditing(page, "tax.handling");
    await expect(row.getByRole("option")).toHaveText(["You collect them", "TikTok collects them"]);
    const weight = await startEditing(page, "shipping.packageWeightFallbackKg");
    await expect(field(weight)).toHaveAccessibleDescription("kg");
  });

  test("products have their names and lead to Shopify", async ({ page, program }) => {
    await writeSetting(program, "product.inventoryManagedByChannel", `{"${product(7001)}":true,"${product(1)}":false}`);
    await page.goto("/settings");
    const row = settingRow(page, "product.inventoryManagedByChannel");
    const link = row.getByRole("link", { name: "Ridge jacket" });
    await expect(link).toHaveAttribute("href", "https://admin.shopify.com/store/aurora-outfitters/products/7001");
    await expect(link).toHaveAttribute("target", "_blank");
    await expect(link).toHaveAttribute("rel", "noreferrer");
    await expect(row.getByRole("listitem")).toHaveText([
      /^A product that no longer exists Number.*: Not managed$/,
      "Ridge jacket: Managed",
    ]);
    const location = settingRow(page, "location.fulfillsOnlineOrders").getByRole("link", { name: "Main warehouse" });
    await expect(location).toHaveAttribute(
      "href",
      "https://admin.shopify.com/store/aurora-outfitters/settings/locations/1001",
    );
  });

  test("all names of the page are read in one call", async ({ page }) => {
    const calls: string[][] = [];
    page.on("request", (request) => {
      const { operationName, variables } = request.postDataJSON() ?? {};
      if (operationName === "ResourceNames") calls.push(variables.ids);
    });
    await page.goto("/settings");
    await expect(page.getByRole("link", { name: "Main warehouse" }).first()).toBeVisible();
    await page.waitForLoadState("networkidle");
    expect(calls).toHaveLength(1);
    expect(calls[0]).toEqual([...new Set(calls[0])]);
    await navLink(page, "Activity").click();
    await navLink(page, "Settings").click();
    await expect(page.getByRole("link", { name: "Main warehouse" }).first()).toBeVisible();
    await page.waitForLoadState("networkidle");
    expect(calls).toHaveLength(1);
  });

  test("long lists open", async ({ page, program }) => {
    const products = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [product(7001 + at), at >= 3]));
    await writeSetting(program, "product.inventoryManagedByChannel", JSON.stringify(products));
    await page.goto("/settings");
    const row = settingRow(page, "product.inventoryManagedByChannel");
    await expect(row.getByText("9 of 12 products managed")).toBeVisible();
    await expect(row.getByRole("listitem")).toHaveCount(0);
    await row.getByText("9 of 12 products managed").click();
    await expect(row.getByRole("listitem")).toHaveCount(12);
    await expect(row.getByRole("listitem").first()).toHaveText("Ridge jacket: Not managed");
  });

  test("a list of hundreds is shown in parts", async ({ page, program }) => {
    const products = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [product(1001 + at), true]));
    await writeSetting(program, "product.inventoryManagedByChannel", JSON.stringify(products));
    await page.goto("/settings");
    const row = settingRow(page, "product.inventoryManagedByChannel");
    await row.getByText("300 of 300 products managed").click();
    await expect(row.getByRole("listitem")).toHaveCount(250);
    await row.getByRole("button", { name: "Show 50 of 50 more" }).click();
    await expect(row.getByRole("listitem")).toHaveCount(300);
  });

  test("of a map only what differs is compared", async ({ page, program }) => {
    const managed = await settingValue(program, "product.inventoryManagedByChannel");
    await writeSetting(
      program,
      "product.inventoryManagedByChannel",
      JSON.stringify({ ...(managed as object), [product(7002)]: false }),
    );
    await page.goto("/activity");
    const entry = page.getByRole("region", { name: "Audit trail" }).locator("> ul > li").first();
    await entry.getByText("1 setting changed").click();
    await expect(entry.getByRole("definition")).toHaveText([
      "Harbor parka: Managed9 the same",
      "Harbor parka: Not managed9 the same",
    ]);
  });

  test("technical settings are shown when they are unfolded, and cannot be edited", async ({ page }) => {
    await page.goto("/settings");
    const technical = page.getByRole("region", { name: "Technical" });
    await expect(technical.getByRole("listitem")).toHaveCount(0);
    await openTechnical(page);
    await expect(settingRow(page, "product.links")).toContainText(
      "Ridge jacket: TikTok product 1729384756102938475, TikTok SKU 1729384756102938999",
    );
    await expect(settingRow(page, "product.links").getByRole("link", { name: "Ridge jacket" })).toHaveAttribute(
      "href",
      "https://admin.shopify.com/store/aurora-outfitters/products/7001/variants/9001",
    );
    await expect(technical.getByRole("button", { name: /^Edit/ })).toHaveCount(0);
  });

  test("a variant that is gone is said to be, and its number can be copied", async ({ page, program, context }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await deleteProduct(program, product(7001));
    await page.goto("/settings");
    await openTechnical(page);
    const row = settingRow(page, "product.links");
    await expect(row).toContainText("A variant that is no longer in your store");
    await row.getByText("Number", { exact: true }).click();
    await row.getByRole("button", { name: "Copy the number 9001" }).click();
    await expect(row.getByText("Copied.")).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("9001");
  });

  test("a setting without a definition is technical, and has its key for a title", async ({ page }) => {
    await interceptOperation(page, "Settings", async (route) => {
      const response = await route.fetch();
      const answer = await response.json();
      answer.data.settings.find(({ key }: { key: string }) => key === "order.tags").definition = null;
      await route.fulfill({ response, json: answer });
    });
    await page.goto("/settings");
    await openTechnical(page);
    const technical = page.getByRole("region", { name: "Technical" });
    await expect(technical.getByRole("heading", { name: "order.tags" })).toBeVisible();
  });
});

test.describe("searching", () => {
  const search = (page: Page) => page.getByRole("searchbox", { name: "Search settings" });
  const rows = (page: Page) => page.getByRole("main").getByRole("heading", { level: 3 });
  const found = (page: Page) => page.getByRole("search").getByRole("status");

  for (const [by, query, titles] of [
    ["name", "stock sha", ["Stock share"]],
    ["sentence", "remits tax", ["Tax collection"]],
    ["key", "inventory.percent", ["Stock share"]],
    ["value", "tiktok collects", ["Tax collection"]],
    ["product's name", "ridge jacket", ["Published products", "Stock managed by TikTok Shop", "Linked listings"]],
  ] as const) {
    test(`a setting is found by its ${by}`, async ({ page }) => {
      await page.goto("/settings");
      await search(page).fill(query);
      await expect(rows(page)).toHaveText([...titles]);
      await expect(found(page)).toHaveText(
        titles.length === 1 ? "1 setting found." : `${titles.length} settings found.`,
      );
    });
  }

  test("what is found unfolds, and all is there again when nothing is looked for", async ({ page }) => {
    await page.goto("/settings");
    await expect(rows(page).first()).toBeVisible();
    const all = await rows(page).allTextContents();
    await search(page).fill("store events");
    await expect(rows(page)).toHaveText(["Store events"]);
    await search(page).fill("");
    await expect(rows(page)).toHaveText(all);
    await expect(found(page)).toHaveText("");
  });

  test("nothing found says so", async ({ page }) => {
    await page.goto("/settings");
    await search(page).fill("umbrella");
    await expect(found(page)).toHaveText("No setting found. Try another word.");
    await expect(rows(page)).toHaveCount(0);
  });

  test("only what was changed is shown", async ({ page, program }) => {
    await page.goto("/settings");
    await page.getByRole("checkbox", { name: "Changed since connecting (3)" }).check();
    await expect(rows(page)).toHaveText([/^Price adjustment/, /^Locations that fulfill online orders/, /^Order tags/]);
    await expect(found(page)).toHaveText("3 settings found.");
    await search(page).fill("tags");
    await expect(rows(page)).toHaveText([/^Order tags/]);
    await search(page).fill("");
    await writeSetting(program, "inventory.percent", "55");
    await page.reload();
    await page.getByRole("checkbox", { name: "Changed since connecting (4)" }).check();
    await expect(rows(page).filter({ hasText: "Stock share" })).toBeVisible();
  });

  test("what is typed in a setting stays while another is looked for", async ({ page }) => {
    await page.goto("/settings");
    const row = await startEditing(page, "order.tags");
    await field(row).fill("half a");
    await search(page).fill("stock share");
    await expect(rows(page)).toHaveText(["Stock share"]);
    await search(page).fill("");
    await expect(field(row)).toHaveValue("half a");
  });
});

const groupTitles: Record<string, string> = {
  PRODUCTS: "Products",
  PRICES: "Prices",
  STOCK: "Stock",
  ORDERS: "Orders and returns",
  SHIPPING: "Shipping",
  TAXES: "Taxes",
  ADS: "TikTok for Business",
  TECHNICAL: "Technical",
};

function product(number: number): string {
  return `gid://shopify/Product/${number}`;
}
