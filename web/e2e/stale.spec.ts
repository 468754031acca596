import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./fixture";
import { openDisconnectDialog, presentValue, write } from "./steps";
import { confirm, everything, expectDisconnected, movedAlert, timesDisconnected } from "./story";

interface Variant {
  title: string;
  key: string;
  /** What a colleague makes of it meanwhile, as JSON. */
  value: string;
  shown: string[];
  now: string[];
  /** Under which title the dialog lists it in the end, undefined where it does not. */
  listed: string | undefined;
  /** What it is after the disconnect. */
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
    shown: ["100"],
    now: ["80"],
    listed: "Removed",
    after: undefined,
  },
  {
    title: "a setting comes into the list",
    key: "returns.policyShown",
    value: "false",
    shown: ["On"],
    now: ["Off"],
    listed: "Restored",
    after: true,
  },
  {
    title: "a setting leaves the list",
    key: "tax.handling",
    value: `"MERCHANT"`,
    shown: ["MARKETPLACE"],
    now: ["MERCHANT"],
    listed: undefined,
    after: "MERCHANT",
  },
  {
    title: "a setting that was in the store before is removed",
    key: "shipping.packageWeightFallbackKg",
    value: "null",
    shown: ["0.50"],
    now: ["Not set"],
    listed: "Re-created",
    after: "digits 0.50",
  },
  {
    title: "a setting of the connection is removed",
    key: "shipping.template",
    value: "null",
    shown: ["default"],
    now: ["Not set"],
    listed: undefined,
    after: undefined,
  },
];

for (const { title, key, value, shown, now, listed, after } of variants) {
  test(`${title} after the warning was shown`, async ({ page, program }) => {
    const dialog = await openDisconnectDialog(page);
    await write(program, key, value);
    const before = await everything(program);

    await confirm(dialog);
    await expectMoved(dialog, key, shown, now);
    await expect(dialog.getByRole("checkbox")).not.toBeChecked();
    expect(await everything(program)).toEqual(before);
    await expectListed(dialog, key, listed);

    await confirm(dialog);
    await expectDisconnected(page);
    expect(await presentValue(program, key)).toEqual(after);
  });
}

test("what moves twice is shown twice", async ({ page, program }) => {
  const dialog = await openDisconnectDialog(page);
  await write(program, "inventory.percent", "80");
  await confirm(dialog);
  await expectMoved(dialog, "inventory.percent", ["100"], ["80"]);
  await write(program, "inventory.percent", "60");
  await confirm(dialog);
  await expectMoved(dialog, "inventory.percent", ["80"], ["60"]);
  await expect(dialog.getByRole("checkbox")).not.toBeChecked();
  expect(await timesDisconnected(program)).toBe(0);
  await confirm(dialog);
  await expectDisconnected(page);
});

test("the second time shows only what moved since the first", async ({ page, program }) => {
  const dialog = await openDisconnectDialog(page);
  await write(program, "inventory.percent", "80");
  await confirm(dialog);
  await expectMoved(dialog, "inventory.percent", ["100"], ["80"]);
  await write(program, "tax.handling", `"MERCHANT"`);
  await confirm(dialog);
  await expectMoved(dialog, "tax.handling", ["MARKETPLACE"], ["MERCHANT"]);
  expect(await timesDisconnected(program)).toBe(0);
});

test("several settings move at once", async ({ page, program }) => {
  const dialog = await openDisconnectDialog(page);
  for (const [key, value] of Object.entries({ "tax.handling": `"MERCHANT"`, "inventory.percent": "80" })) {
    await write(program, key, value);
  }
  await confirm(dialog);
  await expect(movedAlert(dialog).getByRole("code")).toHaveText(["inventory.percent", "tax.handling"]);
});

test("the ads channel's settings may move: they are none of it", async ({ page, program }) => {
  const dialog = await openDisconnectDialog(page);
  await write(program, "ads.dataSharing", `"STANDARD"`);
  await confirm(dialog);
  await expectDisconnected(page);
  expect(await presentValue(program, "ads.dataSharing")).toBe("STANDARD");
});

test("the warning stays away once it was looked at, and closing does nothing", async ({ page, program }) => {
  const dialog = await openDisconnectDialog(page);
  await write(program, "inventory.percent", "80");
  await confirm(dialog);
  await expectMoved(dialog, "inventory.percent", ["100"], ["80"]);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await reopen(page);
  await expect(movedAlert(dialog)).toHaveCount(0);
  await expect(dialog.getByRole("checkbox")).not.toBeChecked();
  expect(await timesDisconnected(program)).toBe(0);
});

async function reopen(page: Page): Promise<void> {
  await page.getByRole("link", { name: /^Disconnect / }).click();
  await expect(page.getByRole("dialog").getByRole("checkbox")).toBeVisible();
}

/** The alert shows this one setting: what it was when it was shown, and what it is now. */
async function expectMoved(dialog: Locator, key: string, shown: string[], now: string[]): Promise<void> {
  await expect(movedAlert(dialog).getByRole("term")).toHaveText(["When shown", "Now"]);
  await expect(movedAlert(dialog).getByRole("code")).toHaveText([key]);
  await expect(movedAlert(dialog).getByRole("definition")).toHaveText([shown.join(""), now.join("")]);
}

/** The dialog lists the setting under this title. */
async function expectListed(dialog: Locator, key: string, title: string | undefined): Promise<void> {
  const list = dialog.getByRole("region", { name: "What will change" });
  const titles = title === undefined ? [] : [title];
  const heading = /^(Restored|Re-created|Removed) \(\d+\)$/;
  const groups = list.locator("div", { has: list.page().getByRole("heading", { name: heading, level: 4 }) });
  const holding = groups
    .filter({ has: list.page().getByText(key, { exact: true }) })
    .getByRole("heading", { level: 4 });
  await expect(holding).toHaveText(titles.map((one) => new RegExp(`^${one} `)));
}
