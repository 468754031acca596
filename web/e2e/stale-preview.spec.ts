import type { Locator, Page } from "@playwright/test";
import { confirmDisconnect, countDisconnects, expectDisconnected, staleNotice, storeState } from "./actions";
import { expect, test } from "./fixtures";
import { openDisconnectDialog, settingValue, titleOf, unfold, writeSetting } from "./steps";

interface Variant {
  title: string;
  key: string;
  /** The value a colleague writes meanwhile, as JSON. */
  value: string;
  shown: string[];
  now: string[];
  /** Under which title the dialog lists it in the end, undefined where it does not. */
  listed: string | undefined;
  /** The value after the disconnect. */
  after: unknown;
}

const variants: Variant[] = [
  {
    title: "a setting of the list has another value",
    key: "order.tags",
    value: `["web","express"]`,
    shown: ["web", "priority", "tiktok-shop", "gift"],
    now: ["web", "express"],
    listed: "Restored",
    after: ["web", "priority"],
  },
  {
    title: "a setting of the connection has another value",
    key: "inventory.percent",
    value: "80",
    shown: ["100 %"],
    now: ["80 %"],
    listed: "Removed",
    after: undefined,
  },
  {
    title: "a setting comes into the list",
    key: "shipping.packageWeightFallbackKg",
    value: "0.75",
    shown: ["0.50 kg"],
    now: ["0.75 kg"],
    listed: "Restored",
    after: "digits 0.50",
  },
  {
    title: "a setting leaves the list",
    key: "tax.handling",
    value: `"MERCHANT"`,
    shown: ["TikTok collects them"],
    now: ["You collect them"],
    listed: undefined,
    after: "MERCHANT",
  },
  {
    title: "a setting that was in the store before is removed",
    key: "shipping.packageWeightFallbackKg",
    value: "null",
    shown: ["0.50 kg"],
    now: ["Removed"],
    listed: "Re-created",
    after: "digits 0.50",
  },
  {
    title: "a setting of the connection is removed",
    key: "shipping.template",
    value: "null",
    shown: ["Default template"],
    now: ["Removed"],
    listed: undefined,
    after: undefined,
  },
];

for (const { title, key, value, shown, now, listed, after } of variants) {
  test(`${title} after the warning was shown`, async ({ page, program }) => {
    const dialog = await openDisconnectDialog(page);
    await writeSetting(program, key, value);
    const before = await storeState(program);

    await confirmDisconnect(dialog);
    await expectStaleNotice(dialog, key, shown, now);
    await expect(dialog.getByRole("checkbox")).not.toBeChecked();
    expect(await storeState(program)).toEqual(before);
    await expectListed(dialog, key, listed);

    await confirmDisconnect(dialog);
    await expectDisconnected(page);
    expect(await settingValue(program, key)).toEqual(after);
  });
}

for (const [value, told] of [
  [["web", "tiktok-shop"], "now without priority, then with it"],
  [["web", "tiktok-shop", "priority", "express", "gift"], "now with express, gift, then without"],
  [["web", "express"], "now with express, then with priority instead"],
] as const)
  test(`the dialog says of a list what is true of its other items, too: ${told}`, async ({ page, program }) => {
    const dialog = await openDisconnectDialog(page);
    await writeSetting(program, "order.tags", JSON.stringify(value));
    await confirmDisconnect(dialog);
    await expect(staleNotice(dialog)).toBeVisible();
    const lost = dialog.getByRole("region", { name: "What you changed and will lose" });
    await expect(lost.getByRole("listitem").filter({ hasText: titleOf("order.tags") })).toHaveText(
      `${titleOf("order.tags")}: ${told}`,
    );
  });

test("two changes in a row: each is shown", async ({ page, program }) => {
  const dialog = await openDisconnectDialog(page);
  await writeSetting(program, "inventory.percent", "80");
  await confirmDisconnect(dialog);
  await expectStaleNotice(dialog, "inventory.percent", ["100 %"], ["80 %"]);
  await writeSetting(program, "inventory.percent", "60");
  await confirmDisconnect(dialog);
  await expectStaleNotice(dialog, "inventory.percent", ["80 %"], ["60 %"]);
  await expect(dialog.getByRole("checkbox")).not.toBeChecked();
  expect(await countDisconnects(program)).toBe(0);
  await confirmDisconnect(dialog);
  await expectDisconnected(page);
});

test("the second notice lists only the changes since the first", async ({ page, program }) => {
  const dialog = await openDisconnectDialog(page);
  await writeSetting(program, "inventory.percent", "80");
  await confirmDisconnect(dialog);
  await expectStaleNotice(dialog, "inventory.percent", ["100 %"], ["80 %"]);
  await writeSetting(program, "tax.handling", `"MERCHANT"`);
  await confirmDisconnect(dialog);
  await expectStaleNotice(dialog, "tax.handling", ["TikTok collects them"], ["You collect them"]);
  expect(await countDisconnects(program)).toBe(0);
});

test("several settings change at once", async ({ page, program }) => {
  const dialog = await openDisconnectDialog(page);
  for (const [key, value] of Object.entries({ "tax.handling": `"MERCHANT"`, "inventory.percent": "80" })) {
    await writeSetting(program, key, value);
  }
  await confirmDisconnect(dialog);
  await expect(staleNotice(dialog).getByRole("strong")).toHaveText(["inventory.percent", "tax.handling"].map(titleOf));
});

test("settings of the ads channel may change: the preview is not stale", async ({ page, program }) => {
  const dialog = await openDisconnectDialog(page);
  await writeSetting(program, "ads.dataSharing", `"STANDARD"`);
  await confirmDisconnect(dialog);
  await expectDisconnected(page);
  expect(await settingValue(program, "ads.dataSharing")).toBe("STANDARD");
});

test("the notice is gone when the dialog is opened again, and closing changes nothing", async ({ page, program }) => {
  const dialog = await openDisconnectDialog(page);
  await writeSetting(program, "inventory.percent", "80");
  await confirmDisconnect(dialog);
  await expectStaleNotice(dialog, "inventory.percent", ["100 %"], ["80 %"]);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await reopen(page);
  await expect(staleNotice(dialog)).toHaveCount(0);
  await expect(dialog.getByRole("checkbox")).not.toBeChecked();
  expect(await countDisconnects(program)).toBe(0);
});

async function reopen(page: Page): Promise<void> {
  await page.getByRole("link", { name: /^Disconnect / }).click();
  await expect(page.getByRole("dialog").getByRole("checkbox")).toBeVisible();
}

/** The alert shows this one setting: what it was when it was shown, and what it is now. */
async function expectStaleNotice(dialog: Locator, key: string, shown: string[], now: string[]): Promise<void> {
  await expect(staleNotice(dialog).getByRole("term")).toHaveText(["When shown", "Now"]);
  await expect(staleNotice(dialog).getByRole("strong")).toHaveText([titleOf(key)]);
  await expect(staleNotice(dialog).getByRole("definition")).toHaveText([shown.join(""), now.join("")]);
}

/** The dialog lists the setting, marked so, or does not list it. */
async function expectListed(dialog: Locator, key: string, mark: string | undefined): Promise<void> {
  const list = dialog.getByRole("region", { name: "What will change" });
  await unfold(list);
  const change = list.page().getByText(titleOf(key), { exact: true });
  const listed = list.getByRole("listitem").filter({ has: change });
  if (mark === undefined) await expect(listed).toHaveCount(0);
  else await expect(listed.locator("p", { has: change })).toContainText(mark);
}
