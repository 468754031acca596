import { expect, type Locator, type Page, type Request, type Route } from "@playwright/test";
import type { Program } from "./program";
import { graphqlExact, openConnectDialog, openDisconnectDialog, settled, shop } from "./steps";

/** Confirms the disconnect in its dialog. */
export async function confirmDisconnect(dialog: Locator): Promise<void> {
  await dialog.getByRole("checkbox", { name: "I have read this and want to disconnect." }).check();
  await dialog.getByRole("button", { name: "Disconnect", exact: true }).click();
}

/** Disconnects the shop that is connected at the start, through the dialog. */
export async function disconnect(page: Page): Promise<void> {
  await confirmDisconnect(await openDisconnectDialog(page));
  await expectDisconnected(page);
}

/** The notice of the dialog that its preview was stale. */
export function staleNotice(dialog: Locator): Locator {
  return dialog.getByRole("alert").filter({ hasText: "Something changed after this was shown, so nothing was done." });
}

/** The ways to close a dialog without its action. */
export const closeMethods: { name: string; close(dialog: Locator): Promise<void> }[] = [
  { name: "Cancel", close: (dialog) => dialog.getByRole("button", { name: "Cancel" }).click() },
  { name: "the Escape key", close: (dialog) => dialog.press("Escape") },
  { name: "the button Close", close: (dialog) => dialog.getByRole("button", { name: "Close" }).click() },
];

/** Where disconnecting leads: the overview tells that it is done. */
export async function expectDisconnected(page: Page): Promise<void> {
  await expect(page).toHaveURL(({ pathname }) => pathname === "/");
  await expect(notice(page)).toContainText(
    `${shop} is disconnected. The store's settings are as they were before it was connected.`,
  );
  await expect(shopCard(page)).toContainText("Setup in Progress");
}

/** Connects a shop, where none is connected, through the dialog. */
export async function connect(page: Page, shopCode: string): Promise<void> {
  const dialog = await openConnectDialog(page);
  await chooseShop(dialog, shopCode);
  await expect(notice(page)).toContainText(`TikTok Shop ${shopCode} is connected.`);
  await expect(shopCard(page)).toContainText("Connected");
}

export async function chooseShop(dialog: Locator, shopCode: string): Promise<void> {
  await dialog.getByRole("radio", { name: shopCode }).check();
  await dialog.getByRole("button", { name: "Connect" }).click();
}

/** The notice with the outcome of the last mutation. */
export function notice(page: Page): Locator {
  return page
    .getByRole("status")
    .or(page.getByRole("alert"))
    .filter({ has: page.getByRole("button", { name: "Dismiss" }) });
}

/** The status card of TikTok Shop on the overview. */
export function shopCard(page: Page): Locator {
  return page.getByRole("region", { name: "TikTok Shop", exact: true });
}

/** The navigation's link to a page. */
export function navLink(page: Page, name: string): Locator {
  return page.getByRole("navigation", { name: "Pages", exact: true }).getByRole("link", { name });
}

/** The state of the store: equal as long as nothing changes. */
export function storeState(program: Program): Promise<unknown> {
  return graphqlExact(
    program,
    `{ accounts { id status disconnections { id } snapshot { digest } } settings { key value updatedAt }
       auditTrail(first: 50) { nodes { id } } overview { tikTokShop { status } tikTokForBusiness { status } } }`,
  );
}

/** How often TikTok Shop was disconnected, when nothing is in flight any more. */
export async function countDisconnects(program: Program): Promise<number> {
  await settled(program);
  const { auditTrail } = await program.graphql("{ auditTrail(first: 50) { nodes { action } } }");
  return auditTrail.nodes.filter(({ action }: { action: string }) => action === "ACCOUNT_DISCONNECTED").length;
}

/** The accounts by their shop codes. */
// biome-ignore lint/suspicious/noExplicitAny: each test knows what it asks for
export async function accountsByCode(program: Program, parts: string): Promise<Record<string, any>> {
  const { accounts } = await program.graphql(`{ accounts { externalId ${parts} } }`);
  return Object.fromEntries(accounts.map((account: { externalId: string }) => [account.externalId, account]));
}

