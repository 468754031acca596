package db

import (
	"context"
	"slices"

	"handback/models"
)

// ConnectTikTokShop links the shop that the authorization is for: it records the snapshot, then writes the
// settings the integration needs. authorization is nil when TikTok does not know the code.
func (r *Repository) ConnectTikTokShop(ctx context.Context, caller models.Caller, authorization *models.Authorization, details models.AccountDetails) (*models.ConnectTikTokShopResult, error) {
	if refusal := models.RefuseAuthorization(caller.Store, authorization); refusal != nil {
		return &models.ConnectTikTokShopResult{Refusals: []models.ConnectTikTokShopUserError{*refusal}}, nil
	}
	var result *models.ConnectTikTokShopResult
	err := r.writeStore(ctx, caller.Store.ID, func(tx session) (err error) {
		result, err = r.connect(tx, caller, *authorization, details)
		return err
	})
	return result, err
}

func (r *Repository) connect(tx session, caller models.Caller, authorization models.Authorization, details models.AccountDetails) (*models.ConnectTikTokShopResult, error) {
	var found []foundAccount
	var settings []models.Setting
	err := r.sendLocked(tx, caller.Store.ID, r.accountsToConnectInto(&found, caller.Store, authorization), settingsInto(&settings, caller.Store.ID, outsideAds))
	if err != nil {
		return nil, err
	}
	own, elsewhere := accountsOf(caller.Store, found)
	if refusal := models.RefuseConnecting(own, elsewhere); refusal != nil {
		return &models.ConnectTikTokShopResult{Refusals: []models.ConnectTikTokShopUserError{*refusal}}, errRefused
	}
	account := models.AccountToConnect(own, authorization, models.Account{ID: "account_" + r.NewID(), StoreID: caller.Store.ID, Kind: models.TikTokShop})
	epoch := &models.Epoch{ID: "epoch_" + r.NewID(), StoreID: caller.Store.ID, PreviewSalt: r.NewSalt()}
	connecting := models.Connect(r.Catalogue, authorization, account, epoch, settings, r.Now())
	if err := r.storeConnection(tx, caller, connecting); err != nil {
		return nil, err
	}
	if !slices.Contains(own, account) {
		own = append(own, account)
	}
	withOrders(caller.Store, account)
	overview := models.NewOverview(caller.Store, own)
	if details.OfAccount() {
		account, err = r.readAccount(tx, caller.Store, details, account.ID)
	}
	return &models.ConnectTikTokShopResult{Account: account, Changes: connecting.Changes, Overview: overview}, err
}

// accountsToConnectInto reads the store's accounts, and those of other stores that are connected to the shop.
func (r *Repository) accountsToConnectInto(found *[]foundAccount, store models.Store, authorization models.Authorization) statement {
	// The words of the partial index stand in the text, so that every plan can use it.
	return r.accountsInto(found, models.AccountDetails{},
		"a.store_id = $1 OR a.external_id = $2 AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'", store.ID, authorization.ShopCode)
}

func accountsOf(store models.Store, found []foundAccount) (own, elsewhere []*models.Account) {
	for i := range found {
		if account := &found[i].account; account.StoreID == store.ID {
			own = append(own, account)
		} else {
			elsewhere = append(elsewhere, account)
		}
	}
	return own, elsewhere
}

func (r *Repository) storeConnection(tx session, caller models.Caller, connecting models.Connecting) error {
	entry := r.newEntry(caller, models.AccountConnectedAction, connecting.Account)
	entry.OccurredAt = connecting.Account.ConnectedAt
	writes, err := r.writingSettings(entry, connecting.Account.EpochID, models.Integration, connecting.Changes)
	if err != nil {
		return err
	}
	return send(tx, append([]statement{openingAccount(connecting.Account), openingEpoch(connecting.Epoch)}, writes...)...)
}

// openingAccount adds the account, or opens the one of its id again.
func openingAccount(a *models.Account) statement {
	return statement{
		text: `INSERT INTO accounts (id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
			ON CONFLICT (id) DO UPDATE SET name = excluded.name, external_id = excluded.external_id, region = excluded.region,
				status = excluded.status, connected_at = excluded.connected_at, disconnected_at = excluded.disconnected_at, epoch_id = excluded.epoch_id`,
		args: []any{a.ID, a.StoreID, a.Kind, a.Name, a.ExternalID, a.Region, a.Status, a.ConnectedAt, a.DisconnectedAt, a.EpochID},
	}
}

func openingEpoch(e *models.Epoch) statement {
	return statement{
		text: `INSERT INTO epochs (id, store_id, account_id, opened_at, snapshot, snapshot_digest, preview_salt) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		args: []any{e.ID, e.StoreID, e.AccountID, e.OpenedAt, e.Snapshot, e.SnapshotDigest, e.PreviewSalt},
	}
}
