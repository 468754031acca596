/** The bar on top of the Shopify admin that saves and discards: https://shopify.dev/docs/api/app-home/apis/save-bar */
interface SaveBar {
  show(id: string): Promise<void>;
  hide(id: string): Promise<void>;
  /** Asks whoever is about to leave; kept when they leave, or when no bar is shown, and never when they stay. */
  leaveConfirmation(): Promise<void>;
}

// Inside the Shopify admin the page has App Bridge: https://shopify.dev/docs/api/app-home/latest/app-bridge-web-components
declare global {
  interface Window {
    shopify?: {
      environment?: { embedded?: boolean; mobile?: boolean; pos?: boolean };
      config?: { locale?: string };
      idToken?(): Promise<string>;
      toast?: { show(message: string): void };
      saveBar?: SaveBar;
    };
  }
}

/** Whether the Shopify admin shows the page, and its own navigation beside it. */
export function isEmbedded(): boolean {
  return window.shopify?.environment?.embedded === true;
}

/** Whether one of Shopify's own shows the page: its admin in a frame, or its app for phones or for points of sale, which have none. */
export function isInShopify(): boolean {
  const { embedded, mobile, pos } = window.shopify?.environment ?? {};
  return embedded === true || mobile === true || pos === true || window.top !== window;
}

/** The locale of whoever is signed in to Shopify, such as es-MX, which Shopify also puts into the address that it opens; undefined outside it. */
export function shopifyLocale(): string | undefined {
  return window.shopify?.config?.locale ?? new URLSearchParams(window.location.search).get("locale") ?? undefined;
}

/** The save bar of the Shopify admin; undefined outside it. */
export function saveBar(): SaveBar | undefined {
  return isEmbedded() ? window.shopify?.saveBar : undefined;
}

/** The id of the one element that says what the save bar does. */
export const saveBarId = "unsaved";

/** Shows a message in the Shopify admin for some seconds. False outside it: somebody else has to show it. */
export function showToast(message: string): boolean {
  if (!isEmbedded() || !window.shopify?.toast) return false;
  window.shopify.toast.show(message);
  return true;
}
