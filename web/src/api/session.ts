import { isInShopify } from "./appBridge";

// ms that App Bridge may take. Outside of Shopify's admin and apps it has nobody to ask, and never answers: then the page does not keep
// whoever opened it waiting for being told that.
const timeouts = { inShopify: 5_000, elsewhere: 300 };

/**
 * A fresh session token, which App Bridge gives for a minute each:
 * https://shopify.dev/docs/api/app-home/apis/authentication-and-data/id-token-api.
 * None in demo mode, or when there is none to be had: the server says what is missing then.
 */
export async function sessionToken(): Promise<string | undefined> {
  const token = window.shopify?.idToken?.().catch(() => undefined);
  const timeout = isInShopify() ? timeouts.inShopify : timeouts.elsewhere;
  const timedOut = new Promise<undefined>((resolve) => setTimeout(resolve, timeout));
  return token && Promise.race([token, timedOut]);
}
