package db_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"handback/db"
	"handback/db/dbtest"
	"handback/models"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// open opens a database for the length of a test.
func open(tb testing.TB, databaseURL string, catalogue models.Catalogue) *db.Repository {
	tb.Helper()
	repository, err := db.Open(context.Background(), databaseURL, catalogue)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, repository.Close()) })
	return repository
}

// register takes in a US store with the catalogue's first settings, and returns its seller.
func register(tb testing.TB, repository *db.Repository, domain string) models.Caller {
	tb.Helper()
	store, err := repository.RegisterStore(context.Background(), models.Registration{
		Store:    models.Store{Domain: domain, Name: domain, Region: "US"},
		Business: models.BusinessAccount{Name: domain, ExternalID: "bc-" + domain},
		Settings: repository.Catalogue.Before(),
	})
	require.NoError(tb, err)
	return models.Caller{Store: store, Actor: models.Actor{Kind: models.ActorSeller, Name: "Seller of " + domain}}
}

// owner is the authorization of an active US shop's main owner.
func owner(shopCode string) *models.Authorization {
	return &models.Authorization{
		ShopCode: shopCode, ShopName: "Shop " + shopCode, Region: "US", Role: models.ShopOwner, Seller: models.SellerActive,
	}
}

func connect(tb testing.TB, repository *db.Repository, seller models.Caller, shopCode string) *models.ConnectTikTokShopResult {
	tb.Helper()
	result, err := repository.ConnectTikTokShop(context.Background(), seller, owner(shopCode))
	require.NoError(tb, err)
	require.Empty(tb, result.Refusals)
	result.Account, err = repository.Account(context.Background(), seller, result.Account.ID, models.AccountDetails{Preview: true, Snapshot: true})
	require.NoError(tb, err)
	return result
}

func disconnect(tb testing.TB, repository *db.Repository, seller models.Caller) *models.DisconnectTikTokShopResult {
	tb.Helper()
	result, err := repository.DisconnectTikTokShop(context.Background(), seller, models.DisconnectRequest{Confirm: true})
	require.NoError(tb, err)
	return result
}
