import { expect, type Page } from "@playwright/test";
import { changeResponse, interceptOperation } from "../actions";
import type { Program } from "../program";
import { disconnectOverApi, openConnectDialog, unfold } from "../steps";
import type { View } from "./view";

export const connectViews: View[] = [
  {
    name: "connect dialog",
    async open(page, program) {
      await disconnectOverApi(program);
      await openConnectDialog(page);
    },
  },
  {
    name: "connect dialog, refused",
    async open(page, program) {
      await disconnectOverApi(program);
      const dialog = await openConnectDialog(page);
      await dialog.getByRole("radio", { name: /USLCDEMO3/ }).check();
      await dialog.getByRole("button", { name: "Connect" }).click();
      await expect(dialog.getByRole("alert")).not.toBeEmpty();
    },
  },
  {
    name: "connect dialog, nothing chosen",
    async open(page, program) {
      await disconnectOverApi(program);
      const dialog = await openConnectDialog(page);
      await dialog.getByRole("button", { name: "Connect" }).click();
      await expect(dialog.getByRole("alert")).toContainText("Choose the shop");
    },
  },
  {
    name: "connect dialog with every change unfolded",
    async open(page, program) {
      await disconnectOverApi(program);
      await unfold(await openConnectDialog(page));
    },
  },
  {
    name: "connect dialog where TikTok asks the owner",
    open: openConsentDialog,
  },
  {
    name: "connect dialog where TikTok asks the owner, refused",
    async open(page, program) {
      await openConsentDialog(page, program);
      await interceptOperation(page, "BeginTikTokAuthorization", (route) => {
        const refusal = {
          __typename: "BeginTikTokAuthorizationUserError",
          code: "SHOPIFY_SCOPE_MISSING",
          message: "The app lacks permissions in the store: open it in the Shopify admin, and allow them.",
        };
        const payload = { __typename: "BeginTikTokAuthorizationPayload", url: null, userErrors: [refusal] };
        return route.fulfill({ json: { data: { beginTikTokAuthorization: payload } } });
      });
      await page.getByRole("button", { name: "Continue to TikTok" }).click();
      await expect(page.getByRole("dialog").getByRole("alert")).not.toBeEmpty();
    },
  },
  {
    name: "connect dialog where TikTok asks the owner, on the way there",
    async open(page, program) {
      await openConsentDialog(page, program);
      await interceptOperation(page, "BeginTikTokAuthorization", () => {}); // no answer ever
      await page.getByRole("button", { name: "Continue to TikTok" }).click();
      await expect(page.getByRole("button", { name: "Continue to TikTok" })).toHaveAttribute("aria-disabled", "true");
    },
  },
  {
    name: "connect dialog while a shop is connected",
    async open(page) {
      await page.goto("/settings/connect");
      await expect(page.getByRole("dialog").getByRole("alert")).not.toBeEmpty();
    },
  },
  {
    name: "connect dialog while no shop can be connected",
    async open(page, program) {
      await disconnectOverApi(program);
      await changeResponse(page, "ConnectPreview", ({ store }) => {
        store.connectPreview.refusal = {
          __typename: "ConnectTikTokShopUserError",
          code: "SHOPIFY_UNAVAILABLE",
          message: "Shopify did not answer: nothing was changed.",
        };
      });
      await page.goto("/settings/connect");
      await expect(page.getByRole("dialog").getByRole("button", { name: "Try again" })).toBeVisible();
    },
  },
  {
    name: "page where the seller of two shops chooses one",
    async open(page, program) {
      await disconnectOverApi(program);
      const dialog = await openConnectDialog(page);
      await dialog.getByRole("button", { name: "Continue to TikTok" }).click();
      await page.getByRole("button", { name: "USLCDEMO8" }).click();
      await expect(page.getByRole("heading")).toHaveText("Choose a TikTok Shop");
    },
  },
];

/** The dialog as it is outside the sandbox, which alone has shops to choose from before TikTok is asked. */
async function openConsentDialog(page: Page, program: Program): Promise<void> {
  await disconnectOverApi(program);
  await changeResponse(page, "ConnectPreview", (data) => Object.assign(data, { sandboxShops: [] }));
  await page.goto("/settings/connect");
  await expect(page.getByText("TikTok asks the shop's main owner")).toBeVisible();
}
