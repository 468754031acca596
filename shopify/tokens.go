package shopify

import (
	"context"
	"fmt"

	"github.com/handback/handback/models"
	"github.com/handback/handback/tokens"
)

// CredentialStorage keeps the tokens of stores by their ids, as a tokens.Storage does by their owners.
type CredentialStorage interface {
	tokens.Storage

	StoreByDomain(ctx context.Context, domain string) (models.Store, error)
}

// NewTokenKeeper makes a keeper of the tokens of stores, whose owners are the stores' domains.
func NewTokenKeeper(storage CredentialStorage, endpoint tokens.Endpoint) *tokens.Keeper {
	return tokens.NewKeeper(byDomain{storage}, endpoint)
}

// byDomain is a storage whose owners are domains.
type byDomain struct{ stores CredentialStorage }

// Credentials implements tokens.Storage.
func (b byDomain) Credentials(ctx context.Context, domain string) (models.Credentials, error) {
	id, err := b.id(ctx, domain)
	if err != nil {
		return models.Credentials{}, err
	}
	return b.stores.Credentials(ctx, id)
}

// ClaimRefresh implements tokens.Storage.
func (b byDomain) ClaimRefresh(ctx context.Context, domain string, expected int64) (version int64, err error) {
	id, err := b.id(ctx, domain)
	if err != nil {
		return 0, err
	}
	return b.stores.ClaimRefresh(ctx, id, expected)
}

// ReleaseRefresh implements tokens.Storage.
func (b byDomain) ReleaseRefresh(ctx context.Context, domain string, version int64) error {
	id, err := b.id(ctx, domain)
	if err != nil {
		return err
	}
	return b.stores.ReleaseRefresh(ctx, id, version)
}

// SaveCredentials implements tokens.Storage.
func (b byDomain) SaveCredentials(ctx context.Context, domain string, credentials models.Credentials, expected int64) error {
	id, err := b.id(ctx, domain)
	if err != nil {
		return err
	}
	return b.stores.SaveCredentials(ctx, id, credentials, expected)
}

func (b byDomain) id(ctx context.Context, domain string) (string, error) {
	store, err := b.stores.StoreByDomain(ctx, domain)
	if err == nil && store.ID == "" {
		err = fmt.Errorf("no store %s", domain)
	}
	return store.ID, err
}
