import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./fixtures";
import {
  disconnectDialog,
  disconnectOverApi,
  editButton,
  heading,
  makeEntries,
  settingRow,
  settingValue,
  shop,
} from "./steps";

const maxPresses = 150; // presses of Tab from one end of the longest page to the other

test("a disconnect from beginning to end", async ({ page, program }) => {
  await page.goto("/");
  await tabTo(page.getByRole("link", { name: "Settings" }));
  await page.keyboard.press("Enter");
  await expect(heading(page, "Settings")).toBeFocused();

  await tabTo(page.getByRole("link", { name: `Disconnect ${shop}` }));
  await page.keyboard.press("Enter");
  const dialog = disconnectDialog(page);
  await expect(dialog).toBeVisible();
  await expectFocusIn(dialog);

  const confirm = dialog.getByRole("checkbox");
  await tabTo(confirm);
  await page.keyboard.press("Space");
  await expect(confirm).toBeChecked();
  await tabTo(dialog.getByRole("button", { name: "Disconnect", exact: true }));
  await page.keyboard.press("Enter");

  await expect(heading(page, "Overview")).toBeFocused();
  await expect(page.getByRole("region", { name: "TikTok Shop", exact: true })).toContainText("Setup in Progress");

  await tabTo(page.getByRole("status").getByRole("link", { name: "Open the record" }));
  await page.keyboard.press("Enter");
  await expect(heading(page, "Disconnection")).toBeFocused();
  await expect(page.getByRole("region", { name: "Proof" })).toContainText("The digests are equal");
  const { overview } = await program.graphql("{ overview { tikTokShop { status } } }");
  expect(overview.tikTokShop.status).toBe("SETUP_IN_PROGRESS");
});

test("Enter at the checkbox asks for the confirmation, and does not disconnect once it is ticked", async ({
  page,
  program,
}) => {
  await page.goto("/settings");
  await tabTo(page.getByRole("link", { name: `Disconnect ${shop}` }));
  await page.keyboard.press("Enter");
  const confirm = disconnectDialog(page).getByRole("checkbox");
  await tabTo(confirm);
  await page.keyboard.press("Enter");
  await expect(confirm).toHaveAttribute("aria-invalid", "true");
  await expect(confirm).toBeFocused();
  await expect(confirm).toHaveAccessibleDescription(/confirm/);
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  await expect(confirm).toBeChecked();
  const { overview } = await program.graphql("{ overview { tikTokShop { status } } }");
  expect(overview.tikTokShop.status).toBe("CONNECTED");
});

test("focus trap: Tab and Shift+Tab stay in the dialog, and closing restores the focus", async ({ page }) => {
  await page.goto("/settings");
  const opener = page.getByRole("link", { name: `Disconnect ${shop}` });
  await tabTo(opener);
  await page.keyboard.press("Enter");
  const dialog = disconnectDialog(page);
  await expect(dialog.getByRole("checkbox")).toBeVisible();
  for (const key of ["Tab", "Shift+Tab"]) {
    const seen = await tabAround(page, dialog, key);
    for (const name of ["Close", "Cancel", "Disconnect"]) expect(seen).toContain(name);
  }
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(opener).toBeFocused();
  await expect(page).toHaveURL(/\/settings$/);
});

test("Cancel and Close restore the focus, too", async ({ page }) => {
  await page.goto("/settings");
  const opener = page.getByRole("link", { name: `Disconnect ${shop}` });
  for (const name of ["Cancel", "Close"]) {
    await tabTo(opener);
    await page.keyboard.press("Enter");
    await tabTo(disconnectDialog(page).getByRole("button", { name }));
    await page.keyboard.press("Enter");
    await expect(opener).toBeFocused();
  }
});

test("the dialog to connect a shop restores the focus, too", async ({ page, program }) => {
  await disconnectOverApi(program);
  await page.goto("/settings");
  const opener = page.getByRole("link", { name: "Connect" });
  await tabTo(opener);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog").getByRole("radio").first()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(opener).toBeFocused();
});

