import type { FrameLocator, Page } from "@playwright/test";
import { showDeliveries } from "../e2e/actions";
import { expect, test } from "../e2e/fixtures";
import { blockDisconnect, openOrders } from "../e2e/sandbox";
import {
  anyOf,
  askedAppBridge,
  aurora,
  localNetworkAccess,
  openInFrame,
  sessionToken,
  signIn,
  signInEnv,
} from "../e2e/shopify";
import { connectedShop, disconnectOverApi, makeEndpoint, openConnectDialog } from "../e2e/steps";

// Pictures of what few sellers see, and of the app in Spanish and within Shopify's admin: `make pictures`.

const filling = "position:fixed;inset:0;border:0;width:100%;height:100%";
const folder = new URL("../../.tools/pictures/", import.meta.url).pathname;

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1100, 320]) {
    const look = { colorScheme, viewport: { width, height: 760 } };
    const take = async (page: Page, name: string, fullPage = false) => {
      await expect(page.getByText(/^(Loading|Cargando)…$/)).toHaveCount(0);
      await page.screenshot({ path: `${folder}${name}-${colorScheme}-${width}.png`, fullPage, animations: "disabled" });
    };

    test.describe(`${colorScheme}, ${width}`, () => {
      test.use({ ...look, expectedErrors: [/Failed to load resource/] });

      test("webhooks", async ({ page, program }) => {
        await page.goto("/webhook-endpoints");
        await expect(page.getByText("There are none yet.")).toBeVisible();
        await take(page, "webhooks-none");
        const id = await makeEndpoint(program, "https://example.com/webhooks", ["SETTINGS_UPDATED"]);
        await makeEndpoint(program, "https://connector.example.com/of/a/partner");
        await page.goto("/webhook-endpoints");
        await expect(page.getByText("connector.example.com")).toBeVisible();
        await take(page, "webhooks", true);
        await page.goto("/webhook-endpoints/new");
        await page.getByRole("button", { name: "Create" }).click();
        await expect(page.getByRole("textbox", { name: "URL" })).toHaveAccessibleDescription(/must begin with https/);
        await take(page, "webhooks-new");
        await showDeliveries(page);
        await page.goto(`/webhook-endpoints/${id}`);
        await expect(page.getByText("no answer within 10 s")).toBeVisible();
        await take(page, "webhooks-endpoint", true);
        await page.goto(`/webhook-endpoints/${id}/delete`);
        await expect(page.getByRole("dialog").getByRole("button", { name: "Delete" })).toBeVisible();
        await take(page, "webhooks-delete");
      });

      test("a blocked disconnect", async ({ page, program }) => {
        const id = await blockDisconnect(program);
        await page.goto("/");
        await expect(page.getByRole("alert")).toContainText("cannot be disconnected without your help");
        await take(page, "blocked-overview", true);
        await page.goto(`/activity/disconnections/${id}`);
        await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
        await take(page, "blocked", true);
        await page.goto(`/activity/disconnections/${id}/accept`);
        await expect(page.getByRole("button", { name: "Accept as it is" })).toBeVisible();
        await take(page, "blocked-accept");
      });

      test("consent at TikTok", async ({ page, program }) => {
        await disconnectOverApi(program);
        const dialog = await openConnectDialog(page);
        await take(page, "consent-dialog");
        await dialog.getByRole("button", { name: "Continue to TikTok" }).click();
        await page.getByRole("button", { name: "USLCDEMO8" }).click();
        await expect(page.getByRole("heading")).toHaveText("Choose a TikTok Shop");
        await take(page, "consent-choice", true);
        await page.getByRole("button", { name: "Connect TikTok Shop USLCDEMO9" }).click();
        await expect(page.getByRole("region", { name: "TikTok Shop", exact: true })).toContainText("USLCDEMO9");
        await take(page, "consent-back");
      });
    });

    test.describe(`${colorScheme}, ${width}, Spanish`, () => {
      test.use({ ...look, locale: "es-ES" });

      test("in Spanish", async ({ page, program }) => {
        await openOrders(program, 3);
        for (const [address, name] of [
          ["/", "overview"],
          ["/settings", "settings"],
          ["/activity", "activity"],
          [`/settings/accounts/${(await connectedShop(program)).id}/disconnect`, "disconnect"],
        ] as const) {
          await page.goto(address);
          await expect(page.getByRole("heading", { level: name === "disconnect" ? 3 : 1 }).first()).toBeVisible();
          await take(page, `spanish-${name}`, name !== "disconnect");
        }
        await page.goto(`/activity/disconnections/${await disconnectOverApi(program)}`);
        await expect(page.getByRole("region", { name: "Pedidos abiertos" })).toBeVisible();
        await take(page, "spanish-record", true);
        await page.goto("/settings/connect");
        await expect(page.getByRole("dialog").getByRole("radio").first()).toBeVisible();
        await take(page, "spanish-connect");
      });
    });

    test.describe(`${colorScheme}, ${width}, embedded`, () => {
      const framed = /^asked (https:\/\/admin\.shopify\.com|http:\/\/127\.0\.0\.1:\d+)\//;
      test.use({
        ...look,
        env: signInEnv,
        permissions: [localNetworkAccess],
        expectedErrors: [anyOf(askedAppBridge, framed)],
      });

      test("within Shopify's admin", async ({ page, program }) => {
        await signIn(page, () => sessionToken(aurora));
        const admin = "https://admin.shopify.com/store/aurora-outfitters/apps/tiktok";
        const shown = async (app: FrameLocator, title: string) =>
          expect(app.getByRole("heading", { level: 1, name: title })).toBeVisible();
        for (const [path, title] of [
          ["/", "Overview"],
          ["/settings", "Settings"],
          ["/activity", "Activity"],
          ["/api-keys", "API keys"],
        ] as const) {
          const app = await openInFrame(page, admin, `${program.url}${path}`, filling);
          await shown(app, title);
          await expect(app.getByText("Loading…")).toHaveCount(0);
          await take(page, `embedded-${title.toLowerCase().replace(" ", "-")}`);
        }
      });
    });
  }
}
