package db

import (
	"context"
	"fmt"

	"github.com/handback/handback/models"
)

// DisconnectTikTokShop unlinks a TikTok Shop account and gives the store back the settings of its snapshot. An error
// means that nothing was done, unless it is models.ErrOutcomeUnknown; it may be a *models.DisconnectRefusal.
func (r *Repository) DisconnectTikTokShop(ctx context.Context, caller models.Caller, request models.DisconnectRequest) (*models.DisconnectTikTokShopResult, error) {
	if refusal := request.RefuseUnconfirmed(); refusal != nil {
		return nil, refusal
	}
	if err := r.refuseStale(ctx, caller, request); err != nil {
		return nil, err
	}
	result, err := writeStoreResult(ctx, r, caller.Store.ID, func(tx session) (*models.DisconnectTikTokShopResult, error) {
		return r.disconnect(tx, caller, request)
	})
	if err != nil || !result.Disconnection.Transition.Open() || onceOf(ctx) != nil {
		return result, err
	}
	return r.disconnectedSince(ctx, caller, result), nil
}

// disconnectedSince waits for the store, and returns what has become of the disconnect by then. What cannot be read is as it
// was when it began.
func (r *Repository) disconnectedSince(ctx context.Context, caller models.Caller, begun *models.DisconnectTikTokShopResult) *models.DisconnectTikTokShopResult {
	r.awaitTransition(ctx, begun.Disconnection.ID)
	record, err := r.Disconnection(ctx, caller, begun.Disconnection.ID, wholeRecord)
	if err != nil || record == nil {
		return begun
	}
	return &models.DisconnectTikTokShopResult{Account: record.Account, Disconnection: record}
}

func (r *Repository) disconnect(tx session, caller models.Caller, request models.DisconnectRequest) (*models.DisconnectTikTokShopResult, error) {
	accounts, err := readToPick(tx, caller.Store, request.Named())
	if err != nil {
		return nil, err
	}
	account, refusal := request.Pick(accounts)
	if refusal != nil {
		return nil, withEarlierRecord(tx, caller.Store, refusal)
	}
	settings, err := readToDisconnect(tx, caller.Store, account, accounts)
	if err != nil {
		return nil, err
	}
	if account.Status == models.AccountConnecting {
		if err := r.snapshotOfConnecting(tx, account, settings); err != nil {
			return nil, err
		}
	}
	preview, refusal := request.Disconnect(caller.Store, account, settings)
	if refusal != nil {
		return nil, refusal
	}
	record := models.NewDisconnection("disconnection_"+r.NewID(), caller.Actor, account, preview, r.Now())
	if tx.transaction.linked && account.EpochID != nil {
		err = r.beginDisconnecting(tx, caller, record)
	} else {
		err = r.disconnectAtOnce(tx, caller, record)
	}
	if err != nil {
		return nil, err
	}
	return &models.DisconnectTikTokShopResult{Account: account, Disconnection: record, Overview: models.NewOverview(caller.Store, accounts)}, nil
}

// readToPick locks the store, and reads those of its accounts that a disconnect may be about, with the one of the id, which may be empty.
func readToPick(tx session, store models.Store, named string) ([]*models.Account, error) {
	if err := tx.lockStore(store.ID); err != nil {
		return nil, err
	}
	found, err := selectAccountsToChange.all(tx, store.ID, named)
	accounts := pointers(found)
	for _, account := range accounts {
		withOrders(store, account)
	}
	return accounts, err
}

// readToDisconnect reads what is long: the settings, and the epoch of the account that is connected. What was edited since is of a
// connected account alone.
func readToDisconnect(tx session, store models.Store, account *models.Account, accounts []*models.Account) (settings []models.Setting, err error) {
	var epochs []models.Epoch
	var writes []models.SystemWrite
	reads := []read{selectConnectedEpoch.into(&epochs, store.ID)}
	if account.Connected() {
		reads = append(reads, selectSettingsToPreview.into(&settings, store.ID, ""), readSystemWrites(&writes, store.ID, ""))
	} else {
		reads = append(reads, selectSettingsOutsideAds.into(&settings, store.ID))
	}
	err = send(tx, reads...)
	attachEpochs(accounts, epochs)
	attachSystemWrites(accounts, writes)
	return settings, err
}