/** Intercepts the page's requests for one operation; the newest handler first, as page.route does. */
export async function interceptOperation(
  page: Page,
  operation: string,
  handler: (route: Route) => unknown,
): Promise<void> {
  await page.route("**/graphql", (route) =>
    operationOf(route.request()) === operation ? handler(route) : route.fallback(),
  );
}

/** Changes the response to an operation. */
// biome-ignore lint/suspicious/noExplicitAny: each test knows what was asked for
export async function changeResponse(page: Page, operation: string, change: (data: any) => unknown): Promise<void> {
  await interceptOperation(page, operation, async (route) => {
    const response = await route.fetch();
    const json = await response.json();
    change(json.data);
    await route.fulfill({ response, json });
  });
}

/** Has the server fail at an operation. */
export function failOperation(page: Page, operation: string): Promise<void> {
  const extensions = { code: "INTERNAL", requestId: "3e1b9f-2" };
  return interceptOperation(page, operation, (route) =>
    route.fulfill({ json: { errors: [{ message: "The server has failed.", extensions }] } }),
  );
}

/** Has so many of 256 MiB be stored today. */
export function haveStored(page: Page, used: number): Promise<void> {
  return changeResponse(page, "DailyLimits", ({ store }) => {
    Object.assign(store.dailyLimits, { resetsAt: "2026-03-03T00:00:00Z" });
    Object.assign(store.dailyLimits.history, { limit: 256, used });
  });
}

/** Has edits be refused because the day has no room for them. */
export function refuseForTheDay(page: Page): Promise<void> {
  const refusal = {
    __typename: "UpdateSettingsUserError",
    code: "DAILY_LIMIT_REACHED",
    message: "midnight (UTC)",
    field: null,
  };
  const updateSettings = { __typename: "UpdateSettingsPayload", settings: null, userErrors: [refusal] };
  return interceptOperation(page, "UpdateSetting", (route) => route.fulfill({ json: { data: { updateSettings } } }));
}

/** Has the log of a webhook endpoint show deliveries of every sort, on two pages: what is sent depends on a receiver. */
export async function showDeliveries(page: Page): Promise<void> {
  const delivery = (id: number, topic: string, more: object) => ({
    __typename: "WebhookDelivery",
    id: `delivery_${id}`,
    event: { __typename: "Event", id: `event_${topic}`, topic },
    sentAt: "2026-03-02T09:00:00Z",
    ...more,
  });
  const taken = { attempt: 2, status: 204, error: null, durationMs: 31 };
  const unanswered = { attempt: 1, status: null, error: "no answer within 10 s", durationMs: 10002 };
  const refused = { attempt: 1, status: 503, error: "status 503", durationMs: 12 };
  const endCursor = Buffer.from("delivery_00000000-0000-7000-8000-000000000000").toString("base64url");
  const newest = [delivery(3, "SETTINGS_UPDATED", taken), delivery(2, "SETTINGS_UPDATED", unanswered)];
  await interceptOperation(page, "WebhookEndpoint", async (route) => {
    const response = await route.fetch();
    const answer = await response.json();
    const first = route.request().postDataJSON().variables.after === null;
    answer.data.node.deliveries.nodes = first ? newest : [delivery(1, "ACCOUNT_CONNECTED", refused)];
    Object.assign(answer.data.node.deliveries.pageInfo, { hasNextPage: first, endCursor });
    await route.fulfill({ response, json: answer });
  });
}

/** Holds requests for one operation back until the returned function is called. */
export async function holdRequests(page: Page, operation: string): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await interceptOperation(page, operation, async (route) => {
    await released;
    await route.continue();
  });
  return () => release();
}

/** Lets the server respond, and drops the response. */
export async function dropResponse(route: Route): Promise<void> {
  await route.fetch();
  await route.abort();
}

/** The idempotency key of each request the page makes for an operation, beginning now. */
export function idempotencyKeys(page: Page, operation: string): string[] {
  const keys: string[] = [];
  page.on("request", (request) => {
    if (operationOf(request) === operation) keys.push(request.postDataJSON().variables.key);
  });
  return keys;
}

function operationOf(request: Request): string | undefined {
  return request.method() === "POST" ? request.postDataJSON().operationName : undefined;
}
