package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// compared is how many stores every answer is compared for.
const compared = 5

// compareAll fails unless the server answers every operation as the limit does, and writes what it writes.
func (b *bench) compareAll(ctx context.Context, server *server) error {
	for _, o := range server.has(operations) {
		if o.mutation {
			continue
		}
		for i := range compared {
			number := first + i*b.readable()/compared
			if isLinked(number) == isOfUnlinked(o) {
				number++
			}
			if err := b.compare(ctx, server, o, number); err != nil {
				return err
			}
		}
	}
	if server == b.limit || len(server.has(mutations)) < len(mutations) {
		return nil
	}
	return b.compareWrites(ctx, server)
}

func (b *bench) compare(ctx context.Context, server *server, o operation, number int) error {
	wanted, err := b.limit.ask(ctx, b.sessions, o, number)
	if err != nil {
		return err
	}
	got, err := server.ask(ctx, b.sessions, o, number)
	if err != nil {
		return err
	}
	if got, err = withoutOpenOrders(got); err != nil {
		return err
	}
	return sameJSON(fmt.Sprintf("%s, %s of store %d", server.Contender.Name, o.name, number), wanted, got)
}

// withoutOpenOrders leaves out of previews what the product warns of that is known at TikTok only, which no other contender asks.
func withoutOpenOrders(answer json.RawMessage) (json.RawMessage, error) {
	value, err := decode(answer)
	if err != nil {
		return nil, err
	}
	data, _ := value.(map[string]any)
	accounts, _ := data["accounts"].([]any)
	for _, account := range accounts {
		shown, _ := account.(map[string]any)
		preview, _ := shown["disconnectPreview"].(map[string]any)
		if warnings, ok := preview["warnings"].([]any); ok {
			preview["warnings"] = slices.DeleteFunc(warnings, func(warning any) bool {
				of, _ := warning.(map[string]any)
				return of["code"] == "OPEN_ORDERS"
			})
		}
	}
	return json.Marshal(value)
}

// written has what a disconnect and a connect leave behind in the database, without ids and times that are never the
// same. $1 is the store's domain.
const written = `SELECT json_build_object(
	'accounts', (SELECT json_agg(json_build_array(id, kind, name, external_id, region, status, disconnected_at IS NULL) ORDER BY id) FROM accounts a WHERE a.store_id = s.id),
	'settings', (SELECT json_agg(json_build_array(key, scope, value, updated_by_kind, updated_by_name,
		updated_at = (SELECT occurred_at FROM entry ORDER BY seq DESC LIMIT 1), updated_at = (SELECT min(occurred_at) FROM entry)) ORDER BY key) FROM settings x WHERE x.store_id = s.id),
	'transitions', (SELECT json_agg(json_build_array(t.kind, t.phase, t.account_id, t.begun_by_kind, t.begun_by_name, t.authorization_status, t.begun_at = e.occurred_at,
		t.closed_at = e.occurred_at, t.completed_at = e.occurred_at) ORDER BY e.seq) FROM entry e JOIN transitions t ON t.entry_seq = e.seq),
	'events', (SELECT json_agg(e.event_number IS NOT NULL) FROM entry e),
	'entries', (SELECT json_agg(json_build_array(e.account_id, e.action, e.actor_kind, e.actor_name,
		(SELECT json_agg(json_build_array(c.action, c.key, c.scope, c.before, c.after, c.changed_at = e.occurred_at, c.changed_by_kind, c.changed_by_name,
			c.last_changed_by_kind, c.last_changed_by_name, c.store_id = s.id, p.opened_at <= c.changed_at, p.account_id) ORDER BY c.key)
			FROM setting_changes c JOIN epochs p ON p.id = c.epoch_id WHERE c.entry_seq = e.seq),
		(SELECT json_build_array(d.restored_digest, d.store_id = s.id, p.snapshot_digest, p.account_id) FROM disconnections d JOIN epochs p ON p.id = d.epoch_id WHERE d.entry_seq = e.seq))
		ORDER BY e.seq) FROM entry e),
	'epoch', (SELECT json_build_array(p.snapshot, p.snapshot_digest, length(p.preview_salt), p.account_id, p.opened_at = a.connected_at) FROM accounts a JOIN epochs p ON p.id = a.epoch_id
		WHERE a.store_id = s.id AND a.kind = 'TIKTOK_SHOP'))
	FROM one s`

