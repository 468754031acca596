package db

import (
	"context"
	"fmt"

	"handback/models"
)

// DisconnectTikTokShop unlinks a TikTok Shop account and gives the store back the settings of its snapshot, or
// says in the result why not. An error means that nothing was done, unless it is models.ErrOutcomeUnknown.
func (r *Repository) DisconnectTikTokShop(ctx context.Context, caller models.Caller, request models.DisconnectRequest, details models.AccountDetails) (*models.DisconnectTikTokShopResult, error) {
	if refusal := request.RefuseUnconfirmed(); refusal != nil {
		return &models.DisconnectTikTokShopResult{Refusals: []models.DisconnectTikTokShopUserError{*refusal}}, nil
	}
	var result *models.DisconnectTikTokShopResult
	err := r.writeStore(ctx, caller.Store.ID, func(tx session) (err error) {
		result, err = r.disconnect(tx, caller, request, details)
		return err
	})
	return result, err
}

func (r *Repository) disconnect(tx session, caller models.Caller, request models.DisconnectRequest, details models.AccountDetails) (*models.DisconnectTikTokShopResult, error) {
	rows, settings, err := r.readToDisconnect(tx, caller.Store, details)
	if err != nil {
		return nil, err
	}
	row, refusal := pick(request, rows)
	var preview *models.DisconnectPreview
	if refusal == nil {
		preview, refusal = request.Disconnect(caller.Store, row.account, row.epoch, settings)
	}
	if refusal != nil {
		if details.Preview && row.account != nil {
			row.account.DisconnectPreview = models.PreviewDisconnect(caller.Store, row.account, row.epoch, settings)
		}
		return r.refuseDisconnect(tx, caller.Store, row.account, refusal)
	}
	record := models.NewDisconnection("disconnection_"+r.NewID(), caller.Actor, row.account, row.epoch, preview, r.Now())
	if err := r.storeDisconnection(tx, caller, record); err != nil {
		return nil, err
	}
	row.account.Close(caller.Store, record)
	return &models.DisconnectTikTokShopResult{Account: row.account, Disconnection: record, Overview: models.NewOverview(caller.Store, accountsIn(rows))}, nil
}

// readToDisconnect locks the store, and reads its accounts with their epochs, without previews, and its settings.
func (r *Repository) readToDisconnect(tx session, store models.Store, details models.AccountDetails) (rows []accountRow, settings []models.Setting, err error) {
	var found []foundAccount
	details.Preview = false
	withEpochs := details
	withEpochs.Snapshot = true
	err = r.sendLocked(tx, store.ID, r.accountsInto(&found, withEpochs, "a.store_id = $1", store.ID), settingsInto(&settings, store.ID, outsideAds))
	if err == nil {
		rows, err = accountRows(found, store, details)
	}
	return rows, settings, err
}

// pick returns the row of the account that the request picks, an empty one when it picks none.
func pick(request models.DisconnectRequest, rows []accountRow) (picked accountRow, refusal *models.DisconnectTikTokShopUserError) {
	account, refusal := request.Pick(accountsIn(rows))
	for _, row := range rows {
		if row.account == account {
			picked = row
		}
	}
	return picked, refusal
}

func (r *Repository) storeDisconnection(tx session, caller models.Caller, record *models.Disconnection) error {
	entry := r.newEntry(caller, models.AccountDisconnectedAction, record.Account)
	entry.OccurredAt = record.DisconnectedAt
	writes, err := r.writingSettings(entry, record.Account.EpochID, models.Integration, record.Restoration.Changes)
	if err != nil {
		return err
	}
	var closed []string
	var settings []models.Setting
	writes = append(writes, closingAccount(&closed, record), addingDisconnection(record, entry), valuesInto(&settings, caller.Store.ID))
	if err := send(tx, writes...); err != nil {
		return err
	}
	if len(closed) != 1 {
		return fmt.Errorf("account %s was to be closed, but is not open", record.Account.ID)
	}
	return proveRestored(&record.Restoration, settings)
}

func closingAccount(closed *[]string, record *models.Disconnection) statement {
	return rowsInto(closed, text, `UPDATE accounts SET status = 'DISCONNECTED', disconnected_at = $2 WHERE id = $1 AND status = 'CONNECTED' RETURNING id`,
		record.Account.ID, record.DisconnectedAt)
}

// refuseDisconnect ends the transaction with a refusal. An account that was disconnected already comes with the
// record of that.
func (r *Repository) refuseDisconnect(tx session, store models.Store, account *models.Account, refusal *models.DisconnectTikTokShopUserError) (result *models.DisconnectTikTokShopResult, err error) {
	result = &models.DisconnectTikTokShopResult{Account: account, Refusals: []models.DisconnectTikTokShopUserError{*refusal}}
	if refusal.Code == models.AlreadyDisconnected {
		if result.Disconnection, err = r.latestDisconnection(tx, store, account); err != nil {
			return nil, err
		}
	}
	return result, errRefused
}
