package db

import (
	"context"
	"time"

	"handback/models"
)

// AuditTrail reads a page of what was done to the store, newest first.
func (r *Repository) AuditTrail(ctx context.Context, caller models.Caller, page models.AuditPage, details models.AccountDetails) (*models.AuditTrail, error) {
	var found foundEntries
	reads := []read{selectEntries.into(&found.entries, caller.Store.ID, page.Before, page.Count+1)}
	if details.Changes {
		reads = append(reads, selectChangesOfEntries.into(&found.changes, withChangeLimits(details.ChangeDetail, caller.Store.ID, page.Before, page.Count)...))
	}
	return orFault(r.readEntries(ctx, caller.Store, details, &found, reads, page.Count))
}

// AuditEntry reads one entry, nil when the store has none of this id.
func (r *Repository) AuditEntry(ctx context.Context, caller models.Caller, id string, details models.AccountDetails) (*models.AuditEntry, error) {
	var found foundEntries
	reads := []read{selectEntry.into(&found.entries, caller.Store.ID, id)}
	if details.Changes {
		reads = append(reads, selectChangesOfEntry.into(&found.changes, withChangeLimits(details.ChangeDetail, caller.Store.ID, id)...))
	}
	trail, err := r.readEntries(ctx, caller.Store, details, &found, reads, 1)
	if err != nil || len(trail.Entries) == 0 {
		return nil, fault(err)
	}
	return trail.Entries[0], nil
}

// newEntry starts an audit entry, with the API key that the caller has come with.
func (r *Repository) newEntry(caller models.Caller, action models.AuditAction, account *models.Account) *models.AuditEntry {
	entry := &models.AuditEntry{
		ID: "audit_" + r.NewID(), StoreID: caller.Store.ID, Action: action, Actor: caller.Actor, OccurredAt: r.Now(),
	}
	if key := caller.APIKey(); key != nil {
		entry.APIKeyID, entry.APIKeyName = &key.ID, &key.Name
	}
	if account != nil {
		entry.AccountID = &account.ID
	}
	return entry
}

// newKeyEntry starts the audit entry of what a seller did with a key.
func (r *Repository) newKeyEntry(caller models.Caller, action models.AuditAction, key models.APIKey, at time.Time) *models.AuditEntry {
	return &models.AuditEntry{
		ID: "audit_" + r.NewID(), StoreID: caller.Store.ID, Action: action, Actor: caller.Actor, OccurredAt: at,
		APIKeyID: &key.ID, APIKeyName: &key.Name,
	}
}

// appendEntry adds the entry to the end of the audit trail, and gives it its place there.
func (s session) appendEntry(entry *models.AuditEntry) error { return s.orm().Create(entry).Error }

// foundEntries are the rows that audit entries are made of, all of one moment.
type foundEntries struct {
	entries  []entryRow
	changes  []changeRow
	accounts foundAccounts // only when details of accounts are asked for
}

// entryRow is an entry with its account and its record. Both are empty when there is none.
type entryRow struct {
	Entry   models.AuditEntry `gorm:"embedded"`
	Account models.Account    `gorm:"embedded;embeddedPrefix:of_"`
	Record  recordRow         `gorm:"embedded;embeddedPrefix:record_"`
}

func (r *Repository) readEntries(ctx context.Context, store models.Store, details models.AccountDetails, found *foundEntries, reads []read, count int) (*models.AuditTrail, error) {
	ofAccounts := details // each entry of the page may tell all of the same account
	ofAccounts.Copies = max(1, details.Copies) * count
	if details.OfAccount() {
		reads = append(reads, found.accounts.reads(store.ID, ofAccounts, accountFilter{})...)
	}
	tx, done := r.reading(ctx)
	defer done()
	if err := send(tx, reads...); err != nil {
		return nil, err
	}
	detailed := map[string]*models.Account{}
	for _, account := range found.accounts.assemble(store, ofAccounts) {
		detailed[account.ID] = account
	}
	changes := changesByEntry(found.changes)
	trail := &models.AuditTrail{Entries: make([]*models.AuditEntry, 0, min(count, len(found.entries)))}
	for i := range found.entries[:cap(trail.Entries)] {
		row := &found.entries[i]
		if i > 0 && details.Incomplete(changes[row.Entry.Seq]) { // the next page begins with it
			break
		}
		trail.Entries = append(trail.Entries, row.auditEntry(store, detailed, changes[row.Entry.Seq]))
	}
	trail.More = len(found.entries) > len(trail.Entries)
	return trail, nil
}

func (row *entryRow) auditEntry(store models.Store, detailed map[string]*models.Account, changes []models.SettingChange) *models.AuditEntry {
	entry := &row.Entry
	if entry.Changes = changes; changes == nil {
		entry.Changes = []models.SettingChange{}
	}
	if entry.APIKeyID != nil && entry.APIKeyName != nil {
		entry.APIKey = &models.AuditedAPIKey{ID: *entry.APIKeyID, Name: *entry.APIKeyName}
	}
	if entry.AccountID != nil {
		withOrders(store, &row.Account)
		entry.Account = &row.Account
		if account := detailed[row.Account.ID]; account != nil {
			entry.Account = account
		}
	}
	if row.Record.Transition.ID != "" { // what the disconnect changed is what its restoration changed
		row.Record.VerifiedAt = &entry.OccurredAt
		entry.Disconnection = row.Record.disconnection(entry.Account, entry.Changes)
	}
	return entry
}

