import type { Page } from "@playwright/test";
import { expect, test } from "./fixture";
import {
  connectedShop,
  disconnectDialog,
  heading,
  openConnectDialog,
  openDisconnectDialog,
  shop,
  write,
} from "./steps";
import {
  accountsByCode,
  card,
  choose,
  confirm,
  disconnect,
  everything,
  expectDisconnected,
  handle,
  hold,
  keysOf,
  loseAnswer,
  movedAlert,
  notice,
  timesDisconnected,
  toPage,
} from "./story";

const operation = "DisconnectTikTokShop";

test.use({ expected: [/net::ERR_FAILED|net::ERR_INTERNET_DISCONNECTED/] });

test("the answer is lost once: the page asks again, and it is done once", async ({ page, program }) => {
  const keys = keysOf(page, operation);
  const dialog = await openDisconnectDialog(page);
  let lost = 0;
  await handle(page, operation, (route) => (lost++ === 0 ? loseAnswer(route) : route.continue()));
  await confirm(dialog);
  await expectDisconnected(page);
  expect(keys).toEqual([expect.stringMatching(/./), keys[0]]);
  expect(await timesDisconnected(program)).toBe(1);
});

test("every answer is lost: Try again tells that it is done", async ({ page, program }) => {
  const keys = keysOf(page, operation);
  const dialog = await openDisconnectDialog(page);
  await handle(page, operation, loseAnswer);
  await confirm(dialog);
  const told = dialog.getByRole("alert").filter({ hasText: "No answer came, so it may be done or not." });
  const again = told.getByRole("button", { name: "Try again" });
  await expect(again).toBeVisible();
  expect(await timesDisconnected(program)).toBe(1);

  await page.unrouteAll();
  await again.click();
  await expectDisconnected(page);
  expect(keys.length).toBeGreaterThan(2);
  expect(new Set(keys).size).toBe(1);
  expect(await timesDisconnected(program)).toBe(1);
});

test("no request arrives: nothing was done, and Try again does it", async ({ page, program, context }) => {
  const before = await everything(program);
  const keys = keysOf(page, operation);
  const dialog = await openDisconnectDialog(page);
  await context.setOffline(true);
  await confirm(dialog);
  const again = dialog.getByRole("button", { name: "Try again" });
  await expect(again).toBeVisible();
  expect(await everything(program)).toEqual(before);

  await again.click();
  await expect(dialog.getByRole("button", { name: "Disconnecting…" })).toBeVisible();
  await expect(again).toBeVisible();
  await context.setOffline(false);
  await again.click();
  await expectDisconnected(page);
  expect(new Set(keys).size).toBe(1);
  expect(await timesDisconnected(program)).toBe(1);
});

test("after a lost answer the dialog can be closed, and says how it stands when it is opened", async ({
  page,
  program,
}) => {
  const { id } = await connectedShop(program);
  const dialog = await openDisconnectDialog(page);
  await handle(page, operation, loseAnswer);
  await confirm(dialog);
  await expect(dialog.getByRole("button", { name: "Try again" })).toBeVisible();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expectAlreadyDisconnected(page, id);
});

test("who goes elsewhere meanwhile stays there, and is told that it is done", async ({ page, program }) => {
  const answer = await hold(page, operation);
  await page.goto("/");
  await disconnectAndGoBack(page);
  answer();
  await expect(notice(page)).toContainText(`${shop} is disconnected.`);
  await expect(page).toHaveURL(`${program.url}/settings`);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Connect", exact: true })).toBeVisible();
  await notice(page).getByRole("link", { name: "Open the record" }).click();
  await expect(page.getByRole("region", { name: "Proof" })).toContainText("The digests are equal");
});

test("who goes elsewhere meanwhile is told that no answer came, and not that it is done", async ({ page, program }) => {
  await handle(page, operation, loseAnswer);
  await page.goto("/");
  await disconnectAndGoBack(page);
  await expect(notice(page)).toContainText(`No answer came: whether ${shop} was disconnected is not known.`);
  await expect(page).toHaveURL(`${program.url}/settings`);
  await toPage(page, "Overview").click();
  await expect(card(page)).toContainText("Setup in Progress");
});

