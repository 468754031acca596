package db

import (
	"context"
	"encoding/json"
	"fmt"

	"handback/models"
)

// Accounts reads every account the store has linked, newest connection first.
func (r *Repository) Accounts(ctx context.Context, caller models.Caller, details models.AccountDetails) ([]*models.Account, error) {
	tx, done := r.reading(ctx)
	defer done()
	accounts, err := r.readAccounts(tx, caller.Store, details, "a.store_id = $1", caller.Store.ID)
	return accounts, fault(err)
}

// Account reads one account, nil when the store has none of this id.
func (r *Repository) Account(ctx context.Context, caller models.Caller, id string, details models.AccountDetails) (*models.Account, error) {
	tx, done := r.reading(ctx)
	defer done()
	account, err := r.readAccount(tx, caller.Store, details, id)
	return account, fault(err)
}

func (r *Repository) readAccount(tx session, store models.Store, details models.AccountDetails, id string) (*models.Account, error) {
	accounts, err := r.readAccounts(tx, store, details, "a.store_id = $1 AND a.id = $2", store.ID, id)
	if err != nil || len(accounts) == 0 {
		return nil, err
	}
	return accounts[0], nil
}

// readAccounts reads the accounts that the condition selects, newest connection first, with the details asked for.
func (r *Repository) readAccounts(tx session, store models.Store, details models.AccountDetails, condition string, args ...any) ([]*models.Account, error) {
	rows, err := r.readAccountRows(tx, store, details, condition, args...)
	return accountsIn(rows), err
}

func accountsIn(rows []accountRow) []*models.Account {
	accounts := make([]*models.Account, len(rows))
	for i, row := range rows {
		accounts[i] = row.account
	}
	return accounts
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
func (r *Repository) readAccountRows(tx session, store models.Store, details models.AccountDetails, condition string, args ...any) ([]accountRow, error) {
	var found []foundAccount
	if err := send(tx, r.accountsInto(&found, details, condition, args...)); err != nil {
		return nil, err
	}
	return accountRows(found, store, details)
}

// foundAccount is a row of accountsInto.
type foundAccount struct {
	account           models.Account
	epoch             models.Epoch
	settings, records *string // lists
}

func (r *Repository) accountsInto(found *[]foundAccount, details models.AccountDetails, condition string, args ...any) statement {
	columns, from := accountColumns, ` FROM accounts a`
	withEpoch := details.Snapshot || details.Preview
	if withEpoch {
		columns, from = columns+`, `+epochColumns, from+` LEFT JOIN epochs e ON e.id = a.epoch_id`
	}
	columns += `, ` + r.settingsColumn(details) + `, ` + r.disconnectionsColumn(details)
	return rowsInto(found, func(f *foundAccount) []any {
		targets := accountTargets(&f.account)
		if withEpoch {
			targets = append(targets, epochTargets(&f.epoch)...)
		}
		return append(targets, &f.settings, &f.records)
	}, `SELECT `+columns+from+` WHERE `+condition+` ORDER BY a.connected_at DESC, a.id DESC`, args...)
}

func accountRows(found []foundAccount, store models.Store, details models.AccountDetails) ([]accountRow, error) {
	rows := make([]accountRow, len(found))
	for i := range found {
		row := &rows[i]
		row.account, row.epoch = &found[i].account, &found[i].epoch
		withOrders(store, row.account)
		if err := row.addSettings(found[i].settings); err != nil {
			return nil, err
		}
		if err := addDisconnections(row.account, found[i].records); err != nil {
			return nil, err
		}
		row.addDetails(store, details)
	}
	return rows, nil
}

// addDetails works out the snapshot and the preview.
func (row *accountRow) addDetails(store models.Store, details models.AccountDetails) {
	if details.Snapshot {
		if snapshot, ok := row.epoch.Recorded(); ok {
			row.account.Snapshot = &snapshot
		}
	}
	if details.Preview {
		row.account.DisconnectPreview = models.PreviewDisconnect(store, row.account, row.epoch, row.settings)
	}
}

const (
	accountColumns = `a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id`
	epochColumns   = `e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt`
)

// accountTargets and epochTargets take the columns of a row that may have none.
func accountTargets(a *models.Account) []any {
	return []any{
		orEmpty(&a.ID), orEmpty(&a.StoreID), orEmpty(&a.Kind), orEmpty(&a.Name), orEmpty(&a.ExternalID), orEmpty(&a.Region),
		orEmpty(&a.Status), orZeroTime(&a.ConnectedAt), &a.DisconnectedAt, &a.EpochID,
	}
}

func epochTargets(e *models.Epoch) []any {
	return []any{
		orEmpty(&e.ID), orEmpty(&e.StoreID), orEmpty(&e.AccountID), orZeroTime(&e.OpenedAt), orEmpty(&e.Snapshot), orEmpty(&e.SnapshotDigest), &e.PreviewSalt,
	}
}

// settingsColumn gives the settings outside the ads scope of an account that is a connected shop, as a list of key,
// scope, value, kind, name.
func (r *Repository) settingsColumn(details models.AccountDetails) string {
	if !details.Preview {
		return "NULL"
	}
	return `CASE WHEN a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED' THEN (SELECT ` +
		r.dialect.listOf("s.key", "s.key", "s.scope", "COALESCE(s.value, '')", "s.updated_by_kind", "s.updated_by_name") + `
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

func (row *accountRow) addSettings(list *string) error {
	var s models.Setting
	err := readList(list, func() { row.settings = append(row.settings, s) },
		&s.Key, (*string)(&s.Scope), (*string)(&s.Value), (*string)(&s.UpdatedBy.Kind), &s.UpdatedBy.Name)
	if err != nil {
		return fmt.Errorf("read list of settings: %w", err)
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
		disconnection, err := record.disconnection(account)
		if err != nil {
			return err
		}
		account.Disconnections = append(account.Disconnections, disconnection)
	}
	return nil
}

func withOrders(store models.Store, account *models.Account) {
	account.Disconnections = []*models.Disconnection{}
	if account.Kind == models.TikTokShop {
		account.OrderManagement = models.RouteOrders(store, account)
	}
}
