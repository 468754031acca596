package store

// SelectStore reads the store of the domain $1.
const SelectStore = `SELECT id, region FROM stores WHERE domain = $1`

// SelectAccounts reads the accounts of store $1, newest connection first.
const SelectAccounts = `SELECT id, kind, name, external_id, region, status, connected_at, disconnected_at
	FROM accounts WHERE store_id = $1 ORDER BY connected_at DESC, id DESC`

// SelectConnected reads the connected accounts of store $1.
const SelectConnected = `SELECT kind, id, name, region FROM accounts
	WHERE store_id = $1 AND status = 'CONNECTED' ORDER BY connected_at DESC, id DESC`

// SelectSettings reads the settings of store $1 in key order.
const SelectSettings = `SELECT key, scope, value, updated_at, updated_by_kind, updated_by_name
	FROM settings WHERE store_id = $1 AND value IS NOT NULL ORDER BY key`

// SelectEntries reads the $2 newest audit entries of store $1.
const SelectEntries = `SELECT au.seq, au.id, au.action, au.actor_kind, au.actor_name, au.occurred_at, a.id, a.name, a.status, d.id
	FROM audit_entries au LEFT JOIN accounts a ON a.id = au.account_id LEFT JOIN disconnections d ON d.entry_seq = au.seq
	WHERE au.store_id = $1 ORDER BY au.seq DESC LIMIT $2`

// SelectEntriesChanges reads what the $2 newest audit entries of store $1 changed.
const SelectEntriesChanges = `SELECT p.seq, c.key, c.scope, c.before, c.after, c.last_changed_by_kind, c.last_changed_by_name
	FROM (SELECT seq FROM audit_entries WHERE store_id = $1 ORDER BY seq DESC LIMIT $2) p
	JOIN setting_changes c ON c.entry_seq = p.seq ORDER BY c.entry_seq DESC, c.key`

// SelectWhole reads the accounts of store $1 with their epochs and, beside a connected shop, the settings outside the
// ads scope, which are in no order.
const SelectWhole = `SELECT a.id, a.name, a.kind, a.status, a.region, e.id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt,
		s.keys, s.scopes, s.values, s.kinds, s.names
	FROM accounts a LEFT JOIN epochs e ON e.id = a.epoch_id
	LEFT JOIN LATERAL (SELECT array_agg(key) AS keys, array_agg(scope) AS scopes, array_agg(value) AS values,
		array_agg(updated_by_kind) AS kinds, array_agg(updated_by_name) AS names
		FROM settings WHERE store_id = a.store_id AND scope <> 'ADS') s ON a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
	WHERE a.store_id = $1 ORDER BY a.connected_at DESC, a.id DESC`

// LockStore keeps others from writing store $1 until the transaction ends.
const LockStore = `SELECT id FROM stores WHERE id = $1 FOR NO KEY UPDATE`

// SelectShops reads the shops of store $1, and who else has connected the shop of code $2.
const SelectShops = `SELECT id, store_id, external_id, status FROM accounts
	WHERE kind = 'TIKTOK_SHOP' AND (store_id = $1 OR external_id = $2 AND status = 'CONNECTED')`

// SelectOutsideAds reads the settings of store $1 outside the ads scope in key order, those that were removed, too.
const SelectOutsideAds = `SELECT key, scope, coalesce(value, ''), updated_by_kind, updated_by_name
	FROM settings WHERE store_id = $1 AND scope <> 'ADS' ORDER BY key`