test("who goes elsewhere meanwhile is told that it was refused", async ({ page, program }) => {
  const answer = await hold(page, operation);
  await page.goto("/");
  await disconnectAndGoBack(page);
  await write(program, "inventory.percent", "80");
  answer();
  await expect(notice(page)).toContainText("What disconnecting would do has changed since it was shown.");
  await expect(page.getByRole("link", { name: `Disconnect ${shop}` })).toBeVisible();
  expect(await timesDisconnected(program)).toBe(0);
});

async function disconnectAndGoBack(page: Page): Promise<void> {
  await toPage(page, "Settings").click();
  await page.getByRole("link", { name: `Disconnect ${shop}` }).click();
  await confirm(disconnectDialog(page));
  await expect(disconnectDialog(page).getByRole("button", { name: "Disconnecting…" })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

test("the tab is closed in the middle: the dialog's address tells that it is done", async ({
  page,
  program,
  context,
}) => {
  const { id } = await connectedShop(program);
  const dialog = await openDisconnectDialog(page);
  const done = new Promise<void>((resolve) => {
    handle(page, operation, async (route) => {
      await route.fetch();
      resolve(); // and no answer
    });
  });
  await confirm(dialog);
  await done;
  await page.close();

  await expectAlreadyDisconnected(await context.newPage(), id);
  expect(await timesDisconnected(program)).toBe(1);
});

test("the tab is closed before a request arrives: nothing was done", async ({ page, program, context }) => {
  const before = await everything(program);
  const dialog = await openDisconnectDialog(page);
  await context.setOffline(true);
  const failed = page.waitForEvent("requestfailed");
  await confirm(dialog);
  await failed;
  await page.close();
  await context.setOffline(false);

  expect(await everything(program)).toEqual(before);
  await disconnect(await context.newPage());
  expect(await timesDisconnected(program)).toBe(1);
});

test("who connects again meanwhile is not disconnected by Try again", async ({ page, program }) => {
  const dialog = await openDisconnectDialog(page);
  await handle(page, operation, loseAnswer);
  await confirm(dialog);
  await expect(dialog.getByRole("button", { name: "Try again" })).toBeVisible();
  await page.unrouteAll();
  await program.ask(
    `mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:USLCDEMO1") { account { id } } }`,
  );

  await dialog.getByRole("button", { name: "Try again" }).click();
  await expect(heading(page, "Overview")).toBeVisible();
  await expect(card(page)).toContainText("Connected");
  expect(await timesDisconnected(program)).toBe(1);
  expect(await accountsByCode(program, "status")).toMatchObject({ USLCDEMO1: { status: "CONNECTED" } });
});

test("a setting moves before the request arrives: Try again shows it", async ({ page, program, context }) => {
  const dialog = await openDisconnectDialog(page);
  await context.setOffline(true);
  await confirm(dialog);
  await expect(dialog.getByRole("button", { name: "Try again" })).toBeVisible();
  await write(program, "inventory.percent", "80");
  await context.setOffline(false);
  await dialog.getByRole("button", { name: "Try again" }).click();
  await expect(movedAlert(dialog)).toContainText("inventory.percent");
  expect(await timesDisconnected(program)).toBe(0);
  await confirm(dialog);
  await expectDisconnected(page);
});

test("the answer to connecting is lost: it is connected once", async ({ page, program }) => {
  const keys = keysOf(page, "ConnectTikTokShop");
  await disconnect(page);
  const dialog = await openConnectDialog(page);
  await handle(page, "ConnectTikTokShop", loseAnswer);
  await choose(dialog, "USLCDEMO2");
  await expect(dialog.getByRole("button", { name: "Try again" })).toBeVisible();
  await page.unrouteAll();
  await dialog.getByRole("button", { name: "Try again" }).click();
  await expect(notice(page)).toContainText("TikTok Shop USLCDEMO2 is connected.");
  expect(new Set(keys).size).toBe(1);
  const { auditTrail } = await program.ask("{ auditTrail(first: 50) { nodes { action account { externalId } } } }");
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
