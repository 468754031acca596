import { readFile } from "node:fs/promises";
import { disconnect, notice } from "./actions";
import { expect, test } from "./fixtures";
import { deactivateLocation, openOrders } from "./sandbox";
import { disconnectDialog, disconnectOverApi, openDisconnectDialog, settled } from "./steps";

test("open orders are warned of, handed over, and taken over", async ({ page, program }) => {
  const [first] = await openOrders(program, 30);
  await openDisconnectDialog(page);
  const warning = disconnectDialog(page).getByRole("listitem").filter({ hasText: "30 orders to ship" });
  await expect(warning).toContainText("1 cancellation to answer and 1 refund were open at TikTok");
  await expect(warning.getByRole("link")).toHaveAttribute("href", "https://seller-us.tiktok.com");

  const id = await disconnectOverApi(program);
  await settled(program);
  await page.goto(`/activity/disconnections/${id}`);
  const list = page.getByRole("region", { name: "Open orders" });
  await expect(list.getByRole("status").first()).toBeAttached();
  await expect(list).toContainText("32 orders and requests were open");
  await expect(list.getByRole("listitem")).toHaveCount(20);
  const nearest = list.getByRole("listitem").first();
  await expect(nearest).toContainText("Answer a cancellation");
  await expect(nearest.getByRole("link")).toHaveAttribute(
    "href",
    `https://seller-us.tiktok.com/order/detail?order_no=${first}&shop_region=US`,
  );
  await nearest.getByRole("button").click();
  await expect(nearest).toContainText("Taken over by Aurora Outfitters");
  await expect(list).toContainText("31 are not yet taken over");

  await list.getByRole("button", { name: "Next" }).click();
  await expect(list.getByRole("listitem")).toHaveCount(12);
  const downloading = page.waitForEvent("download");
  await list.getByRole("button", { name: "Download CSV" }).click();
  const csv = await readFile(await (await downloading).path(), "utf8");
  expect(csv.split("\r\n")).toHaveLength(1 + 32 + 1);
  await list.getByRole("button", { name: "Mark all as taken over" }).click();
  await expect(list).toContainText("0 are not yet taken over");
});

test("the overview says what a disconnect has left, as long as it is left", async ({ page, program }) => {
  await openOrders(program, 1);
  await deactivateLocation(program, "gid://shopify/Location/1003");
  await disconnectOverApi(program);
  await page.goto("/");
  const left = page.getByRole("region", { name: "Left after disconnecting TikTok Shop USLCDEMO1" });
  await expect(left).toContainText("1 value was not put back.");
  await expect(left).toContainText("3 orders and requests are open in TikTok Seller Center and not yet taken over.");
  await left.getByRole("link", { name: "Open the record" }).click();
  const orders = page.getByRole("region", { name: "Open orders" });
  await orders.getByRole("button", { name: "Mark all as taken over" }).click();
  await expect(orders).toContainText("0 are not yet taken over");
  await page.goto("/");
  await expect(left).toContainText("1 value was not put back.");
  await expect(left).not.toContainText("taken over");
});

test("the notice after a disconnect says how much is open", async ({ page, program }) => {
  await openOrders(program, 30);
  await disconnect(page);
  await expect(notice(page)).toContainText(
    "32 orders and requests are open there and not yet taken over: the record lists them.",
  );
  await notice(page).getByRole("link", { name: "Open the record" }).click();
  await expect(page.getByRole("region", { name: "Open orders" })).toContainText("32 orders and requests were open");
});
