package models_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

func TestOverview(t *testing.T) {
	connected := shop("US", models.AccountConnected)
	business := &models.Account{ID: "account_business", Kind: models.TikTokForBusiness, Status: models.AccountConnected}
	inProgress := models.ChannelOverview{Status: models.SetupInProgress, StatusLabel: "Setup in Progress", Accounts: []*models.Account{}}
	working := func(account *models.Account) models.ChannelOverview {
		return models.ChannelOverview{Status: models.ChannelConnected, StatusLabel: "Connected", Accounts: []*models.Account{account}}
	}
	for name, test := range map[string]struct {
		accounts       []*models.Account
		shop, business models.ChannelOverview
		system         models.OrderSystem
	}{
		"nothing connected":   {nil, inProgress, inProgress, models.SellerCenter},
		"ads alone connected": {[]*models.Account{business}, inProgress, working(business), models.SellerCenter},
		"shop connected":      {[]*models.Account{connected}, working(connected), inProgress, models.Shopify},
		"both connected":      {[]*models.Account{connected, business}, working(connected), working(business), models.Shopify},
	} {
		t.Run(name, func(t *testing.T) {
			overview := models.NewOverview(models.Store{Region: "US"}, test.accounts)
			require.Equal(t, test.shop, overview.TikTokShop)
			require.Equal(t, test.business, overview.TikTokForBusiness)
			require.Equal(t, test.system, overview.OrderManagement.Routes[0].System)
		})
	}
}
