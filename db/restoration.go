package db

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/handback/handback/models"
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

// RestoredSnapshot reads what a disconnect of the caller's store went back to, nil when that is missing or cannot be read.
func (r *Repository) RestoredSnapshot(ctx context.Context, caller models.Caller, disconnectionID string) (*models.Snapshot, error) {
	tx, done := r.reading(ctx)
	defer done()
	epochs, err := selectEpochOfRecord.all(tx, caller.Store.ID, disconnectionID)
	if err != nil || len(epochs) == 0 {
		return nil, fault(err)
	}
	snapshot, ok := epochs[0].Recorded()
	if !ok {
		return nil, nil
	}
	return &snapshot, nil
}

// CertificateDetails says what the settings of the ads channel were before and after a disconnect of the caller's store wrote, who accepted
// what could not be put back, and what carried it out; nil when it has not written yet.
func (r *Repository) CertificateDetails(ctx context.Context, caller models.Caller, disconnectionID string) (*models.CertificateDetails, error) {
	tx, done := r.reading(ctx)
	defer done()
	settings, err := selectAdsAround.all(tx, caller.Store.ID, disconnectionID)
	if err != nil || len(settings) == 0 {
		return nil, fault(err)
	}
	var before, after []models.SnapshotSetting
	for _, setting := range settings {
		if setting.Before != nil {
			before = append(before, models.SnapshotSetting{Key: setting.Key, Value: *setting.Before})
		}
		if setting.After != nil {
			after = append(after, models.SnapshotSetting{Key: setting.Key, Value: *setting.After})
		}
	}
	details := &models.CertificateDetails{Ads: models.AdsDigests{Before: models.Digest(before), After: models.Digest(after)}}
	if by := settings[0].AcceptedByKind; by != "" {
		details.AcceptedBy = &models.Actor{Kind: by, Name: settings[0].AcceptedByName}
	}
	if text := settings[0].Versions; text != "" {
		details.Versions = &models.Versions{}
		err = json.Unmarshal([]byte(text), details.Versions)
	}
	return details, err
}

// settingAround is what a setting was before and after something was written, nil for none, beside what the record says.
type settingAround struct {
	Key            string
	Before         *models.Value
	After          *models.Value
	AcceptedByKind models.ActorKind
	AcceptedByName string
	Versions       string
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

// recordRow is a disconnect, and what its epoch and the audit entry of its end say of it.
type recordRow struct {
	Transition     models.Transition `gorm:"embedded;embeddedPrefix:transition_"`
	EntrySeq       int64             // 0 until the store is as it was
	OpenedAt       time.Time
	SnapshotDigest string
	RestoredDigest *string
	Exceptions     int32
	VerifiedAt     *time.Time
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
	if r.RestoredDigest == nil { // it was closed unread, or is not
		r.VerifiedAt = nil
	}
	return &models.Disconnection{
		ID: r.Transition.ID, Account: account, DisconnectedAt: r.Transition.BegunAt, DisconnectedBy: r.Transition.BegunBy, Transition: &r.Transition,
		Restoration: models.Restoration{
			SnapshotTakenAt: r.OpenedAt, SnapshotDigest: r.SnapshotDigest, RestoredDigest: r.RestoredDigest, VerifiedAt: r.VerifiedAt, Changes: changes,
			DisconnectionID: r.Transition.ID, ExceptionCount: r.Exceptions,
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
	Verified       bool // RestoredDigest is of what was read back
	Exceptions     int32
	AcceptedByKind *models.ActorKind // nil where nobody had to accept exceptions
	AcceptedByName *string
	Versions       string // JSON of models.Versions
}

// proveRestored compares the settings as they were read back with the snapshot. A difference is a fault that must end
// the transaction.
func proveRestored(restoration *models.Restoration, settings []models.Setting) error {
	digest := models.TakeSnapshot(settings, restoration.SnapshotTakenAt).Digest
	restoration.RestoredDigest = &digest
	if digest != restoration.SnapshotDigest {
		return fmt.Errorf("restored settings have digest %s, their snapshot %s", digest, restoration.SnapshotDigest)
	}
	return nil
}

var selectEpochOfRecord = query[models.Epoch]{text: `SELECT e.id, e.opened_at, e.snapshot, e.snapshot_digest
FROM transitions t JOIN epochs e ON e.id = t.epoch_id
WHERE t.store_id = $1 AND t.id = $2 AND t.kind = 'DISCONNECT'`}

// What a setting was before an entry is what the first change from that entry on has found, or what it is when there is none. A store that
// has no settings of the ads channel has one row, without a key.
var selectAdsAround = query[settingAround]{text: `SELECT COALESCE(s.key, '') AS key,
    CASE WHEN b.seq IS NULL THEN s.value ELSE b.before END AS before,
    CASE WHEN a.seq IS NULL THEN s.value ELSE a.before END AS after,
    d.accepted_by_kind, d.accepted_by_name, d.versions
FROM disconnections d
LEFT JOIN settings s ON s.store_id = d.store_id AND s.scope = 'ADS'
LEFT JOIN setting_changes b ON b.seq = (
    SELECT c.seq FROM setting_changes c
    WHERE c.store_id = d.store_id AND c.scope = 'ADS' AND c.key = s.key AND c.entry_seq >= d.entry_seq ORDER BY c.entry_seq, c.seq LIMIT 1)
LEFT JOIN setting_changes a ON a.seq = (
    SELECT c.seq FROM setting_changes c
    WHERE c.store_id = d.store_id AND c.scope = 'ADS' AND c.key = s.key AND c.entry_seq > d.entry_seq ORDER BY c.entry_seq, c.seq LIMIT 1)
WHERE d.store_id = $1 AND d.id = $2
ORDER BY s.key`}

var selectRecord = query[accountRecordRow]{text: `SELECT t.id AS record_transition_id, t.store_id AS record_transition_store_id,
    t.account_id AS record_transition_account_id, t.epoch_id AS record_transition_epoch_id,
    t.kind AS record_transition_kind, t.phase AS record_transition_phase, t.begun_at AS record_transition_begun_at,
    t.begun_by_kind AS record_transition_begun_by_kind, t.begun_by_name AS record_transition_begun_by_name,
    t.next_attempt_at AS record_transition_next_attempt_at, t.leased_until AS record_transition_leased_until,
    t.problem_code AS record_transition_problem_code,
    t.problem_detail AS record_transition_problem_detail, t.cause_code AS record_transition_cause_code,
    t.cause_detail AS record_transition_cause_detail, t.closed_at AS record_transition_closed_at,
    t.completed_at AS record_transition_completed_at,
    t.authorization_status AS record_transition_authorization_status,
    t.authorization_revoked_at AS record_transition_authorization_revoked_at,
    t.handoff_state AS record_transition_handoff_state,
    t.handoff_problem_code AS record_transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS record_transition_writes_done,
    COALESCE(t.writes_total, 0) AS record_transition_writes_total,
    COALESCE(d.entry_seq, 0) AS record_entry_seq, e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest,
    CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest, COALESCE(d.exceptions, 0) AS record_exceptions, au.occurred_at AS record_verified_at,
    a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM transitions t
JOIN epochs e ON e.id = t.epoch_id
JOIN accounts a ON a.id = t.account_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.store_id = $1 AND (t.id = $2 OR t.epoch_id = $2) AND t.kind = 'DISCONNECT'`}

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
