import { expect } from "@playwright/test";
import { changeResponse, chooseShop, failOperation, notice, shopCard } from "../actions";
import { addFault, blockDisconnect, deactivateLocation, endAuthorization, openOrders } from "../sandbox";
import { disconnectOverApi, openConnectDialog, openDisconnectDialog } from "../steps";
import type { View } from "./view";

export const overviewViews: View[] = [
  {
    name: "overview",
    async open(page) {
      await page.goto("/");
      await expect(page.getByRole("region", { name: "Latest activity" }).getByRole("listitem")).toHaveCount(5);
    },
  },
  {
    name: "overview after a disconnect",
    async open(page) {
      const dialog = await openDisconnectDialog(page);
      await dialog.getByRole("checkbox").check();
      await dialog.getByRole("button", { name: "Disconnect", exact: true }).click();
      await expect(page.getByRole("link", { name: "Open the record" }).first()).toBeVisible();
      await expect(page.getByRole("link", { name: /Seller Center/ })).toHaveCount(2);
    },
  },
  {
    name: "overview of a store that never had an account",
    async open(page) {
      await changeResponse(page, "Overview", ({ overview }) => {
        for (const channel of [overview.tikTokShop, overview.tikTokForBusiness])
          Object.assign(channel, { status: "SETUP_IN_PROGRESS", statusLabel: "Setup in Progress", accounts: [] });
      });
      await changeResponse(page, "LatestActivity", (data) => {
        data.accounts = [];
        data.auditTrail.edges = [];
        Object.assign(data.auditTrail.pageInfo, { hasNextPage: false, endCursor: null });
      });
      await changeResponse(page, "Transitions", (data) => Object.assign(data, { accounts: [] }));
      await page.goto("/");
      await expect(page.getByText("Nothing has been done yet.")).toBeVisible();
      await expect(page.getByText("No TikTok for Business account is connected.")).toBeVisible();
    },
  },
  {
    name: "overview with an account that needs attention",
    async open(page, program) {
      await endAuthorization(program);
      await page.goto("/");
      await expect(shopCard(page).getByRole("link", { name: "Open Seller Center" })).toBeVisible();
    },
  },
  {
    name: "overview with order work in different places",
    async open(page) {
      await changeResponse(page, "Overview", ({ overview }) => {
        const [, , , refunds] = overview.orderManagement.routes;
        Object.assign(refunds, { system: "SELLER_CENTER", url: "https://seller-us.tiktok.com" });
      });
      await page.goto("/");
      await expect(page.getByRole("link", { name: "TikTok Seller Center for refunds" })).toBeVisible();
    },
  },
  {
    name: "overview with what a disconnect has left",
    async open(page, program) {
      await openOrders(program, 1);
      await deactivateLocation(program, "gid://shopify/Location/1003");
      await disconnectOverApi(program);
      await page.goto("/");
      await expect(page.getByRole("region", { name: "Left after disconnecting" })).toContainText("not yet taken over");
    },
  },
  {
    name: "overview while a shop is being connected",
    async open(page, program) {
      await disconnectOverApi(program);
      const dialog = await openConnectDialog(page);
      await addFault(program, "THROTTLED", 1000, "Locations"); // which are read after connecting has begun
      await chooseShop(dialog, "USLCDEMO2");
      await expect(page.getByRole("status").filter({ hasText: "is being connected." })).toBeVisible();
      await expect(shopCard(page)).toContainText("Setup in Progress");
    },
  },
  {
    name: "overview while a disconnect is blocked",
    async open(page, program) {
      await blockDisconnect(program);
      await page.goto("/");
      await expect(page.getByRole("alert")).toContainText("cannot be disconnected without your help");
    },
  },
  {
    name: "overview of who comes back from TikTok, refused",
    async open(page, program) {
      await disconnectOverApi(program);
      await page.goto("/?consent=OWNER_REQUIRED");
      await expect(notice(page)).toContainText("Only the main owner");
    },
  },
  {
    name: "overview of who comes back from TikTok, let in",
    async open(page) {
      await page.goto("/?consent=CONNECTED");
      await expect(notice(page)).toContainText("TikTok let the app in");
    },
  },
  {
    name: "overview whose latest activity cannot be read",
    async open(page) {
      await failOperation(page, "LatestActivity");
      await page.goto("/");
      await expect(page.getByRole("alert")).toContainText("Request id: ");
      await expect(shopCard(page)).toContainText("Connected");
    },
  },
];
