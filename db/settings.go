package db

import (
	"context"
	"database/sql"
	"encoding/json"

	"gorm.io/gorm"

	"handback/models"
)

// Settings reads the store's settings in key order, all scopes when none is named.
func (r *Repository) Settings(ctx context.Context, caller models.Caller, scope *models.SettingScope) ([]models.Setting, error) {
	condition, args := "value IS NOT NULL", []any{}
	if scope != nil {
		condition, args = condition+" AND scope = ?", append(args, *scope)
	}
	tx, done := r.reading(ctx)
	defer done()
	settings, err := readSettings(tx, caller.Store.ID, condition, args...)
	return settings, fault(err)
}

// Definition returns what the setting of the key is, nil when there is none: it reads no database.
func (r *Repository) Definition(key string) *models.SettingDefinition {
	return r.Catalogue.Definition(key)
}

// UpdateSettings changes settings by hand, all of them or none. It returns the settings that were named as they
// are then, in the order of the inputs.
func (r *Repository) UpdateSettings(ctx context.Context, caller models.Caller, inputs []models.SettingInput) (settings []models.Setting, refusals []models.UpdateSettingsUserError, err error) {
	err = r.writeStore(ctx, caller.Store.ID, func(tx *gorm.DB) (err error) {
		settings, refusals, err = r.updateSettings(tx, caller, inputs)
		return err
	})
	return settings, refusals, err
}

func (r *Repository) updateSettings(tx *gorm.DB, caller models.Caller, inputs []models.SettingInput) ([]models.Setting, []models.UpdateSettingsUserError, error) {
	epochID, err := connectedEpoch(tx, caller.Store.ID)
	if err != nil {
		return nil, nil, err
	}
	before, err := readSettings(tx, caller.Store.ID, "1 = 1")
	if err != nil {
		return nil, nil, err
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

// connectedEpoch returns the epoch the store is in, nil when no TikTok Shop account is connected.
func connectedEpoch(tx *gorm.DB, storeID string) (*string, error) {
	open, err := query(tx, scanString, `SELECT epoch_id FROM accounts WHERE store_id = ? AND kind = ? AND status = ?`,
		storeID, models.TikTokShop, models.AccountConnected)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	return &open[0], nil
}

// outsideAds selects the settings that connecting and restoring may read.
const outsideAds = "scope <> 'ADS'"

// readSettings reads the rows of a store's settings that the condition selects, in key order, removed ones too.
func readSettings(tx *gorm.DB, storeID, condition string, args ...any) ([]models.Setting, error) {
	return query(tx, scanSetting, `SELECT key, scope, value, updated_at, updated_by_kind, updated_by_name
		FROM settings WHERE store_id = ? AND `+condition+` ORDER BY key`, append([]any{storeID}, args...)...)
}

func scanSetting(rows *sql.Rows) (s models.Setting, err error) {
	return s, rows.Scan(&s.Key, &s.Scope, orZero(&s.Value), &s.UpdatedAt, &s.UpdatedBy.Kind, &s.UpdatedBy.Name)
}

// ledgerRow is a change as the dialect's changes reads it from JSON. An absent value is null.
type ledgerRow struct {
	Key               string        `json:"key"`
	Scope             string        `json:"scope"`
	Before            *models.Value `json:"before"`
	After             *models.Value `json:"after"`
	LastChangedByKind string        `json:"last_changed_by_kind"`
	LastChangedByName string        `json:"last_changed_by_name"`
}

// writeSettings is the only way a setting is ever written: it adds the audit entry, writes the settings, and adds
// to the ledger, each with one statement however many changes there are. writer is who wrote the values; the
// entry's actor is who asked for it.
func (r *Repository) writeSettings(tx *gorm.DB, entry *models.AuditEntry, epochID *string, writer models.Actor, changes []models.SettingChange) error {
	if err := tx.Create(entry).Error; err != nil || len(changes) == 0 {
		return err
	}
	list, err := ledgerRows(changes)
	if err != nil {
		return err
	}
	written := tx.Exec(`INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
		SELECT e.store_id, c.key, c.scope, c.after, e.occurred_at, CAST(? AS text), CAST(? AS text)
		FROM audit_entries e CROSS JOIN `+r.dialect.changes+` WHERE e.seq = ?
		ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
			updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name`,
		writer.Kind, writer.Name, list, entry.Seq)
	if written.Error != nil {
		return written.Error
	}
	return tx.Exec(`INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, key, scope, before, after,
			changed_at, changed_by_kind, changed_by_name, last_changed_by_kind, last_changed_by_name)
		SELECT e.seq, e.store_id, CAST(? AS text), e.action, c.key, c.scope, c.before, c.after,
			e.occurred_at, CAST(? AS text), CAST(? AS text), c.last_changed_by_kind, c.last_changed_by_name
		FROM audit_entries e CROSS JOIN `+r.dialect.changes+` WHERE e.seq = ?`,
		epochID, writer.Kind, writer.Name, list, entry.Seq).Error
}

func ledgerRows(changes []models.SettingChange) (string, error) {
	rows := make([]ledgerRow, len(changes))
	for i, c := range changes {
		rows[i] = ledgerRow{
			Key: c.Key, Scope: string(c.Scope), Before: present(c.Before), After: present(c.After),
			LastChangedByKind: string(c.LastChangedBy.Kind), LastChangedByName: c.LastChangedBy.Name,
		}
	}
	list, err := json.Marshal(rows)
	return string(list), err
}

func present(value models.Value) *models.Value {
	if value == "" {
		return nil
	}
	return &value
}

// changesColumn gives what the audit entry au changed, from the ledger, as a list of [key, scope, before, after, kind,
// name]. It is NULL unless changes are asked for, or when there are none.
func (r *Repository) changesColumn(details models.AccountDetails) string {
	if !details.Changes {
		return "NULL"
	}
	return r.dialect.nested + `((SELECT ` + r.dialect.list + `(` + r.dialect.row + `(c.key, c.scope, c.before, c.after,
		c.last_changed_by_kind, c.last_changed_by_name) ORDER BY c.key) FROM setting_changes c WHERE c.entry_seq = au.seq))`
}

// ledgerList is changes as they come in JSON.
type ledgerList [][6]string

func (l ledgerList) changes() []models.SettingChange {
	changes := make([]models.SettingChange, len(l))
	for i, c := range l {
		before, after := models.Value(c[2]), models.Value(c[3])
		changes[i] = models.SettingChange{
			Key: c[0], Scope: models.SettingScope(c[1]), Kind: models.KindOfChange(before, after), Before: before, After: after,
			LastChangedBy: models.Actor{Kind: models.ActorKind(c[4]), Name: c[5]},
		}
	}
	return changes
}
