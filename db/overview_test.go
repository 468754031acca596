package db_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// TestOverviewShowsConnectedAccountsOnly, whatever was connected before.
func TestOverviewShowsConnectedAccountsOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "overview.myshopify.com")
		neighbour := register(t, repository, "neighbour.myshopify.com")
		connect(t, repository, neighbour, "other")
		requireOverview(t, repository, seller)
		for _, shopCode := range []string{"first", "second"} {
			account := connect(t, repository, seller, shopCode).Account
			requireOverview(t, repository, seller, account.ID)
			disconnect(t, repository, seller)
			requireOverview(t, repository, seller)
		}
	})
}

// requireOverview requires these TikTok Shop accounts in the store's overview, and its TikTok for Business account.
func requireOverview(t *testing.T, repository *db.Repository, seller models.Caller, shops ...string) {
	t.Helper()
	overview, err := repository.Overview(t.Context(), seller, models.AccountDetails{})
	require.NoError(t, err)
	var ids []string
	for _, account := range overview.TikTokShop.Accounts {
		ids = append(ids, account.ID)
	}
	require.Equal(t, shops, ids)
	require.Equal(t, len(shops) > 0, overview.TikTokShop.Status == models.ChannelConnected)
	require.Len(t, overview.TikTokForBusiness.Accounts, 1)
}
