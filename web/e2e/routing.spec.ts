import type { Locator, Page } from "@playwright/test";
import { confirmDisconnect, navLink, shopCard } from "./actions";
import { expect, test } from "./fixtures";
import { connectedShop, disconnectDialog, disconnectOverApi, heading, shop } from "./steps";

test.describe("addresses that do not exist", () => {
  for (const id of ["nothing", "account_01a2056b-98fe-7db2-993c-21639be42657", "%2F%20%3Cb%3E"]) {
    test(`an unknown account: ${id}`, async ({ page, program }) => {
      await page.goto(`/settings/accounts/${id}/disconnect`);
      const dialog = page.getByRole("dialog", { name: "Disconnect TikTok Shop" });
      await expect(dialog).toContainText("This store has no such account.");
      await dialog.getByRole("button", { name: "Close" }).click();
      await expect(page).toHaveURL(`${program.url}/settings`);
      await expect(page.getByRole("dialog")).toHaveCount(0);
    });

    test(`an unknown record: ${id}`, async ({ page }) => {
      await page.goto(`/activity/disconnections/${id}`);
      await expect(heading(page, "Disconnection")).toBeVisible();
      await expect(page.getByRole("main")).toContainText("This store has no such record.");
    });
  }

  test("an account's address with a record's id, and the other way round", async ({ page, program }) => {
    const { id } = await connectedShop(program);
    const record = await disconnectOverApi(program);
    await page.goto(`/settings/accounts/${record}/disconnect`);
    await expect(page.getByRole("dialog")).toContainText("This store has no such account.");
    await page.goto(`/activity/disconnections/${id}`);
    await expect(page.getByRole("main")).toContainText("This store has no such record.");
  });

  test("an account of TikTok for Business cannot be disconnected", async ({ page, program }) => {
    const { accounts } = await program.graphql("{ accounts { id kind name } }");
    const business = accounts.find(({ kind }: { kind: string }) => kind === "TIKTOK_FOR_BUSINESS");
    await page.goto(`/settings/accounts/${business.id}/disconnect`);
    const dialog = page.getByRole("dialog");
    await expect(dialog).toContainText(`${business.name} is not a TikTok Shop account: it stays as it is.`);
    await expect(dialog.getByRole("button", { name: "Disconnect" })).toHaveCount(0);
  });

  for (const path of ["/settings/nothing", "/settings/accounts", "/activity/nothing", "/activity/disconnections"]) {
    test(`an unknown page: ${path}`, async ({ page }) => {
      await page.goto(path);
      await expectNotFound(page);
    });
  }

  test.describe("not routed by the app", () => {
    test.use({ expectedErrors: [/the server responded with a status of 404/] });

    test("an unknown page: /nothing", async ({ page }) => {
      const response = await page.goto("/nothing");
      expect(response?.status()).toBe(404);
      await expectNotFound(page);
    });
  });

  test("an invalid cursor of the activity", async ({ page }) => {
    await page.goto("/activity?after=nothing");
    await expect(page.getByRole("alert")).toBeVisible();
    await navLink(page, "Activity").click();
    await expect(page.getByRole("main")).toContainText(`Connected ${shop}`);
    await expect(page.getByRole("alert")).toHaveCount(0);
  });
});

async function expectNotFound(page: Page): Promise<void> {
  await expect(heading(page, "Page not found")).toBeVisible();
  await expect(page).toHaveTitle("Page not found · TikTok");
  await page.getByRole("link", { name: "Go to the overview" }).click();
  await expect(heading(page, "Overview")).toBeVisible();
}

test("back and forward go through the pages and the dialog", async ({ page, program }) => {
  const { id } = await connectedShop(program);
  const settings = `${program.url}/settings`;
  await page.goto("/");
  await navLink(page, "Settings").click();
  await page.getByRole("link", { name: `Disconnect ${shop}` }).click();
  await expect(page).toHaveURL(`${settings}/accounts/${id}/disconnect`);
  await expect(disconnectDialog(page)).toBeVisible();

  await page.goBack();
  await expectPage(page, settings, "Settings");
  await page.goBack();
  await expectPage(page, `${program.url}/`, "Overview");
  await page.goForward();
  await expectPage(page, settings, "Settings");
  await page.goForward();
  await expect(disconnectDialog(page).getByRole("checkbox")).not.toBeChecked();
  await disconnectDialog(page).getByRole("button", { name: "Cancel" }).click();
  await expectPage(page, settings, "Settings");
  await page.goBack();
  await expectPage(page, `${program.url}/`, "Overview");
});

