import type { Locator, Page, Route } from "@playwright/test";
import { changeResponse, holdRequests, interceptOperation, shopCard } from "./actions";
import { expect, test } from "./fixtures";
import type { Program } from "./program";
import { connectedShop, disconnectOverApi, heading, shop } from "./steps";

/** A page, section or dialog that loads a query. */
interface QueryView {
  name: string;
  operation: string;
  /** Prepares the data, and returns the path. */
  path(program: Program): Promise<string>;
  within(page: Page): Locator;
  /** The content once the query is loaded. */
  content(within: Locator): Locator;
}

const queryViews: QueryView[] = [
  {
    name: "the overview",
    operation: "Overview",
    path: async () => "/",
    within: (page) => page.getByRole("main"),
    content: (main) => main.getByRole("region", { name: "Order management" }),
  },
  {
    name: "the latest activity",
    operation: "LatestActivity",
    path: async () => "/",
    within: (page) => page.getByRole("region", { name: "Latest activity" }),
    content: (region) => region.getByText(`Connected ${shop}`),
  },
  {
    name: "the settings",
    operation: "Settings",
    path: async () => "/settings",
    within: (page) => page.getByRole("main"),
    content: (main) => main.getByRole("region", { name: "Accounts" }),
  },
  {
    name: "the activity",
    operation: "Activity",
    path: async () => "/activity",
    within: (page) => page.getByRole("main"),
    content: (main) => main.getByText(`Connected ${shop}`),
  },
  {
    name: "a record",
    operation: "Disconnection",
    path: async (program) => `/activity/disconnections/${await disconnectOverApi(program)}`,
    within: (page) => page.getByRole("main"),
    content: (main) => main.getByRole("region", { name: "Proof" }),
  },
  {
    name: "the disconnect dialog",
    operation: "Disconnectable",
    path: async (program) => `/settings/accounts/${(await connectedShop(program)).id}/disconnect`,
    within: (page) => page.getByRole("dialog"),
    content: (dialog) => dialog.getByRole("checkbox"),
  },
  {
    name: "the connect dialog",
    operation: "ConnectPreview",
    path: async (program) => {
      await disconnectOverApi(program);
      return "/settings/connect";
    },
    within: (page) => page.getByRole("dialog"),
    content: (dialog) => dialog.getByRole("group", { name: "TikTok Shop account" }),
  },
];

for (const { name, operation, path, within, content } of queryViews) {
  test(`${name}: loading, until the response arrives`, async ({ page, program }) => {
    const release = await holdRequests(page, operation);
    await page.goto(await path(program));
    const place = within(page);
    await expect(loading(place).first()).toBeVisible();
    await expect(content(place)).toHaveCount(0);
    await expect(place.getByRole("alert")).toHaveCount(0);
    release();
    await expect(content(place)).toBeVisible();
    await expect(loading(place)).toHaveCount(0);
  });
}

/** Error responses, and the message shown for each. */
const failures: { name: string; answer: Parameters<Route["fulfill"]>[0]; message: string; requestId?: string }[] = [
  {
    name: "an internal error",
    answer: errorResponse(500, { code: "INTERNAL", requestId: "3e1b-inside" }, "3e1b-outside"),
    message: "The server has failed.",
    requestId: "3e1b-inside",
  },
  {
    name: "an error with a request id in the header only",
    answer: errorResponse(500, { code: "INTERNAL" }, "3e1b-outside"),
    message: "The server has failed.",
    requestId: "3e1b-outside",
  },
  {
    name: "an error without a request id",
    answer: errorResponse(500, { code: "INTERNAL" }),
    message: "The server has failed.",
  },
  {
    name: "a caller who is not signed in",
    answer: errorResponse(401, { code: "UNAUTHENTICATED", requestId: "3e1b-inside" }),
    message: "Open the app from your Shopify admin to sign in.",
    requestId: "3e1b-inside",
  },
  {
    name: "an HTML page of a proxy",
    answer: {
      status: 502,
      contentType: "text/html",
      headers: { "X-Request-Id": "3e1b-between" },
      body: "<h1>Bad gateway</h1>",
    },
    message: "The app's server cannot be reached. Check the connection and try again.",
    requestId: "3e1b-between",
  },
];

test.describe("error states", () => {
  test.use({ expectedErrors: [/the server responded with a status of (401|500|502)/] });

  for (const { name, operation, path, within, content } of queryViews) {
    test(`${name}: shows each error, until a retry succeeds`, async ({ page, program }) => {
      let attempt = 0;
      await interceptOperation(page, operation, (route) => route.fulfill(failures[attempt]?.answer));
      await page.goto(await path(program));
      const place = within(page);
      const retry = place.getByRole("alert").getByRole("button", { name: "Try again" });
      for (const { message, requestId } of failures) {
        await expect(place.getByRole("alert")).toHaveText(errorText(message, requestId));
        await expect(content(place)).toHaveCount(0);
        attempt++;
        if (attempt === failures.length) await page.unrouteAll();
        await retry.click();
      }
      await expect(content(place)).toBeVisible();
      await expect(retry).toHaveCount(0);
    });
  }

  for (const { name, answer, message, requestId } of failures) {
    test(`${name}: the rest of the overview is shown`, async ({ page }) => {
      await interceptOperation(page, "LatestActivity", (route) => route.fulfill(answer));
      await page.goto("/");
      await expect(page.getByRole("alert")).toHaveText(errorText(message, requestId));
      await expect(shopCard(page)).toContainText("Connected");
      await expect(page.getByRole("banner")).toContainText("Aurora Outfitters");
    });
  }
});

