package db

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"github.com/handback/handback/models"
)

// Settings reads those of the store's settings that the filter selects, in key order.
func (r *Repository) Settings(ctx context.Context, caller models.Caller, filter models.SettingFilter) ([]models.Setting, error) {
	tx, done := r.reading(ctx)
	defer done()
	settings := make([]models.Setting, 0, len(r.Catalogue))
	err := send(tx, selectSettings.into(&settings, caller.Store.ID, string(filter.Scope), filter.Key, filter.Values.Longest()))
	return orFault(settings, err)
}

// UpdateSettings changes settings by hand, all of them or none, but for what Shopify rejects. It returns the settings that were named
// as they are then, in the order of the inputs: those that live in the store have the value that they have there. An error
// means that nothing was done, unless it is models.ErrOutcomeUnknown; it may be refusals. Refusals that come with settings are
// Shopify's, of that part of the edit.
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
		return r.editedSince(ctx, caller, inputs, edit)
	}
	return edit.settings, nil
}

// editedSince waits for the store, and returns what has become of the edit by then. What cannot be read is as it was when it began.
func (r *Repository) editedSince(ctx context.Context, caller models.Caller, inputs []models.SettingInput, edit *settingsEdit) ([]models.Setting, error) {
	transition := r.awaitTransition(ctx, edit.transitionID)
	var settings []models.Setting
	var rejected []storeWrite
	tx := r.readerSession(ctx)
	if err := send(tx, selectSettings.into(&settings, caller.Store.ID, "", "", models.WholeValues.Longest())); err != nil {
		return edit.settings, nil
	}
	err := tx.alone(func(db *gorm.DB) *gorm.DB {
		return db.Where("transition_id", edit.transitionID).Where("entry_seq", edit.entry.Seq).Where("state", models.WriteImpossible).
			Order("seq").Find(&rejected)
	}).Error
	if err != nil {
		return edit.settings, nil
	}
	named := models.Named(inputs, models.Apply(settings, nil, caller.Actor, edit.entry.OccurredAt))
	if refusals := models.RejectedByShopify(inputs, edit.inStore, transition, writesOf(rejected)); len(refusals) > 0 {
		return named, models.Refusals[models.UpdateSettingsErrorCode](refusals)
	}
	return named, nil
}

// settingsEdit is what an edit by hand does.
type settingsEdit struct {
	entry    *models.AuditEntry
	epochID  *string                // that it lands in
	atOnce   []models.SettingChange // that are true with the commit
	inStore  []models.SettingChange // that are true when Shopify has them
	settings []models.Setting       // that the edit names, as the commit leaves them
	open     models.Transition      // that writes to the store already; the zero one when none does
	// transitionID is of what writes to the store; empty when nothing is written there.
	transitionID string
}

// readToEdit locks the store, reads the settings that are named, and works out the edit. What can be refused without them is refused
// before they are read.
func (r *Repository) readToEdit(tx session, caller models.Caller, inputs []models.SettingInput) (*settingsEdit, error) {
	if err := tx.lockStore(caller.Store.ID); err != nil {
		return nil, err
	}
	accounts, err := tx.accountsToChange(caller.Store.ID)
	if err != nil {
		return nil, err
	}
	if refusals := models.RefuseUnreachable(accounts, inputs); len(refusals) > 0 {
		return nil, models.Refusals[models.UpdateSettingsErrorCode](refusals)
	}
	if refusals := models.RefuseInputs(r.Catalogue, models.ShopStatus(accounts), inputs); len(refusals) > 0 {
		return nil, models.Refusals[models.UpdateSettingsErrorCode](refusals)
	}
	before, err := selectSettingsToEdit.all(tx, caller.Store.ID, listed(keysOf(inputs)))
	if err != nil {
		return nil, err
	}
	edit := &settingsEdit{entry: r.newEntry(caller, models.SettingsUpdated, nil), epochID: models.OpenEpoch(accounts)}
	expected, waiting, err := edit.expected(tx, before)
	if err != nil {
		return nil, err
	}
	changes, refusals := models.UpdateSettings(r.Catalogue, expected, inputs)
	if len(refusals) > 0 {
		return nil, models.Refusals[models.UpdateSettingsErrorCode](refusals)
	}
	edit.atOnce = changes
	if tx.transaction.linked {
		edit.atOnce, edit.inStore = r.Catalogue.SplitEdit(changes, waiting)
	}
	edit.settings = models.Named(inputs, models.Apply(before, edit.atOnce, caller.Actor, edit.entry.OccurredAt))
	return edit, nil
}

// keysOf are the keys that the inputs name. It is never nil: an edit of nothing reads nothing.
func keysOf(inputs []models.SettingInput) []string {
	keys := make([]string, len(inputs))
	for i := range inputs {
		keys[i] = inputs[i].Key
	}
	return keys
}

