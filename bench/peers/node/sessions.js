import { createVerifier } from "fast-jwt";
import { prepared, reads } from "./database.js";

const { SHOPIFY_API_KEY, SHOPIFY_API_SECRET } = process.env;

const verify = createVerifier({
  key: SHOPIFY_API_SECRET,
  algorithms: ["HS256"],
  allowedAud: SHOPIFY_API_KEY,
  requiredClaims: ["aud", "exp"],
  clockTolerance: 10_000,
  cache: 10_000, // a token's seal is checked once, its times each time
});
const selectStore = prepared("store", "SELECT id, region FROM stores WHERE domain = $1");
const stores = new Map(); // by domain; a store is looked up once

// callerOf returns whom the Authorization header names.
export async function callerOf(authorization) {
  const { dest, sub } = claimsOf(authorization);
  const domain = dest.slice("https://".length);
  let store = stores.get(domain);
  if (!store) {
    store = (await reads.query(selectStore([domain]))).rows[0];
    if (!store) throw unauthenticated();
    stores.set(domain, store);
  }
  return { storeId: store.id, region: store.region, actor: `Shopify user ${sub}` };
}

function claimsOf(authorization) {
  let claims;
  try {
    claims = verify(authorization.slice("Bearer ".length));
  } catch {
    throw unauthenticated();
  }
  if (claims.iss !== `${claims.dest}/admin`) throw unauthenticated();
  return claims;
}

const unauthenticated = () => Object.assign(new Error("unauthenticated"), { statusCode: 401 });
