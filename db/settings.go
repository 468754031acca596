package db

import (
	"context"
	"encoding/json"
	"fmt"

	"handback/models"
)

// Settings reads the store's settings in key order, all scopes when none is named.
func (r *Repository) Settings(ctx context.Context, caller models.Caller, scope *models.SettingScope) ([]models.Setting, error) {
	condition, args := "value IS NOT NULL", []any{}
	if scope != nil {
		condition, args = condition+" AND scope = $2", append(args, *scope)
	}
	tx, done := r.reading(ctx)
	defer done()
	settings := make([]models.Setting, 0, len(r.Catalogue))
	err := send(tx, settingsInto(&settings, caller.Store.ID, condition, args...))
	return settings, fault(err)
}

// Definition returns what the setting of the key is, nil when there is none: it reads no database.
func (r *Repository) Definition(key string) *models.SettingDefinition {
	return r.Catalogue.Definition(key)
}

// UpdateSettings changes settings by hand, all of them or none. It returns the settings that were named as they
// are then, in the order of the inputs.
func (r *Repository) UpdateSettings(ctx context.Context, caller models.Caller, inputs []models.SettingInput) (settings []models.Setting, refusals []models.UpdateSettingsUserError, err error) {
	err = r.writeStore(ctx, caller.Store.ID, func(tx session) (err error) {
		settings, refusals, err = r.updateSettings(tx, caller, inputs)
		return err
	})
	return settings, refusals, err
}

func (r *Repository) updateSettings(tx session, caller models.Caller, inputs []models.SettingInput) ([]models.Setting, []models.UpdateSettingsUserError, error) {
	var epochs []*string
	var before []models.Setting
	err := r.sendLocked(tx, caller.Store.ID, connectedEpoch(&epochs, caller.Store.ID), settingsInto(&before, caller.Store.ID, "1 = 1"))
	if err != nil {
		return nil, nil, err
	}
	var epochID *string
	if len(epochs) > 0 {
		epochID = epochs[0]
	}
	changes, refusals := models.UpdateSettings(r.Catalogue, epochID != nil, before, inputs)
	if len(refusals) > 0 {
		return nil, refusals, errRefused
	}
	entry := r.newEntry(caller, models.SettingsUpdated, nil)
	settings := models.Named(inputs, models.Apply(before, changes, caller.Actor, entry.OccurredAt))
	if len(changes) == 0 {
		return settings, nil, errRefused // there is nothing to be done
	}
	return settings, nil, r.writeSettings(tx, entry, epochID, caller.Actor, changes)
}

// connectedEpoch reads the epoch the store is in: none when no TikTok Shop account is connected.
func connectedEpoch(epochs *[]*string, storeID string) statement {
	return rowsInto(epochs, func(id **string) []any { return []any{id} },
		`SELECT epoch_id FROM accounts WHERE store_id = $1 AND kind = 'TIKTOK_SHOP' AND status = 'CONNECTED'`, storeID)
}

// outsideAds selects the settings that connecting and restoring may read.
const outsideAds = "scope <> 'ADS'"

// settingsInto reads the rows of a store's settings that the condition selects, in key order, removed ones too. The
// condition's parameters begin with $2.
func settingsInto(settings *[]models.Setting, storeID, condition string, args ...any) statement {
	return rowsInto(settings, func(s *models.Setting) []any {
		return []any{orEmpty(&s.Key), orEmpty(&s.Scope), orEmpty(&s.Value), &s.UpdatedAt, orEmpty(&s.UpdatedBy.Kind), orEmpty(&s.UpdatedBy.Name)}
	}, `SELECT key, scope, value, updated_at, updated_by_kind, updated_by_name
		FROM settings WHERE store_id = $1 AND `+condition+` ORDER BY key`, append([]any{storeID}, args...)...)
}

// valuesInto reads what a snapshot records: the settings outside the ads scope that exist, without their history.
func valuesInto(settings *[]models.Setting, storeID string) statement {
	return rowsInto(settings, func(s *models.Setting) []any { return []any{orEmpty(&s.Key), orEmpty(&s.Scope), orEmpty(&s.Value)} },
		`SELECT key, scope, value FROM settings WHERE store_id = $1 AND value IS NOT NULL AND `+outsideAds+` ORDER BY key`, storeID)
}

// writeSettings sends writingSettings and nothing else.
func (r *Repository) writeSettings(tx session, entry *models.AuditEntry, epochID *string, writer models.Actor, changes []models.SettingChange) error {
	statements, err := r.writingSettings(entry, epochID, writer, changes)
	if err != nil {
		return err
	}
	return send(tx, statements...)
}

