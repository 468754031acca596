import type { Locator, Page, Route } from "@playwright/test";
import { expect, test } from "./fixture";
import type { Program } from "./program";
import { connectedShop, disconnectedBefore, heading, shop } from "./steps";
import { card, handle, hold } from "./story";

/** A place that asks the server for what it shows. */
interface Place {
  name: string;
  operation: string;
  /** Makes what is to be shown there, and tells the address. */
  at(program: Program): Promise<string>;
  within(page: Page): Locator;
  /** What is there when the answer has come. */
  content(within: Locator): Locator;
}

const places: Place[] = [
  {
    name: "the overview",
    operation: "Overview",
    at: async () => "/",
    within: (page) => page.getByRole("main"),
    content: (main) => main.getByRole("region", { name: "Order management" }),
  },
  {
    name: "the latest activity",
    operation: "LatestActivity",
    at: async () => "/",
    within: (page) => page.getByRole("region", { name: "Latest activity" }),
    content: (region) => region.getByText(`Connected ${shop}`),
  },
  {
    name: "the settings",
    operation: "Settings",
    at: async () => "/settings",
    within: (page) => page.getByRole("main"),
    content: (main) => main.getByRole("region", { name: "Accounts" }),
  },
  {
    name: "the activity",
    operation: "Activity",
    at: async () => "/activity",
    within: (page) => page.getByRole("main"),
    content: (main) => main.getByText(`Connected ${shop}`),
  },
  {
    name: "a record",
    operation: "Disconnection",
    at: async (program) => `/activity/disconnections/${await disconnectedBefore(program)}`,
    within: (page) => page.getByRole("main"),
    content: (main) => main.getByRole("region", { name: "Proof" }),
  },
  {
    name: "the disconnect dialog",
    operation: "Disconnectable",
    at: async (program) => `/settings/accounts/${(await connectedShop(program)).id}/disconnect`,
    within: (page) => page.getByRole("dialog"),
    content: (dialog) => dialog.getByRole("checkbox"),
  },
  {
    name: "the connect dialog",
    operation: "SandboxShops",
    at: async (program) => {
      await disconnectedBefore(program);
      return "/settings/connect";
    },
    within: (page) => page.getByRole("dialog"),
    content: (dialog) => dialog.getByRole("group", { name: "TikTok Shop account" }),
  },
];

for (const { name, operation, at, within, content } of places) {
  test(`${name}: loading, until the answer comes`, async ({ page, program }) => {
    const answer = await hold(page, operation);
    await page.goto(await at(program));
    const place = within(page);
    await expect(loading(place).first()).toBeVisible();
    await expect(content(place)).toHaveCount(0);
    await expect(place.getByRole("alert")).toHaveCount(0);
    answer();
    await expect(content(place)).toBeVisible();
    await expect(loading(place)).toHaveCount(0);
  });
}

/** What can come instead of an answer, and what the page tells of it. */
const failures: { name: string; answer: Parameters<Route["fulfill"]>[0]; sentence: string; requestId?: string }[] = [
  {
    name: "a failure of the server",
    answer: failed(500, { code: "INTERNAL", requestId: "3e1b-inside" }, "3e1b-outside"),
    sentence: "The server has failed.",
    requestId: "3e1b-inside",
  },
  {
    name: "a failure with a request id in the header only",
    answer: failed(500, { code: "INTERNAL" }, "3e1b-outside"),
    sentence: "The server has failed.",
    requestId: "3e1b-outside",
  },
  {
    name: "a failure without a request id",
    answer: failed(500, { code: "INTERNAL" }),
    sentence: "The server has failed.",
  },
  {
    name: "a caller who is not signed in",
    answer: failed(401, { code: "UNAUTHENTICATED", requestId: "3e1b-inside" }),
    sentence: "Open the app from your Shopify admin to sign in.",
    requestId: "3e1b-inside",
  },
  {
    name: "a page of something between",
    answer: {
      status: 502,
      contentType: "text/html",
      headers: { "X-Request-Id": "3e1b-between" },
      body: "<h1>Bad gateway</h1>",
    },
    sentence: "The app's server cannot be reached. Check the connection and try again.",
    requestId: "3e1b-between",
  },
];

