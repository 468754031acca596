import { expect, test } from "./fixtures";
import { desktop, expectNoOverflow, phone } from "./layout";
import { disconnectDialog, editButton, heading, shop } from "./steps";

test.use({ viewport: phone, deviceScaleFactor: 2, contextOptions: { reducedMotion: "reduce" } });

test("a disconnect on a phone", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("link", { name: `Disconnect ${shop}` }).click();
  const dialog = disconnectDialog(page);
  const warnings = dialog.getByRole("region", { name: "Before you disconnect" }).getByRole("listitem");
  await expect(warnings).not.toHaveCount(0);
  for (const warning of await warnings.all()) {
    await warning.scrollIntoViewIfNeeded();
    await expect(warning).toBeInViewport({ ratio: 0.99 });
  }
  await dialog.getByRole("checkbox").check();
  await dialog.getByRole("button", { name: "Disconnect", exact: true }).click();
  await expect(page.getByRole("region", { name: "TikTok Shop", exact: true })).toContainText("Setup in Progress");
  await expect(heading(page, "Overview")).toBeInViewport();
  await expectNoOverflow(page);
});

for (const [reducedMotion, animated] of [
  ["reduce", false],
  ["no-preference", true], // the control: an animation is noticed
] as const) {
  test(`prefers-reduced-motion ${reducedMotion}: ${animated ? "the dialog is animated" : "no animation"}`, async ({
    page,
  }) => {
    const animations: string[] = [];
    await page.exposeFunction("reportMotion", (what: string) => animations.push(what));
    await page.addInitScript(() => {
      const { reportMotion } = window as unknown as { reportMotion(what: string): void };
      for (const motion of ["animationstart", "transitionrun"]) {
        addEventListener(motion, ({ target }) => reportMotion((target as Element).nodeName));
      }
    });
    await page.emulateMedia({ reducedMotion });
    await page.goto("/activity");
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("link", { name: `Disconnect ${shop}` }).click();
    await expect(disconnectDialog(page).getByRole("checkbox")).toBeVisible();
    await page.keyboard.press("Escape");
    await editButton(page, "order.tags").click();
    await expect(page.getByRole("button", { name: "Save" })).toBeVisible();

    expect(animations.includes("DIALOG")).toBe(animated);
    if (!animated) expect(animations).toEqual([]);
    await expect.poll(() => page.evaluate(() => document.getAnimations().length)).toBe(0);
  });
}

test.describe("forced colours", () => {
  test.use({ viewport: desktop, contextOptions: { forcedColors: "active", reducedMotion: "reduce" } });

  test("the current page is marked in the navigation", async ({ page }) => {
    await page.goto("/settings");
    const links = page.getByRole("navigation", { name: "Pages" }).getByRole("link");
    await expect(links.and(page.locator("[aria-current=page]"))).toHaveText(["Settings"]);
    const looks = await links.evaluateAll((all) =>
      all.map((link) => {
        const { border, outline, textDecoration, fontWeight } = getComputedStyle(link); // backgrounds all look alike
        return [border, outline, textDecoration, fontWeight].join();
      }),
    );
    expect(new Set(looks).size).toBe(2);
  });
});

test("paper has nothing to click or to fill in, but for links", async ({ page }) => {
  for (const [address, title] of [
    ["/", "Overview"],
    ["/settings", "Settings"],
    ["/activity", "Activity"],
    ["/api-keys", "API keys"],
    ["/webhook-endpoints", "Webhooks"],
  ] as const) {
    await page.goto(address);
    await expect(heading(page, title)).toBeVisible();
    await expect(page.getByText("Loading…")).toHaveCount(0);
    await page.emulateMedia({ media: "print" });
    const controls = page.locator("button, input, select, textarea, nav").filter({ visible: true });
    await expect(controls, address).toHaveCount(0);
    await expect(page.getByText("Details", { exact: true }).filter({ visible: true }), address).toHaveCount(0);
    await page.emulateMedia({ media: null });
  }
});