// beginDisconnecting promises to give the store back: from the commit on nothing else writes to it.
func (r *Repository) beginDisconnecting(tx session, caller models.Caller, record *models.Disconnection) error {
	account := record.Account
	if err := r.abandonOpen(tx, account.StoreID); err != nil {
		return err
	}
	record.Transition = newTransition(caller, record.ID, models.TransitionDisconnect, account, record.DisconnectedAt)
	record.Restoration.Changes = []models.SettingChange{}
	if account.Connected() { // else orders were Seller Center's all the time
		record.Transition.Handoff.State = models.HandoffPending
	}
	account.Begin(caller.Store, record)
	if err := tx.begin(record.Transition); err != nil {
		return err
	}
	entry := r.newEntry(caller, models.AccountDisconnectingAction, account)
	entry.OccurredAt, entry.DisconnectionID = record.DisconnectedAt, &record.ID
	if err := tx.appendEntry(entry); err != nil {
		return err
	}
	if err := tx.orm().Model(&models.Account{ID: account.ID}).Update("status", account.Status).Error; err != nil {
		return err
	}
	if record.Transition.Handoff.State == models.HandoffNone {
		return nil
	}
	return tx.promise(models.ReadHandoff{DisconnectionID: record.ID})
}

// abandonOpen ends what else writes to the store: a connect that is not done, or an edit.
func (r *Repository) abandonOpen(tx session, storeID string) error {
	open, err := tx.openTransition(storeID)
	if err != nil || open.ID == "" {
		return err
	}
	return r.abandon(tx, &open)
}

// snapshotOfConnecting gives an account that is being connected its epoch. Where nothing was written yet, there is none: the
// settings are what they were.
func (r *Repository) snapshotOfConnecting(tx session, account *models.Account, settings []models.Setting) error {
	if account.EpochID != nil {
		account.Epoch = &models.Epoch{}
		return tx.orm().Take(account.Epoch, "id", *account.EpochID).Error
	}
	account.Epoch = models.NewEpoch("epoch_"+r.NewID(), account, settings, r.NewSalt(), r.Now())
	return nil
}

// disconnectAtOnce disconnects where nothing is to be written to the store: it is not linked, or connecting has not begun to
// write there. Then TikTok's authorization is ended after the commit.
func (r *Repository) disconnectAtOnce(tx session, caller models.Caller, record *models.Disconnection) error {
	account := record.Account
	connecting, newEpoch := account.Status == models.AccountConnecting, account.EpochID == nil
	if connecting {
		if err := r.withdraw(tx, account); err != nil {
			return err
		}
	}
	record.Transition = newTransition(caller, record.ID, models.TransitionDisconnect, account, record.DisconnectedAt)
	if !connecting || newEpoch { // else a newer connection has the store, which is not read any more
		record.Restoration.VerifiedAt = &record.DisconnectedAt
	}
	record.Transition.Finish(record.DisconnectedAt)
	if connecting {
		record.Transition.Phase, record.Transition.CompletedAt = models.PhaseRevoking, nil
		record.Transition.Authorization.Status = models.AuthorizationPending
	}
	err := r.storeDisconnection(tx, caller, record)
	if err == nil && connecting {
		err = tx.promise(models.CarryOut{TransitionID: record.ID})
	}
	if err == nil {
		account.Close(caller.Store, record)
	}
	return err
}

// withdraw ends a connect that has written nothing to the store, and stores the epoch that it would have had, unless it has it.
func (r *Repository) withdraw(tx session, account *models.Account) error {
	if err := r.abandonOpen(tx, account.StoreID); err != nil {
		return err
	}
	if account.EpochID != nil {
		return nil
	}
	if err := tx.orm().Create(account.Epoch).Error; err != nil {
		return err
	}
	account.EpochID = &account.Epoch.ID
	return tx.orm().Model(&models.Account{ID: account.ID}).Update("epoch_id", account.EpochID).Error
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
	if err := tx.closeAccount(record, account.Status); err != nil {
		return err
	}
	record.Transition.EntrySeq = &entry.Seq
	if err := tx.orm().Create(record.Transition).Error; err != nil {
		return err
	}
	err := tx.orm().Create(&disconnection{
		ID: record.ID, StoreID: account.StoreID, EpochID: *account.EpochID, EntrySeq: entry.Seq, RestoredDigest: record.Restoration.SnapshotDigest,
		Verified: record.Restoration.VerifiedAt != nil, Versions: r.Versions.Text(),
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

func (s session) closeAccount(record *models.Disconnection, from models.AccountStatus) error {
	closed := s.orm().Model(&models.Account{}).Where("id", record.Account.ID).Where("status", from).
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