test("closing a dialog goes back to the page it was opened from", async ({ page, program }) => {
  await disconnectOverApi(program);
  await page.goto("/");
  await shopCard(page).getByRole("link", { name: "Connect" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await expectPage(page, `${program.url}/`, "Overview");
});

test("a dialog has the window's title while it is open, and gives it back", async ({ page }) => {
  await page.goto("/settings");
  await expect(page).toHaveTitle("Settings · TikTok");
  const opener = page.getByRole("link", { name: `Disconnect ${shop}` });
  await opener.click();
  await expect(page).toHaveTitle(`Disconnect ${shop}? · TikTok`);
  await disconnectDialog(page).getByRole("button", { name: "Cancel" }).click();
  await expect(page).toHaveTitle("Settings · TikTok");

  await opener.click();
  await page.goBack();
  await expect(page).toHaveTitle("Settings · TikTok");
  await page.goForward();
  await expect(page).toHaveTitle(`Disconnect ${shop}? · TikTok`);
  await confirmDisconnect(disconnectDialog(page));
  await expect(page).toHaveTitle("Overview · TikTok");
});

test("closing a dialog whose address was opened goes to its page, and Back does not open it again", async ({
  page,
  program,
}) => {
  const { id } = await connectedShop(program);
  await page.goto("/activity");
  await page.goto(`/settings/accounts/${id}/disconnect`);
  await disconnectDialog(page).getByRole("button", { name: "Cancel" }).click();
  await expectPage(page, `${program.url}/settings`, "Settings");
  await page.goBack();
  await expectPage(page, `${program.url}/activity`, "Activity");
});

async function expectPage(page: Page, url: string, title: string): Promise<void> {
  await expect(page).toHaveURL(url);
  await expect(heading(page, title)).toBeVisible();
  await expect(page).toHaveTitle(`${title} · TikTok`);
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

test("every address shows the same after a reload", async ({ page, program }) => {
  const { id } = await connectedShop(program);
  const seen: [address: string, title: string, content: Locator][] = [
    ["/", "Overview", shopCard(page).getByText("Connected", { exact: true })],
    ["/settings", "Settings", page.getByRole("region", { name: "Accounts" })],
    [`/settings/accounts/${id}/disconnect`, `Disconnect ${shop}?`, disconnectDialog(page).getByRole("checkbox")],
    [
      "/settings/connect",
      "Connect TikTok Shop",
      page.getByRole("dialog", { name: "Connect TikTok Shop" }).getByText(`The store is connected to ${shop}`),
    ],
    ["/activity", "Activity", page.getByText(`Connected ${shop}`)],
  ];
  for (const one of seen) await expectAfterReload(page, ...one);
  const record = await disconnectOverApi(program);
  await expectAfterReload(
    page,
    `/activity/disconnections/${record}`,
    "Disconnection",
    page.getByText("Your store is as it was."),
  );
});

async function expectAfterReload(page: Page, address: string, title: string, content: Locator): Promise<void> {
  await page.goto(address);
  await expect(content).toBeVisible();
  await page.reload();
  await expect(content).toBeVisible();
  await expect(page).toHaveURL(({ pathname }) => pathname === address);
  await expect(page).toHaveTitle(`${title} · TikTok`);
}

test("closing a dialog after a reload goes to its page", async ({ page, program }) => {
  await page.goto("/settings");
  await page.getByRole("link", { name: `Disconnect ${shop}` }).click();
  await expect(disconnectDialog(page).getByRole("checkbox")).toBeVisible();
  await page.reload();
  await disconnectDialog(page).getByRole("button", { name: "Cancel" }).click();
  await expectPage(page, `${program.url}/settings`, "Settings");
});
