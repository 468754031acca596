package db

import (
	"context"
	"fmt"
	"time"

	"handback/models"
)

// Disconnection reads the record of a disconnect, nil when the store has none of this id.
func (r *Repository) Disconnection(ctx context.Context, caller models.Caller, id string, details models.AccountDetails) (*models.Disconnection, error) {
	tx, done := r.reading(ctx)
	defer done()
	record, err := readDisconnection(tx, caller.Store, details, id)
	if err == nil && record != nil && details.OfAccount() {
		record.Account, err = readAccount(tx, caller.Store, details, record.Account.ID)
	}
	return orFault(record, err)
}

// readDisconnection reads the record of this id, or of the epoch of this id, with its account.
func readDisconnection(tx session, store models.Store, details models.AccountDetails, id string) (*models.Disconnection, error) {
	var found []accountRecordRow
	var changes []changeRow
	reads := []read{selectRecord.into(&found, store.ID, id)}
	if details.Changes {
		reads = append(reads, selectChangesOfRecord.into(&changes, withChangeLimits(details.ChangeDetail, store.ID, id)...))
	}
	if err := send(tx, reads...); err != nil || len(found) == 0 {
		return nil, err
	}
	withOrders(store, &found[0].Account)
	return found[0].Record.disconnection(&found[0].Account, changesByEntry(changes)[found[0].Record.EntrySeq]), nil
}

// recordRow is a record of a disconnect, and what its epoch and its audit entry say of it.
type recordRow struct {
	ID             string `gorm:"primaryKey"`
	AccountID      string
	EntrySeq       int64
	OpenedAt       time.Time
	SnapshotDigest string
	RestoredDigest string
	OccurredAt     time.Time
	Actor          models.Actor `gorm:"embedded;embeddedPrefix:actor_"`
}

// accountRecordRow is a record and its account.
type accountRecordRow struct {
	Record  recordRow      `gorm:"embedded;embeddedPrefix:record_"`
	Account models.Account `gorm:"embedded"`
}

func (r *recordRow) disconnection(account *models.Account, changes []models.SettingChange) *models.Disconnection {
	if changes == nil {
		changes = []models.SettingChange{}
	}
	return &models.Disconnection{
		ID: r.ID, Account: account, DisconnectedAt: r.OccurredAt, DisconnectedBy: r.Actor,
		Restoration: models.Restoration{
			SnapshotTakenAt: r.OpenedAt, SnapshotDigest: r.SnapshotDigest, RestoredDigest: r.RestoredDigest, Changes: changes,
		},
	}
}

// disconnection is a row of the table. It says that the settings are those of the snapshot: proveRestored must find it so
// before the transaction ends.
type disconnection struct {
	ID             string `gorm:"primaryKey"`
	StoreID        string
	EpochID        string
	EntrySeq       int64
	RestoredDigest string
}

// proveRestored compares the settings as they were read back with the snapshot. A difference is a fault that must end
// the transaction.
func proveRestored(restoration *models.Restoration, settings []models.Setting) error {
	restoration.RestoredDigest = models.TakeSnapshot(settings, restoration.SnapshotTakenAt).Digest
	if restoration.RestoredDigest != restoration.SnapshotDigest {
		return fmt.Errorf("restored settings have digest %s, their snapshot %s", restoration.RestoredDigest, restoration.SnapshotDigest)
	}
	return nil
}

var selectRecord = query[accountRecordRow]{text: `SELECT d.id AS record_id, d.entry_seq AS record_entry_seq, e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest,
    d.restored_digest AS record_restored_digest, au.occurred_at AS record_occurred_at,
    au.actor_kind AS record_actor_kind, au.actor_name AS record_actor_name,
    a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id
FROM disconnections d
JOIN audit_entries au ON au.seq = d.entry_seq
JOIN epochs e ON e.id = d.epoch_id
JOIN accounts a ON a.id = e.account_id
WHERE d.store_id = $1 AND (d.id = $2 OR d.epoch_id = $2)`}

// $3 is the only key that is wanted, or empty. Values with more bytes than the parameter after it are not read, nor those
// of changes for which the last parameter has no bytes left: the changes of newer entries come first, of one entry those
// with the shortest values.
var selectChangesOfRecord = query[changeRow]{text: `SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $4 AND s.bytes_so_far <= $5 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $4 AND s.bytes_so_far <= $5 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $4 AND s.bytes_so_far <= $5 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $4 AND s.bytes_so_far <= $5 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $4 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $4 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $4 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $4 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM disconnections d JOIN setting_changes c ON c.entry_seq = d.entry_seq
        WHERE d.store_id = $1 AND (d.id = $2 OR d.epoch_id = $2) AND ($3 = '' OR c.key = $3)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key`}
