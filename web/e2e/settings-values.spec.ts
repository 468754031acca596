import { interceptOperation, navLink } from "./actions";
import { expect, test } from "./fixtures";
import { deleteProduct } from "./sandbox";
import { field, product } from "./settings";
import { openDetails, openTechnical, settingRow, settingValue, startEditing, writeSetting } from "./steps";

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
