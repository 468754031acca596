import { randomBytes } from "node:crypto";
import { v7 as uuid } from "uuid";
import { alone, lockStore, nextEvent, now, prepared, theChanges, writeSettings } from "./database.js";
import { overviewOf, selectConnected } from "./reads.js";
import { differences, digest, goJSON } from "./restoration.js";
import { filled } from "./wanted.js";

const authorizationCodes = /^sandbox:([A-Z]{2}):owner:([A-Za-z0-9_-]{1,64})$/;

const selectShops = prepared("shops", `SELECT id, store_id, external_id, status FROM accounts
  WHERE kind = 'TIKTOK_SHOP' AND (store_id = $1 OR external_id = $2 AND status = 'CONNECTED')`);
const selectOutsideAds = prepared("outside_ads", `SELECT key, scope, value, updated_by_kind AS kind, updated_by_name AS name
  FROM settings WHERE store_id = $1 AND scope <> 'ADS' ORDER BY key`);
const openAccount = prepared("open_account", `WITH ${theChanges},
  opened AS (INSERT INTO accounts (id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id)
    VALUES ($5, $1, 'TIKTOK_SHOP', $6, $7, $8, 'CONNECTED', $2, NULL, $3)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, region = excluded.region, status = excluded.status,
      connected_at = excluded.connected_at, disconnected_at = NULL, epoch_id = excluded.epoch_id),
  epoch AS (INSERT INTO epochs (id, store_id, account_id, opened_at, snapshot, snapshot_digest, preview_salt)
    VALUES ($3, $1, $5, $2, $9, $10, $11)),
  entry AS (INSERT INTO audit_entries (id, store_id, account_id, action, actor_kind, actor_name, occurred_at, event_number)
    VALUES ($12, $1, $5, 'ACCOUNT_CONNECTED', 'SELLER', $13, $2, ${nextEvent}) RETURNING seq, action),
  transition AS (INSERT INTO transitions (id, store_id, account_id, epoch_id, kind, phase, begun_at, begun_by_kind, begun_by_name, closed_at, completed_at, entry_seq, authorization_status)
    SELECT 'connection_' || right($3, 36), $1, $5, $3, 'CONNECT', 'COMPLETE', $2, 'SELLER', $13, $2, $2, seq, 'NOT_CONFIRMED' FROM entry),
  ${writeSettings}`);

// connect takes two round trips: read under the lock, then write, commit and read the overview. When a statement fails
// the commit after it undoes all.
export function connect(caller, authorizationCode) {
  const [, region, code] = authorizationCodes.exec(authorizationCode) ?? [];
  if (!code || region !== caller.region) throw new Error("TikTok does not know this authorization code");
  const name = `TikTok Shop ${code}`;
  return alone(async (client) => {
    const { id, settings } = await lockAndReadShops(client, caller, code);
    const there = settings.filter((s) => s.value !== null).map(({ key, scope, value }) => ({ key, scope, value }));
    const changes = differences(settings, filled(code, name, region), false);
    const at = now();
    const [, , connected] = await Promise.all([
      client.query(openAccount([caller.storeId, at, `epoch_${uuid()}`, JSON.stringify(changes), id, name, code, region,
        goJSON(there), digest(there), randomBytes(32), `audit_${uuid()}`, caller.actor])),
      client.query("commit"),
      client.query(selectConnected([caller.storeId])),
    ]);
    return {
      account: { id, name, externalId: code, status: "CONNECTED", connectedAt: at },
      changes,
      overview: overviewOf(caller, connected.rows),
      userErrors: [],
    };
  });
}

// lockAndReadShops returns the id that the account for the shop has or gets, and the settings outside the ads scope.
async function lockAndReadShops(client, caller, code) {
  const [, , shops, settings] = await Promise.all([
    client.query("begin"),
    client.query(lockStore([caller.storeId])),
    client.query(selectShops([caller.storeId, code])),
    client.query(selectOutsideAds([caller.storeId])),
  ]);
  if (shops.rows.some((shop) => shop.status === "CONNECTED")) throw new Error("this store, or this shop, is connected already");
  const known = shops.rows.find((shop) => shop.store_id === caller.storeId && shop.external_id === code);
  return { id: known?.id ?? `account_${uuid()}`, settings: settings.rows };
}