// expected are the settings as they will be when the store has what edits before ask for, and the keys of those that wait for that.
func (e *settingsEdit) expected(tx session, before []models.Setting) (expected []models.Setting, waiting map[string]bool, err error) {
	if !tx.transaction.linked {
		return before, nil, nil
	}
	if e.open, err = tx.openTransition(e.entry.StoreID); err != nil || e.open.Kind != models.TransitionEdit {
		return before, nil, err
	}
	var rows []storeWrite
	if err := tx.orm().Where("transition_id", e.open.ID).Order("seq").Find(&rows).Error; err != nil {
		return nil, nil, err
	}
	waiting = map[string]bool{}
	for _, row := range rows {
		waiting[row.Key] = true
	}
	return models.Expected(before, writesOf(rows)), waiting, nil
}

// storeEdit returns errUnchanged when every setting has its value already.
func (r *Repository) storeEdit(tx session, caller models.Caller, edit *settingsEdit) error {
	writes := r.Catalogue.PlanEdit(edit.inStore)
	if len(edit.atOnce) == 0 && len(writes) == 0 {
		return errUnchanged
	}
	bytes, at := models.EditBytes(slices.Concat(edit.atOnce, edit.inStore), writes), edit.entry.OccurredAt
	if refusal := models.RefuseToday(models.DailyLimitReached, tx.transaction.use.On(at)+bytes, r.LedgerBudget, "settings"); refusal != nil {
		return refusal
	}
	tx.add(bytes, at)
	if err := tx.appendEntry(edit.entry); err != nil {
		return err
	}
	if err := r.writeSettings(tx, edit.entry, edit.epochID, caller.Actor, edit.atOnce); err != nil || len(writes) == 0 {
		return err
	}
	return r.beginEdit(tx, caller, edit, writes)
}

// beginEdit promises to write to the store what was changed of it. The settings say so when it was read back: then the changes
// are added to the ledger, as of this entry.
func (r *Repository) beginEdit(tx session, caller models.Caller, edit *settingsEdit, writes []models.StoreWrite) error {
	for i := range writes {
		writes[i].EntrySeq = &edit.entry.Seq
	}
	open := edit.open
	if open.ID == "" {
		open = *newTransition(caller, "edit_"+r.NewID(), models.TransitionEdit, nil, edit.entry.OccurredAt)
		open.EntrySeq, open.EpochID = &edit.entry.Seq, edit.epochID
		if err := tx.begin(&open); err != nil {
			return err
		}
	} else { // what the edit before asks for is still to be written, this one last
		var err error
		if writes, err = tx.withPending(open.ID, writes); err != nil {
			return err
		}
	}
	edit.transitionID = open.ID
	return r.planWrites(tx, &open, writes, map[string]any{"phase": models.PhaseWriting})
}

// writeSettings is the only way a setting is ever written: it adds the changes to the ledger, and makes the settings what
// the ledger says, each with one statement however many changes there are. entry is in the audit trail already. writer is
// who wrote the values; the entry's actor is who asked for it.
func (r *Repository) writeSettings(tx session, entry *models.AuditEntry, epochID *string, writer models.Actor, changes []models.SettingChange) error {
	return r.writeSettingsAfter(tx, 0, entry, epochID, writer, changes)
}

// writeSettingsAfter is writeSettings for an entry that has changes in the ledger already, up to the one of the number: settings
// that these are of may have been changed again since.
func (r *Repository) writeSettingsAfter(tx session, last int64, entry *models.AuditEntry, epochID *string, writer models.Actor, changes []models.SettingChange) error {
	if len(changes) == 0 {
		return nil
	}
	rows := make([]rowTexts, len(changes))
	for i, change := range changes {
		rows[i] = changeTexts(change)
	}
	args, err := r.dialect.rowArgs(changeColumns, rows)
	if err != nil {
		return err
	}
	args = append([]any{entry.Seq, entry.StoreID, epochID, string(entry.Action), entry.OccurredAt, string(writer.Kind), writer.Name}, args...)
	if err := tx.exec(r.dialect.appendLedger, args...); err != nil {
		return err
	}
	return tx.exec(applyLedger, entry.Seq, last)
}

// writeEdited is writeSettings for the changes of an edit that have waited for the store.
func (r *Repository) writeEdited(tx session, seq int64, epochID *string, changes []models.SettingChange) error {
	var entry models.AuditEntry
	if err := tx.orm().Take(&entry, "seq", seq).Error; err != nil {
		return err
	}
	written := []int64{}
	if err := tx.orm().Table("setting_changes").Where("entry_seq", seq).Pluck("seq", &written).Error; err != nil {
		return err
	}
	return r.writeSettingsAfter(tx, slices.Max(append(written, 0)), &entry, epochID, entry.Actor, changes)
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

// Those of the keys $2, with commas around each; with those that were removed.
var selectSettingsToEdit = query[models.Setting]{text: `SELECT key, scope, value, updated_at, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND $2 LIKE '%,' || key || ',%'
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
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name`
