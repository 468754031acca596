package program

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// DemoDomain is the domain of the demo store.
const DemoDomain = "aurora-outfitters.myshopify.com"

// History is what the database says happened to a store.
type History struct {
	Epochs   int             // that were ever opened
	Baseline []string        // the digest of each epoch's snapshot, oldest first
	Closed   map[string]bool // the ids of the disconnections that have given the store back
	Begun    map[string]bool // the ids of all disconnections
	Written  map[string]bool // every value a setting ever got by hand
	Open     string          // the epoch the store is in; "" when it is in none
}

// Examine reads the database, past the program, and proves that the history of every store in it is whole. It returns
// that of the demo store.
func Examine(t testing.TB, databaseURL string) History {
	t.Helper()
	conns := OpenDatabase(t, databaseURL)
	defer conns.Close()
	tx, err := conns.BeginTx(context.Background(), &sql.TxOptions{Isolation: isolation(databaseURL), ReadOnly: !IsSQLite(databaseURL)})
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }()
	histories := map[string]History{}
	for _, store := range Rows(t, tx, `SELECT domain, id FROM stores`) {
		histories[store[0]] = examineStore(t, tx, store[1])
	}
	return histories[DemoDomain]
}

// ledgerOf reads a store's ledger, by the entries that changed something.
func ledgerOf(t testing.TB, tx *sql.Tx, ofStore string) map[string][]ledgerChange {
	t.Helper()
	changes := map[string][]ledgerChange{}
	for _, row := range Rows(t, tx, `SELECT CAST(entry_seq AS text), COALESCE(epoch_id, ''), action, key, scope, COALESCE(before, ''), COALESCE(after, '')
		FROM setting_changes WHERE`+ofStore+` ORDER BY seq`) {
		changes[row[0]] = append(changes[row[0]], ledgerChange{row[1], row[2], row[3], row[4], row[5], row[6]})
	}
	require.Equal(t, [][]string{{"0"}}, Rows(t, tx, `SELECT CAST(COUNT(*) AS text) FROM
		(SELECT entry_seq, LAG(entry_seq) OVER (ORDER BY seq) AS previous FROM setting_changes WHERE`+ofStore+`) AS c WHERE entry_seq < previous`),
		"the ledger is not in the order of the entries")
	return changes
}

