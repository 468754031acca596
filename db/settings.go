package db

import (
	"context"

	"handback/models"
)

// Settings reads those of the store's settings that the filter selects, in key order.
func (r *Repository) Settings(ctx context.Context, caller models.Caller, filter models.SettingFilter) ([]models.Setting, error) {
	tx, done := r.reading(ctx)
	defer done()
	settings := make([]models.Setting, 0, len(r.Catalogue))
	err := send(tx, selectSettings.into(&settings, caller.Store.ID, string(filter.Scope), filter.Key, filter.Values.Longest()))
	return orFault(settings, err)
}

// UpdateSettings changes settings by hand, all of them or none. It returns the settings that were named as they
// are then, in the order of the inputs. An error means that nothing was done, unless it is models.ErrOutcomeUnknown; it
// may be refusals.
func (r *Repository) UpdateSettings(ctx context.Context, caller models.Caller, inputs []models.SettingInput) ([]models.Setting, error) {
	var edit *settingsEdit
	err := r.writeStore(ctx, caller.Store.ID, func(tx session) (err error) {
		if edit, err = r.readToEdit(tx, caller, inputs); err != nil {
			return err
		}
		return r.storeEdit(tx, caller, edit)
	})
	if err != nil {
		return nil, err
	}
	if edit.transitionID != "" && onceOf(ctx) == nil {
		r.awaitTransition(ctx, edit.transitionID)
	}
	return edit.settings, nil
}

// settingsEdit is what an edit by hand does.
type settingsEdit struct {
	entry    *models.AuditEntry
	epochID  *string // that it lands in
	changes  []models.SettingChange
	settings []models.Setting // that the edit names, as it leaves them
	// transitionID is of what writes to the store; empty when nothing is written there.
	transitionID string
}

// readToEdit locks the store, reads its settings, and works out the edit.
func (r *Repository) readToEdit(tx session, caller models.Caller, inputs []models.SettingInput) (*settingsEdit, error) {
	if err := tx.lockStore(caller.Store.ID); err != nil {
		return nil, err
	}
	var accounts []models.Account
	var before []models.Setting
	if err := send(tx, selectAccounts.into(&accounts, caller.Store.ID), selectAllSettings.into(&before, caller.Store.ID)); err != nil {
		return nil, err
	}
	connected := models.ConnectedEpoch(pointers(accounts)) != nil
	changes, refusals := models.UpdateSettings(r.Catalogue, connected, before, inputs)
	if len(refusals) > 0 {
		return nil, models.Refusals[models.UpdateSettingsErrorCode](refusals)
	}
	entry := r.newEntry(caller, models.SettingsUpdated, nil)
	settings := models.Named(inputs, models.Apply(before, changes, caller.Actor, entry.OccurredAt))
	return &settingsEdit{entry: entry, epochID: models.OpenEpoch(pointers(accounts)), changes: changes, settings: settings}, nil
}

// storeEdit returns errUnchanged when every setting has its value already.
func (r *Repository) storeEdit(tx session, caller models.Caller, edit *settingsEdit) error {
	if len(edit.changes) == 0 {
		return errUnchanged
	}
	if err := tx.appendEntry(edit.entry); err != nil {
		return err
	}
	if err := r.writeSettings(tx, edit.entry, edit.epochID, caller.Actor, edit.changes); err != nil {
		return err
	}
	if !tx.transaction.linked {
		return nil
	}
	return r.beginEdit(tx, caller, edit)
}

// beginEdit promises to write to the store what was changed of it. What is being connected or given back is not written to
// by others: that edit is overwritten.
func (r *Repository) beginEdit(tx session, caller models.Caller, edit *settingsEdit) error {
	writes := r.Catalogue.PlanEdit(edit.changes)
	if len(writes) == 0 {
		return nil
	}
	open, err := tx.openTransition(caller.Store.ID)
	switch {
	case err != nil:
		return err
	case open.ID == "":
		open = *newTransition(caller, "edit_"+r.NewID(), models.TransitionEdit, nil, edit.entry.OccurredAt)
		open.EntrySeq, open.EpochID = &edit.entry.Seq, edit.epochID
		if err := tx.begin(&open); err != nil {
			return err
		}
	case open.Kind != models.TransitionEdit:
		return nil
	default: // those of the edit before are still to be written, the later ones last
		if writes, err = tx.withPending(open.ID, writes); err != nil {
			return err
		}
	}
	edit.transitionID = open.ID
	return tx.planWrites(&open, writes, map[string]any{"phase": models.PhaseWriting})
}

// writeSettings is the only way a setting is ever written: it adds the changes to the ledger, and makes the settings what
// the ledger says, each with one statement however many changes there are. entry is in the audit trail already. writer is
// who wrote the values; the entry's actor is who asked for it.
func (r *Repository) writeSettings(tx session, entry *models.AuditEntry, epochID *string, writer models.Actor, changes []models.SettingChange) error {
	if len(changes) == 0 {
		return nil
	}
	args, err := r.dialect.changeArgs(changes)
	if err != nil {
		return err
	}
	args = append([]any{entry.Seq, entry.StoreID, epochID, string(entry.Action), entry.OccurredAt, string(writer.Kind), writer.Name}, args...)
	if err := tx.exec(r.dialect.appendLedger, args...); err != nil {
		return err
	}
	return tx.exec(applyLedger, entry.Seq)
}

// changeRow is a change of the ledger.
type changeRow struct {
	EntrySeq int64
	Change   models.SettingChange `gorm:"embedded"`
}

// withChangeLimits appends the arguments that say which changes are read, and which of their values.
func withChangeLimits(details models.ChangeDetail, args ...any) []any {
	return append(args, details.Key, details.Values.Longest(), details.ListedBytes())
}

func changesByEntry(rows []changeRow) map[int64][]models.SettingChange {
	if len(rows) == 0 {
		return nil
	}
	changes := map[int64][]models.SettingChange{}
	for _, row := range rows {
		changes[row.EntrySeq] = append(changes[row.EntrySeq], row.Change.WithKind())
	}
	return changes
}

// An empty text in $2 and $3 stands for every scope, and for every key. A value that has more than $4 bytes is not read.
var selectSettings = query[models.Setting]{text: `SELECT key, scope,
    CASE WHEN octet_length(value) <= $4 THEN value END AS value,
    CASE WHEN octet_length(value) <= $4 THEN 0 ELSE octet_length(value) END AS omitted_value,
    updated_at, updated_by_kind, updated_by_name, observed_at
FROM settings
WHERE store_id = $1 AND ($2 = '' OR scope = $2) AND ($3 = '' OR key = $3) AND value IS NOT NULL
ORDER BY key`}

// With those that were removed.
var selectAllSettings = query[models.Setting]{text: `SELECT key, scope, value, updated_at, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1
ORDER BY key`}

// The settings that connecting and restoring may read, with those that were removed.
var selectSettingsOutsideAds = query[models.Setting]{text: `SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key`}

// What a snapshot records.
var selectSettingsToRecord = query[models.Setting]{text: `SELECT key, scope, value
FROM settings
WHERE store_id = $1 AND scope <> 'ADS' AND value IS NOT NULL
ORDER BY key`}

const applyLedger = `INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name`
