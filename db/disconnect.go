package db

import (
	"context"
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
	details.Preview = true // the epoch and the settings are needed
	rows, err := r.readAccountRows(tx, caller.Store, details, "a.store_id = ?", caller.Store.ID)
	if err != nil {
		return nil, err
	}
	row, refusal := pick(request, rows)
	if refusal != nil {
		return r.refuseDisconnect(tx, caller.Store, row.account, refusal)
	}
	preview, refusal := request.Disconnect(caller.Store, row.account, row.epoch, row.settings)
	if refusal != nil {
		return r.refuseDisconnect(tx, caller.Store, row.account, refusal)
	}
	record := models.NewDisconnection("disconnection_"+r.NewID(), caller.Actor, row.account, row.epoch, preview, r.Now())
	if err := r.storeDisconnection(tx, caller, record); err != nil {
		return nil, err
	}
	row.account.Close(caller.Store, record)
	return &models.DisconnectTikTokShopResult{Account: row.account, Disconnection: record}, nil
}

// pick returns the row of the account that the request picks, an empty one when it picks none.
func pick(request models.DisconnectRequest, rows []accountRow) (picked accountRow, refusal *models.DisconnectTikTokShopUserError) {
	accounts := make([]*models.Account, len(rows))
	for i, row := range rows {
		accounts[i] = row.account
	}
	account, refusal := request.Pick(accounts)
	for _, row := range rows {
		if row.account == account {
			picked = row
		}
	}
	return picked, refusal
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

// refuseDisconnect ends the transaction with a refusal. An account that was disconnected already comes with the
// record of that.
func (r *Repository) refuseDisconnect(tx *gorm.DB, store models.Store, account *models.Account, refusal *models.DisconnectTikTokShopUserError) (result *models.DisconnectTikTokShopResult, err error) {
	result = &models.DisconnectTikTokShopResult{Account: account, Refusals: []models.DisconnectTikTokShopUserError{*refusal}}
	if refusal.Code == models.AlreadyDisconnected {
		if result.Disconnection, err = r.latestDisconnection(tx, store, account); err != nil {
			return nil, err
		}
	}
	return result, errRefused
}
