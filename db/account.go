package db

import (
	"context"

	"handback/models"
)

// Accounts reads every account the store has linked, newest connection first.
func (r *Repository) Accounts(ctx context.Context, caller models.Caller, details models.AccountDetails) ([]*models.Account, error) {
	tx, done := r.reading(ctx)
	defer done()
	accounts, err := readAccounts(tx, caller.Store, details, accountFilter{})
	r.reportDamaged(ctx, details, accounts...)
	return orFault(accounts, err)
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
	accounts, err := readAccounts(tx, store, details, accountFilter{id: id})
	if err != nil || len(accounts) == 0 {
		return nil, err
	}
	return accounts[0], nil
}

// accountFilter selects among a store's accounts; the zero one selects all of them.
type accountFilter struct {
	id     string
	status models.AccountStatus
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
	records  []recordRow
	changes  []changeRow // of the records
	setups   []models.Transition
}

func (f *foundAccounts) reads(storeID string, details models.AccountDetails, filter accountFilter) []read {
	id, status := filter.id, string(filter.status)
	reads := make([]read, 1, 5)
	switch {
	case id != "":
		reads[0] = selectAccount.into(&f.accounts, storeID, id)
	case status != "":
		reads[0] = selectAccountsInStatus.into(&f.accounts, storeID, status)
	default:
		reads[0] = selectAccounts.into(&f.accounts, storeID)
	}
	if details.Snapshot || details.Preview {
		of := status
		if !details.Snapshot { // only connected accounts have a preview
			of = string(models.AccountConnected)
		}
		reads = append(reads, selectEpochs.into(&f.epochs, storeID, id, of))
	}
	if details.Preview {
		reads = append(reads, selectSettingsToPreview.into(&f.settings, storeID, id))
	}
	if details.Setup {
		reads = append(reads, selectSetups.into(&f.setups, storeID))
	}
	if details.Disconnections {
		reads = append(reads, selectRecords.into(&f.records, storeID, id, status))
		if details.Changes {
			reads = append(reads, selectChangesOfRecords.into(&f.changes, withChangeLimits(details.ChangeDetail, storeID, id, status)...))
		}
	}
	return reads
}

func (f *foundAccounts) assemble(store models.Store, details models.AccountDetails) []*models.Account {
	accounts := pointers(f.accounts)
	changes := changesByEntry(f.changes)
	for _, account := range accounts {
		withOrders(store, account)
		for i := range f.records {
			if f.records[i].of(account) {
				account.Disconnections = append(account.Disconnections, f.records[i].disconnection(account, changes[f.records[i].EntrySeq]))
			}
		}
	}
	if details.Snapshot || details.Preview {
		attachEpochs(accounts, f.epochs)
	}
	for i := range f.setups {
		for _, account := range accounts {
			if *f.setups[i].AccountID == account.ID {
				account.Transition = &f.setups[i]
			}
		}
	}
	for _, account := range accounts {
		addDetails(store, account, f.settings, details)
	}
	return accounts
}

// attachEpochs gives each account its epoch, an empty one when it has none.
func attachEpochs(accounts []*models.Account, epochs []models.Epoch) {
	for _, account := range accounts {
		account.Epoch = &models.Epoch{}
		for i := range epochs {
			if account.EpochID != nil && epochs[i].ID == *account.EpochID {
				account.Epoch = &epochs[i]
			}
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

var selectAccounts = query[models.Account]{text: `SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1
ORDER BY connected_at DESC, id DESC`}

var selectAccount = query[models.Account]{text: `SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 AND id = $2`}

var selectAccountsInStatus = query[models.Account]{text: `SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 AND status = $2
ORDER BY connected_at DESC, id DESC`}

// In the parameters $2 and $3 an empty text stands for every id, and for every status.

var selectEpochs = query[models.Epoch]{text: `SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3)`}

var selectSettingsToPreview = query[models.Setting]{text: `SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key`}

// Connects that are being carried out.
var selectSetups = query[models.Transition]{text: `SELECT t.id, t.account_id, t.phase, t.writes_done, t.writes_total, t.next_attempt_at, t.problem_code, t.problem_detail
FROM transitions t
WHERE t.store_id = $1 AND t.closed_at IS NULL AND t.kind = 'CONNECT'`}

var selectRecords = query[recordRow]{text: `SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM accounts a
JOIN transitions t ON t.account_id = a.id AND t.kind = 'DISCONNECT'
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3)
ORDER BY t.begun_at DESC, t.id DESC`}

// $4 is the only key that is wanted, or empty. Values with more bytes than the parameter after it are not read, nor those
// of changes for which the last parameter has no bytes left: the changes of newer entries come first, of one entry those
// with the shortest values.
var selectChangesOfRecords = query[changeRow]{text: `SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM accounts a
        JOIN epochs e ON e.account_id = a.id
        JOIN disconnections d ON d.epoch_id = e.id
        JOIN setting_changes c ON c.entry_seq = d.entry_seq
        WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3) AND ($4 = '' OR c.key = $4)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key`}
