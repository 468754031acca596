package db

import (
	"context"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"handback/models"
)

// ConnectTikTokShop links the shop that the authorization is for: it records the snapshot, then writes the
// settings the integration needs. authorization is nil when TikTok does not know the code. An error means that nothing
// was done, unless it is models.ErrOutcomeUnknown; it may be a refusal.
func (r *Repository) ConnectTikTokShop(ctx context.Context, caller models.Caller, authorization *models.Authorization) (*models.ConnectTikTokShopResult, error) {
	if refusal := models.RefuseAuthorization(caller.Store, authorization); refusal != nil {
		return nil, refusal
	}
	result, err := writeStoreResult(ctx, r, caller.Store.ID, func(tx session) (*models.ConnectTikTokShopResult, error) {
		return r.connect(tx, caller, *authorization)
	})
	if err != nil || result.Account.Transition == nil || onceOf(ctx) != nil {
		return result, err
	}
	return r.connectedSince(ctx, caller, result)
}

// connectedSince waits for the store, and returns what has become of connecting by then. What cannot be read is as it was when
// it began. It fails with a refusal when connecting has failed by then.
func (r *Repository) connectedSince(ctx context.Context, caller models.Caller, begun *models.ConnectTikTokShopResult) (*models.ConnectTikTokShopResult, error) {
	transition := r.awaitTransition(ctx, begun.Account.Transition.ID)
	account, err := r.Account(ctx, caller, begun.Account.ID, models.AccountDetails{Setup: true})
	if err != nil || account == nil {
		return begun, nil
	}
	now := &models.ConnectTikTokShopResult{Account: account}
	if transition.EntrySeq == nil {
		if refusal := r.failedConnect(ctx, account, begun.Account.Transition.ID); refusal != nil {
			return nil, refusal
		}
		return now, nil
	}
	var entry models.AuditEntry
	err = r.readerSession(ctx).alone(func(db *gorm.DB) *gorm.DB {
		return db.Select("id").Where("seq", *transition.EntrySeq).Limit(1).Find(&entry)
	}).Error
	if err != nil {
		return now, nil
	}
	if told, err := r.AuditEntry(ctx, caller, entry.ID, wholeRecord); err == nil && told != nil {
		now.Changes = told.Changes
	}
	return now, nil
}

func (r *Repository) connect(tx session, caller models.Caller, authorization models.Authorization) (*models.ConnectTikTokShopResult, error) {
	own, elsewhere, settings, err := readToConnect(tx, caller.Store, authorization)
	if err != nil {
		return nil, err
	}
	if refusal := models.RefuseConnecting(own, elsewhere); refusal != nil {
		return nil, refusal
	}
	account := models.AccountToConnect(own, authorization, models.Account{ID: "account_" + r.NewID(), StoreID: caller.Store.ID, Kind: models.TikTokShop})
	if tx.transaction.linked {
		return r.beginConnecting(tx, caller, authorization, account, own)
	}
	account.Epoch = &models.Epoch{ID: "epoch_" + r.NewID(), StoreID: caller.Store.ID, PreviewSalt: r.NewSalt()}
	connecting := models.Connect(r.Catalogue, authorization, account, settings, r.Now())
	if err := r.storeConnection(tx, caller, connecting); err != nil {
		return nil, err
	}
	if !slices.Contains(own, account) {
		own = append(own, account)
	}
	withOrders(caller.Store, account)
	return &models.ConnectTikTokShopResult{Account: account, Changes: connecting.Changes, Overview: models.NewOverview(caller.Store, own)}, nil
}

// beginConnecting promises to connect the account: the store is read, and then written to, after the commit.
func (r *Repository) beginConnecting(tx session, caller models.Caller, authorization models.Authorization, account *models.Account, own []*models.Account) (*models.ConnectTikTokShopResult, error) {
	account.BeginConnecting(authorization, r.Now())
	if err := tx.upsertAccount(account); err != nil {
		return nil, err
	}
	if err := r.abandonOpen(tx, caller.Store.ID); err != nil {
		return nil, err
	}
	account.Transition = newTransition(caller, "connection_"+r.NewID(), models.TransitionConnect, account, account.ConnectedAt)
	if err := tx.begin(account.Transition); err != nil {
		return nil, err
	}
	if !slices.Contains(own, account) {
		own = append(own, account)
	}
	withOrders(caller.Store, account)
	return &models.ConnectTikTokShopResult{Account: account, Overview: models.NewOverview(caller.Store, own)}, nil
}

// readToConnect locks the store, and reads its accounts, those of other stores that are connected to the shop, and the
// store's settings.
func readToConnect(tx session, store models.Store, authorization models.Authorization) (own, elsewhere []*models.Account, settings []models.Setting, err error) {
	if err := tx.lockStore(store.ID); err != nil {
		return nil, nil, nil, err
	}
	var found []models.Account
	err = send(tx, selectAccountsToConnect.into(&found, store.ID, authorization.ShopCode), selectSettingsOutsideAds.into(&settings, store.ID))
	if err != nil {
		return nil, nil, nil, err
	}
	for _, account := range pointers(found) {
		withOrders(store, account)
		if account.StoreID == store.ID {
			own = append(own, account)
		} else {
			elsewhere = append(elsewhere, account)
		}
	}
	return own, elsewhere, settings, nil
}

func (r *Repository) storeConnection(tx session, caller models.Caller, connecting models.Connecting) error {
	if err := tx.upsertAccount(connecting.Account); err != nil {
		return err
	}
	if err := tx.orm().Create(connecting.Account.Epoch).Error; err != nil {
		return err
	}
	entry := r.newEntry(caller, models.AccountConnectedAction, connecting.Account)
	entry.OccurredAt = connecting.Account.ConnectedAt
	if err := tx.appendEntry(entry); err != nil {
		return err
	}
	return r.writeSettings(tx, entry, connecting.Account.EpochID, models.Integration, connecting.Changes)
}

// upsertAccount adds the account, or makes the one of its id what it is now.
func (s session) upsertAccount(account *models.Account) error {
	return s.orm().Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, UpdateAll: true}).Create(account).Error
}

// The store's own accounts, and those of other stores that are connected to the shop. The words of the partial index
// stand in the text, so that every plan can use it.
var selectAccountsToConnect = query[models.Account]{text: `SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 OR external_id = $2 AND kind = 'TIKTOK_SHOP' AND status <> 'DISCONNECTED'
ORDER BY connected_at DESC, id DESC`}
