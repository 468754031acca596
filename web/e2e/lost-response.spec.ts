import type { Page } from "@playwright/test";
import {
  accountsByCode,
  chooseShop,
  confirmDisconnect,
  countDisconnects,
  disconnect,
  dropResponse,
  expectDisconnected,
  holdRequests,
  idempotencyKeys,
  interceptOperation,
  navLink,
  notice,
  shopCard,
  staleNotice,
  storeState,
} from "./actions";
import { expect, test } from "./fixtures";
import {
  connectedShop,
  disconnectDialog,
  heading,
  openConnectDialog,
  openDisconnectDialog,
  settled,
  shop,
  writeSetting,
} from "./steps";

const operation = "DisconnectTikTokShop";

test.use({ expectedErrors: [/net::ERR_FAILED|net::ERR_INTERNET_DISCONNECTED/] });

test("one lost response: the page retries, and disconnects once", async ({ page, program }) => {
  const keys = idempotencyKeys(page, operation);
  const dialog = await openDisconnectDialog(page);
  let lost = 0;
  await interceptOperation(page, operation, (route) => (lost++ === 0 ? dropResponse(route) : route.continue()));
  await confirmDisconnect(dialog);
  await expectDisconnected(page);
  expect(keys).toEqual([expect.stringMatching(/./), keys[0]]);
  expect(await countDisconnects(program)).toBe(1);
});

test("every response lost: Try again shows that it is disconnected", async ({ page, program }) => {
  const keys = idempotencyKeys(page, operation);
  const dialog = await openDisconnectDialog(page);
  await interceptOperation(page, operation, dropResponse);
  await confirmDisconnect(dialog);
  const alert = dialog.getByRole("alert").filter({ hasText: "No answer came, so it may be done or not." });
  const retry = alert.getByRole("button", { name: "Try again" });
  await expect(retry).toBeVisible();
  expect(await countDisconnects(program)).toBe(1);

  await page.unrouteAll();
  await retry.click();
  await expectDisconnected(page);
  expect(keys.length).toBeGreaterThan(2);
  expect(new Set(keys).size).toBe(1);
  expect(await countDisconnects(program)).toBe(1);
});

test("offline: nothing was done, and Try again disconnects", async ({ page, program, context }) => {
  const before = await storeState(program);
  const keys = idempotencyKeys(page, operation);
  const dialog = await openDisconnectDialog(page);
  await context.setOffline(true);
  await confirmDisconnect(dialog);
  const retry = dialog.getByRole("button", { name: "Try again" });
  await expect(retry).toBeVisible();
  expect(await storeState(program)).toEqual(before);

  await retry.click();
  await expect(dialog.getByRole("button", { name: "Disconnecting…" })).toBeVisible();
  await expect(retry).toBeVisible();
  await context.setOffline(false);
  await retry.click();
  await expectDisconnected(page);
  expect(new Set(keys).size).toBe(1);
  expect(await countDisconnects(program)).toBe(1);
});

test("after a lost response the dialog can be closed, and says that it is disconnected when it is opened again", async ({
  page,
  program,
}) => {
  const { id } = await connectedShop(program);
  const dialog = await openDisconnectDialog(page);
  await interceptOperation(page, operation, dropResponse);
  await confirmDisconnect(dialog);
  await expect(dialog.getByRole("button", { name: "Try again" })).toBeVisible();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expectAlreadyDisconnected(page, id);
});

test("navigating away while in flight: no redirect, and a notice of the success", async ({ page, program }) => {
  const release = await holdRequests(page, operation);
  await page.goto("/");
  await disconnectAndGoBack(page);
  release();
  await expect(notice(page)).toContainText(`${shop} is disconnected.`);
  await expect(page).toHaveURL(`${program.url}/settings`);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Connect", exact: true })).toBeVisible();
  await notice(page).getByRole("link", { name: "Open the record" }).click();
  await expect(page.getByRole("region", { name: "Proof" })).toContainText("The digests are equal");
});

test("navigating away while in flight: a notice of the lost response", async ({ page, program }) => {
  await interceptOperation(page, operation, dropResponse);
  await page.goto("/");
  await disconnectAndGoBack(page);
  await expect(notice(page)).toContainText(`No answer came: whether ${shop} was disconnected is not known.`);
  await expect(page).toHaveURL(`${program.url}/settings`);
  await navLink(page, "Overview").click();
  await expect(shopCard(page)).toContainText("Setup in Progress");
});

test("navigating away while in flight: a notice of the refusal", async ({ page, program }) => {
  const release = await holdRequests(page, operation);
  await page.goto("/");
  await disconnectAndGoBack(page);
  await writeSetting(program, "inventory.percent", "80");
  release();
  await expect(notice(page)).toContainText("What disconnecting would do has changed since it was shown.");
  await expect(page.getByRole("link", { name: `Disconnect ${shop}` })).toBeVisible();
  expect(await countDisconnects(program)).toBe(0);
});