test("navigation moves the focus to the title of the page", async ({ page }) => {
  await page.goto("/");
  for (const name of ["Settings", "Activity", "Overview"]) {
    await tabTo(page.getByRole("navigation").getByRole("link", { name }));
    await page.keyboard.press("Enter");
    await expect(heading(page, name)).toBeFocused();
    await expect(page).toHaveTitle(`${name} · TikTok`);
  }
});

test("pagination moves the focus to the title of the page", async ({ page, program }) => {
  await makeEntries(program, 10);
  await page.goto("/activity");
  for (const name of ["Older", "Newest"]) {
    await tabTo(page.getByRole("link", { name }));
    await page.keyboard.press("Enter");
    await expect(heading(page, "Activity")).toBeFocused();
    await expect(heading(page, "Activity")).toBeInViewport();
  }
});

for (const address of ["/", "/settings", "/activity"]) {
  test(`focus is visible throughout ${address}`, async ({ page }) => {
    await page.goto(address);
    await expect(page.getByRole("main").getByRole("listitem").first()).toBeVisible();
    const stops = await page.getByRole("button").or(page.getByRole("link")).count();
    for (let stop = 0; stop < stops; stop++) {
      await page.keyboard.press("Tab");
      await expectVisibleFocus(page);
    }
  });
}

test("a setting is edited, cancelled, edited again and saved", async ({ page, program }) => {
  await page.goto("/settings");
  const edit = editButton(page, "inventory.percent");
  const field = settingRow(page, "inventory.percent").getByRole("textbox");
  await tabTo(edit);
  await page.keyboard.press("Enter");
  await expect(field).toBeFocused();
  await replaceText(page, "7");
  await page.keyboard.press("Escape");
  await expect(edit).toBeFocused();
  expect(await settingValue(program, "inventory.percent")).toBe("digits 100");

  await page.keyboard.press("Space");
  await expect(field).toBeFocused();
  await replaceText(page, "101");
  await page.keyboard.press("Enter");
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(field).toBeFocused();

  await replaceText(page, "80");
  await tabTo(settingRow(page, "inventory.percent").getByRole("button", { name: "Save" }));
  await page.keyboard.press("Enter");
  await expect(edit).toBeFocused();
  await expect(settingRow(page, "inventory.percent")).toContainText("80");
  expect(await settingValue(program, "inventory.percent")).toBe("digits 80");
});

test("checkboxes, lists and choices are edited", async ({ page, program }) => {
  await page.goto("/settings");
  await edit(page, "location.fulfillsOnlineOrders");
  await tabTo(settingRow(page, "location.fulfillsOnlineOrders").getByRole("checkbox", { name: "Harbor shop" }));
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  await expect(editButton(page, "location.fulfillsOnlineOrders")).toBeFocused();

  await edit(page, "order.tags");
  await page.keyboard.press("Control+End");
  await page.keyboard.press("Enter");
  await page.keyboard.type("sale");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(editButton(page, "order.tags")).toBeFocused();

  await edit(page, "tax.handling");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(editButton(page, "tax.handling")).toBeFocused();

  expect(await settingValue(program, "location.fulfillsOnlineOrders")).toEqual({
    "gid://shopify/Location/1001": true,
    "gid://shopify/Location/1002": true,
    "gid://shopify/Location/1003": true,
  });
  expect(await settingValue(program, "order.tags")).toEqual(["web", "priority", "tiktok-shop", "gift", "sale"]);
  expect(await settingValue(program, "tax.handling")).toBe("MERCHANT");
});

