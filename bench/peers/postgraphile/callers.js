import { createSecretKey } from "node:crypto";
import jwt from "jsonwebtoken";

const { SHOPIFY_API_KEY, SHOPIFY_API_SECRET } = process.env;
const secret = createSecretKey(SHOPIFY_API_SECRET, "utf8"); // made once: of a text jsonwebtoken makes a key each time
const demands = { algorithms: ["HS256"], audience: SHOPIFY_API_KEY, clockTolerance: 10 };

// makeCallers returns a function that makes the settings of a transaction of the Authorization header. A store is looked
// up once.
export function makeCallers(pool) {
  const stores = new Map();
  return async (authorization) => {
    const { domain, user } = verify(authorization);
    if (!stores.has(domain)) {
      const { rows } = await pool.query("SELECT id, region FROM stores WHERE domain = $1", [domain]);
      if (rows.length === 0) throw unauthenticated();
      stores.set(domain, rows[0]);
    }
    const store = stores.get(domain);
    return { "caller.store_id": store.id, "caller.store_region": store.region, "caller.actor": `Shopify user ${user}` };
  };
}

function verify(authorization) {
  let claims;
  try {
    claims = jwt.verify(authorization.slice("Bearer ".length), secret, demands);
  } catch {
    throw unauthenticated();
  }
  if (claims.iss !== `${claims.dest}/admin` || !claims.exp || !claims.nbf) throw unauthenticated();
  return { domain: claims.dest.slice("https://".length), user: claims.sub };
}

function unauthenticated() {
  return Object.assign(new Error("unauthenticated"), { statusCode: 401 });
}
