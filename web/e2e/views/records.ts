import { expect } from "@playwright/test";
import { changeResponse, failOperation } from "../actions";
import { addFault, blockDisconnect, deactivateLocation, openOrders } from "../sandbox";
import { disconnectOverApi, makeEntries, settled, unfold } from "../steps";
import type { View } from "./view";

export const recordViews: View[] = [
  {
    name: "activity, unfolded",
    async open(page) {
      await page.goto("/activity");
      await page
        .getByText(/settings changed$/)
        .first()
        .click();
    },
  },
  {
    name: "activity, second page",
    async open(page, program) {
      await makeEntries(program, 10);
      await page.goto("/activity");
      await page.getByRole("link", { name: "Older" }).click();
      await expect(page.getByRole("link", { name: "Newest" })).toBeVisible();
    },
  },
  {
    name: "record",
    async open(page, program) {
      await page.goto(`/activity/disconnections/${await disconnectOverApi(program)}`);
      await expect(page.getByRole("region", { name: "Proof" })).toBeVisible();
    },
  },
  {
    name: "record with everything unfolded",
    async open(page, program) {
      await openOrders(program, 3);
      await page.goto(`/activity/disconnections/${await disconnectOverApi(program)}`);
      await expect(page.getByRole("region", { name: "Open orders" }).getByRole("listitem").first()).toBeVisible();
      await unfold(page.getByRole("main"));
    },
  },
  {
    name: "record while the store is given back",
    async open(page, program) {
      await addFault(program, "THROTTLED", 1000);
      const { disconnectTikTokShop } = await program.graphql(
        `mutation { disconnectTikTokShop(confirm: true) @idempotent(key: "once") { disconnection { id } } }`,
      );
      await page.goto(`/activity/disconnections/${disconnectTikTokShop.disconnection.id}`);
      await expect(page.getByRole("region", { name: "Progress" }).getByRole("listitem")).toHaveCount(3);
    },
  },
  {
    name: "record with what was not put back",
    async open(page, program) {
      await deactivateLocation(program, "gid://shopify/Location/1003");
      await page.goto(`/activity/disconnections/${await disconnectOverApi(program)}`);
      await expect(page.getByRole("region", { name: "Not put back" })).toContainText("The location was deactivated.");
    },
  },
  {
    name: "record of a blocked disconnect",
    async open(page, program) {
      await page.goto(`/activity/disconnections/${await blockDisconnect(program)}`);
      await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
    },
  },
  {
    name: "dialog to accept the store as it is",
    async open(page, program) {
      await page.goto(`/activity/disconnections/${await blockDisconnect(program)}/accept`);
      await expect(page.getByRole("button", { name: "Accept as it is" })).toBeVisible();
    },
  },
  {
    name: "activity where nothing has been done",
    async open(page) {
      await changeResponse(page, "Activity", ({ auditTrail }) => {
        auditTrail.edges = [];
        Object.assign(auditTrail.pageInfo, { hasNextPage: false, endCursor: null });
      });
      await page.goto("/activity");
      await expect(page.getByText("Nothing has been done yet.")).toBeVisible();
    },
  },
  {
    name: "activity with nothing of the kind that is looked for",
    async open(page) {
      await page.goto("/activity?who=PARTNER");
      await expect(page.getByText("Nothing of that has been done.")).toBeVisible();
    },
  },
  {
    name: "record that is not there",
    async open(page) {
      await page.goto("/activity/disconnections/nothing");
      await expect(page.getByText("This store has no such record.")).toBeVisible();
    },
  },
  {
    name: "record with nothing that had to change",
    async open(page, program) {
      await changeResponse(page, "Disconnection", ({ disconnection }) => {
        disconnection.restoration.changes = [];
      });
      await page.goto(`/activity/disconnections/${await disconnectOverApi(program)}`);
      await expect(page.getByText("No setting had to change.")).toBeVisible();
    },
  },
  {
    name: "record of an authorization whose end is not confirmed",
    async open(page, program) {
      await changeResponse(page, "Disconnection", ({ disconnection }) => {
        disconnection.authorization.status = "NOT_CONFIRMED";
      });
      await page.goto(`/activity/disconnections/${await disconnectOverApi(program)}`);
      await expect(page.getByText("is not confirmed")).toBeVisible();
    },
  },
  {
    name: "record of a store that is not as it was",
    async open(page, program) {
      await changeResponse(page, "Disconnection", ({ disconnection }) => {
        disconnection.restoration.restoredDigest = "0".repeat(64);
      });
      await page.goto(`/activity/disconnections/${await disconnectOverApi(program)}`);
      await expect(page.getByText("Your store is not as it was.")).toBeVisible();
    },
  },
  {
    name: "record of a store that was accepted as it is",
    async open(page, program) {
      const id = await blockDisconnect(program);
      await program.graphql(
        `mutation ($id: ID!) { acceptExceptions(disconnectionId: $id, confirm: true) { userErrors { message } } }`,
        { id },
      );
      await settled(program);
      await page.goto(`/activity/disconnections/${id}`);
      await expect(page.getByText(/^Your store was not read back/)).toBeVisible();
    },
  },
  {
    name: "record with orders that were taken over",
    async open(page, program) {
      await openOrders(program, 3);
      await page.goto(`/activity/disconnections/${await disconnectOverApi(program)}`);
      await page.getByRole("button", { name: "Mark all as taken over" }).click();
      await expect(page.getByText(/^Taken over by/).first()).toBeVisible();
    },
  },
  {
    name: "record whose open orders cannot be read",
    async open(page, program) {
      await openOrders(program, 3);
      await failOperation(page, "Handoff");
      await page.goto(`/activity/disconnections/${await disconnectOverApi(program)}`);
      await expect(page.getByRole("alert").first()).toBeVisible();
    },
  },
  {
    name: "dialog with nothing to accept",
    async open(page, program) {
      await page.goto(`/activity/disconnections/${await disconnectOverApi(program)}/accept`);
      await expect(page.getByRole("dialog")).toContainText("There is nothing to accept");
    },
  },
];
