import type { Locator } from "@playwright/test";
import { expect, test } from "./fixtures";
import { carrier, countEdits, field, refusalOf, save } from "./settings";
import { editButton, settingRow, settingValue, startEditing, titleOf, writeSetting } from "./steps";

const refusals = [
  { key: "inventory.percent", wrong: "101", right: "100", stored: "digits 100" },
  { key: "inventory.outOfStockThreshold", wrong: "a few", right: "3", stored: "digits 3" },
  { key: "inventory.percent", wrong: "", right: "5", stored: "digits 5" },
  { key: "shipping.packageWeightFallbackKg", wrong: "-0.5", right: "0.50", stored: "digits 0.50" },
];

for (const { key, wrong, right, stored } of refusals) {
  test(`"${wrong}" is refused at the field of ${titleOf(key)}, and can be corrected`, async ({ page, program }) => {
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
