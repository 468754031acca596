import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import { disconnect, interceptOperation, navLink } from "./actions";
import { expect, test } from "./fixtures";
import type { Program } from "./program";
import {
  disconnectOverApi,
  editButton,
  graphqlExact,
  heading,
  makeEdits,
  makeEntries,
  parseExact,
  settled,
  shop,
  titleOf,
  unfold,
  writeSetting,
} from "./steps";
import { type Change, shownLines } from "./words";

const perPage = 10;

test("the audit trail is paginated, forward and back", async ({ page, program }) => {
  await makeEntries(program, 20);
  const timestamps = await timestampsOf(program);
  const pages = [0, 1, 2].map((place) => timestamps.slice(place * perPage, (place + 1) * perPage));
  const older = page.getByRole("link", { name: "Older" });
  const newest = page.getByRole("link", { name: "Newest" });

  await page.goto("/activity");
  await expect(newest).toHaveCount(0);
  for (const [place, shown] of pages.entries()) {
    await expectTimestamps(page, shown);
    if (place < 2) await older.click();
  }
  await expect(older).toHaveCount(0);

  await page.goBack();
  await expectTimestamps(page, pages[1]);
  await page.reload();
  await expectTimestamps(page, pages[1]);
  await page.goForward();
  await expectTimestamps(page, pages[2]);
  await newest.click();
  await expectTimestamps(page, pages[0]);
  await expect(page).toHaveURL(`${program.url}/activity`);
});

test("the address of a page of the audit trail is stable", async ({ page, program }) => {
  await makeEntries(program, 10);
  const second = (await timestampsOf(program)).slice(perPage);
  await page.goto("/activity");
  await page.getByRole("link", { name: "Older" }).click();
  await expectTimestamps(page, second);
  const address = page.url();
  await makeEntries(program, 3);
  await page.goto("/");
  await page.goto(address);
  await expectTimestamps(page, second);
});

test("an invalid cursor shows an error", async ({ page }) => {
  await page.goto("/activity?after=nothing");
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByRole("alert")).toContainText("Request id: ");
});

test("each entry shows actor, action, time and settings", async ({ page, program }) => {
  const { auditTrail } = await graphqlExact(
    program,
    "{ auditTrail(first: 10) { nodes { actor { name } occurredAt account { name } changes { key before after kind } } } }",
  );
  await page.goto("/activity");
  const entries = trail(page);
  await expect(entries).toHaveCount(auditTrail.nodes.length);
  for (const [place, { actor, occurredAt, account, changes }] of auditTrail.nodes.entries()) {
    const entry = entries.nth(place);
    await expect(entry).toContainText(actor.name);
    await expect(entry).toContainText(account?.name ?? "");
    await expect(entry.getByRole("time").first()).toHaveAttribute("datetime", occurredAt);
    if (changes.length > 0) {
      await entry.getByText(changes.length === 1 ? "1 setting changed" : `${changes.length} settings changed`).click();
    }
    await expectChanges(program, entry, changes);
  }
});

test("an entry says which kind of account was connected, and what a single setting was changed to", async ({
  page,
  program,
}) => {
  await writeSetting(program, "inventory.percent", "55");
  await writeSetting(program, "inventory.percent", "54");
  await program.graphql(
    `mutation { updateSettings(settings: [{ key: "order.tags", value: ["a"] }, { key: "inventory.percent", value: 53 }]) {
       userErrors { message } } }`,
  );
  for (const address of ["/", "/activity"]) {
    await page.goto(address);
    const edits = page.getByRole("region", { name: /Latest activity|Audit trail/ }).locator("p");
    await expect(edits.filter({ hasText: "Stock share, Order tags changed" })).toHaveCount(1);
    await expect(edits.filter({ hasText: "Stock share: 55 % → 54 %" })).toHaveCount(1);
  }
  await expect(trail(page).filter({ hasText: "(TikTok for Business)" })).toContainText("Connected");
});

