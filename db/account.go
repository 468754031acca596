package db

import (
	"context"
	"math"
	"time"

	"github.com/handback/handback/models"
)

// Accounts reads the accounts that the store has linked, newest connection first: those in use, and of the others as many as
// models.MaxListedAccounts leaves.
func (r *Repository) Accounts(ctx context.Context, caller models.Caller, details models.AccountDetails) ([]*models.Account, error) {
	tx, done := r.reading(ctx)
	defer done()
	accounts, err := readAccounts(tx, caller.Store, details, accountFilter{limit: models.MaxListedAccounts, last: models.AccountDisconnected})
	r.reportDamaged(ctx, details, accounts...)
	return orFault(accounts, err)
}

// AccountHistory reads a page of all accounts that the store has ever linked, newest connection first.
func (r *Repository) AccountHistory(ctx context.Context, caller models.Caller, page models.AccountPage, details models.AccountDetails) (*models.AccountHistory, error) {
	tx, done := r.reading(ctx)
	defer done()
	accounts, err := readAccounts(tx, caller.Store, details, accountFilter{after: page.After, limit: page.Count + 1})
	if err != nil {
		return nil, fault(err)
	}
	history := &models.AccountHistory{Accounts: accounts[:min(page.Count, len(accounts))], More: len(accounts) > page.Count}
	r.reportDamaged(ctx, details, history.Accounts...)
	return history, nil
}

// Account reads one account, nil when the store has none of this id.
func (r *Repository) Account(ctx context.Context, caller models.Caller, id string, details models.AccountDetails) (*models.Account, error) {
	tx, done := r.reading(ctx)
	defer done()
	account, err := readAccount(tx, caller.Store, details, id)
	if account != nil {
		r.reportDamaged(ctx, details, account)
	}
	return orFault(account, err)
}

// reportDamaged reports connected accounts whose snapshot is damaged. A seller who looks at one gets no preview, and so will
// never ask for the disconnect that would be refused.
func (r *Repository) reportDamaged(ctx context.Context, details models.AccountDetails, accounts ...*models.Account) {
	for _, account := range accounts {
		if r.OnDamage != nil && details.Preview && account.Damaged() {
			r.OnDamage(ctx, account)
		}
	}
}

func readAccount(tx session, store models.Store, details models.AccountDetails, id string) (*models.Account, error) {
	if id == "" { // which would be no filter
		return nil, nil
	}
	accounts, err := readAccounts(tx, store, details, accountFilter{ids: []string{id}})
	if err != nil || len(accounts) == 0 {
		return nil, err
	}
	return accounts[0], nil
}

// accountsToChange are those of a store's accounts that what changes it asks for: those in use, and the shop that was disconnected last.
func (s session) accountsToChange(storeID string) ([]*models.Account, error) {
	found, err := selectAccountsToChange.all(s, storeID, "")
	return pointers(found), err
}

// accountFilter selects among a store's accounts, newest connection first; the zero one selects all of them.
type accountFilter struct {
	ids    []string // nil for all
	status models.AccountStatus
	after  models.AccountPosition // only those that follow
	limit  int                    // how many at most; 0 for all
	last   models.AccountStatus   // those in this status are left out first; "" for those connected first
}

// endOfTime is after every connection and every disconnect, and startOfTime before.
var (
	endOfTime   = time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC)
	startOfTime = time.Unix(0, 0).UTC()
)

// listsAll reports whether the filter leaves out nothing but what goes over its limit.
func (f accountFilter) listsAll() bool {
	return f.ids == nil && f.status == "" && f.after.ID == "" && f.limit > 0
}

// args are the parameters $1 to $7 of the statements that read what the filter selects, and more that follow.
func (f accountFilter) args(storeID string, more ...any) []any {
	limit, after := int64(math.MaxInt64), endOfTime
	if f.limit > 0 {
		limit = int64(f.limit)
	}
	if f.after.ID != "" {
		after = f.after.ConnectedAt
	}
	return append([]any{storeID, listed(f.ids), string(f.status), after, f.after.ID, limit, string(f.last)}, more...)
}

// readAccounts reads the accounts that the filter selects, newest connection first, with the details asked for.
func readAccounts(tx session, store models.Store, details models.AccountDetails, filter accountFilter) ([]*models.Account, error) {
	var found foundAccounts
	if err := send(tx, found.reads(store.ID, details, filter)...); err != nil {
		return nil, err
	}
	return found.assemble(store, details), nil
}

// foundAccounts are the rows that accounts with details are made of, all of one moment.
type foundAccounts struct {
	accounts []models.Account
	epochs   []models.Epoch
	settings []models.Setting // of a connected shop, outside the ads scope
	writes   []models.SystemWrite
	pages    []foundRecords
	setups   []models.Transition
}

func (f *foundAccounts) reads(storeID string, details models.AccountDetails, filter accountFilter) []read {
	reads := make([]read, 1, 6)
	switch {
	case len(filter.ids) == 1:
		reads[0] = selectAccount.into(&f.accounts, storeID, filter.ids[0])
	case filter.listsAll():
		reads[0] = selectListedAccounts.into(&f.accounts, storeID, string(filter.last), int64(filter.limit))
	case filter.status != "":
		reads[0] = selectAccountsInStatus.into(&f.accounts, storeID, string(filter.status))
	default:
		reads[0] = selectAccounts.into(&f.accounts, filter.args(storeID)...)
	}
	if details.Snapshot || details.Preview {
		of := filter
		if !details.Snapshot { // only connected accounts have a preview
			of.status = models.AccountConnected
		}
		reads = append(reads, selectEpochs.into(&f.epochs, of.args(storeID)...))
	}
	if details.Preview {
		ids := listed(filter.ids)
		reads = append(reads, selectSettingsToPreview.into(&f.settings, storeID, ids), readSystemWrites(&f.writes, storeID, ids))
	}
	if details.Setup {
		reads = append(reads, selectSetups.into(&f.setups, storeID))
	}
	return append(reads, f.readRecords(storeID, details, filter)...)
}

