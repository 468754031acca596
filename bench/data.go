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
	_, err := product.ask(ctx, s, makeKey, first)
	return err
}

// makeKey makes the API key that the copies have, too, each with a secret of its own.
var makeKey = operation{name: "MakeKey", mutation: true, query: `mutation MakeKey { createApiKey(name: "bench", scopes: [READ, EDIT_SETTINGS, CONNECT, DISCONNECT]) { secret userErrors { message } } }`}

// linkFirst is what becomes of the first store when all others were copied: its API key and its link are as theirs.
const linkFirst = `UPDATE stores SET linked = true WHERE domain = $1`

// edit changes settings of a store through the API of the product.
func (s *server) edit(ctx context.Context, of *sessions, number int, inputs ...map[string]any) error {
	body, err := json.Marshal(map[string]any{"query": editing, "variables": map[string]any{"settings": inputs}})
	if err != nil {
		return err
	}
	_, err = s.post(ctx, of, number, template{body: body, good: []byte(`"userErrors":[]`)})
	return err
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
		statements, err := copies(ctx, tx, id)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, renaming); err != nil {
			return err
		}
		for _, statement := range statements {
			// Those of the numbers before have as many entries each as the first store.
			args := pgx.NamedArgs{"id": id, "from": from, "to": to, "entries": entries * int64(from-first)}
			if _, err := tx.Exec(ctx, statement, args); err != nil {
				return fmt.Errorf("%s: %w", statement, err)
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
	err := connected(ctx, databaseURL, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, linkFirst, domainOf(first))
		return err
	})
	if err != nil {
		return err
	}
	if err := send(ctx, databaseURL, `SELECT setval(pg_get_serial_sequence('audit_entries', 'seq'), (SELECT max(seq) FROM audit_entries))`); err != nil {
		return err
	}
	return vacuum(ctx, databaseURL)
}

// vacuum tidies up and counts, which nobody does by the way while things are measured.
func vacuum(ctx context.Context, databaseURL string) error {
	return send(ctx, databaseURL, "VACUUM (ANALYZE)")
}
