import { expect, type Frame, type Page } from "@playwright/test";

export const phone = { width: 320, height: 568 };
export const desktop = { width: 1280, height: 800 };

/** Layout problems: an element that scrolls sideways, is clipped, is offscreen, or overlaps another. */
export function findOverflow(page: Page | Frame): Promise<string[]> {
  return page.evaluate(() => {
    const tolerance = 1; // px; layouts round
    const dialog = [...document.querySelectorAll("dialog[open]")].at(-1);
    const all = [...(dialog ?? document.body).querySelectorAll("*")].filter(isSeen);
    const problems = [document.documentElement, document.body, dialog ?? document.body, ...all].flatMap(overflows);
    const boxes = all.flatMap(boxesOf);
    return [...new Set([...problems, ...boxes.flatMap(offscreen), ...overlapping()])];

    /** Words for those who cannot see have no place. */
    function isSeen(element: Element): boolean {
      return element.checkVisibility() && getComputedStyle(element).clipPath !== "inset(50%)";
    }

    interface Box {
      of: Element;
      rect: DOMRect;
    }

    /** Fields scroll what is typed into them. */
    function overflows(element: Element): string[] {
      if (element.matches("input, select, textarea")) return [];
      const { overflowX, overflowY } = getComputedStyle(element);
      const wide = element.scrollWidth > element.clientWidth + tolerance && element.clientWidth > 0;
      const high = element.scrollHeight > element.clientHeight + tolerance && element.clientHeight > 0;
      const sideways = wide && (overflowX !== "visible" || element === document.documentElement);
      const cut = high && /hidden|clip/.test(overflowY) && element !== document.body; // the body is, below a dialog
      return sideways || cut ? [`overflows: ${name(element)}`] : [];
    }

    /** Where a control stands, or each line of a text, as far as nothing is scrolled over it. */
    function boxesOf(element: Element): Box[] {
      const area = scrollArea(element);
      return rects(element)
        .filter(({ width, height, top, bottom }) => width > 0 && height > 0 && bottom <= area.bottom && top >= area.top)
        .map((rect) => ({ of: element, rect }));
    }

    function rects(element: Element): DOMRect[] {
      if (element.matches("input, select, textarea, button")) return [element.getBoundingClientRect()];
      return [...element.childNodes]
        .filter((node) => node instanceof Text && node.data.trim())
        .flatMap((node) => {
          const range = document.createRange();
          range.selectNodeContents(node);
          return [...range.getClientRects()];
        });
    }

    function scrollArea(element: Element): { top: number; bottom: number } {
      for (let above = element.parentElement; above && above !== document.body; above = above.parentElement) {
        if (getComputedStyle(above).overflowY === "auto") return above.getBoundingClientRect();
      }
      return { top: -Infinity, bottom: Infinity };
    }

    function offscreen({ of, rect }: Box): string[] {
      const within = dialog?.getBoundingClientRect() ?? { left: 0, right: document.documentElement.clientWidth };
      const out = rect.left < within.left - tolerance || rect.right > within.right + tolerance;
      return out ? [`offscreen: ${name(of)}`] : [];
    }

    function overlapping(): string[] {
      return boxes.flatMap((one, index) =>
        boxes
          .slice(index + 1)
          .filter((other) => unrelated(one.of, other.of) && intersect(one.rect, other.rect))
          .map((other) => `overlap: ${name(one.of)} and ${name(other.of)}`),
      );
    }

    function unrelated(one: Element, other: Element): boolean {
      return !one.contains(other) && !other.contains(one);
    }

    function intersect(one: DOMRect, other: DOMRect): boolean {
      const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      return wide > tolerance && high > tolerance;
    }

    function name(element: Element): string {
      const { nodeName, textContent } = element;
      return `${nodeName.toLowerCase()} "${textContent?.trim().slice(0, 40)}"`;
    }
  });
}

/** Controls that are covered, or that cannot be scrolled into view. */
export function findUnreachableControls(page: Page | Frame): Promise<string[]> {
  return page.evaluate(() => {
    const root = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
    return [...root.querySelectorAll<HTMLElement>("a, button, input, select, summary, textarea")]
      .filter((control) => control.checkVisibility() && !isHit(control))
      .map((control) => control.outerHTML);

    function isHit(control: HTMLElement): boolean {
      control.scrollIntoView({ block: "nearest" });
      const [rect] = control.getClientRects();
      const hit = rect && document.elementFromPoint(rect.left + rect.width / 2, rect.top + rect.height / 2);
      return control.contains(hit ?? null);
    }
  });
}

/** Controls that are less than 24 CSS pixels high or wide, but for links within a sentence, and what a label beside makes larger. */
export function findSmallTargets(page: Page | Frame): Promise<string[]> {
  return page.evaluate(() => {
    const least = 24;
    const root = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
    return [...root.querySelectorAll<HTMLElement>("a, button, input, select, summary, textarea")]
      .filter((control) => control.checkVisibility())
      .filter(
        (control) => ![control, control.closest("label")].some((one) => one && isLarge(one)) && !isInSentence(control),
      )
      .map((control) => `${control.outerHTML} ${JSON.stringify(control.getBoundingClientRect())}`);

    function isLarge(element: Element): boolean {
      const { width, height } = element.getBoundingClientRect();
      return width >= least && height >= least;
    }

    function isInSentence(control: HTMLElement): boolean {
      const words = (control.parentElement?.textContent ?? "").replace(control.textContent ?? "", "").trim();
      return control.matches("a") && getComputedStyle(control).display === "inline" && words !== "";
    }
  });
}

/** Buttons and fields without a visible border. */
export function findBorderlessControls(page: Page | Frame): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("button, select, textarea, input:not([type=radio], [type=checkbox], [type=hidden])")]
      .filter((control) => {
        const { borderStyle, borderWidth, borderColor, backgroundColor } = getComputedStyle(control);
        return borderStyle === "none" || borderWidth === "0px" || borderColor === backgroundColor;
      })
      .map((control) => control.outerHTML),
  );
}

/** Nothing overflows, and every control can be reached with a mouse or a finger. */
export async function expectNoOverflow(page: Page | Frame): Promise<void> {
  expect(await findOverflow(page)).toEqual([]);
  expect(await findUnreachableControls(page)).toEqual([]);
  const dialog = page.getByRole("dialog").last(); // the one on top
  if ((await dialog.count()) === 0) return;
  await expect(dialog).toBeInViewport({ ratio: 0.99 });
  for (const button of await dialog.getByRole("button").all()) await expect(button).toBeInViewport({ ratio: 0.99 });
}
