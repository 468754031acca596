import { haveStored, refuseForTheDay } from "./actions";
import { expect, test } from "./fixtures";
import { startEditing } from "./steps";

test.use({ timezoneId: "America/New_York" });

test("much that is stored today is told where it matters, and until when", async ({ page }) => {
  await haveStored(page, 230);
  for (const address of ["/settings", "/api-keys"]) {
    await page.goto(address);
    const notice = page
      .getByRole("status")
      .filter({ hasText: "89 % of what may be stored for this store today is used." });
    await expect(notice).toContainText(
      "no shop can be connected, until Mar 2, 2026, 7:00 PM EST. Disconnecting always works.",
    );
  }
});

test("what is used up says when there is room again, and what goes on", async ({ page }) => {
  await haveStored(page, 256);
  await page.goto("/settings");
  const notice = page.getByRole("status").filter({ hasText: "From Mar 2, 2026, 7:00 PM EST on there is room again." });
  await expect(notice).toContainText("Disconnecting, revoking API keys");
});

test("as long as there is room, nothing is said of it", async ({ page }) => {
  await haveStored(page, 200);
  const asked = page.waitForResponse((response) => response.request().postData()?.includes("DailyLimits") ?? false);
  await page.goto("/settings");
  await asked;
  await expect(page.getByRole("region", { name: "Technical" })).toBeVisible();
  await expect(page.getByText("may be stored")).toHaveCount(0);
});

test("an edit that the day has no room for says when the next one begins, in the seller's zone", async ({ page }) => {
  await refuseForTheDay(page);
  await page.goto("/settings");
  const row = await startEditing(page, "order.tags");
  await row.getByRole("textbox").fill("a");
  await row.getByRole("button", { name: "Save" }).click();
  await expect(row.getByRole("alert")).toContainText(
    /The next day begins [A-Z][a-z]+ \d+, 20\d\d, [78]:00 PM E[SD]T: try again then\./,
  );
});