test.describe("instead of an answer", () => {
  test.use({ expected: [/the server responded with a status of (401|500|502)/] });

  for (const { name, operation, at, within, content } of places) {
    test(`${name}: tells each failure, until another try brings the answer`, async ({ page, program }) => {
      let failure = 0;
      await handle(page, operation, (route) => route.fulfill(failures[failure]?.answer));
      await page.goto(await at(program));
      const place = within(page);
      const again = place.getByRole("alert").getByRole("button", { name: "Try again" });
      for (const { sentence, requestId } of failures) {
        await expect(place.getByRole("alert")).toHaveText(toldAs(sentence, requestId));
        await expect(content(place)).toHaveCount(0);
        failure++;
        if (failure === failures.length) await page.unrouteAll();
        await again.click();
      }
      await expect(content(place)).toBeVisible();
      await expect(again).toHaveCount(0);
    });
  }

  for (const { name, answer, sentence, requestId } of failures) {
    test(`${name}: the rest of the overview stands`, async ({ page }) => {
      await handle(page, "LatestActivity", (route) => route.fulfill(answer));
      await page.goto("/");
      await expect(page.getByRole("alert")).toHaveText(toldAs(sentence, requestId));
      await expect(card(page)).toContainText("Connected");
      await expect(page.getByRole("banner")).toContainText("Aurora Outfitters");
    });
  }
});

function failed(status: number, extensions: object, requestId?: string): Parameters<Route["fulfill"]>[0] {
  return {
    status,
    contentType: "application/graphql-response+json",
    headers: requestId === undefined ? {} : { "X-Request-Id": requestId },
    json: { errors: [{ message: "The server has failed.", extensions }] },
  };
}

function toldAs(sentence: string, requestId: string | undefined): string {
  return `${sentence}${requestId === undefined ? "" : `Request id: ${requestId}`}Try again`;
}

function loading(place: Locator): Locator {
  return place.getByRole("status").filter({ hasText: "Loading…" });
}

test.describe("where there is nothing", () => {
  test("the overview: nothing is connected", async ({ page }) => {
    await changeAnswer(page, "Overview", ({ overview }) => {
      for (const channel of [overview.tikTokShop, overview.tikTokForBusiness]) {
        Object.assign(channel, { status: "SETUP_IN_PROGRESS", statusLabel: "Setup in Progress", accounts: [] });
      }
    });
    await page.goto("/");
    await expect(card(page)).toContainText("Setup in Progress");
    await expect(card(page).getByRole("link", { name: "Connect" })).toBeVisible();
    const business = page.getByRole("region", { name: "TikTok for Business" });
    await expect(business).toContainText("Setup in Progress");
    await expect(business).toContainText("No TikTok for Business account is connected.");
  });

  test("the activity: nothing has been done", async ({ page }) => {
    for (const operation of ["LatestActivity", "Activity"]) {
      await changeAnswer(page, operation, ({ auditTrail }) => {
        auditTrail.nodes = [];
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
    await changeAnswer(page, "Settings", (data) => Object.assign(data, { accounts: [], settings: [] }));
    await page.goto("/settings");
    const accounts = page.getByRole("region", { name: "Accounts" });
    await expect(accounts).toContainText("No TikTok Shop account is connected.");
    await expect(accounts.getByRole("link", { name: "Connect" })).toBeVisible();
    for (const name of ["Store", "TikTok Shop", "TikTok for Business"]) {
      await expect(page.getByRole("region", { name, exact: true })).toContainText("There are none now.");
    }
  });

  test("the disconnect dialog: no setting will change", async ({ page, program }) => {
    await changeAnswer(page, "Disconnectable", ({ accounts: [account] }) => {
      account.disconnectPreview.changes = [];
    });
    await page.goto(`/settings/accounts/${(await connectedShop(program)).id}/disconnect`);
    const list = page.getByRole("dialog").getByRole("region", { name: "What will change" });
    await expect(list).toContainText("No setting: all are as they were.");
  });

  test("a record: no setting had to change", async ({ page, program }) => {
    await changeAnswer(page, "Disconnection", ({ disconnection }) => {
      disconnection.restoration.changes = [];
    });
    await page.goto(`/activity/disconnections/${await disconnectedBefore(program)}`);
    await expect(page.getByRole("region", { name: "Settings" })).toContainText("No setting had to change.");
  });

  test("the connect dialog: TikTok itself asks the owner", async ({ page, program }) => {
    await disconnectedBefore(program);
    await changeAnswer(page, "SandboxShops", (data) => Object.assign(data, { sandboxShops: [] }));
    await page.goto("/settings/connect");
    const dialog = page.getByRole("dialog", { name: "Connect TikTok Shop" });
    await expect(dialog).toContainText("Start in TikTok Seller Center");
    await dialog.getByRole("button", { name: "Close" }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);
  });
});

/** Lets the server answer, and the page see something else. */
// biome-ignore lint/suspicious/noExplicitAny: each test knows what was asked for
async function changeAnswer(page: Page, operation: string, change: (data: any) => unknown): Promise<void> {
  await handle(page, operation, async (route) => {
    const response = await route.fetch();
    const json = await response.json();
    change(json.data);
    await route.fulfill({ response, json });
  });
}
