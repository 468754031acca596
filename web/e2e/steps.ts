import { readFileSync } from "node:fs";
import { expect, type Locator, type Page } from "@playwright/test";
import type { Program } from "./program";

export const shop = "TikTok Shop USLCDEMO1";

/** JSON whose numbers are texts such as "digits 12.50": two of them are equal only when every digit is. */
// biome-ignore lint/suspicious/noExplicitAny: each test knows what it reads
export function parseExact(json: string): any {
  const texts = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
  return JSON.parse(json.replace(texts, (part) => (part.startsWith('"') ? part : `"digits ${part}"`)));
}

/** Sends an operation to the API, and keeps the digits of numbers as parseExact does. The variables are JSON text, so that their digits stay, too. */
// biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
export async function graphqlExact({ url }: Program, query: string, variables = "{}"): Promise<any> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: `{"query":${JSON.stringify(query)},"variables":${variables}}`,
  });
  const { data, errors } = parseExact(await response.text());
  expect(errors).toBeUndefined();
  return data;
}

/** The value the API has for a setting, with its digits. */
export async function settingValue(program: Program, key: string): Promise<unknown> {
  const { settings } = await graphqlExact(program, "{ settings { key value } }");
  return settings.find((setting: { key: string }) => setting.key === key)?.value;
}

/** Writes a setting over the API, as a colleague or a partner's program would; the value is JSON text. */
export async function writeSetting(program: Program, key: string, value: string): Promise<void> {
  const { updateSettings } = await graphqlExact(
    program,
    "mutation ($settings: [SettingInput!]!) { updateSettings(settings: $settings) { userErrors { message } } }",
    `{"settings":[{"key":${JSON.stringify(key)},"value":${value}}]}`,
  );
  expect(updateSettings.userErrors).toEqual([]);
}

/** Waits until nothing is being connected or disconnected, and no authorization is being ended. */
export async function settled(program: Program): Promise<void> {
  const open = async () => {
    const { accounts } = await program.graphql("{ accounts { status disconnections { status } } }");
    return accounts
      .flatMap(({ status, disconnections }: Statuses) => [status, ...disconnections.map((one) => one.status)])
      .filter((status: string) => !["CONNECTED", "DISCONNECTED", "COMPLETE"].includes(status));
  };
  await expect.poll(open).toEqual([]);
}

interface Statuses {
  status: string;
  disconnections: { status: string }[];
}

/** Disconnects TikTok Shop over the API, to the end; returns the record's id. */
export async function disconnectOverApi(program: Program): Promise<string> {
  const { disconnectTikTokShop } = await program.graphql(
    "mutation { disconnectTikTokShop(confirm: true) { disconnection { id } } }",
  );
  await settled(program);
  return disconnectTikTokShop.disconnection.id;
}

/** Makes an API key over the API, and tells its id and its secret. */
export async function makeKey(
  program: Program,
  name: string,
  expiresAt?: string,
): Promise<{ id: string; secret: string }> {
  const { createApiKey } = await program.graphql(
    `mutation ($name: String!, $at: DateTime) {
       createApiKey(name: $name, scopes: [READ, DISCONNECT], expiresAt: $at) { apiKey { id } secret } }`,
    { name, at: expiresAt },
  );
  return { id: createApiKey.apiKey.id, secret: createApiKey.secret };
}

/** Makes a webhook endpoint over the API, and tells its id; of no topics for all there are. */
export async function makeEndpoint(program: Program, url: string, topics: string[] = []): Promise<string> {
  const { createWebhookEndpoint } = await program.graphql(
    `mutation ($url: URL!, $topics: [EventTopic!]) {
       createWebhookEndpoint(url: $url, topics: $topics) { webhookEndpoint { id } } }`,
    { url, topics },
  );
  return createWebhookEndpoint.webhookEndpoint.id;
}

/** Makes so many entries of the audit trail, each of which is a line of its own. */
export async function makeEntries(program: Program, times: number): Promise<void> {
  const id = await makeEndpoint(program, "https://example.com/0");
  for (let time = 1; time < times; time++)
    await program.graphql(
      "mutation ($id: ID!, $url: URL!) { updateWebhookEndpoint(id: $id, url: $url) { userErrors { message } } }",
      { id, url: `https://example.com/${time}` },
    );
}

