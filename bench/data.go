package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

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
	SELECT CASE WHEN strpos(t, '000001') = 0 THEN t ELSE replace(replace(replace(t, 'BENCH000001', 'BENCH' || pg_temp.digits(n)),
		'Bench 000001', 'Bench ' || pg_temp.digits(n)), 'bench-000001', 'bench-' || pg_temp.digits(n)) END $$;
CREATE FUNCTION pg_temp.id_of(t text, n int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT left(t, -12) || lpad(n::text, 12, '0') $$;`

// copies are statements that copy everything of the first store, whose id is @id, for the numbers from @from to @to. Its
// entries are the first of all; those of these copies follow @entries. What the stores did they did one after the other: all
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

// copiers is how many connections copy at once.
const copiers = 2

// multiply copies the first store, the only one there is, until there are count.
func multiply(ctx context.Context, databaseURL string, count int) error {
	errs := make([]error, copiers)
	var all sync.WaitGroup
	for i, share := range shares(first+1, count, copiers) {
		all.Go(func() { errs[i] = copyRange(ctx, databaseURL, share[0], share[1]) })
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("copy stores: %w", err)
	}
	return finishCopies(ctx, databaseURL)
}

// shares divides the numbers from one to another among some, who get the first and the last of theirs.
func shares(from, to, among int) [][2]int {
	list := make([][2]int, among)
	for i := range list {
		each := (to - from + 1) / among
		list[i] = [2]int{from + i*each, from + (i+1)*each - 1}
	}
	list[among-1][1] = to
	return list
}

// copyRange makes the stores of some numbers.
func copyRange(ctx context.Context, databaseURL string, from, to int) error {
	return inTransaction(ctx, databaseURL, func(tx pgx.Tx) error {
		var id string
		var entries int64
		err := tx.QueryRow(ctx, `SELECT id, (SELECT max(seq) FROM audit_entries WHERE store_id = stores.id) FROM stores WHERE domain = $1`, domainOf(first)).Scan(&id, &entries)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, renaming); err != nil {
			return err
		}
		for _, statement := range copies {
			// Those of the numbers before have as many entries each as the first store.
			args := pgx.NamedArgs{"id": id, "from": from, "to": to, "entries": entries * int64(from-first)}
			if _, err := tx.Exec(ctx, statement, args); err != nil {
				return err
			}
		}
		return nil
	})
}

// inTransaction writes rows that are right, without looking again whether they are.
func inTransaction(ctx context.Context, databaseURL string, do func(tx pgx.Tx) error) error {
	return connected(ctx, databaseURL, func(conn *pgx.Conn) error {
		return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, "SET LOCAL session_replication_role = replica; SET LOCAL work_mem = '256MB'"); err != nil {
				return err
			}
			return do(tx)
		})
	})
}

// finishCopies has new entries follow those of the copies.
func finishCopies(ctx context.Context, databaseURL string) error {
	if err := send(ctx, databaseURL, `SELECT setval(pg_get_serial_sequence('audit_entries', 'seq'), (SELECT max(seq) FROM audit_entries))`); err != nil {
		return err
	}
	return vacuum(ctx, databaseURL)
}

// vacuum tidies up and counts, which nobody does by the way while things are measured.
func vacuum(ctx context.Context, databaseURL string) error {
	return send(ctx, databaseURL, "VACUUM (ANALYZE)")
}