test("many edits in a row are a line that opens, and so are the steps of a disconnect", async ({ page, program }) => {
  await makeEdits(program, 6);
  await disconnectOverApi(program);
  await page.goto("/activity");
  await expect(trail(page).first()).toContainText(`Disconnected ${shop}`);
  await trail(page).first().getByText("1 earlier step").click();
  await expect(trail(page).first().getByText(`Began to disconnect ${shop}`)).toBeVisible();
  const run = trail(page).nth(1);
  await expect(run.getByText("Shipping template: template 5 → template 6")).toBeHidden();
  await run
    .getByText(/^\d settings? changed$/)
    .first()
    .click();
  await expect(run.getByText("Shipping template: template 5 → template 6")).toBeVisible();
  await expect(run.getByText("Shipping template: Default template → template 1")).toBeVisible();
});

test("many edits in a row are one line where a page would end among them, too, and on the overview", async ({
  page,
  program,
}) => {
  await makeEntries(program, 3);
  await makeEdits(program, 36);
  await makeEntries(program, 8);
  await page.goto("/activity");
  const run = page.getByText("1 setting changed in 36 edits");
  await expect(run).toBeVisible();
  await expect(trail(page)).toHaveCount(9);
  await page.getByRole("link", { name: "Older" }).click();
  await expect(trail(page).first()).toContainText("Changed a webhook endpoint");
  await makeEdits(program, 12);
  await page.goto("/");
  const latest = page.getByRole("region", { name: "Latest activity" }).locator("> ul > li");
  await expect(latest.first()).toContainText("1 setting changed in 12 edits");
  await expect(latest).toHaveCount(5);
  await latest.first().locator("summary").click();
  await expect(latest.first().getByText("Shipping template: template 11 → template 12")).toBeVisible();
});

test.describe("when a run cannot be read", () => {
  test.use({ expectedErrors: [/Failed to load resource/] });

  test("it is shown as far as it was read", async ({ page, program }) => {
    await makeEdits(program, 30);
    await interceptOperation(page, "OlderEntries", (route) => route.abort());
    await page.goto("/");
    await expect(page.getByText("1 setting changed in 10 edits")).toBeVisible();
  });
});

test("the trail can be read of some alone, by an address that keeps it", async ({ page, program }) => {
  await makeEntries(program, perPage + 2);
  await disconnectOverApi(program);
  await page.goto("/activity");
  await page.getByRole("combobox", { name: "What" }).selectOption({ label: "API keys and webhooks" });
  await expect(page).toHaveURL(`${program.url}/activity?what=partners`);
  await expect(trail(page).first()).toContainText("Changed a webhook endpoint");
  await page.getByRole("link", { name: "Older" }).click();
  await expect(page.getByRole("link", { name: "Older" })).toHaveCount(0);
  await expect(trail(page).last()).toContainText("Made a webhook endpoint");
  await expect(page.getByRole("combobox", { name: "What" })).toHaveValue("partners");
  await page.getByRole("link", { name: "Newest" }).click();

  const who = page.getByRole("combobox", { name: "Who" });
  await who.selectOption({ label: "Aurora Outfitters" });
  await page.reload();
  await expect(who).toHaveValue("SELLER:Aurora Outfitters");
  await expect(trail(page).first()).toContainText("Aurora Outfitters");
  await who.selectOption({ label: "Partners' programs" });
  await expect(page.getByRole("main")).toContainText("Nothing of that has been done.");
  await page.getByRole("link", { name: "Show everything" }).click();
  await expect(trail(page).first()).toContainText("Disconnected");
});

