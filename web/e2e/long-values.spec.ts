import { readFile } from "node:fs/promises";
import { expect, test } from "./fixtures";
import {
  connectedShop,
  disconnectOverApi,
  settingRow,
  settingValue,
  startEditing,
  unfold,
  writeSetting,
} from "./steps";

// Values of many hundred kilobytes do not come with lists: how long they are is shown, and each can be opened.

const text = "x".repeat(899_996);
const long = "Long value, 900 kB";
const open = { name: "Open the long value of Order tags" };

test.beforeEach(async ({ program }) => {
  await writeSetting(program, "order.tags", JSON.stringify([text]));
});

test("a long value of a setting is opened, and edited", async ({ page, program }) => {
  await page.goto("/settings");
  const row = settingRow(page, "order.tags");
  await expect(row).toContainText(long);
  await row.getByRole("button", open).click();
  await expect(row).toContainText(text);
  const editing = await startEditing(page, "order.tags");
  await expect(editing.getByRole("textbox")).toHaveValue(text);
  await editing.getByRole("textbox").fill("short");
  await editing.getByRole("button", { name: "Save" }).click();
  await expect(row.getByRole("textbox")).toHaveCount(0); // which contains the text, too
  await expect(row).toContainText("short");
  await expect(row).not.toContainText("Long value");
  expect(await settingValue(program, "order.tags")).toEqual(["short"]);
});

test("long values of the audit trail are opened one by one", async ({ page }) => {
  await page.goto("/activity");
  const entry = page.getByRole("region", { name: "Audit trail" }).getByRole("listitem").first();
  await entry.getByText("1 setting changed").click();
  await expect(entry).toContainText(long);
  await entry.getByRole("button", open).click();
  await expect(entry).toContainText(text);
});

test("a long value is told before disconnecting, and is whole in the file of the record", async ({ page, program }) => {
  const { id } = await connectedShop(program);
  await page.goto(`/settings/accounts/${id}/disconnect`);
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText(long);
  await unfold(dialog);
  await dialog.getByRole("button", open).click();
  await expect(dialog).toContainText(text);

  await page.goto(`/activity/disconnections/${await disconnectOverApi(program)}`);
  await expect(page.getByRole("region", { name: "Settings" })).toContainText(long);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download JSON" }).click();
  const file = await readFile(await (await download).path(), "utf8");
  const { changes } = JSON.parse(file).restoration;
  expect(changes.find(({ key }: { key: string }) => key === "order.tags").before).toEqual([text]);
});