test("carriers are removed and added", async ({ page, program }) => {
  await page.goto("/settings");
  const row = settingRow(page, "shipping.carrierMapping");
  await edit(page, "shipping.carrierMapping");
  await expect(row.getByRole("group", { name: "Carrier links" })).toBeFocused();
  await tabTo(row.getByRole("button", { name: "Remove FedEx" }));
  await page.keyboard.press("Enter");
  await expect(row.getByRole("button", { name: "Remove USPS" })).toBeFocused();
  await expect(row.getByRole("status")).toHaveText("Removed: FedEx.");
  await page.keyboard.press("Space");
  await expect(row.getByRole("button", { name: "Add a carrier" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(row.getByLabel("Carrier in Shopify")).toBeFocused();
  await page.keyboard.type("DHL");
  await page.keyboard.press("Tab");
  await page.keyboard.type("7117858858072016999");
  await page.keyboard.press("Enter");
  await expect(editButton(page, "shipping.carrierMapping")).toBeFocused();
  expect(await settingValue(program, "shipping.carrierMapping")).toEqual({ DHL: "7117858858072016999" });
});

test("the wrong account: the right one is chosen with the arrow keys", async ({ page, program }) => {
  await disconnectOverApi(program);
  await page.goto("/");
  await tabTo(page.getByRole("link", { name: "Connect" }));
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Connect TikTok Shop" });
  await expect(dialog.getByRole("radio").first()).toBeVisible();
  await expectFocusIn(dialog);

  await tabTo(dialog.getByRole("radio").first());
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(dialog.getByRole("radio", { name: /USLCDEMO3/ })).toBeChecked();
  await page.keyboard.press("Enter");
  await expect(dialog.getByRole("alert")).toContainText("Only the main owner");

  await page.keyboard.press("ArrowUp");
  await expect(dialog.getByRole("radio", { name: /USLCDEMO2/ })).toBeChecked();
  await tabTo(dialog.getByRole("button", { name: "Connect" }));
  await page.keyboard.press("Space");
  await expect(heading(page, "Overview")).toBeFocused();
  await expect(page.getByRole("region", { name: "TikTok Shop", exact: true })).toContainText("TikTok Shop USLCDEMO2");
});

/** Presses Tab until the focus is there, and sees it all the way. */
async function tabTo(wanted: Locator): Promise<void> {
  const page = wanted.page();
  await expect(wanted).toBeVisible();
  for (let presses = 0; presses < maxPresses; presses++) {
    await page.keyboard.press("Tab");
    await expectVisibleFocus(page);
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`${wanted} is not reached with the Tab key`);
}

/** The body has the focus while it is at the browser's own controls. */
async function expectVisibleFocus(page: Page): Promise<void> {
  const hidden = await page.evaluate(() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body) return undefined;
    const { outlineStyle, outlineWidth } = getComputedStyle(focused);
    const { top, bottom } = focused.getBoundingClientRect();
    const outlined = outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 1;
    return outlined && bottom > 0 && top < innerHeight ? undefined : focused.outerHTML;
  });
  expect(hidden).toBeUndefined();
}

async function expectFocusIn(dialog: Locator): Promise<void> {
  await expect.poll(() => dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
}

/** The names of what Tab reaches in a dialog, all the way round; nothing outside it is reached. */
async function tabAround(page: Page, dialog: Locator, key: string): Promise<string[]> {
  const names: string[] = [];
  const stops = (await dialog.locator("button, input, summary, a").count()) + 5;
  for (let press = 0; press < stops; press++) {
    await page.keyboard.press(key);
    await expectVisibleFocus(page);
    const focused = await dialog.evaluate((element) => {
      const { activeElement } = document;
      if (activeElement === document.body) return "";
      if (!element.contains(activeElement)) return "outside";
      return activeElement?.getAttribute("aria-label") ?? activeElement?.textContent ?? "";
    });
    names.push(focused);
  }
  expect(names).not.toContain("outside");
  return names;
}

async function replaceText(page: Page, text: string): Promise<void> {
  await page.keyboard.press("Control+A");
  await page.keyboard.type(text);
}

/** Starts editing by the keyboard alone. */
async function edit(page: Page, key: string): Promise<void> {
  await tabTo(editButton(page, key));
  await page.keyboard.press("Enter");
  await expect(settingRow(page, key).getByRole("button", { name: "Save" })).toBeVisible();
}