// OpenAccount writes what connecting writes.
const OpenAccount = `WITH ` + theChanges + `,
	opened AS (INSERT INTO accounts (id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id)
		VALUES ($10, $1, 'TIKTOK_SHOP', $11, $12, $13, 'CONNECTED', $2, NULL, $3)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, region = excluded.region, status = excluded.status,
			connected_at = excluded.connected_at, disconnected_at = NULL, epoch_id = excluded.epoch_id),
	epoch AS (INSERT INTO epochs (id, store_id, account_id, opened_at, snapshot, snapshot_digest, preview_salt)
		VALUES ($3, $1, $10, $2, $14, $15, $16)),
	entry AS (INSERT INTO audit_entries (id, store_id, account_id, action, actor_kind, actor_name, occurred_at, event_number)
		VALUES ($17, $1, $10, 'ACCOUNT_CONNECTED', 'SELLER', $18, $2, ` + nextEvent + `) RETURNING seq, action),
	transition AS (INSERT INTO transitions (id, store_id, account_id, epoch_id, kind, phase, begun_at, begun_by_kind, begun_by_name, closed_at, completed_at, entry_seq, authorization_status)
		SELECT 'connection_' || right($3, 36), $1, $10, $3, 'CONNECT', 'COMPLETE', $2, 'SELLER', $18, $2, $2, seq, 'NOT_CONFIRMED' FROM entry),
	` + writeSettings

// CloseAccount writes what disconnecting writes, but for the disconnection.
const CloseAccount = `WITH ` + theChanges + `,
	closed AS (UPDATE accounts SET status = 'DISCONNECTED', disconnected_at = $2 WHERE id = $10 AND status = 'CONNECTED' RETURNING id),
	entry AS (INSERT INTO audit_entries (id, store_id, account_id, action, actor_kind, actor_name, occurred_at, event_number)
		SELECT $11, $1, closed.id, 'ACCOUNT_DISCONNECTED', 'SELLER', $12, $2, ` + nextEvent + ` FROM closed RETURNING seq, action),
	` + writeSettings

// nextEvent is the number of the next event of store $1.
const nextEvent = `(SELECT coalesce(max(event_number), 0) + 1 FROM audit_entries WHERE store_id = $1 AND event_number IS NOT NULL)`

// AddRecord writes the disconnection and how it went. It reads the settings back: another digest than the snapshot's becomes NULL,
// which the table rejects.
const AddRecord = `WITH entry AS (SELECT seq, account_id, occurred_at, actor_kind, actor_name FROM audit_entries WHERE id = $4),
	transition AS (INSERT INTO transitions (id, store_id, account_id, epoch_id, kind, phase, begun_at, begun_by_kind, closed_at, begun_by_name, completed_at, entry_seq, authorization_status)
		SELECT $1, $2, account_id, $3, 'DISCONNECT', 'COMPLETE', occurred_at, actor_kind, occurred_at, actor_name, occurred_at, seq, 'NOT_CONFIRMED' FROM entry)
	INSERT INTO disconnections (id, store_id, epoch_id, entry_seq, restored_digest)
	SELECT $1, $2, $3, (SELECT seq FROM entry), CASE WHEN d.digest = $5 THEN d.digest END
	FROM (SELECT encode(sha256(convert_to(coalesce(string_agg(key || E'\t' || value || E'\n', '' ORDER BY key), ''), 'UTF8')), 'hex') AS digest
		FROM settings WHERE store_id = $2 AND scope <> 'ADS' AND value IS NOT NULL) d RETURNING restored_digest`

// theChanges and writeSettings are the parts of a statement that write the settings and the ledger, once there is an
// entry. Its parameters are $1 the store, $2 the moment, $3 the epoch and $4 to $9 the columns of changes.
const (
	theChanges = `c AS (SELECT * FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
		AS c (key, scope, before, after, last_changed_by_kind, last_changed_by_name))`
	writeSettings = `written AS (INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
		SELECT $1, key, scope, after, $2, 'SYSTEM', 'TikTok Shop integration' FROM c
		ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
			updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name)
	INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, key, scope, before, after,
		changed_at, changed_by_kind, changed_by_name, last_changed_by_kind, last_changed_by_name)
	SELECT e.seq, $1, $3, e.action, key, scope, before, after, $2, 'SYSTEM', 'TikTok Shop integration', last_changed_by_kind, last_changed_by_name
	FROM entry e CROSS JOIN c`
)
