import { expect, type Page } from "@playwright/test";

/**
 * The save bar as App Bridge has it, put into the page: a bar is shown and hidden by the id of an element that must be there, and stays
 * until it is hidden. While it is shown, the admin lets the page have no other address.
 */
export const saveBarScript = `(${install})();`;

interface AdminSaveBar {
  shown: Set<string>;
  /** Those that wait for whoever was asked to leave. */
  asked: (() => void)[];
  /** Addresses that the page was not let have. */
  kept: string[];
}

function install() {
  const admin: AdminSaveBar = { shown: new Set(), asked: [], kept: [] };
  const element = (id: string) => {
    if (!document.querySelector(`ui-save-bar[id="${id}"]`)) throw new Error(`there is no ui-save-bar ${id}`);
  };
  const saveBar = {
    async show(id: string) {
      element(id);
      admin.shown.add(id);
    },
    async hide(id: string) {
      element(id);
      admin.shown.delete(id);
    },
    leaveConfirmation: () =>
      admin.shown.size === 0 ? Promise.resolve() : new Promise<void>((resolve) => admin.asked.push(resolve)),
  };
  const push = window.history.pushState.bind(window.history);
  window.history.pushState = (state, unused, url) => {
    if (admin.shown.size > 0) admin.kept.push(String(url));
    else push(state, unused, url);
  };
  Object.assign((window as unknown as { shopify: object }).shopify, { saveBar });
  Object.assign(window, { adminSaveBar: admin });
}

/** What the seller sees and does in the admin, round the frame of the app. */
export class SaveBar {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async expectShown(shown: boolean): Promise<void> {
    await expect.poll(() => this.#evaluate(({ shown: bars }) => bars.size)).toBe(shown ? 1 : 0);
  }

  save(): Promise<void> {
    return this.#press('button[variant="primary"]');
  }

  discard(): Promise<void> {
    return this.#press("button:not([variant])");
  }

  /** Waits until the seller is asked so many times whether to leave. */
  async expectAsked(times: number): Promise<void> {
    await expect.poll(() => this.#evaluate(({ asked }) => asked.length)).toBe(times);
  }

  /** The seller leaves, as asked last. To stay is to answer nothing. */
  leave(): Promise<void> {
    return this.#evaluate(({ asked }) => asked.at(-1)?.());
  }

  /** The addresses that the admin did not let the page have, because the bar was shown. */
  kept(): Promise<string[]> {
    return this.#evaluate(({ kept }) => kept);
  }

  /** The messages that the admin has shown for some seconds. */
  toasts(): Promise<string[]> {
    return this.#frame().evaluate(() => (window as unknown as { toasts: string[] }).toasts);
  }

  async #press(button: string): Promise<void> {
    await this.expectShown(true);
    await this.#frame().evaluate((selector) => {
      const found = document.querySelector<HTMLButtonElement>(`ui-save-bar ${selector}`);
      if (!found?.hasAttribute("loading")) found?.click();
    }, button);
  }

  #evaluate<Result>(read: (bar: AdminSaveBar) => Result): Promise<Result> {
    const source = `(${read})(window.adminSaveBar)`;
    return this.#frame().evaluate(source) as Promise<Result>;
  }

  #frame() {
    const frame = this.#page.frames().find((one) => one.parentFrame() !== null);
    if (!frame) throw new Error("the page has no frame");
    return frame;
  }
}
