package db

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"handback/models"
)

// Disconnection reads the record of a disconnect, nil when the store has none of this id.
func (r *Repository) Disconnection(ctx context.Context, caller models.Caller, id string, details models.AccountDetails) (*models.Disconnection, error) {
	tx, done := r.reading(ctx)
	defer done()
	record, err := r.readDisconnection(tx, caller.Store, details, "d.id = ?", id)
	if err == nil && record != nil && details.OfAccount() {
		record.Account, err = r.readAccount(tx, caller.Store, details, record.Account.ID)
	}
	return record, fault(err)
}

// latestDisconnection reads the last record of the account.
func (r *Repository) latestDisconnection(tx *gorm.DB, store models.Store, account *models.Account) (*models.Disconnection, error) {
	record, err := r.readDisconnection(tx, store, models.AccountDetails{Changes: true}, "d.epoch_id = ?", account.EpochID)
	if record != nil {
		record.Account = account
	}
	return record, err
}

// readDisconnection reads the one record of the store that the condition selects, with its account.
func (r *Repository) readDisconnection(tx *gorm.DB, store models.Store, details models.AccountDetails, condition string, arg any) (*models.Disconnection, error) {
	found, err := query(tx, func(rows *sql.Rows) (*models.Disconnection, error) { return scanDisconnection(rows, store) },
		`SELECT `+accountColumns+`, `+r.recordObject(details)+` FROM epochs e `+recordJoins+` JOIN accounts a ON a.id = e.account_id
		WHERE d.store_id = ? AND `+condition, store.ID, arg)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

func scanDisconnection(rows *sql.Rows, store models.Store) (*models.Disconnection, error) {
	account := &models.Account{}
	var object *string
	if err := rows.Scan(append(accountTargets(account), &object)...); err != nil {
		return nil, err
	}
	withOrders(store, account)
	return readRecord(object, account)
}

const recordJoins = `JOIN disconnections d ON d.epoch_id = e.id JOIN audit_entries au ON au.seq = d.entry_seq`

// recordObject gives a record as what record reads. Its changes are left out unless they are asked for.
func (r *Repository) recordObject(details models.AccountDetails) string {
	return r.dialect.object + `('id', d.id, 'opened_at', e.opened_at, 'snapshot_digest', e.snapshot_digest, 'restored_digest', d.restored_digest,
		'occurred_at', au.occurred_at, 'actor_kind', au.actor_kind, 'actor_name', au.actor_name,
		'changes', ` + r.changesColumn(details) + `)`
}

// record is a disconnection as it comes in JSON.
type record struct {
	ID             string           `json:"id"`
	OpenedAt       jsonTime         `json:"opened_at"`
	SnapshotDigest string           `json:"snapshot_digest"`
	RestoredDigest string           `json:"restored_digest"`
	OccurredAt     jsonTime         `json:"occurred_at"`
	ActorKind      models.ActorKind `json:"actor_kind"`
	ActorName      string           `json:"actor_name"`
	Changes        ledgerList       `json:"changes"`
}

func (r record) disconnection(account *models.Account) *models.Disconnection {
	return &models.Disconnection{
		ID: r.ID, Account: account, DisconnectedAt: time.Time(r.OccurredAt), DisconnectedBy: models.Actor{Kind: r.ActorKind, Name: r.ActorName},
		Restoration: models.Restoration{
			SnapshotTakenAt: time.Time(r.OpenedAt), SnapshotDigest: r.SnapshotDigest, RestoredDigest: r.RestoredDigest, Changes: r.Changes.changes(),
		},
	}
}

// readRecord reads what recordObject gives, nil when it gives nothing.
func readRecord(object *string, account *models.Account) (*models.Disconnection, error) {
	if object == nil {
		return nil, nil
	}
	var r record
	if err := json.Unmarshal([]byte(*object), &r); err != nil {
		return nil, fmt.Errorf("read disconnection: %w", err)
	}
	return r.disconnection(account), nil
}

// jsonTime is a moment as the databases write it into JSON: SQLite with a space before the hour.
type jsonTime time.Time

// UnmarshalJSON implements json.Unmarshaler.
func (t *jsonTime) UnmarshalJSON(text []byte) error {
	moment, err := time.Parse(`"`+time.RFC3339Nano+`"`, strings.Replace(string(text), " ", "T", 1))
	*t = jsonTime(moment.UTC())
	return err
}

// insertDisconnection writes the record of how the account's epoch ended.
func insertDisconnection(tx *gorm.DB, record *models.Disconnection, entry *models.AuditEntry) error {
	return tx.Exec(`INSERT INTO disconnections (id, store_id, epoch_id, entry_seq, restored_digest) VALUES (?, ?, ?, ?, ?)`,
		record.ID, entry.StoreID, record.Account.EpochID, entry.Seq, record.Restoration.RestoredDigest).Error
}

// proveRestored reads the settings back and compares them with the snapshot. A difference is a fault that must end
// the transaction.
func proveRestored(tx *gorm.DB, storeID string, restoration *models.Restoration) error {
	settings, err := readSettings(tx, storeID, outsideAds)
	if err != nil {
		return err
	}
	restoration.RestoredDigest = models.TakeSnapshot(settings, restoration.SnapshotTakenAt).Digest
	if restoration.RestoredDigest != restoration.SnapshotDigest {
		return fmt.Errorf("restored settings have digest %s, their snapshot %s", restoration.RestoredDigest, restoration.SnapshotDigest)
	}
	return nil
}