/** Edits a setting so many times in a row, the newest last: entries of the audit trail that belong together. */
export async function makeEdits(program: Program, times: number): Promise<void> {
  for (let time = 1; time <= times; time++) await writeSetting(program, "shipping.template", `"template ${time}"`);
}

export function heading(page: Page, name: string): Locator {
  return page.getByRole("heading", { level: 1, name });
}

const catalogue = JSON.parse(readFileSync(new URL("../../models/settings.json", import.meta.url), "utf8"));
const titles = new Map<string, string>(
  catalogue.settings.map(({ key, title }: { key: string; title: string }) => [key, title]),
);

/** What pages call a setting. */
export function titleOf(key: string): string {
  const title = titles.get(key);
  if (title === undefined) throw new Error(`there is no setting ${key}`);
  return title;
}

/** The row of a setting on the settings page, by its key, which is in the row's details. */
export function settingRow(page: Page, key: string): Locator {
  return page
    .getByRole("main")
    .getByRole("listitem")
    .filter({ has: page.getByText(key, { exact: true }) });
}

/** Opens the details of a setting: who changed it when, and its key. */
export async function openDetails(row: Locator): Promise<void> {
  await row.getByText("Details", { exact: true }).click();
}

/** Opens what is technical on the settings page. */
export async function openTechnical(page: Page): Promise<void> {
  await page
    .getByRole("region", { name: "Technical" })
    .getByText(/^\d+ settings?$/)
    .click();
}

export function editButton(page: Page, key: string): Locator {
  return page.getByRole("button", { name: `Edit ${titleOf(key)}`, exact: true });
}

export function disconnectDialog(page: Page): Locator {
  return page.getByRole("dialog", { name: `Disconnect ${shop}?` });
}

export async function openDisconnectDialog(page: Page): Promise<Locator> {
  await page.goto("/settings");
  await page.getByRole("link", { name: `Disconnect ${shop}` }).click();
  await expect(disconnectDialog(page).getByRole("checkbox")).toBeVisible();
  return disconnectDialog(page);
}

/** Opens the dialog to connect a shop, where none is connected. */
export async function openConnectDialog(page: Page): Promise<Locator> {
  await page.goto("/settings");
  await page.getByRole("link", { name: "Connect" }).click();
  const dialog = page.getByRole("dialog", { name: "Connect TikTok Shop" });
  await expect(dialog.getByRole("group", { name: "TikTok Shop account" })).toBeVisible();
  return dialog;
}

/** A warning of the server as the page shows it: with its moments in the zone of the browser. */
export function inZone(warning: string, timeZone = "UTC"): string {
  const zoned = new Intl.DateTimeFormat("en-US", {
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "short",
    timeZone,
  });
  return warning.replace(/\d+ \w+ \d{4}, \d\d:\d\d UTC/g, (moment) => zoned.format(new Date(moment.replace(",", ""))));
}

/** Edits a setting in its place. */
export async function startEditing(page: Page, key: string): Promise<Locator> {
  await editButton(page, key).click();
  const row = settingRow(page, key);
  await expect(row.getByRole("button", { name: "Save" })).toBeVisible();
  return row;
}

/** The shop that is connected at the start. */
export async function connectedShop(program: Program): Promise<{ id: string; name: string }> {
  const { accounts } = await program.graphql("{ accounts { id name kind } }");
  return accounts.find(({ kind }: { kind: string }) => kind === "TIKTOK_SHOP");
}

/** Opens every folded list of a container that has some, and those in them. */
export async function unfold(container: Locator): Promise<void> {
  await expect(container.locator("summary").first()).toBeVisible();
  for (const summary of await container.locator("summary").all()) {
    const open = await summary.evaluate((one) => (one.parentElement as HTMLDetailsElement).open);
    if (!open) await summary.click();
  }
}

/** The names of the groups that a list of changes is folded in. */
export async function groupsIn(changes: Locator): Promise<string[]> {
  const titles = await changes.locator("summary").allTextContents();
  return titles.filter((title) => title.includes(" · ")).map((title) => title.split(" · ")[0] ?? "");
}

/** The names of the groups on the settings page, but for the ads channel's, of which nothing changes. */
export async function changingGroups(page: Page): Promise<string[]> {
  await page.goto("/settings");
  await expect(page.getByRole("region", { name: "Technical" })).toBeVisible();
  const titles = await page.getByRole("main").getByRole("heading", { level: 2 }).allTextContents();
  return titles.filter((title) => title !== "Accounts" && title !== "TikTok for Business");
}
