package db

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"handback/models"
)

// ConnectTikTokShop links the shop that the authorization is for: it records the snapshot, then writes the
// settings the integration needs. authorization is nil when TikTok does not know the code.
func (r *Repository) ConnectTikTokShop(ctx context.Context, caller models.Caller, authorization *models.Authorization, details models.AccountDetails) (*models.ConnectTikTokShopResult, error) {
	if refusal := models.RefuseAuthorization(caller.Store, authorization); refusal != nil {
		return &models.ConnectTikTokShopResult{Refusals: []models.ConnectTikTokShopUserError{*refusal}}, nil
	}
	var result *models.ConnectTikTokShopResult
	err := r.writeStore(ctx, caller.Store.ID, func(tx *gorm.DB) (err error) {
		result, err = r.connect(tx, caller, *authorization, details)
		return err
	})
	return result, err
}

func (r *Repository) connect(tx *gorm.DB, caller models.Caller, authorization models.Authorization, details models.AccountDetails) (*models.ConnectTikTokShopResult, error) {
	own, elsewhere, err := r.readShops(tx, caller.Store, authorization)
	if err != nil {
		return nil, err
	}
	if refusal := models.RefuseConnecting(own, elsewhere); refusal != nil {
		return &models.ConnectTikTokShopResult{Refusals: []models.ConnectTikTokShopUserError{*refusal}}, errRefused
	}
	settings, err := readSettings(tx, caller.Store.ID, outsideAds)
	if err != nil {
		return nil, err
	}
	account := models.AccountToConnect(own, authorization, models.Account{ID: "account_" + r.NewID(), StoreID: caller.Store.ID, Kind: models.TikTokShop})
	epoch := &models.Epoch{ID: "epoch_" + r.NewID(), StoreID: caller.Store.ID, PreviewSalt: r.NewSalt()}
	connecting := models.Connect(r.Catalogue, authorization, account, epoch, settings, r.Now())
	if err := r.storeConnection(tx, caller, connecting); err != nil {
		return nil, err
	}
	withOrders(caller.Store, account)
	if details.OfAccount() {
		account, err = r.readAccount(tx, caller.Store, details, account.ID)
	}
	return &models.ConnectTikTokShopResult{Account: account, Changes: connecting.Changes}, err
}

// readShops reads the store's TikTok Shop accounts, and those of other stores that are connected to the shop.
func (r *Repository) readShops(tx *gorm.DB, store models.Store, authorization models.Authorization) (own, elsewhere []*models.Account, err error) {
	// The words of the partial index stand in the text, so that every plan can use it.
	shops, err := r.readAccounts(tx, store, models.AccountDetails{},
		"a.kind = 'TIKTOK_SHOP' AND (a.store_id = ? OR a.external_id = ? AND a.status = 'CONNECTED')", store.ID, authorization.ShopCode)
	for _, shop := range shops {
		if shop.StoreID == store.ID {
			own = append(own, shop)
		} else {
			elsewhere = append(elsewhere, shop)
		}
	}
	return own, elsewhere, err
}

func (r *Repository) storeConnection(tx *gorm.DB, caller models.Caller, connecting models.Connecting) error {
	if err := tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, UpdateAll: true}).Create(connecting.Account).Error; err != nil {
		return err
	}
	if err := tx.Table("epochs").Create(connecting.Epoch).Error; err != nil {
		return err
	}
	entry := r.newEntry(caller, models.AccountConnectedAction, connecting.Account)
	entry.OccurredAt = connecting.Account.ConnectedAt
	return r.writeSettings(tx, entry, connecting.Account.EpochID, models.Integration, connecting.Changes)
}
