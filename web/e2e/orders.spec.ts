import type { Page } from "@playwright/test";
import { disconnect, interceptOperation } from "./actions";
import { expect, test } from "./fixtures";

const center = "https://seller-us.tiktok.com";

test("order work is said to be done in one place: in Shopify, after a disconnect in Seller Center and only there", async ({
  page,
}) => {
  await page.goto("/");
  await expect(orderManagement(page).getByRole("paragraph")).toHaveText(
    "TikTok Shop's orders are worked on in Shopify: fulfillment, cancellations, returns, and refunds.",
  );
  await expect(orderManagement(page).getByRole("link")).toHaveCount(0);
  await disconnect(page);
  await expect(orderManagement(page).getByRole("paragraph")).toHaveText(
    "TikTok Shop's orders are worked on in TikTok Seller Center: fulfillment, cancellations, returns, and refunds.",
  );
  await expect(orderManagement(page).getByRole("link", { name: "TikTok Seller Center" })).toHaveAttribute(
    "href",
    center,
  );
  await expect(orderManagement(page)).not.toContainText("Shopify");
});

test("of a store that never had a TikTok Shop, nothing is said of order work", async ({ page }) => {
  await interceptOperation(page, "Overview", async (route) => {
    const response = await route.fetch();
    const answer = await response.json();
    answer.data.overview.tikTokShop.accounts = [];
    await route.fulfill({ response, json: answer });
  });
  for (const operation of ["LatestActivity", "Transitions"]) {
    await interceptOperation(page, operation, async (route) => {
      const response = await route.fetch();
      const answer = await response.json();
      answer.data.accounts = [];
      await route.fulfill({ response, json: answer });
    });
  }
  await page.goto("/");
  await expect(page.getByRole("region", { name: "Latest activity" }).getByRole("listitem").first()).toBeVisible();
  await expect(orderManagement(page)).toHaveCount(0);
});

test("where tasks are done in different places, each is listed with its own", async ({ page }) => {
  await interceptOperation(page, "Overview", async (route) => {
    const response = await route.fetch();
    const answer = await response.json();
    const [, , , refunds] = answer.data.overview.orderManagement.routes;
    Object.assign(refunds, { system: "SELLER_CENTER", url: center });
    await route.fulfill({ response, json: answer });
  });
  await page.goto("/");
  await expect(orderManagement(page).getByRole("listitem")).toHaveText([
    "FulfillmentShopify",
    "CancellationsShopify",
    "ReturnsShopify",
    "RefundsTikTok Seller Center",
  ]);
  const link = orderManagement(page).getByRole("link", { name: "TikTok Seller Center for refunds" });
  await expect(link).toHaveAttribute("href", center);
});

function orderManagement(page: Page) {
  return page.getByRole("region", { name: "Order management" });
}
