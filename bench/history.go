package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
)

// longHistory is how many audit entries, each with a row of the ledger, a store gets.
const longHistory = 100_000

// earlier are statements by which every store has a disconnect behind it that changed nothing. Without them
// there would be so few that to read them all would be as good as to look for some.
var earlier = []string{
	`CREATE TEMPORARY TABLE earlier ON COMMIT DROP AS
	SELECT e.*, left(right(e.id, 36), 19) || 'ffff' || right(e.id, 13) AS past FROM accounts a JOIN epochs e ON e.id = a.epoch_id WHERE a.status = 'CONNECTED'`,
	`INSERT INTO epochs (id, store_id, account_id, opened_at, snapshot, snapshot_digest, preview_salt)
	SELECT 'epoch_' || past, store_id, account_id, opened_at - interval '1 day', snapshot, snapshot_digest, preview_salt FROM earlier`,
	`INSERT INTO audit_entries (id, store_id, account_id, action, actor_kind, actor_name, occurred_at)
	SELECT 'audit_' || past, store_id, account_id, 'ACCOUNT_DISCONNECTED', 'SELLER', 'Shopify user 42', opened_at - interval '1 hour' FROM earlier`,
	`INSERT INTO disconnections (id, store_id, epoch_id, entry_seq, restored_digest)
	SELECT 'disconnection_' || past, r.store_id, 'epoch_' || past, e.seq, r.snapshot_digest FROM earlier r JOIN audit_entries e ON e.id = 'audit_' || past`,
	`INSERT INTO transitions (id, store_id, account_id, epoch_id, kind, phase, begun_at, begun_by_kind, closed_at, begun_by_name, completed_at, entry_seq, authorization_status)
	SELECT 'disconnection_' || past, r.store_id, r.account_id, 'epoch_' || past, 'DISCONNECT', 'COMPLETE', e.occurred_at, e.actor_kind, e.occurred_at, e.actor_name, e.occurred_at, e.seq, 'NOT_CONFIRMED'
	FROM earlier r JOIN audit_entries e ON e.id = 'audit_' || past`,
}

// insertHistory are statements that give the store of the domain @domain so many edits more, one after the other, as the
// product writes them: entries and ledger rows that lead from one value to another and back, and the setting as the last
// edit left it. Who edited is copied from an edit that there was.
var insertHistory = []string{
	`CREATE TEMPORARY TABLE history ON COMMIT DROP AS
	SELECT n, 'audit_' || lpad(to_hex(n), 8, '0') || '-0000-7000-8000-000000000000' AS id, s.store_id, s.key, s.scope, s.updated_by_kind AS kind, s.updated_by_name AS name, a.epoch_id,
		CASE n % 2 WHEN 0 THEN '70' ELSE s.value END AS before, CASE n % 2 WHEN 0 THEN s.value ELSE '70' END AS after,
		clock_timestamp() - make_interval(secs => @count::int - n) AS at
	FROM settings s JOIN stores ON stores.id = s.store_id
	JOIN accounts a ON a.store_id = s.store_id AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
	CROSS JOIN generate_series(1, @count::int) n WHERE stores.domain = @domain AND s.key = 'inventory.percent' ORDER BY n`,
	`INSERT INTO audit_entries (id, store_id, action, actor_kind, actor_name, occurred_at)
	SELECT id, store_id, 'SETTINGS_UPDATED', kind, name, at FROM history ORDER BY n`,
	`INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, key, scope, before, after,
		changed_at, changed_by_kind, changed_by_name, last_changed_by_kind, last_changed_by_name)
	SELECT e.seq, h.store_id, h.epoch_id, e.action, h.key, h.scope, h.before, h.after, h.at, h.kind, h.name, h.kind, h.name
	FROM history h JOIN audit_entries e ON e.id = h.id ORDER BY e.seq`,
	`UPDATE settings SET updated_at = h.at FROM history h WHERE h.n = @count AND settings.store_id = h.store_id AND settings.key = h.key`,
}