test("a disconnect links to its record, which has the values of the API", async ({ page, program }) => {
  await disconnect(page);
  await navLink(page, "Activity").click();
  const entry = trail(page).filter({ hasText: "Disconnected TikTok Shop USLCDEMO1" });
  await expect(entry).toContainText("38 settings changed");
  await entry.getByRole("link", { name: "Open the record" }).click();
  await expect(heading(page, "Disconnection")).toBeVisible();
  const proof = page.getByRole("region", { name: "Proof" });
  await expect(proof).toBeVisible(); // the store was read back

  const record = await recordOf(program, new URL(page.url()).pathname.split("/").pop() ?? "");
  const { changes, snapshotDigest, restoredDigest } = record.restoration;
  await unfold(proof);
  await expect(proof.getByRole("definition")).toHaveText([snapshotDigest, restoredDigest]);
  await expect(proof).toContainText("The digests are equal");
  const settings = page.getByRole("region", { name: "Settings" });
  await expect(settings.getByText(/^\d+ settings/)).toHaveText([
    "7 settings went back, 2 of them edited",
    "31 settings that exist only for TikTok Shop were removed, 1 of them edited",
  ]);
  await unfold(settings);
  await expectChanges(program, settings, [
    ...changes.filter((change: RecordedChange) => !isOnlyForTikTokShop(change)),
    ...changes.filter(isOnlyForTikTokShop),
  ]);
  const edited = record.restoration.edits.map(({ key }: { key: string }) => key);
  expect(edited).toEqual(["location.fulfillsOnlineOrders", "order.tags", "price.adjustment"]);
  for (const { key } of changes) {
    const row = settings.getByRole("listitem").filter({ has: page.getByText(titleOf(key), { exact: true }) });
    await expect(row.getByText("Edited", { exact: true })).toHaveCount(edited.includes(key) ? 1 : 0);
  }
});

