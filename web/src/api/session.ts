import "./appBridge";

const timeout = 5_000; // ms; outside the Shopify admin App Bridge has nobody to ask, and never answers

/**
 * A fresh session token, which App Bridge gives for a minute each:
 * https://shopify.dev/docs/api/app-home/apis/authentication-and-data/id-token-api.
 * None in demo mode, or when there is none to be had: the server says what is missing then.
 */
export async function sessionToken(): Promise<string | undefined> {
  const token = window.shopify?.idToken?.().catch(() => undefined);
  const timedOut = new Promise<undefined>((resolve) => setTimeout(resolve, timeout));
  return token && Promise.race([token, timedOut]);
}
