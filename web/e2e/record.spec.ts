import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import { interceptOperation } from "./actions";
import { expect, test } from "./fixtures";
import type { Program } from "./program";
import { addFault, blockDisconnect, deactivateLocation, deleteProduct, endFaults, openOrders } from "./sandbox";
import { disconnectOverApi, heading, settled, shop } from "./steps";

test("the store is as it was: in one sentence, with the proof one click below", async ({ page, program }) => {
  await openRecord(page, await disconnectOverApi(program));
  const account = page.getByRole("region", { name: shop, exact: true });
  await expect(account.getByText("Your store is as it was.", { exact: true })).toBeVisible();
  const proof = page.getByRole("region", { name: "Proof" });
  await expect(proof.getByRole("definition")).toHaveCount(0);
  const day = new Date().toLocaleDateString("en", { dateStyle: "medium" });
  await proof.getByText(`Read again afterwards: every setting outside your ads is what it was on ${day}`).click();
  await expect(proof.getByRole("definition")).toHaveCount(2);
  await expect(proof.getByText(/^Each digest is the SHA-256/)).toBeVisible();
});

test("what was not put back is said in the sentence, and listed before all else", async ({ page, program }) => {
  await openOrders(program, 3);
  await deactivateLocation(program, "gid://shopify/Location/1003");
  await openRecord(page, await disconnectOverApi(program));
  await expect(page.getByText("Your store is as it was, but for 1 value.")).toBeVisible();
  await expect(page.getByRole("region", { name: "Open orders" })).toContainText("5 orders and requests were open");
  await expect(page.getByRole("heading", { level: 2 })).toHaveText([shop, "Open orders", "Settings"]);
  await expect(page.getByRole("region", { name: "Proof" })).toContainText(/what it was on .*, but for the value above/);
  const left = page.getByRole("region", { name: "Not put back" });
  await expect(left.getByRole("term")).toHaveText(["Before TikTok Shop", "Now"]);
  await page.setViewportSize({ width: 390, height: 844 });
  const top = async (place: Locator) => (await place.boundingBox())?.y;
  expect(await top(left)).toBeLessThan((await top(page.getByRole("region", { name: "Proof" }))) ?? 0);
});

test("after the app was uninstalled, what was not put back has titles still, and it is said why names are missing", async ({
  page,
  program,
}) => {
  const id = await blockDisconnect(program);
  await program.graphql(
    "mutation ($id: ID!) { acceptExceptions(disconnectionId: $id, confirm: true) { userErrors { code } } }",
    { id },
  );
  await settled(program);
  const { disconnection, settings } = await program.graphql(
    `query ($id: ID!) { settings { key } disconnection(id: $id) { restoration {
       exceptions(first: 250) { nodes { key entry definition { title } } } } } }`,
    { id },
  );
  const { nodes } = disconnection.restoration.exceptions;
  const present = settings.map(({ key }: { key: string }) => key);
  expect(
    nodes.filter(({ key }: { key: string }) => !present.includes(key)),
    "of settings that are gone",
  ).not.toEqual([]);
  await openRecord(page, id);
  const left = page.getByRole("region", { name: "Not put back" });
  const names = left.getByRole("listitem").locator("p:first-child");
  for (const [at, { definition }] of nodes.entries()) await expect(names.nth(at)).toContainText(definition.title);
  expect(nodes.some(({ entry }: { entry: string | null }) => entry !== null)).toBe(true);
  await expect(left).toContainText("Shopify cannot be asked now what products and locations are called");
});

test("a product that no longer exists is said to, by its number", async ({ page, program }) => {
  await deleteProduct(program, "gid://shopify/Product/7001");
  await openRecord(page, await disconnectOverApi(program));
  const left = page.getByRole("region", { name: "Not put back" });
  await expect(left).toContainText("A product that no longer exists");
  await left.getByText("Number", { exact: true }).click();
  await expect(left.getByText("7001", { exact: true })).toBeVisible();
  await expect(left.getByRole("link")).toHaveCount(0);
});

test("while Shopify is waited for within a step, the page says so after some seconds", async ({ page, program }) => {
  await addFault(program, "THROTTLED", 1000);
  const id = await begin(program);
  await openRecord(page, id);
  const current = page.getByRole("region", { name: "Progress" }).locator("[aria-current=step]");
  await expect(current).toContainText("The store is being read.");
  await expect(current).not.toContainText("Waiting for Shopify");
  await expect(current).toContainText("Waiting for Shopify to answer.");
  expect(await statusOf(program, id)).toMatchObject({
    status: "RESTORING",
    progress: { attempting: true, nextAttemptAt: null },
  });
  await page.getByRole("link", { name: "Overview" }).click();
  await expect(page.getByRole("status").filter({ hasText: "is being disconnected." })).toContainText(
    "Waiting for Shopify",
  );
  await endFaults(program);
  await expect(page.getByText("Waiting for Shopify")).toHaveCount(0);
});

