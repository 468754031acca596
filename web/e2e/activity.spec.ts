import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./fixture";
import type { Program } from "./program";
import { askExactly, disconnectedBefore, editOften, exactly, heading, write } from "./steps";
import { disconnect, toPage } from "./story";

const perPage = 10;

test("the trail is read a page at a time, there and back", async ({ page, program }) => {
  await editOften(program, 20);
  const moments = await momentsOf(program);
  const pages = [0, 1, 2].map((place) => moments.slice(place * perPage, (place + 1) * perPage));
  const older = page.getByRole("link", { name: "Older" });
  const newest = page.getByRole("link", { name: "Newest" });

  await page.goto("/activity");
  await expect(newest).toHaveCount(0);
  for (const [place, shown] of pages.entries()) {
    await expectMoments(page, shown);
    if (place < 2) await older.click();
  }
  await expect(older).toHaveCount(0);

  await page.goBack();
  await expectMoments(page, pages[1]);
  await page.reload();
  await expectMoments(page, pages[1]);
  await page.goForward();
  await expectMoments(page, pages[2]);
  await newest.click();
  await expectMoments(page, pages[0]);
  await expect(page).toHaveURL(`${program.url}/activity`);
});

test("a page of the trail has an address that shows the same tomorrow", async ({ page, program }) => {
  await editOften(program, 10);
  const second = (await momentsOf(program)).slice(perPage);
  await page.goto("/activity");
  await page.getByRole("link", { name: "Older" }).click();
  await expectMoments(page, second);
  const address = page.url();
  await editOften(program, 3);
  await page.goto("/");
  await page.goto(address);
  await expectMoments(page, second);
});

test("an address of no page says so", async ({ page }) => {
  await page.goto("/activity?after=nothing");
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByRole("alert")).toContainText("Request id: ");
});

test("each entry tells who did what, when, and its settings", async ({ page, program }) => {
  const { auditTrail } = await askExactly(
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
    await expectChanges(entry, changes);
  }
});

test("a disconnect leads to its record, and the record to the same values as the API's", async ({ page, program }) => {
  await disconnect(page);
  await toPage(page, "Activity").click();
  const entry = trail(page).filter({ hasText: "Disconnected TikTok Shop USLCDEMO1" });
  await expect(entry).toContainText("38 settings changed");
  await entry.getByRole("link", { name: "Open the record" }).click();
  await expect(heading(page, "Disconnection")).toBeVisible();

  const record = await recordOf(program, new URL(page.url()).pathname.split("/").pop() ?? "");
  const { changes, snapshotDigest, restoredDigest } = record.restoration;
  const proof = page.getByRole("region", { name: "Proof" });
  await expect(proof.getByRole("definition")).toHaveText([snapshotDigest, restoredDigest]);
  await expect(proof).toContainText("The digests are equal");
  const settings = page.getByRole("region", { name: "Settings" });
  await expectChanges(settings, changes);
  for (const { key, lastChangedBy } of changes) {
    const row = settings.getByRole("listitem").filter({ has: page.getByText(key, { exact: true }) });
    await expect(row.getByText("Edited", { exact: true })).toHaveCount(lastChangedBy.kind === "SYSTEM" ? 0 : 1);
  }
});

test("a record is for ever: nothing that comes later changes it", async ({ page, program }) => {
  const id = await disconnectedBefore(program);
  await page.goto(`/activity/disconnections/${id}`);
  await expect(page.getByRole("region", { name: "Proof" })).toBeVisible();
  const text = await page.getByRole("main").textContent();
  await program.ask(
    `mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:USLCDEMO1") { userErrors { message } } }`,
  );
  await write(program, "order.tags", '["later"]');
  await page.reload();
  await expect(page.getByRole("region", { name: "Proof" })).toBeVisible();
  expect(await page.getByRole("main").textContent()).toBe(text);
});

