import type { Frame, Page } from "@playwright/test";
import { violations } from "./accessibility";
import { expect, test } from "./fixtures";
import { desktop, expectNoOverflow, findBorderlessControls, findSmallTargets, phone } from "./layout";
import { anyOf } from "./shopify";
import { views } from "./views";

const never = /(?!)/;
const zoomedDesktop = { width: 640, height: 400 }; // with two pixels for one, a desktop zoomed to 200 %

// An element that fades in is checked at full opacity.
test.use({ viewport: phone, deviceScaleFactor: 2, contextOptions: { reducedMotion: "reduce" } });

for (const { name, open, env = {}, permissions = [], expectedErrors = [] } of views) {
  test.describe(() => {
    test.use({ env, permissions, expectedErrors: [anyOf(never, ...expectedErrors)] });

    test(`everybody can use it: ${name}`, async ({ page, program }) => {
      const frame = await open(page, program);
      const place = frame ?? page;
      await test.step("on a phone", () => expectNoOverflow(place));
      await test.step("with a finger", async () => expect.soft(await findSmallTargets(place)).toEqual([]));
      await page.setViewportSize(zoomedDesktop);
      await test.step("at 200 % zoom", () => expectNoOverflow(place));
      await page.setViewportSize(desktop);
      await setTextSize(place, "32px");
      await test.step("with text of twice the size", () => expectNoOverflow(place));
      await setTextSize(place, "");
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await test.step(`axe, ${colorScheme}`, async () =>
          expect(await violations(page, frame !== undefined)).toEqual([]));
      }
      await page.emulateMedia({ forcedColors: "active" });
      await test.step("in forced colours", async () => expect(await findBorderlessControls(place)).toEqual([]));
    });
  });
}

function setTextSize(place: Page | Frame, size: string): Promise<void> {
  return place.evaluate((to) => {
    document.documentElement.style.fontSize = to;
  }, size);
}
