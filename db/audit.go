package db

import (
	"context"

	"handback/models"
)

// AuditTrail reads a page of what was done to the store, newest first.
func (r *Repository) AuditTrail(ctx context.Context, caller models.Caller, page models.AuditPage, details models.AccountDetails) (*models.AuditTrail, error) {
	condition, args := "1 = 1", []any{}
	if page.Before != "" { // nothing precedes an entry that the store has not
		condition = "au.seq < (SELECT b.seq FROM audit_entries b WHERE b.id = $3 AND b.store_id = $1)"
		args = append(args, page.Before)
	}
	tx, done := r.reading(ctx)
	defer done()
	trail, err := r.readEntries(tx, caller.Store, details, page.Count, condition, args...)
	return trail, fault(err)
}

// AuditEntry reads one entry, nil when the store has none of this id.
func (r *Repository) AuditEntry(ctx context.Context, caller models.Caller, id string, details models.AccountDetails) (*models.AuditEntry, error) {
	tx, done := r.reading(ctx)
	defer done()
	trail, err := r.readEntries(tx, caller.Store, details, 1, "au.id = $3", id)
	if err != nil || len(trail.Entries) == 0 {
		return nil, fault(err)
	}
	return trail.Entries[0], nil
}

// newEntry starts an audit entry; writingSettings stores it.
func (r *Repository) newEntry(caller models.Caller, action models.AuditAction, account *models.Account) *models.AuditEntry {
	entry := &models.AuditEntry{
		ID: "audit_" + r.NewID(), StoreID: caller.Store.ID, Action: action, Actor: caller.Actor, OccurredAt: r.Now(),
	}
	if account != nil {
		entry.AccountID = &account.ID
	}
	return entry
}

// readEntries reads the first of the store's entries that the condition selects, newest first: one statement, and
// that of readAccounts when details of their accounts are asked for. The condition's parameters begin with $3.
func (r *Repository) readEntries(tx session, store models.Store, details models.AccountDetails, count int, condition string, args ...any) (*models.AuditTrail, error) {
	found, err := query(tx, entryTargets,
		`SELECT au.seq, au.id, au.store_id, au.account_id, au.action, au.actor_kind, au.actor_name, au.occurred_at,
			`+accountColumns+`, `+r.changesColumn(details)+`, CASE WHEN d.id IS NOT NULL THEN `+r.recordObject(models.AccountDetails{})+` END
		FROM audit_entries au LEFT JOIN accounts a ON a.id = au.account_id
		LEFT JOIN disconnections d ON d.entry_seq = au.seq LEFT JOIN epochs e ON e.id = d.epoch_id
		WHERE au.store_id = $1 AND `+condition+` ORDER BY au.seq DESC LIMIT $2`, append([]any{store.ID, count + 1}, args...)...)
	if err != nil {
		return nil, err
	}
	trail := &models.AuditTrail{Entries: make([]*models.AuditEntry, min(count, len(found))), More: len(found) > count}
	for i := range trail.Entries {
		if trail.Entries[i], err = found[i].whole(store); err != nil {
			return nil, err
		}
	}
	if details.OfAccount() {
		err = r.addAccountDetails(tx, store, details, trail.Entries)
	}
	return trail, err
}

// foundEntry is an entry with its account, its changes as a list, and its record as an object.
type foundEntry struct {
	entry           models.AuditEntry
	account         models.Account
	changes, record *string
}

func entryTargets(f *foundEntry) []any {
	e := &f.entry
	targets := []any{
		&e.Seq, &e.ID, &e.StoreID, &e.AccountID, orEmpty(&e.Action), orEmpty(&e.Actor.Kind), &e.Actor.Name, &e.OccurredAt,
	}
	return append(append(targets, accountTargets(&f.account)...), &f.changes, &f.record)
}

func (f *foundEntry) whole(store models.Store) (*models.AuditEntry, error) {
	entry, account := &f.entry, &f.account
	if entry.AccountID != nil {
		withOrders(store, account)
		entry.Account = account
	}
	var err error
	if entry.Changes, err = readChanges(f.changes); err != nil {
		return nil, err
	}
	record, err := readRecord(f.record, account)
	if record != nil {
		record.Restoration.Changes = entry.Changes // what the disconnect changed is what its restoration changed
		entry.Disconnection = record
	}
	return entry, err
}

func (r *Repository) addAccountDetails(tx session, store models.Store, details models.AccountDetails, entries []*models.AuditEntry) error {
	accounts, err := r.readAccounts(tx, store, details, "a.store_id = $1", store.ID)
	for _, entry := range entries {
		for _, account := range accounts {
			if entry.Account != nil && entry.Account.ID == account.ID {
				entry.Account = account
			}
		}
		if entry.Disconnection != nil {
			entry.Disconnection.Account = entry.Account
		}
	}
	return err
}