test("the steps are shown as they happen", async ({ page, program }) => {
  await addFault(program, "THROTTLED", 1000);
  const id = await begin(program);
  await openRecord(page, id);
  const steps = page.getByRole("region", { name: "Progress" }).getByRole("listitem");
  const current = steps.and(page.locator("[aria-current=step]"));
  await expect(steps).toHaveCount(3);
  await expect(current).toContainText("The store's settings are put back");
  await expect(current).toContainText("The store is being read.");
  await expect(page.getByText("Your store is as it was.")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Download certificate" })).toHaveCount(0);
  await endFaults(program);
  await expect(page.getByText("Your store is as it was.", { exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: "Download certificate" })).toBeVisible();
});

test("while TikTok does not answer, the store is said to be given back, and until when is waited", async ({
  page,
  program,
}) => {
  await addFault(program, "HTTP_500", 1000, "Deauthorize", "tiktok");
  const id = await begin(program);
  await expect
    .poll(() => statusOf(program, id))
    .toMatchObject({ status: "REVOKING", progress: { nextAttemptAt: expect.any(String), attempting: false } });
  await openRecord(page, id);
  const progress = page.getByRole("region", { name: "Progress" });
  await expect(progress.getByRole("img", { name: "Done" })).toHaveCount(2);
  const current = progress.locator("[aria-current=step]");
  await expect(current).toContainText("TikTok's authorization is ended");
  await expect(current.getByText(/^Next attempt at /).getByRole("time")).toBeVisible();
  await expect(page.getByText("Your store is as it was.", { exact: true })).toBeVisible();
  await endFaults(program);
  const complete = page.getByText(/^Complete, /);
  const tried = progress.getByRole("button", { name: "Try again" }).click();
  await Promise.any([tried, expect(complete).toBeVisible()]); // the next attempt may be due before the click
  await expect(complete).toBeVisible();
});

test("a blocked disconnect says what to do, and what either button does", async ({ page, program }) => {
  await openRecord(page, await blockDisconnect(program));
  const progress = page.getByRole("region", { name: "Progress" });
  const current = progress.locator("[aria-current=step]");
  await expect(current.getByRole("img", { name: "Blocked" })).toBeVisible();
  await expect(current).toContainText("Open the app in Shopify's admin, or install it again; then try again.");
  await expect(current.getByRole("link", { name: "Open the Shopify admin" })).toBeVisible();
  await expect(progress).toContainText("Try again goes on where it has stopped.");
  await expect(progress.getByRole("button", { name: "Try again" })).toBeVisible();
});

test("of a disconnect that is complete there is nothing to accept", async ({ page, program }) => {
  const id = await disconnectOverApi(program);
  await page.goto(`/activity/disconnections/${id}/accept`);
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("There is nothing to accept: this disconnect is complete.");
  await expect(dialog.getByRole("button", { name: "Accept as it is" })).toHaveCount(0);
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect(page).toHaveURL(`${program.url}/activity/disconnections/${id}`);
});

test("the certificate holds both digests, and all that tells which disconnect it is of", async ({ page, program }) => {
  await deactivateLocation(program, "gid://shopify/Location/1003");
  const id = await disconnectOverApi(program);
  const { disconnection, store } = await program.graphql(
    `query ($id: ID!) { store { name domain } disconnection(id: $id) { disconnectedBy { name }
       restoration { snapshotDigest restoredDigest } } }`,
    { id },
  );
  const { snapshotDigest, restoredDigest } = disconnection.restoration;
  expect(snapshotDigest).not.toBe(restoredDigest);
  await openRecord(page, id);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download certificate" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^certificate-\d{4}-\d\d-\d\d\.html$/);

  const alone = await page.context().newPage(); // as in a browser without this program
  await alone.setContent(await readFile(await file.path(), "utf8"));
  const text = alone.locator("body");
  const { name, domain } = store;
  const by = disconnection.disconnectedBy.name;
  for (const fact of [snapshotDigest, restoredDigest, name, domain, shop, "USLCDEMO1", `by ${by}`, id, "SHA-256"])
    await expect(text).toContainText(fact);
  await expect(text).toContainText("Your store is as it was, but for 1 value.");
  await expect(text.getByRole("listitem")).toHaveText([
    /Locations that fulfill online orders: Harbor shop\. The location was deactivated\./,
  ]);
  const signed = JSON.parse((await alone.locator("script#certificate").textContent()) ?? "");
  await expect(text).toContainText(signed.keyId);
  expect(JSON.parse(signed.document)).toMatchObject({
    disconnection: id,
    recorded: { digest: snapshotDigest },
    restored: { digest: restoredDigest },
    exceptionCount: 1,
  });
});

test.describe("on paper", () => {
  test.use({ viewport: { width: 718, height: 1000 }, colorScheme: "dark" }); // as wide as A4 within its margins

  test("the record prints on one sheet", async ({ page, program }) => {
    await openOrders(program, 30);
    await deactivateLocation(program, "gid://shopify/Location/1003");
    const id = await disconnectOverApi(program);
    await openRecord(page, id);
    await expect(page.getByRole("region", { name: "Open orders" }).getByRole("listitem")).toHaveCount(20);
    await page.emulateMedia({ media: "print" });
    await expect(page.getByRole("navigation")).toHaveCount(0);
    await expect(page.getByRole("button")).toHaveCount(0);
    await expect(page.getByText("order.tags")).toBeHidden(); // of a folded list
    await expect(page.getByText("The location was deactivated.")).toBeVisible();
    await expect(ordersOnPaper(page).first()).toContainText(/ · Due /);
    for (const digest of await page.getByRole("region", { name: "Proof" }).locator("dd").all())
      await expect(digest).toBeVisible();
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe("light");
    await expectOneSheet(page);
  });

  for (const locale of ["en", "es"])
    test(`with 32 orders and an exception it is one sheet still, with all of them: in ${locale}`, async ({
      page,
      program,
    }) => {
      await openOrders(program, 30);
      await deactivateLocation(program, "gid://shopify/Location/1003");
      const id = await disconnectOverApi(program);
      await printRecord(page, `${id}?locale=${locale}`);
      await expect(ordersOnPaper(page)).toHaveCount(32);
      await expectOneSheet(page);
    });

  for (const locale of ["en", "es"])
    test(`of more orders than a sheet holds, it says how many there are and where: in ${locale}`, async ({
      page,
      program,
    }) => {
      await openOrders(program, 300);
      await deactivateLocation(program, "gid://shopify/Location/1003");
      const id = await disconnectOverApi(program);
      await takeOverAll(program, id);
      await printRecord(page, `${id}?locale=${locale}`);
      await expect(ordersOnPaper(page)).toHaveCount(35);
      await expect(
        page.getByText(
          locale === "en"
            ? "35 of 302 are listed. 267 more are in the CSV on the record's page."
            : "Figuran 35 de 302. Los otros 267 están en el CSV de la página del registro.",
        ),
      ).toBeVisible();
      await expectOneSheet(page);
    });

  test("of more exceptions than a sheet holds, it says how many there are", async ({ page, program }) => {
    await openOrders(program, 30);
    await deactivateLocation(program, "gid://shopify/Location/1003");
    const id = await disconnectOverApi(program);
    await interceptOperation(page, "Disconnection", async (route) => {
      const response = await route.fetch();
      const json = await response.json();
      const { exceptions } = json.data.disconnection.restoration;
      const [one] = exceptions.nodes;
      exceptions.nodes = Array.from({ length: 40 }, (_, at) => ({
        ...one,
        entry: `gid://shopify/Location/${2000 + at}`,
      }));
      exceptions.totalCount = 40;
      await route.fulfill({ response, json });
    });
    await printRecord(page, id);
    const left = page.getByRole("region", { name: "Not put back" });
    await expect(left.getByText("The first 6 of 40 are printed.")).toBeVisible();
    await expect(left.getByRole("listitem")).toHaveCount(6);
    await expectOneSheet(page);
  });

  test("open orders are printed that the page does not show, with the store's name", async ({ page, program }) => {
    await openOrders(program, 30);
    const id = await disconnectOverApi(program);
    await page.addInitScript("window.print = () => { window.printed = true; }");
    await openRecord(page, id);
    const orders = page.getByRole("region", { name: "Open orders" }).getByRole("listitem");
    await expect(orders).toHaveCount(20);
    await page.getByRole("button", { name: "Print" }).click();
    await expect.poll(() => page.evaluate("window.printed")).toBe(true);
    await expect(orders).toHaveCount(20);
    await page.emulateMedia({ media: "print" });
    await expect(orders).toHaveCount(32);
    await expect(page.getByText("Aurora Outfitters (aurora-outfitters.myshopify.com)")).toBeVisible();
  });

  test("orders that were read to be printed go when that is done", async ({ page, program }) => {
    await openOrders(program, 30);
    const id = await disconnectOverApi(program);
    await page.addInitScript(
      `window.print = () => {
         window.printed = document.querySelectorAll("li").length;
         dispatchEvent(new Event("afterprint"));
       }`,
    );
    await openRecord(page, id);
    const orders = page.getByRole("region", { name: "Open orders" });
    await expect(orders.getByRole("listitem")).toHaveCount(20);
    await page.getByRole("button", { name: "Print", exact: true }).click();
    await expect.poll(() => page.evaluate("window.printed")).toBeGreaterThanOrEqual(32);
    await expect(orders.locator("li")).toHaveCount(40); // on the screen and on paper
    await page.emulateMedia({ media: "print" });
    await expect(orders.getByText("20 of 32 are listed. 12 more are in the CSV on the record's page.")).toBeVisible();
  });

  test.describe("when orders cannot be read", () => {
    test.use({ expectedErrors: [/Failed to load resource/] });

    test("where no order can be read, those of the page are printed", async ({ page, program }) => {
      await openOrders(program, 30);
      const id = await disconnectOverApi(program);
      await page.addInitScript("window.print = () => { window.printed = true; }");
      await interceptOperation(page, "HandoffPage", (route) => route.fulfill({ status: 500, body: "" }));
      await openRecord(page, id);
      const orders = page.getByRole("region", { name: "Open orders" });
      await expect(orders.getByRole("listitem")).toHaveCount(20);
      await page.getByRole("button", { name: "Print", exact: true }).click();
      await expect.poll(() => page.evaluate("window.printed")).toBe(true);
      await page.emulateMedia({ media: "print" });
      await expect(orders.getByRole("listitem")).toHaveCount(20);
      const missing = orders.getByText("20 of 32 are listed. 12 more could not be read when this was printed");
      await expect(missing).toBeVisible();
      await page.emulateMedia({ media: "screen" });
      const told = page.getByText("Not all open orders could be read. What is printed says how many are missing.");
      await expect(told).toBeVisible();
      await page.unroute("**/graphql");
      await page.getByRole("button", { name: "Read and print again" }).click();
      await expect(told).toHaveCount(0);
      await page.emulateMedia({ media: "print" });
      await expect(orders.getByRole("listitem")).toHaveCount(32);
      await expect(missing).toHaveCount(0);
    });
  });

  test("what is printed without the button says how much of it is missing", async ({ page, program }) => {
    await openOrders(program, 30);
    await openRecord(page, await disconnectOverApi(program));
    await expect(page.getByRole("region", { name: "Open orders" }).getByRole("listitem")).toHaveCount(20);
    await page.emulateMedia({ media: "print" });
    await expect(page.getByText("20 of 32 are listed. 12 more are in the CSV on the record's page.")).toBeVisible();
  });
});

/** Presses Print, and shows what is printed. */
async function printRecord(page: Page, address: string): Promise<void> {
  await page.addInitScript("window.print = () => { window.printed = true; }");
  await page.goto(`/activity/disconnections/${address}`);
  await expect(page.getByRole("main").getByRole("listitem").nth(19)).toBeVisible();
  await page.getByRole("button", { name: /^(Print|Imprimir)$/ }).click();
  await expect.poll(() => page.evaluate("window.printed")).toBe(true);
  await page.emulateMedia({ media: "print" });
}

function ordersOnPaper(page: Page): Locator {
  return page.getByRole("region", { name: /^(Open orders|Pedidos abiertos)$/ }).getByRole("listitem");
}

/** With the margins that a browser leaves by itself. */
async function expectOneSheet(page: Page): Promise<void> {
  const margin = { top: "1cm", right: "1cm", bottom: "1cm", left: "1cm" };
  for (const format of ["A4", "Letter"]) expect(pagesOf(await page.pdf({ format, margin })), format).toBe(1);
}

async function takeOverAll(program: Program, id: string): Promise<void> {
  let after: string | null = null;
  do {
    const { disconnection } = await program.graphql(
      `query ($id: ID!, $after: String) { disconnection(id: $id) { handoff(first: 250, after: $after) {
         nodes { id } pageInfo { hasNextPage endCursor } } } }`,
      { id, after },
    );
    const { nodes, pageInfo } = disconnection.handoff;
    await program.graphql("mutation ($ids: [ID!]!) { acknowledgeHandoffItems(ids: $ids) { userErrors { code } } }", {
      ids: nodes.map((item: { id: string }) => item.id),
    });
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
}

function pagesOf(pdf: Buffer): number {
  return pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
}

async function openRecord(page: Page, id: string): Promise<void> {
  await page.goto(`/activity/disconnections/${id}`);
  await expect(heading(page, "Disconnection")).toBeVisible();
  await expect(page.getByRole("region", { name: shop, exact: true })).toBeVisible();
}

/** Begins a disconnect, and does not wait for it. */
async function begin(program: Program): Promise<string> {
  const { disconnectTikTokShop } = await program.graphql(
    `mutation { disconnectTikTokShop(confirm: true) @idempotent(key: "once") { disconnection { id } } }`,
  );
  return disconnectTikTokShop.disconnection.id;
}

async function statusOf(program: Program, id: string): Promise<unknown> {
  const query = "query ($id: ID!) { disconnection(id: $id) { status progress { nextAttemptAt attempting } } }";
  return (await program.graphql(query, { id })).disconnection;
}
