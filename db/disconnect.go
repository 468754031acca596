package db

import (
	"context"
	"database/sql"
	"fmt"

	"gorm.io/gorm"

	"handback/models"
)

// DisconnectTikTokShop unlinks a TikTok Shop account and gives the store back the settings of its snapshot, or
// says in the result why not. An error means that nothing was done, unless it is models.ErrOutcomeUnknown.
func (r *Repository) DisconnectTikTokShop(ctx context.Context, caller models.Caller, request models.DisconnectRequest, details models.AccountDetails) (*models.DisconnectTikTokShopResult, error) {
	if refusal := request.RefuseUnconfirmed(); refusal != nil {
		return &models.DisconnectTikTokShopResult{Refusals: []models.DisconnectTikTokShopUserError{*refusal}}, nil
	}
	var result *models.DisconnectTikTokShopResult
	err := r.writeStore(ctx, caller.Store.ID, func(tx *gorm.DB) (err error) {
		result, err = r.disconnect(tx, caller, request, details)
		return err
	})
	return result, err
}

func (r *Repository) disconnect(tx *gorm.DB, caller models.Caller, request models.DisconnectRequest, details models.AccountDetails) (*models.DisconnectTikTokShopResult, error) {
	accounts, err := r.readAccounts(tx, caller.Store, details, "1 = 1")
	if err != nil {
		return nil, err
	}
	account, refusal := request.Pick(accounts)
	if refusal != nil {
		return refuseDisconnect(tx, caller.Store, account, refusal)
	}
	epoch, settings, err := readEpoch(tx, account)
	if err != nil {
		return nil, err
	}
	preview, refusal := request.Disconnect(caller.Store, account, epoch, settings)
	if refusal != nil {
		return refuseDisconnect(tx, caller.Store, account, refusal)
	}
	record := models.NewDisconnection("disconnection_"+r.NewID(), caller.Actor, account, epoch, preview, r.Now())
	if err := r.storeDisconnection(tx, caller, record); err != nil {
		return nil, err
	}
	account.Close(caller.Store, record)
	return &models.DisconnectTikTokShopResult{Account: account, Disconnection: record}, nil
}

func (r *Repository) storeDisconnection(tx *gorm.DB, caller models.Caller, record *models.Disconnection) error {
	closed := tx.Model(&models.Account{}).Where("id = ? AND status = ?", record.Account.ID, models.AccountConnected).
		Updates(map[string]any{"status": models.AccountDisconnected, "disconnected_at": record.DisconnectedAt})
	if closed.Error != nil {
		return closed.Error
	}
	if closed.RowsAffected != 1 {
		return fmt.Errorf("account %s was to be closed, but is not open", record.Account.ID)
	}
	entry := r.newEntry(caller, models.AccountDisconnectedAction, record.Account)
	entry.OccurredAt = record.DisconnectedAt
	if err := r.writeSettings(tx, entry, record.Account.EpochID, models.Integration, record.Restoration.Changes); err != nil {
		return err
	}
	if err := proveRestored(tx, caller.Store.ID, &record.Restoration); err != nil {
		return err
	}
	return insertDisconnection(tx, record, entry)
}

// readEpoch reads the account's open epoch and the settings its snapshot would restore. An epoch that is not there
// is one whose snapshot is missing.
func readEpoch(tx *gorm.DB, account *models.Account) (*models.Epoch, []models.Setting, error) {
	epoch := &models.Epoch{}
	_, err := query(tx, func(rows *sql.Rows) (struct{}, error) { return struct{}{}, rows.Scan(epochTargets(epoch)...) },
		`SELECT `+epochColumns+` FROM epochs e WHERE e.id = ?`, account.EpochID)
	if err != nil {
		return nil, nil, err
	}
	settings, err := readSettings(tx, account.StoreID, outsideAds)
	return epoch, settings, err
}

// refuseDisconnect ends the transaction with a refusal. An account that was disconnected already comes with the
// record of that.
func refuseDisconnect(tx *gorm.DB, store models.Store, account *models.Account, refusal *models.DisconnectTikTokShopUserError) (result *models.DisconnectTikTokShopResult, err error) {
	result = &models.DisconnectTikTokShopResult{Account: account, Refusals: []models.DisconnectTikTokShopUserError{*refusal}}
	if refusal.Code == models.AlreadyDisconnected {
		if result.Disconnection, err = latestDisconnection(tx, store, account); err != nil {
			return nil, err
		}
	}
	return result, errRefused
}