test.describe("values that could do harm", () => {
  const html = "<img src=x onerror=alert(1)>";
  const harmful = {
    "order.tags": JSON.stringify([html, "</script><script>alert(2)</script>", "javascript:alert(3)"]),
    "shipping.carrierMapping": `{"__typename":"Setting","__proto__":"p","constructor":${JSON.stringify(html)},"7":"x","toString":"y"}`,
    "listing.categoryTemplates": `[{"__typename":"Account","id":"x","big":1234567890123456789012345,"small":1e-7,"rawJSON":"1"}]`,
    "price.adjustment": '{"kind":"PERCENT","value":-0.00}',
  };

  test.beforeEach(async ({ page, program }) => {
    page.on("dialog", (dialog) => {
      throw new Error(`the page ran ${dialog.message()}`);
    });
    for (const [key, value] of Object.entries(harmful)) await write(program, key, value);
  });

  test("are shown as they are, everywhere", async ({ page, program }) => {
    await page.goto("/settings");
    await expectHarmless(page, html, "__typename: Setting", "__proto__: p", "1234567890123456789012345", "-0.00");
    await page.getByRole("link", { name: /^Disconnect / }).click();
    await expectHarmless(page, html, "__typename: Setting");
    await page.goto("/activity");
    for (const entry of await page.getByText("1 setting changed").all()) await entry.click();
    await expectHarmless(page, html, "__typename: Setting", "-0.00");
    const id = await disconnectedBefore(program);
    await page.goto(`/activity/disconnections/${id}`);
    await expectHarmless(page, html, "__typename: Setting", "__proto__: p", "1234567890123456789012345", "-0.00");
  });

  test("are edited and kept", async ({ page, program }) => {
    await page.goto("/settings");
    await page.getByRole("button", { name: "Edit shipping.carrierMapping" }).click();
    const field = page.getByRole("textbox", { name: "Store carrier to TikTok shipping provider" });
    await field.fill((await field.inputValue()).replace('"y"', '"z"'));
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("button", { name: "Edit shipping.carrierMapping" })).toBeFocused();
    const { settings } = await askExactly(program, "{ settings(scope: TIKTOK_SHOP) { key value } }");
    const { value } = settings.find(({ key }: { key: string }) => key === "shipping.carrierMapping");
    expect(JSON.stringify(value)).toBe(
      JSON.stringify(exactly(harmful["shipping.carrierMapping"].replace('"y"', '"z"')), Object.keys(value)),
    );
  });

  test("are in the downloaded file, digit by digit", async ({ page, program }) => {
    const id = await disconnectedBefore(program);
    await page.goto(`/activity/disconnections/${id}`);
    const [name, text] = await downloaded(page);
    const record = await recordOf(program, id);
    expect(name).toBe(`disconnection-${record.disconnectedAt.slice(0, 10)}.json`);
    expect(exactly(text)).toEqual(record);
    for (const piece of ["1234567890123456789012345", "1e-7", "-0.00", '"__proto__": "p"', '"rawJSON": "1"', html]) {
      expect(text).toContain(piece);
    }
    expect(text.match(/"__typename": ".*"/g)).toEqual(['"__typename": "Account"', '"__typename": "Setting"']);
  });
});

test("the file has the digits that the seller wrote", async ({ page, program }) => {
  await page.goto(`/activity/disconnections/${await disconnectedBefore(program)}`);
  const [, text] = await downloaded(page);
  expect(text).toMatch(/"value": 12\.50\s/);
  expect(text).not.toContain("__typename");
});

