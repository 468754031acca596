import type { Locator, Page } from "@playwright/test";
import { dropResponse, interceptOperation, navLink, notice } from "./actions";
import { expect, test } from "./fixtures";
import type { Program } from "./program";
import { heading, makeKey } from "./steps";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

test("a seller makes the first key, copies its secret, and a partner's program is in", async ({ page, program }) => {
  await page.goto("/");
  await navLink(page, "API keys").click();
  await expect(heading(page, "API keys")).toBeFocused();
  await expect(page.getByRole("main")).toContainText("There are none yet.");
  const dialog = await fillIn(page, "Rithum");
  await dialog.getByRole("checkbox", { name: "Edit settings" }).check();
  await dialog.getByRole("button", { name: "Create" }).click();

  const secret = await copied(page, "Rithum");
  expect(secret).toMatch(/^hb_[a-z2-7]{40}$/);
  await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  const row = keyRow(page, "Rithum");
  await expect(row).toContainText(secret.slice(0, 9));
  await expect(row).toContainText("Read everything, Edit settings");
  await expect(row).toContainText("never used");
  await expect(row).toContainText("Live");
  await expect(page.locator("body")).not.toContainText(secret.slice(9));
  const [made] = (await program.graphql("{ apiKeys { createdAt expiresAt } }")).apiKeys;
  expect(Date.parse(made.expiresAt) - Date.parse(made.createdAt)).toBeGreaterThan(364 * 24 * 3600 * 1000);

  expect(await statusWith(program, secret)).toBe(200);
  await expect(async () => {
    await page.reload();
    await expect(row).toContainText("last used");
  }).toPass();
  await navLink(page, "Activity").click();
  await expect(page.getByRole("listitem").first()).toContainText("Made the API key Rithum");
});

test("a key can be made that never expires", async ({ page, program }) => {
  await page.goto("/api-keys/new");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Name" }).fill("For ever");
  await dialog.getByRole("combobox", { name: "Expires" }).selectOption("Never");
  await dialog.getByRole("button", { name: "Create" }).click();
  await copied(page, "For ever");
  await page.getByRole("button", { name: "Done" }).click();
  await expect(keyRow(page, "For ever")).toContainText("never expires");
  expect((await program.graphql("{ apiKeys { expiresAt } }")).apiKeys).toEqual([{ expiresAt: null }]);
});

test("an expired key is shown as one", async ({ page, program }) => {
  await makeKey(program, "Short", new Date(Date.now() + 1000).toISOString());
  await expect(async () => {
    await page.goto("/api-keys");
    await expect(keyRow(page, "Short")).toContainText("Expired", { timeout: 1000 });
  }).toPass();
  await expect(keyRow(page, "Short")).toContainText("expired ");
});

test("what the server refuses stands at the field, and can be put right", async ({ page, program }) => {
  await makeKey(program, "Rithum");
  await page.goto("/api-keys/new");
  const dialog = page.getByRole("dialog");
  const name = dialog.getByRole("textbox", { name: "Name" });
  await dialog.getByRole("checkbox", { name: "Read everything" }).uncheck();
  await dialog.getByRole("button", { name: "Create" }).click();
  await expect(name).toHaveAttribute("aria-invalid", "true");
  await expect(name).toHaveAccessibleDescription("A key needs a name.");
  await expect(dialog.getByRole("group", { name: "What it may do" })).toHaveAccessibleDescription(/name one at least/);
  await dialog.getByRole("checkbox", { name: "Disconnect TikTok Shop" }).check();
  for (const [typed, description] of [
    ["RITHUM", /is called Rithum already/],
    ["Rit\u200bhum", /cannot be seen/],
  ] as const) {
    await name.fill(typed);
    await dialog.getByRole("button", { name: "Create" }).click();
    await expect(name).toHaveAccessibleDescription(description);
    await expect(name).toBeFocused();
  }
  expect((await program.graphql("{ apiKeys { id } }")).apiKeys).toHaveLength(1);
  await name.fill("Another");
  await dialog.getByRole("button", { name: "Create" }).click();
  await copied(page, "Another");
});

