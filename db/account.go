package db

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"handback/models"
)

// Accounts reads every account the store has linked, newest connection first.
func (r *Repository) Accounts(ctx context.Context, caller models.Caller, details models.AccountDetails) ([]*models.Account, error) {
	tx, done := r.reading(ctx)
	defer done()
	accounts, err := r.readAccounts(tx, caller.Store, details, "a.store_id = ?", caller.Store.ID)
	return accounts, fault(err)
}

// Account reads one account, nil when the store has none of this id.
func (r *Repository) Account(ctx context.Context, caller models.Caller, id string, details models.AccountDetails) (*models.Account, error) {
	tx, done := r.reading(ctx)
	defer done()
	account, err := r.readAccount(tx, caller.Store, details, id)
	return account, fault(err)
}

func (r *Repository) readAccount(tx *gorm.DB, store models.Store, details models.AccountDetails, id string) (*models.Account, error) {
	accounts, err := r.readAccounts(tx, store, details, "a.store_id = ? AND a.id = ?", store.ID, id)
	if err != nil || len(accounts) == 0 {
		return nil, err
	}
	return accounts[0], nil
}

// readAccounts reads the accounts that the condition selects, newest connection first, with the details asked for.
func (r *Repository) readAccounts(tx *gorm.DB, store models.Store, details models.AccountDetails, condition string, args ...any) ([]*models.Account, error) {
	rows, err := r.readAccountRows(tx, store, details, condition, args...)
	accounts := make([]*models.Account, len(rows))
	for i, row := range rows {
		accounts[i] = row.account
	}
	return accounts, err
}

// accountRow is an account with the epoch and the settings that its preview is computed from. They are empty unless
// a snapshot or a preview is asked for, and the settings unless the account is a connected shop.
type accountRow struct {
	account  *models.Account
	epoch    *models.Epoch
	settings []models.Setting
}

// readAccountRows reads everything in one statement, so that an account, its epoch, the settings and the records of
// its disconnects are of one moment.
func (r *Repository) readAccountRows(tx *gorm.DB, store models.Store, details models.AccountDetails, condition string, args ...any) ([]accountRow, error) {
	columns, from := accountColumns, ` FROM accounts a`
	if details.Snapshot || details.Preview {
		columns, from = columns+`, `+epochColumns, from+` LEFT JOIN epochs e ON e.id = a.epoch_id`
	} else {
		columns += noEpochColumns
	}
	columns += `, ` + r.settingsColumn(details) + `, ` + r.disconnectionsColumn(details)
	return query(tx, func(rows *sql.Rows) (accountRow, error) { return scanAccountRow(rows, store, details) },
		`SELECT `+columns+from+` WHERE `+condition+` ORDER BY a.connected_at DESC, a.id DESC`, args...)
}

const (
	accountColumns = `a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id`
	epochColumns   = `e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt`
	noEpochColumns = `, NULL, NULL, NULL, NULL, NULL, NULL, NULL`
)

// accountTargets and epochTargets take the columns of a row that may have none.
func accountTargets(a *models.Account) []any {
	return []any{
		orZero(&a.ID), orZero(&a.StoreID), orZero(&a.Kind), orZero(&a.Name), orZero(&a.ExternalID), orZero(&a.Region),
		orZero(&a.Status), orZero(&a.ConnectedAt), &a.DisconnectedAt, &a.EpochID,
	}
}

func epochTargets(e *models.Epoch) []any {
	return []any{
		orZero(&e.ID), orZero(&e.StoreID), orZero(&e.AccountID), orZero(&e.OpenedAt), orZero(&e.Snapshot), orZero(&e.SnapshotDigest), &e.PreviewSalt,
	}
}

// settingsColumn gives the settings outside the ads scope of an account that is a connected shop, as a list of
// [key, scope, value, kind, name].
func (r *Repository) settingsColumn(details models.AccountDetails) string {
	if !details.Preview {
		return "NULL"
	}
	return `CASE WHEN a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED' THEN (SELECT ` +
		r.dialect.list + `(` + r.dialect.row + `(s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name))
		FROM settings s WHERE s.store_id = a.store_id AND s.` + outsideAds + `) END`
}

// disconnectionsColumn gives the records of an account's disconnects, newest first.
func (r *Repository) disconnectionsColumn(details models.AccountDetails) string {
	if !details.Disconnections {
		return "NULL"
	}
	return `(SELECT ` + r.dialect.list + `(` + r.recordObject(details) + ` ORDER BY d.entry_seq DESC)
		FROM epochs e ` + recordJoins + ` WHERE e.account_id = a.id)`
}

func scanAccountRow(rows *sql.Rows, store models.Store, details models.AccountDetails) (accountRow, error) {
	row := accountRow{account: &models.Account{}, epoch: &models.Epoch{}}
	var settings, records *string
	if err := rows.Scan(append(append(accountTargets(row.account), epochTargets(row.epoch)...), &settings, &records)...); err != nil {
		return row, err
	}
	withOrders(store, row.account)
	if snapshot, ok := row.epoch.Recorded(); ok && details.Snapshot {
		row.account.Snapshot = &snapshot
	}
	if err := row.addSettings(settings); err != nil {
		return row, err
	}
	if details.Preview {
		row.account.DisconnectPreview = models.PreviewDisconnect(store, row.account, row.epoch, row.settings)
	}
	return row, addDisconnections(row.account, records)
}

func (row *accountRow) addSettings(list *string) error {
	if list == nil {
		return nil
	}
	var settings [][5]string
	if err := json.Unmarshal([]byte(*list), &settings); err != nil {
		return fmt.Errorf("read list of settings: %w", err)
	}
	row.settings = make([]models.Setting, len(settings))
	for i, s := range settings {
		row.settings[i] = models.Setting{
			Key: s[0], Scope: models.SettingScope(s[1]), Value: models.Value(s[2]),
			UpdatedBy: models.Actor{Kind: models.ActorKind(s[3]), Name: s[4]},
		}
	}
	return nil
}

func addDisconnections(account *models.Account, list *string) error {
	if list == nil {
		return nil
	}
	var records []record
	if err := json.Unmarshal([]byte(*list), &records); err != nil {
		return fmt.Errorf("read list of disconnections: %w", err)
	}
	for _, record := range records {
		account.Disconnections = append(account.Disconnections, record.disconnection(account))
	}
	return nil
}

func withOrders(store models.Store, account *models.Account) {
	account.Disconnections = []*models.Disconnection{}
	if account.Kind == models.TikTokShop {
		account.OrderManagement = models.RouteOrders(store, account)
	}
}
