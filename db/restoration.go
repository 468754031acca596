package db

import (
	"context"
	"database/sql"
	"fmt"

	"gorm.io/gorm"

	"handback/models"
)

// Disconnection reads the record of a disconnect, nil when the store has none of this id.
func (r *Repository) Disconnection(ctx context.Context, caller models.Caller, id string, details models.AccountDetails) (*models.Disconnection, error) {
	tx := r.reader.WithContext(ctx)
	records, err := readDisconnections(tx, caller.Store, details.Changes, "d.id = ?", id)
	if err != nil || len(records) == 0 {
		return nil, fault(err)
	}
	record := records[0]
	if details.OfAccount() {
		record.Account, err = r.readAccount(tx, caller.Store, details, record.Account.ID)
	}
	return record, fault(err)
}

// latestDisconnection reads the last record of the account.
func latestDisconnection(tx *gorm.DB, store models.Store, account *models.Account) (*models.Disconnection, error) {
	records, err := readDisconnections(tx, store, true, "d.epoch_id = ?", account.EpochID)
	if err != nil || len(records) == 0 {
		return nil, err
	}
	records[0].Account = account
	return records[0], nil
}

const recordColumns = `d.id, d.epoch_id, e.opened_at, e.snapshot_digest, d.restored_digest, au.occurred_at, au.actor_kind, au.actor_name`

func recordTargets(d *models.Disconnection) []any {
	return []any{
		orZero(&d.ID), orZero(&d.EpochID), orZero(&d.Restoration.SnapshotTakenAt), orZero(&d.Restoration.SnapshotDigest), orZero(&d.Restoration.RestoredDigest),
		&d.DisconnectedAt, &d.DisconnectedBy.Kind, &d.DisconnectedBy.Name,
	}
}

// readDisconnections reads the store's records that the condition selects, newest first, each with its account:
// one statement. Their changes are read only when asked for.
func readDisconnections(tx *gorm.DB, store models.Store, changes bool, condition string, args ...any) ([]*models.Disconnection, error) {
	ledger := `setting_changes c ON c.entry_seq = d.entry_seq`
	if !changes {
		ledger = `setting_changes c ON FALSE`
	}
	var records []*models.Disconnection
	_, err := query(tx, func(rows *sql.Rows) (change models.SettingChange, err error) {
		record := &models.Disconnection{Account: &models.Account{}}
		targets := append(recordTargets(record), accountTargets(record.Account)...)
		if err := rows.Scan(append(targets, changeTargets(&change)...)...); err != nil {
			return change, err
		}
		if len(records) == 0 || records[len(records)-1].ID != record.ID {
			withOrders(store, record.Account)
			record.Restoration.Changes = []models.SettingChange{}
			records = append(records, record)
		}
		if change.Key != "" {
			change.Kind = models.KindOfChange(change.Before, change.After)
			restoration := &records[len(records)-1].Restoration
			restoration.Changes = append(restoration.Changes, change)
		}
		return change, nil
	}, `SELECT `+recordColumns+`, `+accountColumns+`, `+changeColumns+`
		FROM disconnections d JOIN epochs e ON e.id = d.epoch_id JOIN accounts a ON a.id = e.account_id
		JOIN audit_entries au ON au.seq = d.entry_seq LEFT JOIN `+ledger+`
		WHERE d.store_id = ? AND `+condition+` ORDER BY d.entry_seq DESC, c.key`, append([]any{store.ID}, args...)...)
	return records, err
}

// insertDisconnection writes the record of how an epoch ended.
func insertDisconnection(tx *gorm.DB, record *models.Disconnection, entry *models.AuditEntry) error {
	return tx.Exec(`INSERT INTO disconnections (id, store_id, epoch_id, entry_seq, restored_digest) VALUES (?, ?, ?, ?, ?)`,
		record.ID, entry.StoreID, record.EpochID, entry.Seq, record.Restoration.RestoredDigest).Error
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