test("what is copied is what is downloaded", async ({ page, program, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`/activity/disconnections/${await disconnectedBefore(program)}`);
  await page.getByRole("button", { name: "Copy as JSON" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Copied." })).toBeVisible();
  const [, text] = await downloaded(page);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
});

test("where copying is not allowed the page says so", async ({ page, program, context }) => {
  await context.grantPermissions([]);
  await page.goto(`/activity/disconnections/${await disconnectedBefore(program)}`);
  await page.getByRole("button", { name: "Copy as JSON" }).click();
  await expect(page.getByRole("status").filter({ hasText: "does not allow copying" })).toBeVisible();
});

test("an address of no record says so", async ({ page }) => {
  await page.goto("/activity/disconnections/nothing");
  await expect(page.getByRole("main")).toContainText("This store has no such record.");
});

interface Change {
  key: string;
  kind: string;
  before: unknown;
  after: unknown;
}

function trail(page: Page): Locator {
  return page.getByRole("region", { name: "Audit trail" }).locator("> ul > li");
}

/** When each entry of the trail was made, newest first. */
async function momentsOf(program: Program): Promise<string[]> {
  const { auditTrail } = await program.ask("{ auditTrail(first: 250) { nodes { occurredAt } } }");
  return auditTrail.nodes.map(({ occurredAt }: { occurredAt: string }) => occurredAt);
}

async function expectMoments(page: Page, moments: string[] | undefined): Promise<void> {
  const shown = () =>
    trail(page)
      .getByRole("time")
      .evaluateAll((all) => all.map((one) => one.getAttribute("datetime")));
  await expect.poll(shown).toEqual(moments);
}

/** What the API says of a record, as much as the page shows. */
// biome-ignore lint/suspicious/noExplicitAny: the tests know what is asked for here
async function recordOf(program: Program, id: string): Promise<any> {
  const query = `query ($id: ID!) { disconnection(id: $id) {
    id account { id name externalId region } disconnectedAt disconnectedBy { kind name }
    restoration { snapshotTakenAt snapshotDigest restoredDigest
      changes { scope key kind before after definition { description } lastChangedBy { kind name } } }
  } }`;
  return (await askExactly(program, query, JSON.stringify({ id }))).disconnection;
}

async function downloaded(page: Page): Promise<[name: string, text: string]> {
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download JSON" }).click();
  const download = await coming;
  return [download.suggestedFilename(), await readFile(await download.path(), "utf8")];
}

async function expectHarmless(page: Page, ...texts: string[]): Promise<void> {
  const place = page.getByRole("dialog").or(page.getByRole("main")).last();
  for (const text of texts) await expect(place.getByText(text).first()).toBeAttached();
  await expect(page.locator("img, #app script")).toHaveCount(0);
}

/** Each change has its place, and both its values in it. */
async function expectChanges(place: Locator, changes: Change[]): Promise<void> {
  const rows = place.getByRole("listitem").filter({ has: place.page().locator("dl") });
  await expect(rows).toHaveCount(changes.length);
  for (const [nth, change] of changes.entries()) {
    const row = rows.nth(nth);
    await expect(row.getByText(change.key, { exact: true })).toBeVisible();
    const shown = await row
      .locator("dd")
      .evaluateAll((sides) =>
        sides.map((side) => [...side.querySelectorAll("li, span")].map((line) => line.textContent).filter(Boolean)),
      );
    expect(shown, change.key).toEqual(sidesOf(change));
  }
}

/** The lines of both values; of an update of a long object, those that are in one of them only. */
function sidesOf({ kind, before, after }: Change): string[][] {
  const [old, next] = [linesOf(before), linesOf(after)];
  if (kind !== "UPDATED" || ![before, after].some(isLongObject)) return [old, next];
  const apart = (some: string[], others: string[]) => some.filter((line) => !others.includes(line));
  return [apart(old, next), apart(next, old)];
}

function isLongObject(value: unknown): boolean {
  return typeof value === "object" && !Array.isArray(value) && Object.keys(value ?? {}).length > 4;
}

function linesOf(value: unknown): string[] {
  if (value === null) return ["Not set"];
  if (typeof value !== "object") return [wordOf(value)];
  const lines = Array.isArray(value)
    ? value.map(wordOf)
    : Object.entries(value).map(([name, inside]) => `${wordOf(name)}: ${wordOf(inside)}`);
  return lines.length > 0 ? lines : ["None"];
}

function wordOf(value: unknown): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "On" : "Off";
  if (typeof value === "object") return JSON.stringify(value);
  return String(value)
    .replace(/^digits /, "")
    .replace(/^gid:\/\/shopify\/(\w+)\/(\w+)$/, "$1 $2");
}
