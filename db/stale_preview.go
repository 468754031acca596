package db

import (
	"context"

	"github.com/handback/handback/models"
)

// previewers is how many preview tokens are compared at once outside of transactions: each has all values of a store.
const previewers = 4

// refuseStale refuses a disconnect with the token of a preview that shows something else than is so now. That takes a while in a store
// with long values, and so it is done before anything is locked in the database. What is let pass is looked at again under the lock.
func (r *Repository) refuseStale(ctx context.Context, caller models.Caller, request models.DisconnectRequest) error {
	if request.PreviewToken == nil {
		return nil
	}
	unlock, err := r.previews.Lock(ctx, caller.Store.ID)
	if err != nil {
		return fault(err)
	}
	defer unlock()
	unlockAll, err := r.allPreviews.Lock(ctx, "")
	if err != nil {
		return fault(err)
	}
	defer unlockAll()
	accounts, settings, err := r.readPreviewed(ofWrite(ctx), caller.Store, request.Named())
	if err != nil {
		return fault(err)
	}
	account, refusal := request.Pick(accounts)
	if refusal != nil || !account.Connected() { // the transaction says why
		return nil
	}
	if _, refusal = request.Disconnect(caller.Store, account, settings); refusal != nil && refusal.Code == models.PreviewStale {
		return refusal
	}
	return nil
}

// readPreviewed reads what the preview of a store's connected account is of. named is as in readToPick.
func (r *Repository) readPreviewed(ctx context.Context, store models.Store, named string) ([]*models.Account, []models.Setting, error) {
	var found []models.Account
	var epochs []models.Epoch
	var settings []models.Setting
	var writes []models.SystemWrite
	var ids []string // of all accounts
	if named != "" {
		ids = []string{named}
	}
	tx, done := r.reading(ctx)
	defer done()
	err := send(tx, selectAccountsToChange.into(&found, store.ID, named), selectConnectedEpoch.into(&epochs, store.ID),
		selectSettingsToPreview.into(&settings, store.ID, listed(ids)), readSystemWrites(&writes, store.ID, listed(ids)))
	accounts := pointers(found)
	for _, account := range accounts {
		withOrders(store, account)
	}
	attachEpochs(accounts, epochs)
	attachSystemWrites(accounts, writes)
	return accounts, settings, err
}
