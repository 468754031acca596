package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"
)

// history is what the database says happened to a store.
type history struct {
	epochs   int             // that were ever opened
	baseline []string        // the digest of each epoch's snapshot, oldest first
	closed   map[string]bool // the ids of the disconnections
	written  map[string]bool // every value a setting ever got by hand
	open     string          // the epoch the store is in; "" when no TikTok Shop account is connected
}

// examine reads the database, past the program, and proves that the history of every store in it is whole. It returns
// that of the demo store.
func examine(t *testing.T, databaseURL string) history {
	t.Helper()
	conns := openDatabase(t, databaseURL)
	defer conns.Close()
	tx, err := conns.BeginTx(context.Background(), &sql.TxOptions{Isolation: isolation(databaseURL), ReadOnly: !isSQLite(databaseURL)})
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }()
	histories := map[string]history{}
	for _, store := range rows(t, tx, `SELECT domain, id FROM stores`) {
		histories[store[0]] = examineStore(t, tx, store[1])
	}
	return histories[demoDomain]
}

// examineStore proves a store's history whole: the ledger, replayed entry by entry, gives the settings; every epoch
// opened on the settings of its snapshot; it is open, or was closed once and left the settings as they had been; every
// edit belongs to the epoch it landed in.
func examineStore(t *testing.T, tx *sql.Tx, storeID string) history {
	t.Helper()
	its := ` store_id = '` + storeID + `'`
	h := history{closed: map[string]bool{}, written: map[string]bool{}}
	snapshots := byFirst(rows(t, tx, `SELECT id, snapshot_digest FROM epochs WHERE`+its))
	disconnections := byFirst(rows(t, tx, `SELECT CAST(entry_seq AS text), epoch_id, restored_digest, id FROM disconnections WHERE`+its))
	changes := map[string][]ledgerChange{}
	for _, row := range rows(t, tx, `SELECT CAST(entry_seq AS text), COALESCE(epoch_id, ''), action, key, scope, COALESCE(before, ''), COALESCE(after, '')
		FROM setting_changes WHERE`+its+` ORDER BY seq`) {
		changes[row[0]] = append(changes[row[0]], ledgerChange{row[1], row[2], row[3], row[4], row[5], row[6]})
	}
	require.Equal(t, [][]string{{"0"}}, rows(t, tx, `SELECT CAST(COUNT(*) AS text) FROM
		(SELECT entry_seq, LAG(entry_seq) OVER (ORDER BY seq) AS previous FROM setting_changes WHERE`+its+`) AS c WHERE entry_seq < previous`),
		"the ledger is not in the order of the entries")
	state, scopes := map[string]string{}, map[string]string{}
	for _, entry := range rows(t, tx, `SELECT CAST(seq AS text), action FROM audit_entries a WHERE`+its+` ORDER BY a.seq`) {
		seq, action, made := entry[0], entry[1], changes[entry[0]]
		delete(changes, seq)
		connecting := action == "ACCOUNT_CONNECTED" && len(made) > 0 // TikTok for Business changes nothing
		if connecting {
			require.Empty(t, h.open, "an epoch opens within another, entry %s", seq)
			h.open = made[0].epoch
			require.Equal(t, []string{digest(state, scopes)}, snapshots[h.open], "the snapshot is not of the settings before entry %s", seq)
			h.baseline = append(h.baseline, snapshots[h.open][0])
			h.epochs++
		}
		for _, c := range made {
			require.Equal(t, action, c.action)
			require.Equal(t, h.open, c.epoch, "a change of another epoch, entry %s", seq)
			require.Equal(t, state[c.key], c.before, "%s was not what entry %s replaced", c.key, seq)
			state[c.key], scopes[c.key] = c.after, c.scope
			if action == "SETTINGS_UPDATED" {
				h.written[c.after] = true
			}
		}
		if action == "ACCOUNT_DISCONNECTED" {
			require.NotEmpty(t, h.open, "nothing was open at entry %s", seq)
			baseline := h.baseline[len(h.baseline)-1]
			record := disconnections[seq]
			require.Len(t, record, 3, "entry %s has no record", seq)
			require.Equal(t, []string{h.open, baseline}, record[:2], "the record of entry %s", seq)
			require.Equal(t, baseline, digest(state, scopes), "the settings did not go back, entry %s", seq)
			h.closed[record[2]], h.open = true, ""
		}
	}
	require.Empty(t, changes, "changes without entry")
	require.Len(t, snapshots, h.epochs)
	require.Len(t, disconnections, len(h.closed))
	require.Equal(t, h.open, openEpoch(t, tx, its))
	maps.DeleteFunc(state, func(_, value string) bool { return value == "" })
	settings := map[string]string{}
	for key, row := range byFirst(rows(t, tx, `SELECT key, value FROM settings WHERE value IS NOT NULL AND`+its)) {
		settings[key] = row[0]
	}
	require.Equal(t, state, settings, "the ledger does not give the settings")
	return h
}

type ledgerChange struct{ epoch, action, key, scope, before, after string }

// openEpoch is the epoch of the store's connected TikTok Shop account, of which there is one at most.
func openEpoch(t *testing.T, tx *sql.Tx, its string) string {
	t.Helper()
	open := rows(t, tx, `SELECT epoch_id FROM accounts WHERE kind = 'TIKTOK_SHOP' AND status = 'CONNECTED' AND`+its)
	if len(open) == 0 {
		return ""
	}
	require.Len(t, open, 1)
	return open[0][0]
}

// digest is the contract's digest of a snapshot, written anew.
func digest(state, scopes map[string]string) string {
	hash := sha256.New()
	for _, key := range slices.Sorted(maps.Keys(state)) {
		if state[key] != "" && scopes[key] != "ADS" {
			hash.Write([]byte(key + "\t" + state[key] + "\n"))
		}
	}
	return hex.EncodeToString(hash.Sum(nil))
}

func isSQLite(databaseURL string) bool { return strings.HasPrefix(databaseURL, "sqlite:") }

// isolation makes all that is read be of one moment; SQLite knows no other way.
func isolation(databaseURL string) sql.IsolationLevel {
	if isSQLite(databaseURL) {
		return sql.LevelDefault
	}
	return sql.LevelRepeatableRead
}

func openDatabase(t *testing.T, databaseURL string) *sql.DB {
	t.Helper()
	driver, source := "pgx", databaseURL
	if isSQLite(databaseURL) {
		driver, source = "sqlite", strings.TrimPrefix(databaseURL, "sqlite:")+"?_pragma=busy_timeout(5000)"
	}
	conns, err := sql.Open(driver, source)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conns.Close() })
	return conns
}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// rows reads all rows of a query as text.
func rows(t *testing.T, from querier, query string) [][]string {
	t.Helper()
	found, err := from.QueryContext(context.Background(), query)
	require.NoError(t, err)
	defer found.Close()
	columns, err := found.Columns()
	require.NoError(t, err)
	list := [][]string{}
	for found.Next() {
		row, targets := make([]string, len(columns)), make([]any, len(columns))
		for i := range row {
			targets[i] = &row[i]
		}
		require.NoError(t, found.Scan(targets...))
		list = append(list, row)
	}
	require.NoError(t, found.Err())
	return list
}

// byFirst makes the first column the key of the others.
func byFirst(rows [][]string) map[string][]string {
	m := make(map[string][]string, len(rows))
	for _, row := range rows {
		m[row[0]] = row[1:]
	}
	return m
}
