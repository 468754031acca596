package db

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/handback/handback/models"
)

// AuditTrail reads a page of what was done to the store, newest first. With a filter it tries a page's models.MaxTriedEntries at most.
func (r *Repository) AuditTrail(ctx context.Context, caller models.Caller, page models.AuditPage, details models.AccountDetails) (*models.AuditTrail, error) {
	var found foundEntries
	kinds, name, actions, tries := listed(page.Filter.ActorKinds), page.Filter.ActorName, listed(page.Filter.Actions), page.Tries()
	reads := []read{selectEntries.into(&found.entries, caller.Store.ID, page.Before, kinds, name, actions, page.Count+1, tries)}
	if details.Changes {
		reads = append(reads, selectChangesOfEntries.into(&found.changes,
			append(withChangeLimits(details.ChangeDetail, caller.Store.ID, page.Before, kinds, name, actions, page.Count), tries)...))
	}
	trail, err := r.readEntries(ctx, caller.Store, details, &found, reads, page.Count)
	if err != nil {
		return nil, fault(err)
	}
	if budget := models.ReadBudgetFrom(ctx); budget != nil {
		budget.Charge(len(reads)*(found.tried.Entries-len(found.entries)), 0)
	}
	if !trail.More && page.Filtered() && found.tried.Entries == tries {
		trail.More, trail.End = true, found.tried.Oldest
	}
	return trail, nil
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

// listed are names as a statement looks for one of them, ",A,B,"; "" for all there are.
func listed[Name ~string](names []Name) string {
	if names == nil {
		return ""
	}
	var list strings.Builder
	list.WriteString(",")
	for _, name := range names {
		list.WriteString(string(name) + ",")
	}
	return list.String()
}

// newEntry starts an audit entry, with the API key that the caller has come with.
func (r *Repository) newEntry(caller models.Caller, action models.AuditAction, account *models.Account) *models.AuditEntry {
	entry := &models.AuditEntry{
		ID: "audit_" + r.NewID(), StoreID: caller.Store.ID, Action: action, Actor: caller.Actor, OccurredAt: r.Now(), ShopifyUserID: caller.ShopifyUserID(),
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
		APIKeyID: &key.ID, APIKeyName: &key.Name, ShopifyUserID: caller.ShopifyUserID(),
	}
}

// appendEntry adds the entry to the end of the audit trail, and gives it its place there. An entry that partners are told of gets the
// next number of the store's events: whoever writes has the store's lock, or is the one who makes the store.
func (s session) appendEntry(entry *models.AuditEntry) error {
	if !entry.Action.IsEvent() {
		return s.orm().Create(entry).Error
	}
	numbered := numberedEntry{AuditEntry: *entry, EventNumber: nextEvent(entry.StoreID)}
	err := s.orm().Create(&numbered).Error
	entry.Seq = numbered.Seq
	s.transaction.eventful = append(s.transaction.eventful, entry.StoreID)
	if err != nil || !s.transaction.hasWebhooks {
		return err
	}
	return s.promiseSending(entry.StoreID, entry.Action)
}

// numberedEntry is an audit entry that is an event, as it is written.
type numberedEntry struct {
	models.AuditEntry
	EventNumber nextEvent
}

// TableName implements schema.Tabler.
func (numberedEntry) TableName() string { return "audit_entries" }

// nextEvent is the number after the last one of the store that it names.
type nextEvent string

// GormDataType implements schema.GormDataTypeInterface.
func (nextEvent) GormDataType() string { return "bigint" }

// GormValue implements gorm.Valuer.
func (storeID nextEvent) GormValue(_ context.Context, tx *gorm.DB) clause.Expr {
	next := tx.Session(&gorm.Session{NewDB: true}).Model(&models.AuditEntry{}).Select("COALESCE(MAX(event_number), 0) + 1").
		Where("store_id", string(storeID)).Where(clause.Neq{Column: "event_number", Value: nil})
	return gorm.Expr("(?)", next)
}

// foundEntries are the rows that audit entries are made of, all of one moment.
type foundEntries struct {
	entries  []entryRow
	changes  []changeRow
	accounts foundAccounts // only when details of accounts are asked for
	after    string        // the entry that comes first and is not wanted: so one that is not there is told from the last one
	tried    triedEntries
}

// triedEntries are those that a filter was tried on.
type triedEntries struct {
	Entries int
	Oldest  string // the id of the last one
}

// takeTried notes what was tried. Where the filter has let none pass, there is a row that has nothing else.
func (f *foundEntries) takeTried() {
	if len(f.entries) == 0 {
		return
	}
	if f.tried = f.entries[0].Tried; f.entries[0].Entry.Seq == 0 {
		f.entries = nil
	}
}

// dropAfter takes out the entry that the page comes after. It is a models.BadInput when that is not there.
func (f *foundEntries) dropAfter() error {
	switch {
	case f.after == "":
		return nil
	case len(f.entries) == 0:
		return &models.BadInput{Argument: "after", Problem: "is not a cursor of this list"}
	}
	f.entries = f.entries[1:]
	return nil
}

// entryRow is an entry with its account and its record. Both are empty when there is none.
type entryRow struct {
	Entry   models.AuditEntry `gorm:"embedded"`
	Account models.Account    `gorm:"embedded;embeddedPrefix:of_"`
	Record  recordRow         `gorm:"embedded;embeddedPrefix:record_"`
	Tried   triedEntries      `gorm:"embedded;embeddedPrefix:tried_"` // of all rows together
}

func (r *Repository) readEntries(ctx context.Context, store models.Store, details models.AccountDetails, found *foundEntries, reads []read, count int) (*models.AuditTrail, error) {
	ofAccounts := details // each entry of the page may tell all of the same account
	ofAccounts.Copies = max(1, details.Copies) * count
	tx, done := r.reading(ctx)
	defer done()
	if err := send(tx, reads...); err != nil {
		return nil, err
	}
	found.takeTried()
	if err := found.dropAfter(); err != nil {
		return nil, err
	}
	if err := found.readAccounts(tx, store, ofAccounts, count); err != nil {
		return nil, err
	}
	detailed, changes := found.accounts.byID(store, ofAccounts), changesByEntry(found.changes)
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

// readAccounts reads the details of the accounts that so many entries are about, and of no others.
func (f *foundEntries) readAccounts(tx session, store models.Store, details models.AccountDetails, count int) error {
	var ids []string
	for i := range f.entries[:min(count, len(f.entries))] {
		if id := f.entries[i].Account.ID; id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 || !details.OfAccount() {
		return nil
	}
	return send(tx, f.accounts.reads(store.ID, details, accountFilter{ids: ids})...)
}

func (row *entryRow) auditEntry(store models.Store, detailed map[string]*models.Account, changes []models.SettingChange) *models.AuditEntry {
	entry := &row.Entry
	if entry.Changes = changes; changes == nil || entry.DisconnectionID != nil {
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
		row.Record.VerifiedAt = row.Record.Transition.ClosedAt
		entry.Disconnection = row.Record.disconnection(entry.Account, changes)
	}
	return entry
}

// The entries before $2: all of them when it is empty, and none when the store has no such entry. $3 to $5 are the filter, which is tried
// on $7 of them; where it lets none pass there is one row, without an entry. The page is found first, so that only its entries are
// joined with what they are about.
var selectEntries = query[entryRow]{text: `WITH tried AS MATERIALIZED (
    SELECT COUNT(*) AS entries, MIN(recent.seq) AS oldest
    FROM (
        SELECT au.seq FROM audit_entries au
        WHERE au.store_id = $1 AND au.seq < COALESCE(
            (SELECT b.seq FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1),
            CASE WHEN $2 = '' THEN 9223372036854775807 ELSE 0 END)
        ORDER BY au.seq DESC LIMIT $7) AS recent)
SELECT tried.entries AS tried_entries, oldest.id AS tried_oldest,
    COALESCE(au.seq, 0) AS seq, au.id, au.store_id, au.account_id, au.action, au.actor_kind, au.actor_name, au.occurred_at,
    au.api_key_id, au.api_key_name, au.shopify_user_id, au.disconnection_id,
    a.id AS of_id, a.store_id AS of_store_id, a.kind AS of_kind, a.name AS of_name, a.external_id AS of_external_id, a.region AS of_region,
    a.status AS of_status, a.connected_at AS of_connected_at, a.disconnected_at AS of_disconnected_at, a.epoch_id AS of_epoch_id,
    a.shopify_problem AS of_shopify_problem, a.shopify_problem_detail AS of_shopify_problem_detail, a.tiktok_problem AS of_tiktok_problem,
    t.id AS record_transition_id, t.store_id AS record_transition_store_id,
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
    COALESCE(t.writes_done, 0) AS record_transition_writes_done,
    COALESCE(t.writes_total, 0) AS record_transition_writes_total,
    e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest,
    COALESCE(d.exceptions, 0) AS record_exceptions
FROM tried
JOIN audit_entries oldest ON oldest.seq = tried.oldest
LEFT JOIN (
    SELECT au.* FROM audit_entries au
    WHERE au.store_id = $1 AND au.seq < COALESCE(
        (SELECT b.seq FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1),
        CASE WHEN $2 = '' THEN 9223372036854775807 ELSE 0 END)
        AND au.seq >= (SELECT oldest FROM tried)
        AND ($3 = '' OR $3 LIKE '%,' || au.actor_kind || ',%') AND ($4 = '' OR $4 = au.actor_name)
        AND ($5 = '' OR $5 LIKE '%,' || au.action || ',%')
    ORDER BY au.seq DESC LIMIT $6) AS au ON TRUE
LEFT JOIN accounts a ON a.id = au.account_id
LEFT JOIN disconnections ended ON ended.entry_seq = au.seq
LEFT JOIN transitions t ON t.id = COALESCE(ended.id, au.disconnection_id)
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN epochs e ON e.id = t.epoch_id
ORDER BY au.seq DESC`}

// Of the begin of a disconnect they are those of its end. $3 to $5 are the filter of the page, which is tried on $10 entries. $7 is the only key that is wanted, or
// empty. Values with more bytes than the parameter after it are not read, nor those of changes for which the last parameter has no
// bytes left: the changes of newer entries come first, of one entry those with the shortest values.
var selectChangesOfEntries = query[changeRow]{text: `SELECT s.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $8 AND s.bytes_so_far <= $9 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $8 AND s.bytes_so_far <= $9 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $8 AND s.bytes_so_far <= $9 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $8 AND s.bytes_so_far <= $9 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, entry_seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $8 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $8 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $8 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $8 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, page.seq AS entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM (
            SELECT au.seq, au.disconnection_id FROM audit_entries au
            WHERE au.store_id = $1 AND au.seq < COALESCE(
                (SELECT b.seq FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1),
                CASE WHEN $2 = '' THEN 9223372036854775807 ELSE 0 END)
                AND au.seq >= (SELECT MIN(recent.seq) FROM (
                    SELECT tried.seq FROM audit_entries tried
                    WHERE tried.store_id = $1 AND tried.seq < COALESCE(
                        (SELECT b.seq FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1),
                        CASE WHEN $2 = '' THEN 9223372036854775807 ELSE 0 END)
                    ORDER BY tried.seq DESC LIMIT $10) AS recent)
                AND ($3 = '' OR $3 LIKE '%,' || au.actor_kind || ',%') AND ($4 = '' OR $4 = au.actor_name)
                AND ($5 = '' OR $5 LIKE '%,' || au.action || ',%')
            ORDER BY au.seq DESC LIMIT $6) AS page
        LEFT JOIN disconnections d ON d.id = page.disconnection_id
        JOIN setting_changes c ON c.entry_seq = COALESCE(d.entry_seq, page.seq)
        WHERE $7 = '' OR c.key = $7) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY s.entry_seq, c.key`}

var selectEntry = query[entryRow]{text: `SELECT au.seq, au.id, au.store_id, au.account_id, au.action, au.actor_kind, au.actor_name, au.occurred_at,
    au.api_key_id, au.api_key_name, au.shopify_user_id, au.disconnection_id,
    a.id AS of_id, a.store_id AS of_store_id, a.kind AS of_kind, a.name AS of_name, a.external_id AS of_external_id, a.region AS of_region,
    a.status AS of_status, a.connected_at AS of_connected_at, a.disconnected_at AS of_disconnected_at, a.epoch_id AS of_epoch_id,
    a.shopify_problem AS of_shopify_problem, a.shopify_problem_detail AS of_shopify_problem_detail, a.tiktok_problem AS of_tiktok_problem,
    t.id AS record_transition_id, t.store_id AS record_transition_store_id,
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
    COALESCE(t.writes_done, 0) AS record_transition_writes_done,
    COALESCE(t.writes_total, 0) AS record_transition_writes_total,
    e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest,
    COALESCE(d.exceptions, 0) AS record_exceptions
FROM audit_entries au
LEFT JOIN accounts a ON a.id = au.account_id
LEFT JOIN disconnections ended ON ended.entry_seq = au.seq
LEFT JOIN transitions t ON t.id = COALESCE(ended.id, au.disconnection_id)
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN epochs e ON e.id = t.epoch_id
WHERE au.store_id = $1 AND au.id = $2`}

// Of the begin of a disconnect they are those of its end. $3 is the only key that is wanted, or empty. Values with more bytes than the
// parameter after it are not read, nor those of changes for which the last parameter has no bytes left: the changes of newer entries
// come first, of one entry those with the shortest values.
var selectChangesOfEntry = query[changeRow]{text: `SELECT s.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $4 AND s.bytes_so_far <= $5 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $4 AND s.bytes_so_far <= $5 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $4 AND s.bytes_so_far <= $5 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $4 AND s.bytes_so_far <= $5 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, entry_seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $4 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $4 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $4 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $4 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, au.seq AS entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM audit_entries au
        LEFT JOIN disconnections d ON d.id = au.disconnection_id
        JOIN setting_changes c ON c.entry_seq = COALESCE(d.entry_seq, au.seq)
        WHERE au.store_id = $1 AND au.id = $2 AND ($3 = '' OR c.key = $3)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY s.entry_seq, c.key`}