// addHistory gives a store a long history.
func addHistory(ctx context.Context, databaseURL string, number int) error {
	err := inTransaction(ctx, databaseURL, func(tx pgx.Tx) error {
		for _, statement := range slices.Concat(earlier, insertHistory) {
			tag, err := tx.Exec(ctx, statement, pgx.NamedArgs{"domain": domainOf(number), "count": longHistory})
			if err == nil && tag.RowsAffected() == 0 {
				err = fmt.Errorf("nothing was written by %s", statement)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("a long history: %w", err)
	}
	return vacuum(ctx, databaseURL)
}

// cursorAfter is the cursor of the entry that so many entries of a store, itself among them, make the newest.
func (s *server) cursorAfter(ctx context.Context, of *sessions, number, newest int) (cursor string, err error) {
	const longest = 250 // a page
	for newest > 0 {
		count := min(newest, longest)
		o := operation{name: "Cursor", query: `query Cursor($first: Int!, $after: String) { auditTrail(first: $first, after: $after) { pageInfo { endCursor } } }`,
			variables: func(int) map[string]any { return map[string]any{"first": count, "after": pointerTo(cursor)} }}
		answer, err := s.ask(ctx, of, o, number)
		if err != nil {
			return "", err
		}
		var page struct {
			AuditTrail struct{ PageInfo struct{ EndCursor *string } }
		}
		if err := json.Unmarshal(answer, &page); err != nil {
			return "", err
		}
		if page.AuditTrail.PageInfo.EndCursor == nil {
			return "", fmt.Errorf("store %d has too few entries", number)
		}
		cursor, newest = *page.AuditTrail.PageInfo.EndCursor, newest-count
	}
	return cursor, nil
}

// pointerTo is nil for an empty text.
func pointerTo(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// deepPage is the page of a store's audit trail after a cursor.
func deepPage(cursor string) operation {
	return operation{name: "AuditTrailFarDown", variables: func(int) map[string]any {
		return map[string]any{"first": 10, "after": cursor}
	}, query: `query AuditTrailFarDown($first: Int!, $after: String) {
  auditTrail(first: $first, after: $after) {
    nodes {
      id action actor { kind name } occurredAt account { id name status } disconnection { id }
      changes { key scope kind before after lastChangedBy { kind name } }
    }
    pageInfo { hasNextPage endCursor }
  }
}`}
}

// historyStore is a store whose history is long, or as long as that of the others.
type historyStore struct {
	what      string
	number    int
	sequences [][]operation
}

// histories are an ordinary store and one with a long history, with what is asked about each. The page far down is the
// second of the ordinary one's, in the other the one that begins in the middle.
func (s *server) histories(ctx context.Context, of *sessions, ordinary, long, entries int) ([]*historyStore, error) {
	stores := []*historyStore{{what: "an ordinary store", number: ordinary}, {what: "long history", number: long}}
	for i, newest := range []int{1, entries / 2} {
		cursor, err := s.cursorAfter(ctx, of, stores[i].number, newest)
		if err != nil {
			return nil, err
		}
		stores[i].sequences = [][]operation{{operationOf("AuditTrail")}, {deepPage(cursor)}, {operationOf("DisconnectPreview")}, mutations}
	}
	return stores, nil
}

// growthOfHistory measures a store with a long history beside an ordinary one, and looks at the plans.
func (b *bench) growthOfHistory(ctx context.Context, s *sized) (part, error) {
	if err := addHistory(ctx, b.database.url(s.database), s.count); err != nil {
		return part{}, err
	}
	b.logf("a store with %d audit entries", longHistory)
	stores, err := s.server.histories(ctx, b.sessions, unlinkedFrom(s.count/3), s.count, longHistory)
	if err != nil {
		return part{}, err
	}
	p, err := b.compareHistories(ctx, s.server, b.database, stores)
	if err != nil {
		return part{}, err
	}
	p.text += fmt.Sprintf("\nOne client and the product. The long history has %d audit entries and as many rows in the ledger; a page far down begins in the middle.\n", longHistory)
	plans, err := b.plansOf(ctx, s, stores)
	if err != nil {
		return part{}, fmt.Errorf("plans: %w", err)
	}
	p.text += plans.text
	p.alarms = slices.Concat(p.alarms, plans.alarms)
	return p, nil
}

// compareHistories measures both stores, in turn. There is no database when it is in the server.
func (b *bench) compareHistories(ctx context.Context, server *server, database *postgres, stores []*historyStore) (part, error) {
	found := map[string][]measurement{}
	for round := range b.either(4, 2) {
		for sequence := range stores[0].sequences {
			for i := range stores {
				store := stores[(i+round)%len(stores)]
				l := load{server: server, sequence: store.sequences[sequence], clients: 1, duration: b.slice / 2, stores: singleStore(store.number)}
				var err error
				if l.tokens, err = b.sessions.credentials(server, store.number); err != nil {
					return part{}, err
				}
				m, err := l.warmed(ctx, database)
				if err != nil {
					return part{}, err
				}
				name := store.what + nameOf(l.sequence)
				found[name] = append(found[name], m)
			}
		}
	}
	b.logf("growth of history: measured")
	return historyPart(stores, found), nil
}

func historyPart(stores []*historyStore, found map[string][]measurement) (p part) {
	t := table{head: []string{"", "", "requests/s", "bytes by answer", "CPU", "p50 ms", "p99 ms"}}
	for sequence := range stores[0].sequences {
		c := curve{what: nameOf(stores[0].sequences[sequence])}
		for _, store := range stores {
			list := found[store.what+c.what]
			bytes := median(collect(list, measurement.bytesEach))
			t.add(c.what, store.what, fmt.Sprintf("%.0f", median(collect(list, measurement.rate))), fmt.Sprintf("%.0f", bytes),
				fmt.Sprintf("%.0f", median(collect(list, measurement.cpu))), milliseconds(list, 50), milliseconds(list, 99))
			c.steps = append(c.steps, step{label: store.what, size: bytes, cost: median(collect(list, percentile(50)))})
		}
		p.alarms = append(p.alarms, c.superlinear()...)
	}
	p.text = t.titled("With the length of a store's history")
	return p
}
