import { expect } from "@playwright/test";
import { changeResponse, chooseShop, confirmDisconnect, failOperation, interceptOperation, navLink } from "../actions";
import { addFault, deactivateLocation, openOrders } from "../sandbox";
import {
  connectedShop,
  disconnectOverApi,
  openConnectDialog,
  openDisconnectDialog,
  unfold,
  writeSetting,
} from "../steps";
import type { View } from "./view";

export const disconnectViews: View[] = [
  {
    name: "disconnect dialog",
    async open(page) {
      await openDisconnectDialog(page);
    },
  },
  {
    name: "disconnect dialog with everything unfolded",
    async open(page) {
      const dialog = await openDisconnectDialog(page);
      await unfold(dialog);
    },
  },
  {
    name: "disconnect dialog with open orders",
    async open(page, program) {
      await openOrders(program, 3);
      const dialog = await openDisconnectDialog(page);
      await expect(dialog.getByText(/Nearest deadline/)).toBeVisible();
    },
  },
  {
    name: "disconnect dialog with what cannot be put back",
    async open(page, program) {
      await deactivateLocation(program, "gid://shopify/Location/1003");
      const dialog = await openDisconnectDialog(page);
      await expect(dialog.getByRole("region", { name: "What cannot be put back" })).toBeVisible();
    },
  },
  {
    name: "disconnect dialog, not confirmed",
    async open(page) {
      const dialog = await openDisconnectDialog(page);
      await dialog.getByRole("button", { name: "Disconnect", exact: true }).click();
      await expect(dialog.getByRole("alert")).not.toBeEmpty();
    },
  },
  {
    name: "disconnect dialog, stale",
    async open(page, program) {
      const dialog = await openDisconnectDialog(page);
      await writeSetting(program, "order.tags", `["web","a tag that nobody has seen in the preview"]`);
      await dialog.getByRole("checkbox").check();
      await dialog.getByRole("button", { name: "Disconnect", exact: true }).click();
      await expect(dialog.getByRole("alert").filter({ hasText: "Something changed" })).toBeVisible();
    },
  },
  {
    name: "disconnect dialog with nothing to disconnect",
    async open(page, program) {
      const { id } = await connectedShop(program);
      await disconnectOverApi(program);
      await page.goto(`/settings/accounts/${id}/disconnect`);
      await expect(page.getByRole("dialog").getByRole("link", { name: "Open the record" })).toBeVisible();
    },
  },
  {
    name: "disconnect dialog with edits that are lost",
    async open(page, program) {
      await writeSetting(program, "inventory.percent", "80");
      await writeSetting(program, "order.tags", '["web","a tag"]');
      await writeSetting(program, "price.adjustment", '{"kind":"PERCENTAGE","value":"12.5"}');
      const dialog = await openDisconnectDialog(page);
      await expect(dialog.getByRole("region", { name: "What you changed and will lose" })).toContainText("Stock share");
    },
  },
  {
    name: "disconnect dialog with nothing that changes",
    async open(page, program) {
      await changeResponse(page, "Disconnectable", ({ accounts: [account] }) => {
        account.disconnectPreview.changes = [];
      });
      await page.goto(`/settings/accounts/${(await connectedShop(program)).id}/disconnect`);
      await expect(page.getByRole("dialog")).toContainText("No setting: all are as they were.");
    },
  },
  {
    name: "disconnect dialog of an account that is being connected",
    async open(page, program) {
      await disconnectOverApi(program);
      const connecting = await openConnectDialog(page);
      await addFault(program, "THROTTLED", 1000, "Locations"); // which are read after connecting has begun
      await chooseShop(connecting, "USLCDEMO2");
      await navLink(page, "Settings").click();
      await page.getByRole("link", { name: "Disconnect TikTok Shop USLCDEMO2" }).click();
      await expect(page.getByRole("dialog")).toContainText("gives the store back what was changed so far");
    },
  },
  {
    name: "disconnect dialog of a snapshot that is damaged",
    env: { SUPPORT_URL: "mailto:help@example.com" },
    async open(page, program) {
      await changeResponse(page, "Disconnectable", ({ accounts }) => {
        for (const account of accounts) account.disconnectPreview = null;
      });
      await page.goto(`/settings/accounts/${(await connectedShop(program)).id}/disconnect`);
      await expect(page.getByRole("dialog").getByRole("link", { name: "Contact support" })).toBeVisible();
    },
  },
  {
    name: "disconnect dialog of an account that is not there",
    async open(page) {
      await page.goto("/settings/accounts/nothing/disconnect");
      await expect(page.getByRole("dialog")).toContainText("This store has no such account.");
    },
  },
  {
    name: "disconnect dialog, loading",
    async open(page, program) {
      await interceptOperation(page, "Disconnectable", () => {}); // no answer ever
      await page.goto(`/settings/accounts/${(await connectedShop(program)).id}/disconnect`);
      await expect(page.getByRole("dialog").getByText("Loading…").first()).toBeVisible();
    },
  },
  {
    name: "disconnect dialog, confirmed",
    async open(page) {
      await interceptOperation(page, "DisconnectTikTokShop", () => {}); // no answer ever
      const dialog = await openDisconnectDialog(page);
      await confirmDisconnect(dialog);
      await expect(dialog.getByRole("button", { name: "Disconnecting…" })).toBeVisible();
    },
  },
  {
    name: "disconnect dialog, failed",
    async open(page) {
      await failOperation(page, "DisconnectTikTokShop");
      const dialog = await openDisconnectDialog(page);
      await confirmDisconnect(dialog);
      await expect(dialog.getByRole("button", { name: "Try again" })).toBeVisible();
    },
  },
];
