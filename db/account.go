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
	accounts, err := r.readAccounts(r.reader.WithContext(ctx), caller.Store, details, "1 = 1")
	return accounts, fault(err)
}

// Account reads one account, nil when the store has none of this id.
func (r *Repository) Account(ctx context.Context, caller models.Caller, id string, details models.AccountDetails) (*models.Account, error) {
	account, err := r.readAccount(r.reader.WithContext(ctx), caller.Store, details, id)
	return account, fault(err)
}

func (r *Repository) readAccount(tx *gorm.DB, store models.Store, details models.AccountDetails, id string) (*models.Account, error) {
	accounts, err := r.readAccounts(tx, store, details, "a.id = ?", id)
	if err != nil || len(accounts) == 0 {
		return nil, err
	}
	return accounts[0], nil
}

// readAccounts reads the store's accounts that the condition selects, newest connection first, with the details
// asked for: one statement, and one more for the disconnections.
func (r *Repository) readAccounts(tx *gorm.DB, store models.Store, details models.AccountDetails, condition string, args ...any) ([]*models.Account, error) {
	selected := "a.store_id = ? AND " + condition
	args = append([]any{store.ID}, args...)
	statement, scan := r.accountStatement(store, details)
	accounts, err := query(tx, scan, statement+` WHERE `+selected+` ORDER BY a.connected_at DESC, a.id DESC`, args...)
	if err != nil || !details.Disconnections {
		return accounts, err
	}
	records, err := readDisconnections(tx, store, details.Changes, selected, args...)
	for _, record := range records {
		shareAccount(record, accounts)
		account := record.Account
		if open := account.Connected() && record.EpochID == *account.EpochID; !open { // else it ended between the statements
			account.Disconnections = append(account.Disconnections, record)
		}
	}
	return accounts, err
}

const (
	accountColumns = `a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id`
	epochColumns   = `e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt`
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

// accountStatement returns the statement that reads accounts with their snapshot and preview, as far as they are
// asked for, and what scans its rows. The settings a preview is computed from come in the same statement, so
// that account, snapshot and settings are of one moment.
func (r *Repository) accountStatement(store models.Store, details models.AccountDetails) (string, func(*sql.Rows) (*models.Account, error)) {
	if !details.Snapshot && !details.Preview {
		return `SELECT ` + accountColumns + ` FROM accounts a`, func(rows *sql.Rows) (*models.Account, error) {
			account := &models.Account{}
			err := rows.Scan(accountTargets(account)...)
			withOrders(store, account)
			return account, err
		}
	}
	settings := "NULL"
	if details.Preview {
		settings = `CASE WHEN a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED' THEN
			(SELECT ` + r.dialect.settingsList + ` FROM settings s WHERE s.store_id = a.store_id AND s.` + outsideAds + `) END`
	}
	statement := `SELECT ` + accountColumns + `, ` + epochColumns + `, ` + settings + ` FROM accounts a LEFT JOIN epochs e ON e.id = a.epoch_id`
	return statement, func(rows *sql.Rows) (*models.Account, error) { return scanDetailedAccount(rows, store, details) }
}

func scanDetailedAccount(rows *sql.Rows, store models.Store, details models.AccountDetails) (*models.Account, error) {
	account, epoch := &models.Account{}, &models.Epoch{}
	var list *string
	if err := rows.Scan(append(append(accountTargets(account), epochTargets(epoch)...), &list)...); err != nil {
		return nil, err
	}
	withOrders(store, account)
	if snapshot, ok := epoch.Recorded(); ok && details.Snapshot {
		account.Snapshot = &snapshot
	}
	if !details.Preview || !account.Connected() {
		return account, nil
	}
	settings, err := settingsFromList(list)
	account.DisconnectPreview = models.PreviewDisconnect(store, account, epoch, settings)
	return account, err
}

// settingsFromList reads what the dialect's settingsList gives; there is none when the store has no settings.
func settingsFromList(list *string) ([]models.Setting, error) {
	if list == nil {
		return nil, nil
	}
	var rows [][5]string
	if err := json.Unmarshal([]byte(*list), &rows); err != nil {
		return nil, fmt.Errorf("read list of settings: %w", err)
	}
	settings := make([]models.Setting, len(rows))
	for i, row := range rows {
		settings[i] = models.Setting{
			Key: row[0], Scope: models.SettingScope(row[1]), Value: models.Value(row[2]),
			UpdatedBy: models.Actor{Kind: models.ActorKind(row[3]), Name: row[4]},
		}
	}
	return settings, nil
}

func withOrders(store models.Store, account *models.Account) {
	account.Disconnections = []*models.Disconnection{}
	if account.Kind == models.TikTokShop {
		account.OrderManagement = models.RouteOrders(store, account)
	}
}

// shareAccount makes the record point to the one of the accounts it is about, if it is among them.
func shareAccount(record *models.Disconnection, accounts []*models.Account) {
	for _, account := range accounts {
		if account.ID == record.Account.ID {
			record.Account = account
		}
	}
}