test("a key is rotated: both work, and the list tells which is which", async ({ page, program }) => {
  const { secret: old } = await makeKey(program, "Rithum");
  await page.goto("/api-keys");
  await page.getByRole("link", { name: "Rotate Rithum" }).click();
  const dialog = page.getByRole("dialog", { name: "Rotate Rithum?" });
  await dialog.getByRole("combobox", { name: "The old key ends" }).selectOption("In 7 days");
  await dialog.getByRole("button", { name: "Rotate" }).click();
  const secret = await copied(page, "Rithum");
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect(secret).not.toBe(old);
  expect([await statusWith(program, old), await statusWith(program, secret)]).toEqual([200, 200]);
  await expect(keyRow(page, "Rithum")).toHaveCount(2);
  await expect(keyRow(page, "Rithum").first()).toContainText("Live");
  await expect(keyRow(page, "Rithum").last()).toContainText("Being replaced");
  const { apiKeys } = await program.graphql("{ apiKeys { expiresAt rotatedAt } }");
  expect(Date.parse(apiKeys[1].expiresAt) - Date.parse(apiKeys[1].rotatedAt)).toBeGreaterThan(6.9 * 24 * 3600 * 1000);
  await navLink(page, "Activity").click();
  await expect(page.getByRole("listitem").first()).toContainText("Rotated the API key Rithum");

  await navLink(page, "API keys").click();
  await page.getByRole("link", { name: "Revoke Rithum, the old key" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect(keyRow(page, "Rithum")).toHaveCount(1);
  expect([await statusWith(program, old), await statusWith(program, secret)]).toEqual([401, 200]);
});

test("revoking asks first, and is said when it is done", async ({ page, program }) => {
  const { secret } = await makeKey(program, "Rithum");
  await page.goto("/api-keys");
  await page.getByRole("link", { name: "Revoke Rithum" }).click();
  const dialog = page.getByRole("dialog", { name: "Revoke Rithum?" });
  await expect(dialog).toContainText("It was never used.");
  await dialog.getByRole("button", { name: "Revoke" }).dispatchEvent("click", { detail: 2 }); // the second of two
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Revoke Rithum" })).toBeFocused();
  expect(await statusWith(program, secret)).toBe(200);

  await page.getByRole("link", { name: "Revoke Rithum" }).click();
  await dialog.getByRole("button", { name: "Revoke" }).click();
  await expect(notice(page)).toContainText("Rithum is revoked.");
  await expect(page.getByRole("main")).toContainText("There are none yet.");
  await expect(heading(page, "API keys")).toBeFocused();
  expect(await statusWith(program, secret)).toBe(401);
  await navLink(page, "Activity").click();
  await expect(page.getByRole("listitem").first()).toContainText("Revoked the API key Rithum");
});

test("a dialog of a key that is gone says so", async ({ page }) => {
  for (const what of ["rotate", "revoke"]) {
    await page.goto(`/api-keys/apikey_none/${what}`);
    await expect(page.getByRole("dialog")).toContainText("This store has no such key");
  }
});

test.describe("an answer that is lost", () => {
  test.use({ expectedErrors: [/Failed to load resource/] });

  test("makes one key and no second one, and says what to do", async ({ page, program }) => {
    await page.goto("/api-keys");
    let asked = 0;
    await interceptOperation(page, "CreateApiKey", (route) => {
      asked++;
      return dropResponse(route);
    });
    const dialog = await fillIn(page, "Rithum");
    await dialog.getByRole("button", { name: "Create" }).click();
    await expect(dialog).toContainText("Whether there is a new key is not known");
    expect(asked).toBe(1);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect(keyRow(page, "Rithum")).toHaveCount(1);
    expect((await program.graphql("{ apiKeys { id } }")).apiKeys).toHaveLength(1);
  });
});

test("a secret that was not copied asks before it vanishes", async ({ page, program }) => {
  await page.goto("/api-keys");
  const dialog = await fillIn(page, "Rithum");
  await dialog.getByRole("button", { name: "Create" }).click();
  const shown = page.getByRole("dialog", { name: "Secret of Rithum" });
  const question = page.getByRole("dialog", { name: "Leave without saving?" });
  for (const leave of [
    () => shown.getByRole("button", { name: "Done" }).click(),
    () => shown.getByRole("button", { name: "Close" }).click(),
    () => page.keyboard.press("Escape"),
    () => page.goBack(),
  ]) {
    await leave();
    await expect(question).toContainText("The secret was not copied.");
    await question.getByRole("button", { name: "Stay" }).click();
    await expect(question).toHaveCount(0);
    await expect(shown.getByRole("textbox", { name: "Secret" })).toHaveValue(/^hb_/);
  }
  const secret = await shown.getByRole("textbox", { name: "Secret" }).inputValue();
  await shown.getByRole("button", { name: "Done" }).click();
  await question.getByRole("button", { name: "Leave" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page).toHaveURL(`${program.url}/api-keys`);
  await expect(page.locator("body")).not.toContainText(secret.slice(9));
});

/** Opens the dialog for a new key, and gives it a name. */
async function fillIn(page: Page, name: string): Promise<Locator> {
  await page.getByRole("link", { name: "Create API key" }).click();
  const dialog = page.getByRole("dialog", { name: "Create API key" });
  await dialog.getByRole("textbox", { name: "Name" }).fill(name);
  return dialog;
}

/** Copies the secret that is shown, and tells what is copied. */
async function copied(page: Page, name: string): Promise<string> {
  const dialog = page.getByRole("dialog", { name: `Secret of ${name}` });
  await dialog.getByRole("button", { name: "Copy" }).click();
  await expect(dialog.getByText("Copied.")).toBeVisible();
  const secret = await page.evaluate(() => navigator.clipboard.readText());
  await expect(dialog.getByRole("textbox", { name: "Secret" })).toHaveValue(secret);
  return secret;
}

function keyRow(page: Page, name: string): Locator {
  return page.getByRole("region", { name: "Keys" }).getByRole("listitem").filter({ hasText: name });
}

/** How the program answers somebody who comes with the key. */
async function statusWith({ url }: Program, secret: string): Promise<number> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${secret}` },
    body: `{"query":"{ store { id } }"}`,
  });
  return response.status;
}