test("a record is immutable: later changes do not affect it", async ({ page, program }) => {
  const id = await disconnectOverApi(program);
  await page.goto(`/activity/disconnections/${id}`);
  await expect(page.getByRole("region", { name: "Proof" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Open orders" })).toBeVisible();
  await expect(page.getByRole("main")).not.toContainText("Loading…"); // names
  const text = await page.getByRole("main").textContent();
  await program.graphql(
    `mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:USLCDEMO1") { userErrors { message } } }`,
  );
  await writeSetting(program, "order.tags", '["later"]');
  await page.reload();
  await expect(page.getByRole("region", { name: "Proof" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Open orders" })).toBeVisible();
  await expect(page.getByRole("main")).toHaveText(text ?? "");
});

test.describe("hostile values (XSS, prototype pollution)", () => {
  const html = "<img src=x onerror=alert(1)>";
  const hostileValues = {
    "order.tags": JSON.stringify([html, "</script><script>alert(2)</script>", "javascript:alert(3)"]),
    "shipping.carrierMapping": `{"__typename":"Setting","__proto__":"p","constructor":${JSON.stringify(html)},"7":"x","toString":"y"}`,
    "listing.categoryTemplates": `[{"__typename":"Account","id":"x","big":1234567890123456789012345,"small":1e-7,"rawJSON":"1"}]`,
    "price.adjustment": '{"kind":"PERCENT","value":-0.00}',
  };

  test.beforeEach(async ({ page, program }) => {
    page.on("dialog", (dialog) => {
      throw new Error(`the page ran ${dialog.message()}`);
    });
    for (const [key, value] of Object.entries(hostileValues)) await writeSetting(program, key, value);
  });

  test("are escaped everywhere", async ({ page, program }) => {
    await page.goto("/settings");
    await expectEscaped(
      page,
      html,
      "__typename: Id at TikTok: Setting",
      "__proto__: Id at TikTok: p",
      "1234567890123456789012345",
      "-0.00",
    );
    await page.getByRole("link", { name: /^Disconnect / }).click();
    await expectEscaped(page, html, "__typename: Id at TikTok: Setting");
    await page.goto("/activity");
    await unfold(trail(page).first()); // of the edits in a row, and each of them
    await expectEscaped(page, html, "__typename: Id at TikTok: Setting", "-0.00");
    const id = await disconnectOverApi(program);
    await page.goto(`/activity/disconnections/${id}`);
    await expectEscaped(
      page,
      html,
      "__typename: Id at TikTok: Setting",
      "__proto__: Id at TikTok: p",
      "1234567890123456789012345",
      "-0.00",
    );
  });

  test("are edited without loss", async ({ page, program }) => {
    await page.goto("/settings");
    await editButton(page, "shipping.carrierMapping").click();
    const last = page.getByRole("group", { name: "Carrier 5" });
    await expect(last.getByLabel("Carrier in Shopify")).toHaveValue("toString");
    await last.getByLabel("Carrier id at TikTok").fill("z");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(editButton(page, "shipping.carrierMapping")).toBeFocused();
    const { settings } = await graphqlExact(program, "{ settings(scope: TIKTOK_SHOP) { key value } }");
    const { value } = settings.find(({ key }: { key: string }) => key === "shipping.carrierMapping");
    expect(JSON.stringify(value)).toBe(
      JSON.stringify(parseExact(hostileValues["shipping.carrierMapping"].replace('"y"', '"z"')), Object.keys(value)),
    );
  });

  test("are in the downloaded file, digit by digit", async ({ page, program }) => {
    const id = await disconnectOverApi(program);
    await page.goto(`/activity/disconnections/${id}`);
    const [name, text] = await downloaded(page);
    const record = await recordOf(program, id);
    expect(name).toBe(`disconnection-${record.disconnectedAt.slice(0, 10)}.json`);
    expect(parseExact(text)).toEqual(record);
    for (const piece of ["1234567890123456789012345", "1e-7", "-0.00", '"__proto__": "p"', '"rawJSON": "1"', html]) {
      expect(text).toContain(piece);
    }
    expect(text.match(/"__typename": ".*"/g)).toEqual(['"__typename": "Account"', '"__typename": "Setting"']);
  });
});

test("the downloaded file has the digits that the seller wrote", async ({ page, program }) => {
  await page.goto(`/activity/disconnections/${await disconnectOverApi(program)}`);
  const [, text] = await downloaded(page);
  expect(text).toMatch(/"value": 12\.50\s/);
  expect(text).not.toContain("__typename");
});

test("the digest is computed from the downloaded file alone, whatever was connected since", async ({
  page,
  program,
}) => {
  await disconnectOverApi(program);
  await writeSetting(program, "order.tags", '["<&>", "é😀", "\\u0000\\u2028\\b", "\\"\\\\"]');
  await writeSetting(program, "shipping.packageWeightFallbackKg", "0.5000");
  const records = [await reconnectAndDisconnect(program)];
  await writeSetting(program, "order.tags", '["later"]');
  records.push(await reconnectAndDisconnect(program));
  const digests = [];
  for (const id of records) {
    await page.goto(`/activity/disconnections/${id}`);
    const [, text] = await downloaded(page);
    const { snapshotDigest, restoredDigest, snapshot } = parseExact(text).restoration;
    expect(digestOf(snapshot.settings)).toBe(snapshotDigest);
    expect(restoredDigest).toBe(snapshotDigest);
    digests.push(snapshotDigest);
  }
  expect(digests[0]).not.toBe(digests[1]);
});

test.describe("while the server cannot be reached", () => {
  test.use({ expectedErrors: [/ERR_FAILED/] });

  test("a record is not downloaded in part", async ({ page, program }) => {
    await page.goto(`/activity/disconnections/${await disconnectOverApi(program)}`);
    await interceptOperation(page, "RestoredSnapshot", (route) => route.abort());
    await page.getByRole("button", { name: "Download JSON" }).click();
    await expect(
      page.getByRole("status").filter({ hasText: "The record cannot be read now. Try again." }),
    ).toBeVisible();
  });
});

test("the copy equals the download", async ({ page, program, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`/activity/disconnections/${await disconnectOverApi(program)}`);
  await page.getByRole("button", { name: "Copy as JSON" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Copied." })).toBeVisible();
  const [, text] = await downloaded(page);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
});

test("without clipboard permission the page says so", async ({ page, program, context }) => {
  await context.grantPermissions([]);
  await page.goto(`/activity/disconnections/${await disconnectOverApi(program)}`);
  await page.getByRole("button", { name: "Copy as JSON" }).click();
  await expect(page.getByRole("status").filter({ hasText: "does not allow copying" })).toBeVisible();
});

test("an unknown record says so", async ({ page }) => {
  await page.goto("/activity/disconnections/nothing");
  await expect(page.getByRole("main")).toContainText("This store has no such record.");
});

interface RecordedChange extends Change {
  scope: string;
  definition: { group: string };
}

function isOnlyForTikTokShop({ kind, scope, definition }: RecordedChange): boolean {
  return kind === "REMOVED" && (scope === "TIKTOK_SHOP" || definition.group === "TECHNICAL");
}

function trail(page: Page): Locator {
  return page.getByRole("region", { name: "Audit trail" }).locator("> ul > li");
}

/** When each entry of the trail was made, newest first. */
async function timestampsOf(program: Program): Promise<string[]> {
  const { auditTrail } = await program.graphql("{ auditTrail(first: 250) { nodes { occurredAt } } }");
  return auditTrail.nodes.map(({ occurredAt }: { occurredAt: string }) => occurredAt);
}

async function expectTimestamps(page: Page, timestamps: string[] | undefined): Promise<void> {
  const shown = () =>
    trail(page)
      .locator("time:not(summary time)")
      .evaluateAll((all) => all.map((one) => one.getAttribute("datetime")));
  await expect.poll(shown).toEqual(timestamps);
}

/** What the API says of a record, as much as the page shows. */
// biome-ignore lint/suspicious/noExplicitAny: the tests know what is asked for here
async function recordOf(program: Program, id: string): Promise<any> {
  const query = `query ($id: ID!) { disconnection(id: $id) {
    id status account { id name externalId region } disconnectedAt disconnectedBy { kind name }
    completedAt authorization { status revokedAt }
    restoration { snapshotTakenAt snapshotDigest restoredDigest verifiedAt
      exceptions(first: 250) { totalCount nodes { key entry reason recorded present } }
      snapshot { settings { key scope value } }
      changes { scope key kind before after definition { group title description } lastChangedBy { kind name } }
      edits { key } }
  } }`;
  return (await graphqlExact(program, query, JSON.stringify({ id }))).disconnection;
}

async function downloaded(page: Page): Promise<[name: string, text: string]> {
  const pending = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download JSON" }).click();
  const download = await pending;
  return [download.suggestedFilename(), await readFile(await download.path(), "utf8")];
}

async function reconnectAndDisconnect(program: Program): Promise<string> {
  await program.graphql(
    `mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:USLCDEMO1") { userErrors { message } } }`,
  );
  await settled(program);
  return disconnectOverApi(program);
}

/** The digest by the rule of docs/partners.md, of settings that parseExact has read. */
function digestOf(settings: { key: string; value: unknown }[]): string {
  const lines = settings.map(({ key, value }) => `${key}\t${canonicalJson(value)}\n`);
  return createHash("sha256").update(lines.join("")).digest("hex");
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).sort(([one], [other]) =>
      Buffer.compare(Buffer.from(one), Buffer.from(other)),
    );
    return `{${members.map(([name, inside]) => `${canonicalJson(name)}:${canonicalJson(inside)}`).join(",")}}`;
  }
  if (typeof value === "string" && value.startsWith("digits ")) return value.slice("digits ".length);
  return JSON.stringify(value).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

async function expectEscaped(page: Page, ...texts: string[]): Promise<void> {
  const container = page.getByRole("dialog").or(page.getByRole("main")).last();
  for (const text of texts) await expect(container.getByText(text).first()).toBeAttached();
  await expect(page.locator("img, #app script")).toHaveCount(0);
}

/** Each change has its place, and both its values in it. */
async function expectChanges(program: Program, container: Locator, changes: Change[]): Promise<void> {
  const rows = container.getByRole("listitem").filter({ has: container.page().locator("dl") });
  await expect(rows).toHaveCount(changes.length);
  for (const [nth, change] of changes.entries()) {
    const row = rows.nth(nth);
    await expect(row.getByText(titleOf(change.key), { exact: true })).toBeVisible();
    const shown = () =>
      row
        .locator("dd")
        .evaluateAll((sides) =>
          sides.map((side) => [...side.querySelectorAll("li, span")].map((line) => line.textContent).filter(Boolean)),
        );
    await expect.poll(shown, change.key).toEqual(await shownLines(program, change)); // names come later
  }
}
