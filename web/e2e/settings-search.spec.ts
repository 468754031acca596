import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";
import { field } from "./settings";
import { startEditing, writeSetting } from "./steps";

test.describe("searching", () => {
  const search = (page: Page) => page.getByRole("searchbox", { name: "Search settings" });
  const rows = (page: Page) => page.getByRole("main").getByRole("heading", { level: 3 });
  const found = (page: Page) => page.getByRole("search").getByRole("status");

  for (const [by, query, titles] of [
    ["name", "stock sha", ["Stock share"]],
    ["sentence", "remits tax", ["Tax collection"]],
    ["key", "inventory.percent", ["Stock share"]],
    ["value", "tiktok collects", ["Tax collection"]],
    ["product's name", "ridge jacket", ["Published products", "Stock managed by TikTok Shop", "Linked listings"]],
  ] as const) {
    test(`a setting is found by its ${by}`, async ({ page }) => {
      await page.goto("/settings");
      await search(page).fill(query);
      await expect(rows(page)).toHaveText([...titles]);
      await expect(found(page)).toHaveText(
        titles.length === 1 ? "1 setting found." : `${titles.length} settings found.`,
      );
    });
  }

  test("what is found unfolds, and all is there again when nothing is looked for", async ({ page }) => {
    await page.goto("/settings");
    await expect(rows(page).first()).toBeVisible();
    const all = await rows(page).allTextContents();
    await search(page).fill("store events");
    await expect(rows(page)).toHaveText(["Store events"]);
    await search(page).fill("");
    await expect(rows(page)).toHaveText(all);
    await expect(found(page)).toHaveText("");
  });

  test("nothing found says so", async ({ page }) => {
    await page.goto("/settings");
    await search(page).fill("umbrella");
    await expect(found(page)).toHaveText("No setting found. Try another word.");
    await expect(rows(page)).toHaveCount(0);
  });

  test("only what was changed is shown", async ({ page, program }) => {
    await page.goto("/settings");
    await page.getByRole("checkbox", { name: "Changed since connecting (3)" }).check();
    await expect(rows(page)).toHaveText([/^Price adjustment/, /^Locations that fulfill online orders/, /^Order tags/]);
    await expect(found(page)).toHaveText("3 settings found.");
    await search(page).fill("tags");
    await expect(rows(page)).toHaveText([/^Order tags/]);
    await search(page).fill("");
    await writeSetting(program, "inventory.percent", "55");
    await page.reload();
    await page.getByRole("checkbox", { name: "Changed since connecting (4)" }).check();
    await expect(rows(page).filter({ hasText: "Stock share" })).toBeVisible();
  });

  test("what is typed in a setting stays while another is looked for", async ({ page }) => {
    await page.goto("/settings");
    const row = await startEditing(page, "order.tags");
    await field(row).fill("half a");
    await search(page).fill("stock share");
    await expect(rows(page)).toHaveText(["Stock share"]);
    await search(page).fill("");
    await expect(field(row)).toHaveValue("half a");
  });
});
