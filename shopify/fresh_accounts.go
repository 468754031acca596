package shopify

import (
	"context"
	"errors"

	"handback/models"
)

// AccountRepository is the part of a repository that reads the TikTok accounts of a store, connects and disconnects them.
type AccountRepository interface {
	Accounts(ctx context.Context, caller models.Caller, details models.AccountDetails) ([]*models.Account, error)
	Account(ctx context.Context, caller models.Caller, id string, details models.AccountDetails) (*models.Account, error)
	Overview(ctx context.Context, caller models.Caller, details models.AccountDetails) (*models.Overview, error)

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
}

// Accounts implements graph.AccountRepository.
func (f *FreshAccounts) Accounts(ctx context.Context, caller models.Caller, details models.AccountDetails) ([]*models.Account, error) {
	f.refresh(ctx, caller, details)
	return f.AccountRepository.Accounts(ctx, caller, details)
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
	if details.Preview && details.Fresh {
		f.Stores.RefreshPreview(ctx, caller.Store)
	}
}

// DisconnectTikTokShop implements graph.AccountRepository.
func (f *FreshAccounts) DisconnectTikTokShop(ctx context.Context, caller models.Caller, request models.DisconnectRequest) (*models.DisconnectTikTokShopResult, error) {
	if request.Confirm {
		_ = f.Stores.Refresh(ctx, caller.Store) // which is logged
	}
	return f.AccountRepository.DisconnectTikTokShop(ctx, caller, request)
}

// ConnectTikTokShop implements graph.AccountRepository.
func (f *FreshAccounts) ConnectTikTokShop(ctx context.Context, caller models.Caller, authorization *models.Authorization) (*models.ConnectTikTokShopResult, error) {
	if refusal := models.RefuseAuthorization(caller.Store, authorization); refusal != nil {
		return nil, refusal
	}
	f.OpenApp(ctx, caller.Store)
	if caller.Store.Linked || !f.Rehearses {
		if refusal := models.RefuseWithoutAccess(f.access(ctx, caller)); refusal != nil {
			return nil, refusal
		}
	}
	if !caller.Store.Linked && !f.Rehearses { // it was not read yet, so nothing would be written there
		return nil, models.RefuseWithoutAccess(&models.PlatformError{Code: models.ShopifyUnavailable})
	}
	return f.AccountRepository.ConnectTikTokShop(ctx, caller, authorization)
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
