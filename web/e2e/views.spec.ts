import type { Page } from "@playwright/test";
import { violations } from "./accessibility";
import { expect, test } from "./fixtures";
import { desktop, expectNoOverflow, findBorderlessControls, phone } from "./layout";
import { views } from "./views";

const zoomedDesktop = { width: 640, height: 400 }; // with two pixels for one, a desktop zoomed to 200 %

// An element that fades in is checked at full opacity.
test.use({ viewport: phone, deviceScaleFactor: 2, contextOptions: { reducedMotion: "reduce" } });

for (const { name, open } of views) {
  test(`everybody can use it: ${name}`, async ({ page, program }) => {
    await open(page, program);
    await test.step("on a phone", () => expectNoOverflow(page));
    await page.setViewportSize(zoomedDesktop);
    await test.step("at 200 % zoom", () => expectNoOverflow(page));
    await page.setViewportSize(desktop);
    await setTextSize(page, "32px");
    await test.step("with text of twice the size", () => expectNoOverflow(page));
    await setTextSize(page, "");
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await test.step(`axe, ${colorScheme}`, async () => expect(await violations(page)).toEqual([]));
    }
    await page.emulateMedia({ forcedColors: "active" });
    await test.step("in forced colours", async () => expect(await findBorderlessControls(page)).toEqual([]));
  });
}

function setTextSize(page: Page, size: string): Promise<void> {
  return page.evaluate((to) => {
    document.documentElement.style.fontSize = to;
  }, size);
}
