package main

import (
	"context"
	"errors"

	"handback/db"
	"handback/graph"
	"handback/models"
	"handback/shopify"
)

// freshRepository is a repository that brings in what was edited in the Shopify admin, before a preview is read and before a
// store is disconnected; and that refuses to connect a store that cannot be written to.
type freshRepository struct {
	*db.Repository
	stores *shopify.Stores
	// rehearses says that stores may be connected that the app was not let into, as those from before it asked Shopify.
	rehearses bool
	// openApp is what the seller of the demo store does in Shopify's admin, where an app that was removed is installed again.
	openApp func(ctx context.Context, store models.Store)
}

// Accounts implements graph.Repository.
func (f freshRepository) Accounts(ctx context.Context, caller models.Caller, details models.AccountDetails) ([]*models.Account, error) {
	f.refresh(ctx, caller, details)
	return f.Repository.Accounts(ctx, caller, details)
}

// Account implements graph.Repository.
func (f freshRepository) Account(ctx context.Context, caller models.Caller, id string, details models.AccountDetails) (*models.Account, error) {
	f.refresh(ctx, caller, details)
	return f.Repository.Account(ctx, caller, id, details)
}

// Overview implements graph.Repository.
func (f freshRepository) Overview(ctx context.Context, caller models.Caller, details models.AccountDetails) (*models.Overview, error) {
	f.refresh(ctx, caller, details)
	return f.Repository.Overview(ctx, caller, details)
}

// refresh reads the store for a query. What a mutation selects is of the moment that the mutation has left.
func (f freshRepository) refresh(ctx context.Context, caller models.Caller, details models.AccountDetails) {
	if details.Preview && graph.IsQuery(ctx) {
		f.stores.Refresh(ctx, caller.Store)
	}
}

// DisconnectTikTokShop implements graph.Repository.
func (f freshRepository) DisconnectTikTokShop(ctx context.Context, caller models.Caller, request models.DisconnectRequest) (*models.DisconnectTikTokShopResult, error) {
	if request.Confirm {
		f.stores.Refresh(ctx, caller.Store)
	}
	return f.Repository.DisconnectTikTokShop(ctx, caller, request)
}

// ConnectTikTokShop implements graph.Repository.
func (f freshRepository) ConnectTikTokShop(ctx context.Context, caller models.Caller, authorization *models.Authorization) (*models.ConnectTikTokShopResult, error) {
	if refusal := models.RefuseAuthorization(caller.Store, authorization); refusal != nil {
		return nil, refusal
	}
	f.openApp(ctx, caller.Store)
	if caller.Store.Linked || !f.rehearses {
		if refusal := models.RefuseWithoutAccess(f.access(ctx, caller)); refusal != nil {
			return nil, refusal
		}
	}
	if !caller.Store.Linked && !f.rehearses { // it was not read yet, so nothing would be written there
		return nil, models.RefuseWithoutAccess(&models.PlatformError{Code: models.ShopifyUnavailable})
	}
	return f.Repository.ConnectTikTokShop(ctx, caller, authorization)
}

// RetryDisconnection implements graph.Disconnections.
func (f freshRepository) RetryDisconnection(ctx context.Context, caller models.Caller, id string) (*models.Disconnection, error) {
	f.openApp(ctx, caller.Store)
	return f.Repository.RetryDisconnection(ctx, caller, id)
}

func (f freshRepository) access(ctx context.Context, caller models.Caller) *models.PlatformError {
	err := f.stores.Access(ctx, caller.Store)
	if err == nil {
		return nil
	}
	if problem, ok := errors.AsType[*models.PlatformError](err); ok {
		return problem
	}
	return &models.PlatformError{Code: models.ShopifyUnavailable, Cause: err}
}