// writingSettings is the only way a setting is ever written: it adds the audit entry, adds the changes to the ledger, and
// makes the settings what the ledger says, each with one statement however many changes there are. writer is who wrote
// the values; the entry's actor is who asked for it.
func (r *Repository) writingSettings(entry *models.AuditEntry, epochID *string, writer models.Actor, changes []models.SettingChange) ([]statement, error) {
	add := statement{
		text: `INSERT INTO audit_entries (id, store_id, account_id, action, actor_kind, actor_name, occurred_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		args: []any{entry.ID, entry.StoreID, entry.AccountID, entry.Action, entry.Actor.Kind, entry.Actor.Name, entry.OccurredAt},
	}
	if len(changes) == 0 {
		return []statement{add}, nil
	}
	args, err := r.dialect.changeArgs(changes)
	if err != nil {
		return nil, err
	}
	keep := statement{
		text: `INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, key, scope, before, after,
				changed_at, changed_by_kind, changed_by_name, last_changed_by_kind, last_changed_by_name)
			SELECT e.seq, e.store_id, CAST($2 AS text), e.action, c.key, c.scope, NULLIF(c.before, ''), NULLIF(c.after, ''),
				e.occurred_at, CAST($3 AS text), CAST($4 AS text), c.last_changed_by_kind, c.last_changed_by_name
			FROM audit_entries e CROSS JOIN ` + r.dialect.changes + ` WHERE e.id = $1`,
		args: append([]any{entry.ID, epochID, writer.Kind, writer.Name}, args...),
	}
	write := statement{
		text: `INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
			SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
			FROM setting_changes c WHERE c.entry_seq = (SELECT e.seq FROM audit_entries e WHERE e.id = $1)
			ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
				updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name`,
		args: []any{entry.ID},
	}
	return []statement{add, keep, write}, nil
}

// changesInColumns takes changes as a list for each column.
const changesInColumns = `unnest(CAST($5 AS text[]), CAST($6 AS text[]), CAST($7 AS text[]), CAST($8 AS text[]), CAST($9 AS text[]), CAST($10 AS text[]))
	AS c (key, scope, before, after, last_changed_by_kind, last_changed_by_name)`

func changeColumns(changes []models.SettingChange) ([]any, error) {
	columns := make([][]string, 6)
	for i := range columns {
		columns[i] = make([]string, len(changes))
	}
	for i, c := range changes {
		for n, text := range [...]string{c.Key, string(c.Scope), string(c.Before), string(c.After), string(c.LastChangedBy.Kind), c.LastChangedBy.Name} {
			columns[n][i] = text
		}
	}
	args := make([]any, len(columns))
	for i, column := range columns {
		args[i] = column
	}
	return args, nil
}

// changesInList takes changes as one list in JSON.
const changesInList = `(SELECT value->>0 AS key, value->>1 AS scope, value->>2 AS before, value->>3 AS after,
	value->>4 AS last_changed_by_kind, value->>5 AS last_changed_by_name FROM json_each($5)) AS c`

func changeList(changes []models.SettingChange) ([]any, error) {
	rows := make([][6]string, len(changes))
	for i, c := range changes {
		rows[i] = [...]string{c.Key, string(c.Scope), string(c.Before), string(c.After), string(c.LastChangedBy.Kind), c.LastChangedBy.Name}
	}
	list, err := json.Marshal(rows)
	return []any{string(list)}, err
}

// changesColumn gives what the audit entry au changed, from the ledger, as a list of key, scope, before, after, kind,
// name. It is NULL unless changes are asked for, or when there are none.
func (r *Repository) changesColumn(details models.AccountDetails) string {
	if !details.Changes {
		return "NULL"
	}
	return `(SELECT ` + r.dialect.listOf("c.key", "c.key", "c.scope", "COALESCE(c.before, '')", "COALESCE(c.after, '')", "c.last_changed_by_kind", "c.last_changed_by_name") + `
		FROM setting_changes c WHERE c.entry_seq = au.seq)`
}

// readChanges reads changes from a list.
func readChanges(list *string) ([]models.SettingChange, error) {
	changes := []models.SettingChange{}
	var c models.SettingChange
	err := readList(list, func() {
		c.Kind = models.KindOfChange(c.Before, c.After)
		changes = append(changes, c)
	}, &c.Key, (*string)(&c.Scope), (*string)(&c.Before), (*string)(&c.After), (*string)(&c.LastChangedBy.Kind), &c.LastChangedBy.Name)
	if err != nil {
		return nil, fmt.Errorf("read list of changes: %w", err)
	}
	return changes, nil
}