async function disconnectAndGoBack(page: Page): Promise<void> {
  await navLink(page, "Settings").click();
  await page.getByRole("link", { name: `Disconnect ${shop}` }).click();
  await confirmDisconnect(disconnectDialog(page));
  await expect(disconnectDialog(page).getByRole("button", { name: "Disconnecting…" })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

test("the tab is closed while in flight: the dialog's address says that it is disconnected", async ({
  page,
  program,
  context,
}) => {
  const { id } = await connectedShop(program);
  const dialog = await openDisconnectDialog(page);
  const done = new Promise<void>((resolve) => {
    interceptOperation(page, operation, async (route) => {
      await route.fetch();
      resolve(); // and no answer
    });
  });
  await confirmDisconnect(dialog);
  await done;
  await page.close();

  await expectAlreadyDisconnected(await context.newPage(), id);
  expect(await countDisconnects(program)).toBe(1);
});

test("the tab is closed while offline: nothing was done", async ({ page, program, context }) => {
  const before = await storeState(program);
  const dialog = await openDisconnectDialog(page);
  await context.setOffline(true);
  const failed = page.waitForEvent("requestfailed");
  await confirmDisconnect(dialog);
  await failed;
  await page.close();
  await context.setOffline(false);

  expect(await storeState(program)).toEqual(before);
  await disconnect(await context.newPage());
  expect(await countDisconnects(program)).toBe(1);
});

test("Try again does not disconnect an account that was connected again meanwhile", async ({ page, program }) => {
  const dialog = await openDisconnectDialog(page);
  await interceptOperation(page, operation, dropResponse);
  await confirmDisconnect(dialog);
  await expect(dialog.getByRole("button", { name: "Try again" })).toBeVisible();
  await page.unrouteAll();
  await settled(program);
  await program.graphql(
    `mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:USLCDEMO1") { account { id } } }`,
  );

  await dialog.getByRole("button", { name: "Try again" }).click();
  await expect(heading(page, "Overview")).toBeVisible();
  await expect(shopCard(page)).toContainText("Connected");
  expect(await countDisconnects(program)).toBe(1);
  expect(await accountsByCode(program, "status")).toMatchObject({ USLCDEMO1: { status: "CONNECTED" } });
});

test("a setting changes before the request arrives: Try again shows the stale notice", async ({
  page,
  program,
  context,
}) => {
  const dialog = await openDisconnectDialog(page);
  await context.setOffline(true);
  await confirmDisconnect(dialog);
  await expect(dialog.getByRole("button", { name: "Try again" })).toBeVisible();
  await writeSetting(program, "inventory.percent", "80");
  await context.setOffline(false);
  await dialog.getByRole("button", { name: "Try again" }).click();
  await expect(staleNotice(dialog)).toContainText("Stock share");
  expect(await countDisconnects(program)).toBe(0);
  await confirmDisconnect(dialog);
  await expectDisconnected(page);
});

test("the response to connecting is lost: it is connected once", async ({ page, program }) => {
  const keys = idempotencyKeys(page, "ConnectTikTokShop");
  await disconnect(page);
  const dialog = await openConnectDialog(page);
  await interceptOperation(page, "ConnectTikTokShop", dropResponse);
  await chooseShop(dialog, "USLCDEMO2");
  await expect(dialog.getByRole("button", { name: "Try again" })).toBeVisible();
  await page.unrouteAll();
  await dialog.getByRole("button", { name: "Try again" }).click();
  await expect(notice(page)).toContainText("TikTok Shop USLCDEMO2 is connected.");
  expect(new Set(keys).size).toBe(1);
  const { auditTrail } = await program.graphql("{ auditTrail(first: 50) { nodes { action account { externalId } } } }");
  const [newest, ...older] = auditTrail.nodes;
  expect(newest).toEqual({ action: "ACCOUNT_CONNECTED", account: { externalId: "USLCDEMO2" } });
  expect(older).not.toContainEqual(newest);
});

async function expectAlreadyDisconnected(page: Page, id: string): Promise<void> {
  await page.goto(`/settings/accounts/${id}/disconnect`);
  const dialog = page.getByRole("dialog", { name: "Disconnect TikTok Shop" });
  await expect(dialog).toContainText(`${shop} is disconnected already.`);
  await expect(disconnectDialog(page)).toHaveCount(0);
  await dialog.getByRole("link", { name: "Open the record" }).click();
  await expect(heading(page, "Disconnection")).toBeVisible();
  await expect(page.getByRole("region", { name: "Proof" })).toContainText("The digests are equal");
}
