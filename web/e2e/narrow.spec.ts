import type { Page } from "@playwright/test";
import { expect, test } from "./fixture";
import { outOfReach, withoutEdge, withoutRoom } from "./measure";
import { scenes } from "./scenes";
import { disconnectDialog, heading, shop } from "./steps";

const phone = { width: 320, height: 568 };
const halfOfADesk = { width: 640, height: 400 }; // with two pixels for one, a desk enlarged to 200 %
const desk = { width: 1280, height: 800 };

test.use({ viewport: phone, deviceScaleFactor: 2, contextOptions: { reducedMotion: "reduce" } });

for (const { name, open } of scenes) {
  test(`there is room on a phone, enlarged and with large text: ${name}`, async ({ page, program }) => {
    await open(page, program);
    await test.step("on a phone", () => expectRoom(page));
    await page.setViewportSize(halfOfADesk);
    await test.step("enlarged to 200 %", () => expectRoom(page));
    await page.setViewportSize(desk);
    await page.evaluate(() => {
      document.documentElement.style.fontSize = "32px";
    });
    await test.step("text of twice the size", () => expectRoom(page));
  });
}

test("the guide on a phone", async ({ page }) => {
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
  await expectRoom(page);
});

for (const [reducedMotion, moves] of [
  ["reduce", false],
  ["no-preference", true], // so that it is known that what moves would be seen
] as const) {
  test(`with motion ${reducedMotion}, ${moves ? "the dialog rises" : "nothing moves"}`, async ({ page }) => {
    const moved: string[] = [];
    await page.exposeFunction("tellMotion", (what: string) => moved.push(what));
    await page.addInitScript(() => {
      const { tellMotion } = window as unknown as { tellMotion(what: string): void };
      for (const motion of ["animationstart", "transitionrun"]) {
        addEventListener(motion, ({ target }) => tellMotion((target as Element).nodeName));
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

    expect(moved.includes("DIALOG")).toBe(moves);
    if (!moves) expect(moved).toEqual([]);
    await expect.poll(() => page.evaluate(() => document.getAnimations().length)).toBe(0);
  });
}

test.describe("forced colours", () => {
  test.use({ viewport: desk, contextOptions: { forcedColors: "active", reducedMotion: "reduce" } });

  for (const { name, open } of scenes.filter(({ name }) => /editor|not confirmed|connect dialog$|record/.test(name))) {
    test(`every control has an edge: ${name}`, async ({ page, program }) => {
      await open(page, program);
      expect(await withoutEdge(page)).toEqual([]);
    });
  }

  test("the page that is shown is marked in the navigation", async ({ page }) => {
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

/** Nothing is cut off, and everything that can be done can be done with a mouse or a finger. */
async function expectRoom(page: Page): Promise<void> {
  expect(await withoutRoom(page)).toEqual([]);
  expect(await outOfReach(page)).toEqual([]);
  const dialog = page.getByRole("dialog");
  if ((await dialog.count()) === 0) return;
  await expect(dialog).toBeInViewport({ ratio: 0.99 });
  for (const button of await dialog.getByRole("button").all()) await expect(button).toBeInViewport({ ratio: 0.99 });
}
