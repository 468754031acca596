package db

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"handback/models"
)

// Disconnection reads the record of a disconnect, nil when the store has none of this id.
func (r *Repository) Disconnection(ctx context.Context, caller models.Caller, id string, details models.AccountDetails) (*models.Disconnection, error) {
	tx, done := r.reading(ctx)
	defer done()
	record, err := r.readDisconnection(tx, caller.Store, details, "d.id = $2", id)
	if err == nil && record != nil && details.OfAccount() {
		record.Account, err = r.readAccount(tx, caller.Store, details, record.Account.ID)
	}
	return record, fault(err)
}

// latestDisconnection reads the last record of the account.
func (r *Repository) latestDisconnection(tx session, store models.Store, account *models.Account) (*models.Disconnection, error) {
	record, err := r.readDisconnection(tx, store, models.AccountDetails{Changes: true}, "d.epoch_id = $2", account.EpochID)
	if record != nil {
		record.Account = account
	}
	return record, err
}

// readDisconnection reads the one record of the store that the condition, whose parameter is $2, selects, with its account.
func (r *Repository) readDisconnection(tx session, store models.Store, details models.AccountDetails, condition string, arg any) (*models.Disconnection, error) {
	found, err := query(tx, func(f *foundRecord) []any { return append(accountTargets(&f.account), &f.record) },
		`SELECT `+accountColumns+`, `+r.recordObject(details)+` FROM epochs e `+recordJoins+` JOIN accounts a ON a.id = e.account_id
		WHERE d.store_id = $1 AND `+condition, store.ID, arg)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	withOrders(store, &found[0].account)
	return readRecord(found[0].record, &found[0].account)
}

// foundRecord is a record as an object, and its account.
type foundRecord struct {
	account models.Account
	record  *string
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
	Changes        *string          `json:"changes"` // a list
}

func (r record) disconnection(account *models.Account) (*models.Disconnection, error) {
	changes, err := readChanges(r.Changes)
	return &models.Disconnection{
		ID: r.ID, Account: account, DisconnectedAt: time.Time(r.OccurredAt), DisconnectedBy: models.Actor{Kind: r.ActorKind, Name: r.ActorName},
		Restoration: models.Restoration{
			SnapshotTakenAt: time.Time(r.OpenedAt), SnapshotDigest: r.SnapshotDigest, RestoredDigest: r.RestoredDigest, Changes: changes,
		},
	}, err
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
	return r.disconnection(account)
}

// jsonTime is a moment as the databases write it into JSON: SQLite with a space before the hour.
type jsonTime time.Time

// UnmarshalJSON implements json.Unmarshaler.
func (t *jsonTime) UnmarshalJSON(text []byte) error {
	moment, err := time.Parse(`"`+time.RFC3339Nano+`"`, strings.Replace(string(text), " ", "T", 1))
	*t = jsonTime(moment.UTC())
	return err
}

// addingDisconnection writes the record of how the account's epoch ended. It says that the settings are those of the
// snapshot: proveRestored must find it so before the transaction ends.
func addingDisconnection(record *models.Disconnection, entry *models.AuditEntry) statement {
	return statement{
		text: `INSERT INTO disconnections (id, store_id, epoch_id, entry_seq, restored_digest) SELECT $1, e.store_id, $2, e.seq, $3 FROM audit_entries e WHERE e.id = $4`,
		args: []any{record.ID, record.Account.EpochID, record.Restoration.SnapshotDigest, entry.ID},
	}
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
