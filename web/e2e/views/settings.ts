import { expect } from "@playwright/test";
import { changeResponse, chooseShop, failOperation, haveStored, navLink, refuseForTheDay } from "../actions";
import { addFault, blockDisconnect, endAuthorization } from "../sandbox";
import { disconnectOverApi, openConnectDialog, shop, startEditing, writeSetting } from "../steps";
import type { View } from "./view";

export const settingsViews: View[] = [
  {
    name: "settings",
    async open(page) {
      await page.goto("/settings");
      await expect(page.getByRole("link", { name: `Disconnect ${shop}` })).toBeVisible();
    },
  },
  {
    name: "settings while nothing is connected",
    async open(page, program) {
      await disconnectOverApi(program);
      await page.goto("/settings");
      await expect(page.getByRole("link", { name: "Connect" })).toBeVisible();
    },
  },
  {
    name: "settings with everything unfolded",
    async open(page) {
      await page.goto("/settings");
      await page.getByRole("region", { name: "Technical" }).waitFor();
      await page.evaluate(() => {
        for (const details of document.querySelectorAll("details")) details.open = true;
      });
      await expect(page.getByRole("link", { name: "Ridge jacket" }).first()).toBeVisible();
    },
  },
  {
    name: "settings that were looked for",
    async open(page) {
      await page.goto("/settings");
      await page.getByRole("searchbox").fill("warehouse");
      await expect(page.getByText(/settings found/)).toBeVisible();
    },
  },
  {
    name: "settings with every kind of editor open",
    async open(page, program) {
      const products = Array.from({ length: 30 }, (_, at) => [`gid://shopify/Product/${6991 + at}`, at % 2 === 0]);
      await writeSetting(program, "product.inventoryManagedByChannel", JSON.stringify(Object.fromEntries(products)));
      await writeSetting(program, "ads.businessAccount", '{"id":["of no form"],"businessCenter":"A"}');
      await page.goto("/settings");
      for (const key of oneKeyOfEachType) await startEditing(page, key);
    },
  },
  {
    name: "settings with refused values",
    async open(page) {
      await page.goto("/settings");
      for (const [key, value] of Object.entries(refused)) {
        const row = await startEditing(page, key);
        await row.getByRole("textbox").fill(value);
        await row.getByRole("button", { name: "Save" }).click();
        await expect(row.getByRole("alert")).not.toBeEmpty();
      }
      const carriers = await startEditing(page, "shipping.carrierMapping");
      await carriers.getByLabel("Carrier in Shopify").last().fill("");
      await carriers.getByRole("button", { name: "Save" }).click();
      await expect(carriers.getByRole("alert")).not.toBeEmpty();
    },
  },
  {
    name: "settings while a disconnect is blocked",
    async open(page, program) {
      await blockDisconnect(program);
      await page.goto("/settings");
      await expect(page.getByText("Being disconnected", { exact: true })).toBeVisible();
    },
  },
  {
    name: "settings with nothing found",
    async open(page) {
      await page.goto("/settings");
      await page.getByRole("searchbox").fill("no such word");
      await expect(page.getByText("No setting found.")).toBeVisible();
    },
  },
  {
    name: "settings of a store that never had an account",
    async open(page) {
      await changeResponse(page, "Settings", (data) => Object.assign(data, { accounts: [], settings: [] }));
      await changeResponse(page, "Transitions", (data) => Object.assign(data, { accounts: [] }));
      await page.goto("/settings");
      await expect(page.getByText("No TikTok Shop account is connected.")).toBeVisible();
    },
  },
  {
    name: "settings with an account that needs attention",
    async open(page, program) {
      await endAuthorization(program);
      await page.goto("/settings");
      await expect(page.getByRole("link", { name: "Open Seller Center" })).toBeVisible();
    },
  },
  {
    name: "settings while a shop is being connected",
    async open(page, program) {
      await disconnectOverApi(program);
      const dialog = await openConnectDialog(page);
      await addFault(program, "THROTTLED", 1000, "Locations"); // which are read after connecting has begun
      await chooseShop(dialog, "USLCDEMO2");
      await navLink(page, "Settings").click();
      await expect(page.getByText("Being connected", { exact: true })).toBeVisible();
    },
  },
  {
    name: "settings with an editor that a colleague was faster than",
    async open(page, program) {
      await page.goto("/settings");
      for (const [key, mine, theirs] of fasterColleague) {
        const row = await startEditing(page, key);
        await row.getByRole("textbox").first().fill(mine);
        await writeSetting(program, key, theirs);
        await row.getByRole("button", { name: "Save" }).click();
        await expect(row.getByRole("status").filter({ hasText: "Its value now" })).toBeVisible();
      }
    },
  },
  {
    name: "settings with an edit that has failed",
    async open(page) {
      await failOperation(page, "UpdateSetting");
      await page.goto("/settings");
      const row = await startEditing(page, "shipping.template");
      await row.getByRole("textbox").fill("mine");
      await row.getByRole("button", { name: "Save" }).click();
      await expect(row.getByRole("alert").filter({ hasText: "Request id: " })).toBeVisible();
    },
  },
  {
    name: "settings with an edit that the day has no room for",
    async open(page) {
      await refuseForTheDay(page);
      await haveStored(page, 256);
      await page.goto("/settings");
      await expect(page.getByText("there is room again")).toBeVisible();
      const row = await startEditing(page, "order.tags");
      await row.getByRole("textbox").fill("a");
      await row.getByRole("button", { name: "Save" }).click();
      await expect(row.getByRole("alert")).toContainText("The next day begins");
    },
  },
  {
    name: "settings when the day's room is nearly used",
    async open(page) {
      await haveStored(page, 230);
      await page.goto("/settings");
      await expect(page.getByText("of what may be stored for this store today is used")).toBeVisible();
    },
  },
  {
    name: "question before an edit is lost",
    async open(page) {
      await page.goto("/settings");
      const row = await startEditing(page, "inventory.percent");
      await row.getByRole("textbox").fill("80");
      await navLink(page, "Overview").click();
      await expect(page.getByRole("dialog", { name: "Leave without saving?" })).toBeVisible();
    },
  },
];

const oneKeyOfEachType = [
  "location.fulfillsOnlineOrders",
  "product.inventoryManagedByChannel",
  "order.tags",
  "publication.autoPublish",
  "shipping.packageWeightFallbackKg",
  "shipping.template",
  "tax.handling",
  "price.adjustment",
  "price.strikethrough",
  "shipping.carrierMapping",
  "ads.pixel",
  "inventory.percent",
];

const refused = { "inventory.percent": "101", "shipping.packageWeightFallbackKg": "heavy", "price.adjustment": "much" };

/** Settings of several kinds, what is typed for each, and what somebody else has saved meanwhile. */
const fasterColleague = [
  ["shipping.template", "mine", '"a colleague\'s"'],
  ["inventory.percent", "80", "55"],
  ["order.tags", "web", '["shop","a tag of a colleague, which is longer than a line of a phone has room for"]'],
] as const;
