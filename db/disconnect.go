package db

import (
	"context"
	"fmt"

	"handback/models"
)

// DisconnectTikTokShop unlinks a TikTok Shop account and gives the store back the settings of its snapshot. An error
// means that nothing was done, unless it is models.ErrOutcomeUnknown; it may be a *models.DisconnectRefusal.
func (r *Repository) DisconnectTikTokShop(ctx context.Context, caller models.Caller, request models.DisconnectRequest) (*models.DisconnectTikTokShopResult, error) {
	if refusal := request.RefuseUnconfirmed(); refusal != nil {
		return nil, refusal
	}
	return writeStoreResult(ctx, r, caller.Store.ID, func(tx session) (*models.DisconnectTikTokShopResult, error) {
		return r.disconnect(tx, caller, request)
	})
}

func (r *Repository) disconnect(tx session, caller models.Caller, request models.DisconnectRequest) (*models.DisconnectTikTokShopResult, error) {
	accounts, settings, err := readToDisconnect(tx, caller.Store)
	if err != nil {
		return nil, err
	}
	account, refusal := request.Pick(accounts)
	if refusal != nil {
		return nil, withEarlierRecord(tx, caller.Store, refusal)
	}
	preview, refusal := request.Disconnect(caller.Store, account, settings)
	if refusal != nil {
		return nil, refusal
	}
	record := models.NewDisconnection("disconnection_"+r.NewID(), caller.Actor, account, preview, r.Now())
	if err := r.storeDisconnection(tx, caller, record); err != nil {
		return nil, err
	}
	account.Close(caller.Store, record)
	return &models.DisconnectTikTokShopResult{Account: account, Disconnection: record, Overview: models.NewOverview(caller.Store, accounts)}, nil
}

// readToDisconnect locks the store, and reads its accounts, the epoch of the connected one, and its settings.
func readToDisconnect(tx session, store models.Store) (accounts []*models.Account, settings []models.Setting, err error) {
	if err := tx.lockStore(store.ID); err != nil {
		return nil, nil, err
	}
	var found []models.Account
	var epochs []models.Epoch
	err = send(tx, selectAccounts.into(&found, store.ID), selectEpochs.into(&epochs, store.ID, "", string(models.AccountConnected)),
		selectSettingsOutsideAds.into(&settings, store.ID))
	if err != nil {
		return nil, nil, err
	}
	accounts = pointers(found)
	for _, account := range accounts {
		withOrders(store, account)
	}
	attachEpochs(accounts, epochs)
	return accounts, settings, nil
}

func (r *Repository) storeDisconnection(tx session, caller models.Caller, record *models.Disconnection) error {
	account := record.Account
	entry := r.newEntry(caller, models.AccountDisconnectedAction, account)
	entry.OccurredAt = record.DisconnectedAt
	if err := tx.appendEntry(entry); err != nil {
		return err
	}
	if err := r.writeSettings(tx, entry, account.EpochID, models.Integration, record.Restoration.Changes); err != nil {
		return err
	}
	if err := tx.closeAccount(record); err != nil {
		return err
	}
	err := tx.orm().Create(&disconnection{
		ID: record.ID, StoreID: account.StoreID, EpochID: *account.EpochID, EntrySeq: entry.Seq, RestoredDigest: record.Restoration.SnapshotDigest,
	}).Error
	if err != nil {
		return err
	}
	settings, err := selectSettingsToRecord.all(tx, account.StoreID)
	if err != nil {
		return err
	}
	return proveRestored(&record.Restoration, settings)
}

func (s session) closeAccount(record *models.Disconnection) error {
	closed := s.orm().Model(&models.Account{}).Where("id", record.Account.ID).Where("status", models.AccountConnected).
		Updates(map[string]any{"status": models.AccountDisconnected, "disconnected_at": record.DisconnectedAt})
	if closed.Error == nil && closed.RowsAffected != 1 {
		return fmt.Errorf("account %s was to be closed, but is not open", record.Account.ID)
	}
	return closed.Error
}

// withEarlierRecord returns the refusal, with the record of the earlier disconnect when it is about one; or a fault.
func withEarlierRecord(tx session, store models.Store, refusal *models.DisconnectRefusal) error {
	if refusal.Code != models.AlreadyDisconnected {
		return refusal
	}
	record, err := readDisconnection(tx, store, models.AccountDetails{Changes: true}, *refusal.Account.EpochID)
	if err != nil {
		return err
	}
	if record != nil {
		record.Account = refusal.Account
	}
	refusal.Disconnection = record
	return refusal
}