// The entries before $2: all of them when it is empty, and none when the store has no such entry.
var selectEntries = query[entryRow]{text: `SELECT au.seq, au.id, au.store_id, au.account_id, au.action, au.actor_kind, au.actor_name, au.occurred_at,
    au.api_key_id, au.api_key_name,
    a.id AS of_id, a.store_id AS of_store_id, a.kind AS of_kind, a.name AS of_name, a.external_id AS of_external_id, a.region AS of_region,
    a.status AS of_status, a.connected_at AS of_connected_at, a.disconnected_at AS of_disconnected_at, a.epoch_id AS of_epoch_id,
    t.id AS record_transition_id, t.store_id AS record_transition_store_id,
    t.account_id AS record_transition_account_id, t.epoch_id AS record_transition_epoch_id,
    t.kind AS record_transition_kind, t.phase AS record_transition_phase, t.begun_at AS record_transition_begun_at,
    t.begun_by_kind AS record_transition_begun_by_kind, t.begun_by_name AS record_transition_begun_by_name,
    t.next_attempt_at AS record_transition_next_attempt_at, t.problem_code AS record_transition_problem_code,
    t.problem_detail AS record_transition_problem_detail, t.cause_code AS record_transition_cause_code,
    t.cause_detail AS record_transition_cause_detail, t.closed_at AS record_transition_closed_at,
    t.completed_at AS record_transition_completed_at,
    t.authorization_status AS record_transition_authorization_status,
    t.authorization_revoked_at AS record_transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS record_transition_writes_done,
    COALESCE(t.writes_total, 0) AS record_transition_writes_total,
    e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest,
    COALESCE(d.exceptions, 0) AS record_exceptions
FROM audit_entries au
LEFT JOIN accounts a ON a.id = au.account_id
LEFT JOIN disconnections d ON d.entry_seq = au.seq
LEFT JOIN transitions t ON t.id = d.id
LEFT JOIN epochs e ON e.id = d.epoch_id
WHERE au.store_id = $1 AND au.seq < COALESCE(
    (SELECT b.seq FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1),
    CASE WHEN $2 = '' THEN 9223372036854775807 ELSE 0 END)
ORDER BY au.seq DESC LIMIT $3`}

// $4 is the only key that is wanted, or empty. Values with more bytes than the parameter after it are not read, nor those
// of changes for which the last parameter has no bytes left: the changes of newer entries come first, of one entry those
// with the shortest values.
var selectChangesOfEntries = query[changeRow]{text: `SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM (
            SELECT au.seq FROM audit_entries au
            WHERE au.store_id = $1 AND au.seq < COALESCE(
                (SELECT b.seq FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1),
                CASE WHEN $2 = '' THEN 9223372036854775807 ELSE 0 END)
            ORDER BY au.seq DESC LIMIT $3) AS page
        JOIN setting_changes c ON c.entry_seq = page.seq
        WHERE $4 = '' OR c.key = $4) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key`}

var selectEntry = query[entryRow]{text: `SELECT au.seq, au.id, au.store_id, au.account_id, au.action, au.actor_kind, au.actor_name, au.occurred_at,
    au.api_key_id, au.api_key_name,
    a.id AS of_id, a.store_id AS of_store_id, a.kind AS of_kind, a.name AS of_name, a.external_id AS of_external_id, a.region AS of_region,
    a.status AS of_status, a.connected_at AS of_connected_at, a.disconnected_at AS of_disconnected_at, a.epoch_id AS of_epoch_id,
    t.id AS record_transition_id, t.store_id AS record_transition_store_id,
    t.account_id AS record_transition_account_id, t.epoch_id AS record_transition_epoch_id,
    t.kind AS record_transition_kind, t.phase AS record_transition_phase, t.begun_at AS record_transition_begun_at,
    t.begun_by_kind AS record_transition_begun_by_kind, t.begun_by_name AS record_transition_begun_by_name,
    t.next_attempt_at AS record_transition_next_attempt_at, t.problem_code AS record_transition_problem_code,
    t.problem_detail AS record_transition_problem_detail, t.cause_code AS record_transition_cause_code,
    t.cause_detail AS record_transition_cause_detail, t.closed_at AS record_transition_closed_at,
    t.completed_at AS record_transition_completed_at,
    t.authorization_status AS record_transition_authorization_status,
    t.authorization_revoked_at AS record_transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS record_transition_writes_done,
    COALESCE(t.writes_total, 0) AS record_transition_writes_total,
    e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest,
    COALESCE(d.exceptions, 0) AS record_exceptions
FROM audit_entries au
LEFT JOIN accounts a ON a.id = au.account_id
LEFT JOIN disconnections d ON d.entry_seq = au.seq
LEFT JOIN transitions t ON t.id = d.id
LEFT JOIN epochs e ON e.id = d.epoch_id
WHERE au.store_id = $1 AND au.id = $2`}

// $3 is the only key that is wanted, or empty. Values with more bytes than the parameter after it are not read, nor those
// of changes for which the last parameter has no bytes left: the changes of newer entries come first, of one entry those
// with the shortest values.
var selectChangesOfEntry = query[changeRow]{text: `SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
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
        FROM audit_entries au JOIN setting_changes c ON c.entry_seq = au.seq
        WHERE au.store_id = $1 AND au.id = $2 AND ($3 = '' OR c.key = $3)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key`}