func (f *foundAccounts) assemble(store models.Store, details models.AccountDetails) []*models.Account {
	accounts := pointers(f.accounts)
	byID := make(map[string]*models.Account, len(accounts))
	for _, account := range accounts {
		withOrders(store, account)
		byID[account.ID] = account
	}
	for i := range f.pages {
		f.pages[i].attach(accounts, byID)
	}
	if details.Disconnections {
		for _, account := range accounts {
			account.Disconnections = account.DisconnectionPage(models.ListedDisconnections).Records
		}
	}
	if details.Snapshot || details.Preview {
		attachEpochs(accounts, f.epochs)
		attachSystemWrites(accounts, f.writes)
	}
	for i := range f.setups {
		if account := byID[*f.setups[i].AccountID]; account != nil {
			account.Transition = &f.setups[i]
		}
	}
	for _, account := range accounts {
		addDetails(store, account, f.settings, details)
	}
	return accounts
}

// byID assembles accounts, by their ids.
func (f *foundAccounts) byID(store models.Store, details models.AccountDetails) map[string]*models.Account {
	byID := map[string]*models.Account{}
	for _, account := range f.assemble(store, details) {
		byID[account.ID] = account
	}
	return byID
}

// attachEpochs gives each account its epoch, an empty one when it has none.
func attachEpochs(accounts []*models.Account, epochs []models.Epoch) {
	byID := make(map[string]*models.Epoch, len(epochs))
	for i := range epochs {
		byID[epochs[i].ID] = &epochs[i]
	}
	for _, account := range accounts {
		account.Epoch = &models.Epoch{}
		if account.EpochID != nil && byID[*account.EpochID] != nil {
			account.Epoch = byID[*account.EpochID]
		}
	}
}

// addDetails works out the snapshot and the preview.
func addDetails(store models.Store, account *models.Account, settings []models.Setting, details models.AccountDetails) {
	if details.Snapshot {
		if snapshot, ok := account.Epoch.Recorded(); ok {
			account.Snapshot = &snapshot
		}
	}
	if details.Preview {
		account.DisconnectPreview = models.PreviewDisconnect(store, account, settings)
		if account.DisconnectPreview != nil {
			account.DisconnectPreview.Changes = details.Fit(account.DisconnectPreview.Changes)
			account.DisconnectPreview.Edits = details.Fit(account.DisconnectPreview.Edits)
		}
	}
}

func pointers[T any](list []T) []*T {
	pointers := make([]*T, len(list))
	for i := range list {
		pointers[i] = &list[i]
	}
	return pointers
}

func withOrders(store models.Store, account *models.Account) {
	account.StoreDomain = store.Domain
	account.Disconnections = []*models.Disconnection{}
	if account.Kind == models.TikTokShop {
		account.OrderManagement = models.RouteOrders(store, account)
	}
}

// The accounts that are not disconnected, the shop that was disconnected last, and the account $2, if the store has it. However many
// accounts there were, these are few.
var selectAccountsToChange = query[models.Account]{text: `SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT id FROM accounts WHERE store_id = $1 AND status <> 'DISCONNECTED'
    UNION
    SELECT id FROM accounts WHERE store_id = $1 AND id = $2
    UNION
    SELECT last.id FROM (
        SELECT id FROM accounts WHERE store_id = $1 AND kind = 'TIKTOK_SHOP' AND status = 'DISCONNECTED'
        ORDER BY disconnected_at DESC, connected_at DESC, id DESC LIMIT 1) AS last) AS few
JOIN accounts a ON a.id = few.id
ORDER BY a.connected_at DESC, a.id DESC`}

var selectConnectedEpoch = query[models.Epoch]{text: `SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND a.status = 'CONNECTED'`}

// The parameters $1 to $7 of what follows are those of accountFilter.args: of the accounts with an id of $2, which has commas around
// each, and in the status $3, where an empty text stands for every one, those after the position $4 and $5, of which $6 are left and
// those in the status $7 go first.

var selectAccounts = query[models.Account]{text: `SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM accounts a
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6)
ORDER BY a.connected_at DESC, a.id DESC`}

// What selectAccounts selects when nothing but the store, the status that goes first and how many are left is given. It is asked for most
// often, and takes three quarters of the time.
var selectListedAccounts = query[models.Account]{text: `SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT * FROM accounts
    WHERE store_id = $1
    ORDER BY CASE WHEN status = $2 THEN 1 ELSE 0 END, connected_at DESC, id DESC LIMIT $3) AS a
ORDER BY a.connected_at DESC, a.id DESC`}

var selectAccount = query[models.Account]{text: `SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id,
    shopify_problem, shopify_problem_detail, tiktok_problem
FROM accounts
WHERE store_id = $1 AND id = $2`}

var selectAccountsInStatus = query[models.Account]{text: `SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id,
    shopify_problem, shopify_problem_detail, tiktok_problem
FROM accounts
WHERE store_id = $1 AND status = $2
ORDER BY connected_at DESC, id DESC`}

var selectEpochs = query[models.Epoch]{text: `SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6)`}

var selectSettingsToPreview = query[models.Setting]{text: `SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key`}

// Connects that are being carried out.
var selectSetups = query[models.Transition]{text: `SELECT t.id, t.account_id, t.phase, t.writes_done, t.writes_total, t.next_attempt_at, t.leased_until, t.problem_code, t.problem_detail
FROM transitions t
WHERE t.store_id = $1 AND t.closed_at IS NULL AND t.kind = 'CONNECT'`}
