import {
  accountsByCode,
  chooseShop,
  confirmDisconnect,
  connect,
  countDisconnects,
  disconnect,
  expectDisconnected,
  navLink,
  notice,
  shopCard,
  staleNotice,
} from "./actions";
import { expect, test } from "./fixtures";
import {
  connectedShop,
  disconnectDialog,
  heading,
  openDisconnectDialog,
  settingRow,
  shop,
  titleOf,
  writeSetting,
} from "./steps";

test("the wrong account was connected: disconnect it, connect the right one, go on", async ({ page, program }) => {
  await page.goto("/");
  await expect(shopCard(page)).toContainText("USLCDEMO1");
  await navLink(page, "Settings").click();
  await page.getByRole("link", { name: `Disconnect ${shop}` }).click();
  await confirmDisconnect(disconnectDialog(page));
  await expectDisconnected(page);

  await shopCard(page).getByRole("link", { name: "Connect" }).click();
  await chooseShop(page.getByRole("dialog", { name: "Connect TikTok Shop" }), "USLCDEMO2");
  await expect(notice(page)).toContainText("TikTok Shop USLCDEMO2 is connected.");
  await expect(shopCard(page).getByText("Connected", { exact: true })).toBeVisible();
  await expect(shopCard(page)).toContainText("USLCDEMO2");
  await expect(shopCard(page)).not.toContainText("USLCDEMO1");
  await expect(page.getByRole("region", { name: "Order management" })).not.toContainText("Seller Center");

  await navLink(page, "Settings").click();
  const accounts = page.getByRole("region", { name: "Accounts" });
  await expect(accounts.getByRole("listitem").filter({ hasText: "USLCDEMO1" })).toContainText("Disconnected");
  await expect(accounts.getByRole("link")).toHaveText(["Disconnect"]);
  await expect(accounts.getByRole("link", { name: "Disconnect TikTok Shop USLCDEMO2" })).toBeVisible();

  const { USLCDEMO1: wrong, USLCDEMO2: right } = await accountsByCode(program, "id status snapshot { digest }");
  expect([wrong.status, right.status]).toEqual(["DISCONNECTED", "CONNECTED"]);
  expect(right.snapshot.digest).toBe(wrong.snapshot.digest);
  expect(right.id).not.toBe(wrong.id);
});

test("an account that is connected again keeps its id, and can be disconnected again", async ({ page, program }) => {
  const { id } = await connectedShop(program);
  await disconnect(page);
  await connect(page, "USLCDEMO1");
  const before = await accountsByCode(program, "id status snapshot { digest }");
  expect(before.USLCDEMO1).toMatchObject({ id, status: "CONNECTED" });

  await page.goto(`/settings/accounts/${id}/disconnect`);
  await confirmDisconnect(disconnectDialog(page));
  await expectDisconnected(page);
  const { USLCDEMO1: account } = await accountsByCode(
    program,
    "disconnections { restoration { snapshotDigest restoredDigest } }",
  );
  const digest = before.USLCDEMO1.snapshot.digest;
  const proof = { restoration: { snapshotDigest: digest, restoredDigest: digest } };
  expect(account.disconnections).toEqual([proof, proof]);
});

test("two tabs: what one has disconnected is disconnected already in the other", async ({ page, program, context }) => {
  const other = await context.newPage();
  const dialog = await openDisconnectDialog(other);
  await disconnect(page);

  await confirmDisconnect(dialog);
  const told = other.getByRole("dialog").filter({ hasText: `${shop} is disconnected already.` });
  await told.getByRole("link", { name: "Open the record" }).click();
  await expect(heading(other, "Disconnection")).toBeVisible();
  await navLink(other, "Overview").click();
  await expect(shopCard(other)).toContainText("Setup in Progress");
  expect(await countDisconnects(program)).toBe(1);
});

test("two tabs: who confirms for the wrong account does not disconnect the right one", async ({
  page,
  program,
  context,
}) => {
  const other = await context.newPage();
  const dialog = await openDisconnectDialog(other);
  await disconnect(page);
  await connect(page, "USLCDEMO2");

  await confirmDisconnect(dialog);
  await expect(other.getByRole("dialog")).toContainText(`${shop} is disconnected already.`);
  expect(await countDisconnects(program)).toBe(1);
  expect(await accountsByCode(program, "status")).toMatchObject({ USLCDEMO2: { status: "CONNECTED" } });
});

test("two tabs: a warning of before does not disconnect an account that was connected again", async ({
  page,
  program,
  context,
}) => {
  const other = await context.newPage();
  const dialog = await openDisconnectDialog(other);
  await disconnect(page);
  await connect(page, "USLCDEMO1");

  await confirmDisconnect(dialog);
  const edits = ["location.fulfillsOnlineOrders", "order.tags", "price.adjustment"]; // lost with the first connection
  await expect(staleNotice(dialog).getByRole("strong")).toHaveText(edits.map(titleOf));
  await expect(dialog.getByRole("checkbox")).not.toBeChecked();
  expect(await countDisconnects(program)).toBe(1);

  await confirmDisconnect(dialog);
  await expectDisconnected(other);
  expect(await countDisconnects(program)).toBe(2);
});

test("two tabs: what one has connected is connected already in the other", async ({ page, program, context }) => {
  await disconnect(page);
  const other = await context.newPage();
  await other.goto("/settings/connect");
  const dialog = other.getByRole("dialog", { name: "Connect TikTok Shop" });
  await connect(page, "USLCDEMO1");

  await chooseShop(dialog, "USLCDEMO2");
  const { connectTikTokShop } = await program.graphql(
    `mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:USLCDEMO2") { userErrors { message } } }`,
  );
  await expect(dialog.getByRole("alert")).toHaveText(connectTikTokShop.userErrors[0].message);
  expect(Object.keys(await accountsByCode(program, "id"))).not.toContain("USLCDEMO2");
});

test("the right account starts with what the store had, not with what was left of the wrong one", async ({
  page,
  program,
}) => {
  await writeSetting(program, "inventory.percent", "55");
  await disconnect(page);
  await connect(page, "USLCDEMO2");
  await navLink(page, "Settings").click();
  await expect(settingRow(page, "inventory.percent")).toContainText("100 %");
  const technical = page.getByRole("region", { name: "Technical" });
  await expect(technical).toContainText("TikTok Shop USLCDEMO2");
  await expect(technical).not.toContainText("USLCDEMO1");
});
