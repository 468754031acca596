import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";
import { findBorderlessControls, findOverflow, findUnreachableControls } from "./layout";
import { disconnectDialog, heading, shop } from "./steps";
import { views } from "./views";

const phone = { width: 320, height: 568 };
const zoomedDesktop = { width: 640, height: 400 }; // with two pixels for one, a desktop zoomed to 200 %
const desktop = { width: 1280, height: 800 };

test.use({ viewport: phone, deviceScaleFactor: 2, contextOptions: { reducedMotion: "reduce" } });

for (const { name, open } of views) {
  test(`nothing overflows on a phone, at 200 % zoom and with large text: ${name}`, async ({ page, program }) => {
    await open(page, program);
    await test.step("on a phone", () => expectNoOverflow(page));
    await page.setViewportSize(zoomedDesktop);
    await test.step("200 % zoom", () => expectNoOverflow(page));
    await page.setViewportSize(desktop);
    await page.evaluate(() => {
      document.documentElement.style.fontSize = "32px";
    });
    await test.step("text of twice the size", () => expectNoOverflow(page));
  });
}

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
    await page.getByRole("button", { name: "Edit order.tags" }).click();
    await expect(page.getByRole("button", { name: "Save" })).toBeVisible();

    expect(animations.includes("DIALOG")).toBe(animated);
    if (!animated) expect(animations).toEqual([]);
    await expect.poll(() => page.evaluate(() => document.getAnimations().length)).toBe(0);
  });
}

test.describe("forced colours", () => {
  test.use({ viewport: desktop, contextOptions: { forcedColors: "active", reducedMotion: "reduce" } });

  for (const { name, open } of views.filter(({ name }) => /editor|not confirmed|connect dialog$|record/.test(name))) {
    test(`every control has a border: ${name}`, async ({ page, program }) => {
      await open(page, program);
      expect(await findBorderlessControls(page)).toEqual([]);
    });
  }

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

/** Nothing overflows, and every control can be reached with a mouse or a finger. */
async function expectNoOverflow(page: Page): Promise<void> {
  expect(await findOverflow(page)).toEqual([]);
  expect(await findUnreachableControls(page)).toEqual([]);
  const dialog = page.getByRole("dialog").last(); // the one on top
  if ((await dialog.count()) === 0) return;
  await expect(dialog).toBeInViewport({ ratio: 0.99 });
  for (const button of await dialog.getByRole("button").all()) await expect(button).toBeInViewport({ ratio: 0.99 });
}
