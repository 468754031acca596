package shopify

import (
	"context"
	"errors"
	"sync"

	"github.com/handback/handback/models"
)

// AccountRepository is the part of a repository that reads the TikTok accounts of a store, connects and disconnects them.
type AccountRepository interface {
	Accounts(ctx context.Context, caller models.Caller, details models.AccountDetails) ([]*models.Account, error)
	AccountHistory(ctx context.Context, caller models.Caller, page models.AccountPage, details models.AccountDetails) (*models.AccountHistory, error)
	Account(ctx context.Context, caller models.Caller, id string, details models.AccountDetails) (*models.Account, error)
	Overview(ctx context.Context, caller models.Caller, details models.AccountDetails) (*models.Overview, error)

	ReadyToConnect(ctx context.Context, caller models.Caller) error
	PreviewConnect(ctx context.Context, caller models.Caller) (*models.ConnectPreview, error)
	PickAuthorization(ctx context.Context, caller models.Caller, consented []models.Authorization) (*models.Authorization, error)
	ConnectTikTokShop(ctx context.Context, caller models.Caller, authorization *models.Authorization) (*models.ConnectTikTokShopResult, error)
	DisconnectTikTokShop(ctx context.Context, caller models.Caller, request models.DisconnectRequest) (*models.DisconnectTikTokShopResult, error)
	RetryDisconnection(ctx context.Context, caller models.Caller, id string) (*models.Disconnection, error)
}

// FreshAccounts is an AccountRepository for which the store is read at Shopify first: what was edited in the Shopify admin is brought in
// before a preview is read and before a store is disconnected, and a store that cannot be written to is not connected.
type FreshAccounts struct {
	AccountRepository

	Stores *Stores
	// Rehearses says that stores may be connected that the app was not let into, as those from before it asked Shopify.
	Rehearses bool
	// OpenApp is what the seller of the demo store does in Shopify's admin, where an app that was removed is installed again.
	OpenApp func(ctx context.Context, store models.Store)
	// OpenOrders asks TikTok what is open in the store's shop, within a second or two: for a preview, beside the reading of the store.
	OpenOrders func(ctx context.Context, store models.Store)
	// ShopSettings brings in what has changed in the store's shop at TikTok, likewise.
	ShopSettings func(ctx context.Context, store models.Store)
}

// Accounts implements graph.AccountRepository.
func (f *FreshAccounts) Accounts(ctx context.Context, caller models.Caller, details models.AccountDetails) ([]*models.Account, error) {
	f.refresh(ctx, caller, details)
	return f.AccountRepository.Accounts(ctx, caller, details)
}

// AccountHistory implements graph.AccountRepository.
func (f *FreshAccounts) AccountHistory(ctx context.Context, caller models.Caller, page models.AccountPage, details models.AccountDetails) (*models.AccountHistory, error) {
	f.refresh(ctx, caller, details)
	return f.AccountRepository.AccountHistory(ctx, caller, page, details)
}

// Account implements graph.AccountRepository.
func (f *FreshAccounts) Account(ctx context.Context, caller models.Caller, id string, details models.AccountDetails) (*models.Account, error) {
	f.refresh(ctx, caller, details)
	return f.AccountRepository.Account(ctx, caller, id, details)
}

// Overview implements graph.AccountRepository.
func (f *FreshAccounts) Overview(ctx context.Context, caller models.Caller, details models.AccountDetails) (*models.Overview, error) {
	f.refresh(ctx, caller, details)
	return f.AccountRepository.Overview(ctx, caller, details)
}

// refresh reads the store for a preview, unless it is to be of the moment that a mutation has left.
func (f *FreshAccounts) refresh(ctx context.Context, caller models.Caller, details models.AccountDetails) {
	if !details.Preview || !details.Fresh {
		return
	}
	var atTikTok sync.WaitGroup
	atTikTok.Go(func() { f.OpenOrders(ctx, caller.Store) })
	atTikTok.Go(func() { f.ShopSettings(ctx, caller.Store) })
	f.Stores.RefreshPreview(ctx, caller.Store)
	atTikTok.Wait()
}

// DisconnectTikTokShop implements graph.AccountRepository.
func (f *FreshAccounts) DisconnectTikTokShop(ctx context.Context, caller models.Caller, request models.DisconnectRequest) (*models.DisconnectTikTokShopResult, error) {
	if request.Confirm {
		_ = f.Stores.Refresh(ctx, caller.Store) // which is logged
	}
	return f.AccountRepository.DisconnectTikTokShop(ctx, caller, request)
}

// ReadyToConnect implements graph.AccountRepository.
func (f *FreshAccounts) ReadyToConnect(ctx context.Context, caller models.Caller) error {
	if err := f.AccountRepository.ReadyToConnect(ctx, caller); err != nil {
		return err
	}
	if refusal := f.refuseWithoutAccess(ctx, caller); refusal != nil {
		return refusal
	}
	return nil
}

// PreviewConnect implements graph.AccountRepository. Whoever wants to see the preview has the app open.
func (f *FreshAccounts) PreviewConnect(ctx context.Context, caller models.Caller) (*models.ConnectPreview, error) {
	refusal := f.refuseWithoutAccess(ctx, caller)
	if refusal == nil {
		_ = f.Stores.Refresh(ctx, caller.Store) // which is logged
	}
	preview, err := f.AccountRepository.PreviewConnect(ctx, caller)
	if err != nil || preview.Refusal != nil || refusal == nil {
		return preview, err
	}
	return &models.ConnectPreview{Refusal: refusal, Changes: []models.ConnectPreviewChange{}}, nil
}

// refuseWithoutAccess says why nothing could be written in the store; nil when it can.
func (f *FreshAccounts) refuseWithoutAccess(ctx context.Context, caller models.Caller) *models.ConnectTikTokShopUserError {
	f.OpenApp(ctx, caller.Store)
	if caller.Store.Linked || !f.Rehearses {
		if refusal := models.RefuseWithoutAccess(f.access(ctx, caller)); refusal != nil {
			return refusal
		}
	}
	if !caller.Store.Linked && !f.Rehearses { // it was not read yet, so nothing would be written there
		return models.RefuseWithoutAccess(&models.PlatformError{Code: models.ShopifyUnavailable})
	}
	return nil
}

// RetryDisconnection implements graph.AccountRepository.
func (f *FreshAccounts) RetryDisconnection(ctx context.Context, caller models.Caller, id string) (*models.Disconnection, error) {
	f.OpenApp(ctx, caller.Store)
	return f.AccountRepository.RetryDisconnection(ctx, caller, id)
}

func (f *FreshAccounts) access(ctx context.Context, caller models.Caller) *models.PlatformError {
	err := f.Stores.Access(ctx, caller.Store)
	if err == nil {
		return nil
	}
	if problem, ok := errors.AsType[*models.PlatformError](err); ok {
		return problem
	}
	return &models.PlatformError{Code: models.ShopifyUnavailable, Cause: err}
}