// examineStore proves a store's history whole: the ledger, replayed entry by entry, gives the settings; every epoch
// opened on settings that there were since the one before was closed; it is open, or was closed once and left the settings as
// they had been; every edit belongs to the epoch it landed in. The store may be in the middle of a connect or a disconnect.
func examineStore(t testing.TB, tx *sql.Tx, storeID string) History {
	t.Helper()
	ofStore := ` store_id = '` + storeID + `'`
	h := History{Closed: map[string]bool{}, Begun: map[string]bool{}, Written: map[string]bool{}}
	for _, row := range Rows(t, tx, `SELECT id FROM transitions WHERE kind = 'DISCONNECT' AND`+ofStore) {
		h.Begun[row[0]] = true
	}
	snapshots := byFirst(Rows(t, tx, `SELECT id, snapshot_digest FROM epochs WHERE`+ofStore))
	disconnections := byFirst(Rows(t, tx, `SELECT CAST(entry_seq AS text), epoch_id, restored_digest, id FROM disconnections WHERE`+ofStore))
	changes := ledgerOf(t, tx, ofStore)
	state, scopes := map[string]string{}, map[string]string{}
	possible := map[string]bool{digest(state, scopes): true} // digests of snapshots that may have been taken
	open := func(epoch, entry string) {
		require.Empty(t, h.Open, "an epoch opens within another, entry %s", entry)
		require.Len(t, snapshots[epoch], 1, "epoch of entry %s", entry)
		h.Open, h.Epochs = epoch, h.Epochs+1
		require.True(t, possible[snapshots[epoch][0]], "the snapshot is not of settings before entry %s", entry)
		h.Baseline = append(h.Baseline, snapshots[epoch][0])
	}
	for _, entry := range Rows(t, tx, `SELECT CAST(seq AS text), action FROM audit_entries a WHERE`+ofStore+` ORDER BY a.seq`) {
		seq, action, made := entry[0], entry[1], changes[entry[0]]
		delete(changes, seq)
		connecting := action == "ACCOUNT_CONNECTED" && len(made) > 0 // TikTok for Business changes nothing
		record := disconnections[seq]
		switch {
		case connecting:
			open(made[0].epoch, seq)
		case h.Open != "":
		case len(made) > 0 && made[0].epoch != "": // connecting was broken off, and had written to the store
			open(made[0].epoch, seq)
		case action == "ACCOUNT_DISCONNECTED": // or it had not
			require.Len(t, record, 3, "nothing was open at entry %s", seq)
			open(record[0], seq)
		}
		for _, c := range made {
			require.Equal(t, action, c.action)
			require.Equal(t, h.Open, c.epoch, "a change of another epoch, entry %s", seq)
			require.Equal(t, state[c.key], c.before, "%s was not what entry %s replaced", c.key, seq)
			state[c.key], scopes[c.key] = c.after, c.scope
			if action == "SETTINGS_UPDATED" {
				h.Written[c.after] = true
			}
		}
		if action == "ACCOUNT_DISCONNECTED" {
			require.NotEmpty(t, h.Open, "nothing was open at entry %s", seq)
			baseline := h.Baseline[len(h.Baseline)-1]
			require.Len(t, record, 3, "entry %s has no record", seq)
			require.Equal(t, []string{h.Open, baseline}, record[:2], "the record of entry %s", seq)
			require.Equal(t, baseline, digest(state, scopes), "the settings did not go back, entry %s", seq)
			h.Closed[record[2]], h.Open = true, ""
			clear(possible)
		}
		possible[digest(state, scopes)] = true
	}
	require.Empty(t, changes, "changes without entry")
	require.Len(t, disconnections, len(h.Closed))
	requireAccountOf(t, tx, ofStore, h, len(snapshots))
	requireSettings(t, tx, ofStore, state)
	return h
}

// requireSettings compares the settings with what the ledger gives; "" stands for a setting that is not there.
func requireSettings(t testing.TB, tx *sql.Tx, ofStore string, state map[string]string) {
	t.Helper()
	maps.DeleteFunc(state, func(_, value string) bool { return value == "" })
	settings := map[string]string{}
	for key, row := range byFirst(Rows(t, tx, `SELECT key, value FROM settings WHERE value IS NOT NULL AND`+ofStore)) {
		settings[key] = row[0]
	}
	require.Equal(t, state, settings, "the ledger does not give the settings")
}

type ledgerChange struct{ epoch, action, key, scope, before, after string }

// requireAccountOf compares the epoch that the history ends in with the store's TikTok Shop account, of which there is one at
// most. One that is being connected, or was when it was disconnected, may have an epoch that nothing was written in.
func requireAccountOf(t testing.TB, tx *sql.Tx, ofStore string, h History, snapshots int) {
	t.Helper()
	accounts := Rows(t, tx, `SELECT status, COALESCE(epoch_id, '') FROM accounts WHERE kind = 'TIKTOK_SHOP' AND status <> 'DISCONNECTED' AND`+ofStore)
	if len(accounts) == 0 {
		require.Empty(t, h.Open)
		require.Equal(t, h.Epochs, snapshots)
		return
	}
	require.Len(t, accounts, 1)
	status, epoch := accounts[0][0], accounts[0][1]
	if h.Open == "" && status != "CONNECTED" {
		require.Contains(t, []int{h.Epochs, h.Epochs + 1}, snapshots)
		return
	}
	require.Equal(t, h.Open, epoch)
	require.Equal(t, h.Epochs, snapshots)
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

// isolation makes all that is read be of one moment; SQLite knows no other way.
func isolation(databaseURL string) sql.IsolationLevel {
	if IsSQLite(databaseURL) {
		return sql.LevelDefault
	}
	return sql.LevelRepeatableRead
}

// byFirst makes the first column the key of the others.
func byFirst(rows [][]string) map[string][]string {
	m := make(map[string][]string, len(rows))
	for _, row := range rows {
		m[row[0]] = row[1:]
	}
	return m
}
