import { v7 as uuid } from "uuid";
import { alone, lockStore, nextEvent, now, prepared, theChanges, writeSettings } from "./database.js";
import { overviewOf, selectConnected } from "./reads.js";
import { restoring } from "./restoration.js";

// selectShop reads the connected shop with its epoch and the settings outside the ads scope.
export const selectShop = prepared("shop", `SELECT a.id, a.name, a.region, e.id AS epoch, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt,
    (SELECT json_agg(json_build_object('key', key, 'scope', scope, 'value', value, 'kind', updated_by_kind, 'name', updated_by_name) ORDER BY key)
      FROM settings WHERE store_id = a.store_id AND scope <> 'ADS') AS settings
  FROM accounts a JOIN epochs e ON e.id = a.epoch_id
  WHERE a.store_id = $1 AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'`);

const closeAccount = prepared("close_account", `WITH ${theChanges},
  closed AS (UPDATE accounts SET status = 'DISCONNECTED', disconnected_at = $2 WHERE id = $5 AND status = 'CONNECTED' RETURNING id),
  entry AS (INSERT INTO audit_entries (id, store_id, account_id, action, actor_kind, actor_name, occurred_at, event_number)
    SELECT $6, $1, closed.id, 'ACCOUNT_DISCONNECTED', 'SELLER', $7, $2, ${nextEvent} FROM closed RETURNING seq, action),
  ${writeSettings}`);

// addRecord writes how it went, too, and reads the settings back. Another digest than the snapshot's becomes NULL, which the table refuses.
const addRecord = prepared("add_record", `WITH entry AS (SELECT seq, account_id, occurred_at, actor_kind, actor_name FROM audit_entries WHERE id = $4),
  transition AS (INSERT INTO transitions (id, store_id, account_id, epoch_id, kind, phase, begun_at, begun_by_kind, begun_by_name, closed_at, completed_at, entry_seq, authorization_status)
    SELECT $1, $2, account_id, $3, 'DISCONNECT', 'COMPLETE', occurred_at, actor_kind, actor_name, occurred_at, occurred_at, seq, 'NOT_CONFIRMED' FROM entry)
  INSERT INTO disconnections (id, store_id, epoch_id, entry_seq, restored_digest)
  SELECT $1, $2, $3, (SELECT seq FROM entry), CASE WHEN d.digest = $5 THEN d.digest END
  FROM (SELECT encode(sha256(convert_to(coalesce(string_agg(key || E'\\t' || value || E'\\n', '' ORDER BY key), ''), 'UTF8')), 'hex') AS digest
    FROM settings WHERE store_id = $2 AND scope <> 'ADS' AND value IS NOT NULL) d RETURNING restored_digest`);

// disconnect takes two round trips: read under the lock, then write, prove, commit and read the overview. When a
// statement fails the commit after it undoes all.
export function disconnect(caller) {
  return alone(async (client) => {
    const shop = await lockAndReadShop(client, caller);
    const changes = restoring(shop);
    const [id, entry, at] = [`disconnection_${uuid()}`, `audit_${uuid()}`, now()];
    const [, record, , connected] = await Promise.all([
      client.query(closeAccount([caller.storeId, at, shop.epoch, JSON.stringify(changes), shop.id, entry, caller.actor])),
      client.query(addRecord([id, caller.storeId, shop.epoch, entry, shop.snapshot_digest])),
      client.query("commit"),
      client.query(selectConnected([caller.storeId])),
    ]);
    return {
      account: { id: shop.id, status: "DISCONNECTED", disconnectedAt: at },
      disconnection: {
        id,
        disconnectedAt: at,
        restoration: {
          snapshotTakenAt: shop.opened_at,
          snapshotDigest: shop.snapshot_digest,
          restoredDigest: record.rows[0].restored_digest,
        },
      },
      overview: overviewOf(caller, connected.rows),
      userErrors: [],
    };
  });
}

async function lockAndReadShop(client, caller) {
  const [, , { rows }] = await Promise.all([
    client.query("begin"),
    client.query(lockStore([caller.storeId])),
    client.query(selectShop([caller.storeId])),
  ]);
  if (rows.length === 0) throw new Error("no TikTok Shop is connected");
  return rows[0];
}