const writtenOf = `WITH one AS (SELECT id FROM stores WHERE domain = $1),
	entry AS (SELECT * FROM audit_entries WHERE store_id = (SELECT id FROM one) ORDER BY seq DESC LIMIT 2)
	` + written

// cycle disconnects a store and connects it again. It returns both answers and what was written.
func (b *bench) cycle(ctx context.Context, server *server, number int) (answers [3]json.RawMessage, err error) {
	for i, name := range []string{disconnecting, connecting} {
		answer, err := server.ask(ctx, b.sessions, operationOf(name), number)
		if err != nil {
			return answers, err
		}
		if answers[i], err = stripVolatile(answer); err != nil {
			return answers, err
		}
	}
	return answers, connected(ctx, b.databaseURL, func(conn *pgx.Conn) error {
		return conn.QueryRow(ctx, writtenOf, domainOf(number)).Scan(&answers[2])
	})
}

// compareWrites has both disconnect and connect one store. The first cycle takes the edits away, so that both find the
// same.
func (b *bench) compareWrites(ctx context.Context, server *server) error {
	number := b.count       // one that is written
	server.bySession = true // the actor is the seller, as with the others
	defer func() { server.bySession = false }()
	if _, err := b.cycle(ctx, b.limit, number); err != nil {
		return err
	}
	wanted, err := b.cycle(ctx, b.limit, number)
	if err != nil {
		return err
	}
	got, err := b.cycle(ctx, server, number)
	if err != nil {
		return err
	}
	for i, what := range []string{disconnecting, connecting, "what both wrote"} {
		if err := sameJSON(fmt.Sprintf("%s, %s, store %d", server.Contender.Name, what, number), wanted[i], got[i]); err != nil {
			return err
		}
	}
	return nil
}

// sameJSON fails when two texts are not the same as JSON. Numbers must have the same digits.
func sameJSON(what string, wanted, got json.RawMessage) error {
	w, err := decode(wanted)
	if err != nil {
		return err
	}
	g, err := decode(got)
	if err != nil {
		return err
	}
	if where, differ := difference("", w, g); differ {
		return fmt.Errorf("%s: not as the limit's: %s", what, where)
	}
	return nil
}

// difference is the first place where two values that were read as JSON differ, and what stands there.
func difference(path string, wanted, got any) (where string, differ bool) {
	switch w := wanted.(type) {
	case map[string]any:
		if g, ok := got.(map[string]any); ok && slices.Equal(slices.Sorted(maps.Keys(w)), slices.Sorted(maps.Keys(g))) {
			for _, name := range slices.Sorted(maps.Keys(w)) {
				if where, differ := difference(path+"."+name, w[name], g[name]); differ {
					return where, true
				}
			}
			return "", false
		}
	case []any:
		if g, ok := got.([]any); ok && len(w) == len(g) {
			for i := range w {
				if where, differ := difference(fmt.Sprintf("%s[%d]", path, i), w[i], g[i]); differ {
					return where, true
				}
			}
			return "", false
		}
	}
	if reflect.DeepEqual(wanted, got) {
		return "", false
	}
	return fmt.Sprintf("%s is %.300v, and not %.300v", path, got, wanted), true
}

func decode(text json.RawMessage) (value any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return value, decoder.Decode(&value)
}

// stripVolatile takes out of an answer what is never the same: times, and the id of a disconnection.
func stripVolatile(answer json.RawMessage) (json.RawMessage, error) {
	value, err := decode(answer)
	if err != nil {
		return nil, err
	}
	blank(value)
	return json.Marshal(value)
}

func blank(value any) {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			blank(element)
		}
	case map[string]any:
		if record, ok := value["disconnection"].(map[string]any); ok && record["id"] != "" {
			record["id"] = "some id"
		}
		for name, member := range value {
			text, _ := member.(string)
			if _, err := time.Parse(time.RFC3339Nano, text); err == nil {
				value[name] = "some moment"
			}
			blank(member)
		}
	}
}
