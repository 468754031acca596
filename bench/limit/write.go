package main

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const lockStore = `SELECT id FROM stores WHERE id = $1 FOR NO KEY UPDATE`

// newID is as long as the product's, and in the same order.
func newID(kind string) string { return kind + "_" + uuid.Must(uuid.NewV7()).String() }

// now is a moment as the database keeps it.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// exchange sends statements at once and hands their answers out in order.
func exchange(ctx context.Context, conn *pgxpool.Conn, batch *pgx.Batch, read func(answers pgx.BatchResults) error) error {
	answers := conn.SendBatch(ctx, batch)
	return errors.Join(read(answers), answers.Close())
}

// skip passes over statements whose answers say nothing, unless they failed.
func skip(answers pgx.BatchResults, count int) error {
	for range count {
		if _, err := answers.Exec(); err != nil {
			return err
		}
	}
	return nil
}

// alone does work on a store that nobody else does at the same time. It must end with a commit.
func (l *limit) alone(ctx context.Context, do func(conn *pgxpool.Conn) error) error {
	conn, err := l.writes.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release() // closes a connection whose transaction is still open
	return do(conn)
}

// columns are changes as lists, one for each column.
type columns struct{ keys, scopes, before, after, kinds, names []*string }

func columnsOf(changes []changed) columns {
	var c columns
	n := len(changes)
	all := make([]*string, 6*n)
	c.keys, c.scopes, c.before, c.after, c.kinds, c.names = all[:n], all[n:2*n], all[2*n:3*n], all[3*n:4*n], all[4*n:5*n], all[5*n:]
	for i := range changes {
		change := &changes[i]
		c.keys[i], c.scopes[i], c.kinds[i], c.names[i] = &change.key, &change.scope, &change.kind, &change.name
		c.before[i], c.after[i] = present(&change.before), present(&change.after)
	}
	return c
}

func present(value *string) *string {
	if *value == "" {
		return nil
	}
	return value
}

// writeSettings are the parts of a statement that write the settings and the ledger, once there is an entry. Its
// parameters are $1 the store, $2 the moment, $3 the epoch and $4 to $9 the columns of changes.
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

// summary appends what the overview says after a mutation, of the rows of selectConnected.
func summary(to []byte, caller caller, answers pgx.BatchResults) ([]byte, error) {
	var shop, business bool
	region := caller.region
	rows, err := answers.Query()
	err = each(rows, err, func(c [][]byte) {
		if is(c[0], "TIKTOK_SHOP") {
			shop, region = true, string(c[3])
		} else {
			business = true
		}
	})
	to = append(append(append(to, `{"tikTokShop":{"statusLabel":"`...), label(shop)...), `"},`...)
	to = append(append(append(to, `"tikTokForBusiness":{"statusLabel":"`...), label(business)...), `"},"orderManagement":`...)
	return append(routes(to, shop, caller.region, region), '}'), err
}

func label(connected bool) string {
	if connected {
		return "Connected"
	}
	return "Setup in Progress"
}
