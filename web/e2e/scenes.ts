import { expect, type Page } from "@playwright/test";
import type { Program } from "./program";
import {
  connectedShop,
  disconnectedBefore,
  editOften,
  heading,
  openConnectDialog,
  openDisconnectDialog,
  shop,
  startEditing,
  write,
} from "./steps";

interface Scene {
  name: string;
  /** Brings the page to what is to be looked at. */
  open(page: Page, program: Program): Promise<void>;
}

/** Everything there is to see: each page and each dialog, with all that can stand in it. */
export const scenes: Scene[] = [
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
      await expect(page.getByRole("link", { name: /Seller Center/ })).toHaveCount(4);
    },
  },
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
      await disconnectedBefore(program);
      await page.goto("/settings");
      await expect(page.getByRole("link", { name: "Connect" })).toBeVisible();
    },
  },
  {
    name: "settings with every sort of editor open",
    async open(page) {
      await page.goto("/settings");
      for (const key of oneOfEachSort) await startEditing(page, key);
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
    },
  },
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
      for (const more of await dialog.getByText(/^\d+ more$/).all()) await more.click();
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
      await write(program, "order.tags", `["web","a tag that nobody has seen in the preview"]`);
      await dialog.getByRole("checkbox").check();
      await dialog.getByRole("button", { name: "Disconnect", exact: true }).click();
      await expect(dialog.getByRole("alert").filter({ hasText: "Something changed" })).toBeVisible();
    },
  },
  {
    name: "disconnect dialog with nothing to disconnect",
    async open(page, program) {
      const { id } = await connectedShop(program);
      await disconnectedBefore(program);
      await page.goto(`/settings/accounts/${id}/disconnect`);
      await expect(page.getByRole("dialog").getByRole("link", { name: "Open the record" })).toBeVisible();
    },
  },
  {
    name: "connect dialog",
    async open(page, program) {
      await disconnectedBefore(program);
      await openConnectDialog(page);
    },
  },
  {
    name: "connect dialog, refused",
    async open(page, program) {
      await disconnectedBefore(program);
      const dialog = await openConnectDialog(page);
      await dialog.getByRole("radio", { name: /USLCDEMO3/ }).check();
      await dialog.getByRole("button", { name: "Connect" }).click();
      await expect(dialog.getByRole("alert")).not.toBeEmpty();
    },
  },
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
      await editOften(program, 10);
      await page.goto("/activity");
      await page.getByRole("link", { name: "Older" }).click();
      await expect(page.getByRole("link", { name: "Newest" })).toBeVisible();
    },
  },
  {
    name: "record",
    async open(page, program) {
      await page.goto(`/activity/disconnections/${await disconnectedBefore(program)}`);
      await expect(page.getByRole("region", { name: "Proof" })).toBeVisible();
    },
  },
  {
    name: "page not found",
    async open(page) {
      await page.goto("/activity/nothing");
      await expect(heading(page, "Page not found")).toBeVisible();
    },
  },
  {
    name: "loading",
    async open(page) {
      await page.route("**/graphql", () => {}); // no answer ever
      await page.goto("/activity");
      await expect(page.getByRole("status").filter({ hasText: "Loading…" })).toBeVisible();
    },
  },
  {
    name: "failure",
    async open(page) {
      await answeredWithErrors(page);
      await page.goto("/activity");
      await expect(page.getByRole("alert").getByText("Request id: ")).toBeVisible();
    },
  },
];

const oneOfEachSort = [
  "location.fulfillsOnlineOrders",
  "order.attributionSource",
  "order.tags",
  "publication.autoPublish",
  "shipping.packageWeightFallbackKg",
  "tax.handling",
  "price.adjustment",
  "inventory.percent",
];

const refused = { "inventory.percent": "101", "shipping.packageWeightFallbackKg": "heavy", "price.adjustment": "{" };

/** Lets the server answer another question than the page's, one that it refuses. */
async function answeredWithErrors(page: Page): Promise<void> {
  await page.route("**/graphql", (route) =>
    route.continue({
      headers: { ...route.request().headers(), accept: "application/json" },
      postData: JSON.stringify({ query: "{ nothing }" }),
    }),
  );
}
