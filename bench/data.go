package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// first is the number of the store that the product itself makes; the others are its copies.
const first = 1

// edits are what its seller changes after connecting, one after the other.
var edits = []map[string]any{
	{"key": "order.tags", "value": []string{"web", "priority", "tiktok-shop", "gift"}},
	{"key": "price.adjustment", "value": map[string]any{"kind": "PERCENT", "value": 12.5}},
	{"key": "inventory.percent", "value": 70},
	{"key": "location.fulfillsOnlineOrders", "value": map[string]bool{
		"gid://shopify/Location/1001": true, "gid://shopify/Location/1002": true, "gid://shopify/Location/1003": false}},
	{"key": "inventory.percent", "value": 80},
	{"key": "listing.autoOptimize", "value": false},
	{"key": "inventory.outOfStockThreshold", "value": 4},
	{"key": "listing.autoOptimize", "value": true},
}

const editing = `mutation Edit($settings: [SettingInput!]!) { updateSettings(settings: $settings) { settings { key } userErrors { message } } }`

// makeFirst has the product register a store, connect it, and edit it.
func makeFirst(ctx context.Context, product *server, s *sessions) error {
	if _, err := product.ask(ctx, s, operationOf("Accounts"), first); err != nil {
		return err
	}
	if _, err := product.ask(ctx, s, operationOf(connecting), first); err != nil {
		return err
	}
	for _, edit := range edits {
		if err := product.edit(ctx, s, first, edit); err != nil {
			return err
		}
	}
	return nil
}

// edit changes settings of a store through the API of the product.
func (s *server) edit(ctx context.Context, of *sessions, number int, inputs ...map[string]any) error {
	body, err := json.Marshal(map[string]any{"query": editing, "variables": map[string]any{"settings": inputs}})
	if err != nil {
		return err
	}
	_, err = s.post(ctx, of, number, template{body: body, good: []byte(`"userErrors":[]`)})
	return err
}

// Names and addresses in texts, and ids, of the store of a number.
const renaming = `
CREATE FUNCTION pg_temp.digits(n int) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT lpad(n::text, 6, '0') $$;
CREATE FUNCTION pg_temp.text_of(t text, n int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT replace(replace(replace(t, 'BENCH000001', 'BENCH' || pg_temp.digits(n)), 'Bench 000001', 'Bench ' || pg_temp.digits(n)),
		'bench-000001', 'bench-' || pg_temp.digits(n)) $$;
CREATE FUNCTION pg_temp.id_of(t text, n int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT left(t, -12) || lpad(n::text, 12, '0') $$;`

// copies are statements that copy everything of the first store, whose id is @id, for the numbers from @from to @to. Its
// entries are the first of all; those of the copies follow @entries. What the stores did they did one after the other: all
// were registered, then all were connected, so that the rows of one lie among those of the others, as they would.
var copies = []string{
	`INSERT INTO stores (id, domain, name, region)
	SELECT pg_temp.id_of(id, n), pg_temp.text_of(domain, n), pg_temp.text_of(name, n), region
	FROM stores, generate_series(@from::int, @to::int) n WHERE id = @id`,
	`INSERT INTO accounts (id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id)
	SELECT pg_temp.id_of(id, n), pg_temp.id_of(store_id, n), kind, pg_temp.text_of(name, n),
		CASE kind WHEN 'TIKTOK_SHOP' THEN pg_temp.text_of(external_id, n) ELSE 'bc-7' || lpad(n::text, 18, '0') END,
		region, status, connected_at, disconnected_at, pg_temp.id_of(epoch_id, n)
	FROM accounts, generate_series(@from::int, @to::int) n WHERE store_id = @id ORDER BY n`,
	`INSERT INTO epochs (id, store_id, account_id, opened_at, snapshot, snapshot_digest, preview_salt)
	SELECT pg_temp.id_of(id, n), pg_temp.id_of(store_id, n), pg_temp.id_of(account_id, n), opened_at, snapshot, snapshot_digest,
		sha256(preview_salt || n::text::bytea)
	FROM epochs, generate_series(@from::int, @to::int) n WHERE store_id = @id ORDER BY n`,
	`INSERT INTO audit_entries (seq, id, store_id, account_id, action, actor_kind, actor_name, occurred_at)
	SELECT @entries::bigint + (seq - 1) * (@to::int - @from::int + 1) + n - @from::int + 1,
		pg_temp.id_of(id, n), pg_temp.id_of(store_id, n), pg_temp.id_of(account_id, n), action, actor_kind, pg_temp.text_of(actor_name, n), occurred_at
	FROM audit_entries, generate_series(@from::int, @to::int) n WHERE store_id = @id ORDER BY seq, n`,
	`INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
	SELECT pg_temp.id_of(store_id, n), key, scope, pg_temp.text_of(value, n), updated_at, updated_by_kind, pg_temp.text_of(updated_by_name, n)
	FROM settings, generate_series(@from::int, @to::int) n WHERE store_id = @id ORDER BY n, key`,
	`INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, key, scope, before, after,
		changed_at, changed_by_kind, changed_by_name, last_changed_by_kind, last_changed_by_name)
	SELECT @entries::bigint + (entry_seq - 1) * (@to::int - @from::int + 1) + n - @from::int + 1,
		pg_temp.id_of(store_id, n), pg_temp.id_of(epoch_id, n), action, key, scope, pg_temp.text_of(before, n), pg_temp.text_of(after, n),
		changed_at, changed_by_kind, pg_temp.text_of(changed_by_name, n), last_changed_by_kind, pg_temp.text_of(last_changed_by_name, n)
	FROM setting_changes, generate_series(@from::int, @to::int) n WHERE store_id = @id ORDER BY entry_seq, n, seq`,
}

// multiply copies the first store until there are count, in one transaction, without the checks of rows that are right.
func multiply(ctx context.Context, databaseURL string, count int) error {
	conn, err := pgx.Connect(ctx, databaseURL)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error { return copyUpTo(ctx, tx, count) }); err != nil {
		return fmt.Errorf("copy stores: %w", err)
	}
	return vacuum(ctx, databaseURL)
}

// vacuum tidies up and counts, which nobody does by the way while things are measured.
func vacuum(ctx context.Context, databaseURL string) error {
	conn, err := pgx.Connect(ctx, databaseURL)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, "VACUUM (ANALYZE)")
	return err
}

func copyUpTo(ctx context.Context, tx pgx.Tx, count int) error {
	var id string
	var there int
	var entries int64
	err := tx.QueryRow(ctx, `SELECT (SELECT id FROM stores WHERE domain = $1), (SELECT count(*) FROM stores),
		(SELECT max(seq) FROM audit_entries)`, domainOf(first)).Scan(&id, &there, &entries)
	if err != nil || there >= count {
		return err
	}
	if _, err := tx.Exec(ctx, "SET LOCAL session_replication_role = replica;"+renaming); err != nil {
		return err
	}
	for _, statement := range copies {
		if _, err := tx.Exec(ctx, statement, pgx.NamedArgs{"id": id, "from": there + 1, "to": count, "entries": entries}); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `SELECT setval(pg_get_serial_sequence('audit_entries', 'seq'), (SELECT max(seq) FROM audit_entries))`)
	return err
}
