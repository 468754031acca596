import pg from "pg";

// Moments keep their microseconds, which a Date has no room for.
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => `${text.slice(0, 10)}T${text.slice(11, -3)}Z`);

const options = {
  connectionString: process.env.DATABASE_URL,
  options: "-c timezone=UTC",
  max: 8,
  idleTimeoutMillis: 0, // connections are kept
  pipeline: true, // statements do not wait for the answers to those before them
};

export const reads = new pg.Pool(options);
const writes = new pg.Pool(options);
for (const pool of [reads, writes]) pool.on("error", console.error); // a connection that is lost is made anew

export const closePools = () => Promise.all([reads.end(), writes.end()]);

// prepared names a statement, so that the database prepares it once for each connection.
export const prepared = (name, text) => (values) => ({ name, text, values });

// alone does work that must end with a commit. A connection whose work failed is closed, and with it its transaction.
export async function alone(work) {
  const client = await writes.connect();
  try {
    const done = await work(client);
    client.release();
    return done;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

export const lockStore = prepared("lock_store", "SELECT id FROM stores WHERE id = $1 FOR NO KEY UPDATE");

// What a statement writes once it has an entry: the settings and the ledger. $1 is the store, $2 the moment, $3 the epoch
// and $4 the changes.
export const theChanges = `c AS (SELECT key, scope, before, after,
    "lastChangedBy"->>'kind' AS last_changed_by_kind, "lastChangedBy"->>'name' AS last_changed_by_name
  FROM json_to_recordset($4::json) AS c (key text, scope text, before text, after text, "lastChangedBy" json))`;
export const writeSettings = `written AS (INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
    SELECT $1, key, scope, after, $2, 'SYSTEM', 'TikTok Shop integration' FROM c
    ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
      updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name)
  INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, key, scope, before, after,
    changed_at, changed_by_kind, changed_by_name, last_changed_by_kind, last_changed_by_name)
  SELECT e.seq, $1, $3, e.action, key, scope, before, after, $2, 'SYSTEM', 'TikTok Shop integration', last_changed_by_kind, last_changed_by_name
  FROM entry e CROSS JOIN c`;

// nextEvent is the number of the next event of store $1.
export const nextEvent = `(SELECT coalesce(max(event_number), 0) + 1 FROM audit_entries WHERE store_id = $1 AND event_number IS NOT NULL)`;

// now is the moment as the API writes it.
export const now = () => new Date().toISOString().replace(/\.?0+Z$/, "Z");