function errorResponse(status: number, extensions: object, requestId?: string): Parameters<Route["fulfill"]>[0] {
  return {
    status,
    contentType: "application/graphql-response+json",
    headers: requestId === undefined ? {} : { "X-Request-Id": requestId },
    json: { errors: [{ message: "The server has failed.", extensions }] },
  };
}

function errorText(message: string, requestId: string | undefined): string {
  return `${message}${requestId === undefined ? "" : `Request id: ${requestId}`}Try again`;
}

function loading(place: Locator): Locator {
  return place.getByRole("status").filter({ hasText: "Loading…" });
}

test.describe("empty states", () => {
  test("the overview: nothing is connected", async ({ page }) => {
    await changeResponse(page, "Overview", ({ overview }) => {
      for (const channel of [overview.tikTokShop, overview.tikTokForBusiness]) {
        Object.assign(channel, { status: "SETUP_IN_PROGRESS", statusLabel: "Setup in Progress", accounts: [] });
      }
    });
    await page.goto("/");
    await expect(shopCard(page)).toContainText("Setup in Progress");
    await expect(shopCard(page).getByRole("link", { name: "Connect" })).toBeVisible();
    const business = page.getByRole("region", { name: "TikTok for Business" });
    await expect(business).toContainText("Setup in Progress");
    await expect(business).toContainText("No TikTok for Business account is connected.");
  });

  test("the activity: nothing has been done", async ({ page }) => {
    for (const operation of ["LatestActivity", "Activity"]) {
      await changeResponse(page, operation, ({ auditTrail }) => {
        auditTrail.edges = [];
        if (auditTrail.pageInfo) Object.assign(auditTrail.pageInfo, { hasNextPage: false, endCursor: null });
      });
    }
    await page.goto("/");
    const latest = page.getByRole("region", { name: "Latest activity" });
    await expect(latest).toContainText("Nothing has been done yet.");
    await latest.getByRole("link", { name: "All activity" }).click();
    await expect(heading(page, "Activity")).toBeVisible();
    await expect(page.getByRole("main")).toContainText("Nothing has been done yet.");
    await expect(page.getByRole("link", { name: /^(Older|Newest)$/ })).toHaveCount(0);
  });

  test("the settings: no account and no setting", async ({ page }) => {
    await changeResponse(page, "Settings", (data) => Object.assign(data, { accounts: [], settings: [] }));
    await changeResponse(page, "Transitions", (data) => Object.assign(data, { accounts: [] }));
    await page.goto("/settings");
    const accounts = page.getByRole("region", { name: "Accounts" });
    await expect(accounts).toContainText("No TikTok Shop account is connected.");
    await expect(accounts.getByRole("link", { name: "Connect" })).toBeVisible();
    await expect(page.getByRole("main")).toContainText("The settings of TikTok Shop come with an account");
    await expect(page.getByRole("region")).toHaveCount(1); // no group without a setting
  });

  test("the disconnect dialog: no setting will change", async ({ page, program }) => {
    await changeResponse(page, "Disconnectable", ({ accounts: [account] }) => {
      account.disconnectPreview.changes = [];
    });
    await page.goto(`/settings/accounts/${(await connectedShop(program)).id}/disconnect`);
    const list = page.getByRole("dialog").getByRole("region", { name: "What will change" });
    await expect(list).toContainText("No setting: all are as they were.");
  });

  test("a record: no setting had to change", async ({ page, program }) => {
    await changeResponse(page, "Disconnection", ({ disconnection }) => {
      disconnection.restoration.changes = [];
    });
    await page.goto(`/activity/disconnections/${await disconnectOverApi(program)}`);
    await expect(page.getByRole("region", { name: "Settings" })).toContainText("No setting had to change.");
  });

  test("the connect dialog: TikTok itself asks the owner", async ({ page, program }) => {
    await disconnectOverApi(program);
    await changeResponse(page, "ConnectPreview", (data) => Object.assign(data, { sandboxShops: [] }));
    await page.goto("/settings/connect");
    const dialog = page.getByRole("dialog", { name: "Connect TikTok Shop" });
    await expect(dialog).toContainText("TikTok asks the shop's main owner");
    await dialog.getByRole("button", { name: "Close" }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);
  });
});
