package models_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

func TestSellerCenterURLByRegion(t *testing.T) {
	for _, test := range []struct{ store, shop, url string }{
		{"US", "US", "https://seller-us.tiktok.com"},
		{"GB", "GB", "https://seller-uk.tiktok.com"},
		{"VN", "VN", "https://seller-vn.tiktok.com"},
		{"TH", "TH", "https://seller-th.tiktok.com"},
		{"ID", "ID", "https://seller-id.tokopedia.com"},
		{"US", "MX", "https://seller-global.tiktok.com"},
		{"MX", "MX", "https://seller.tiktok.com"},
		{"DE", "DE", "https://seller.tiktok.com"},
		{"US", "DE", "https://seller.tiktok.com"},
		{"", "", "https://seller.tiktok.com"},
	} {
		require.Equal(t, test.url, models.SellerCenterURL(test.store, test.shop), "%s store, %s shop", test.store, test.shop)
	}
}

var allTasks = []models.OrderTask{models.Fulfillment, models.Cancellation, models.Return, models.Refund}

func TestOrderTasksAreInShopifyWhileConnected(t *testing.T) {
	routes := models.RouteOrders(models.Store{Region: "GB"}, shop("GB", models.AccountConnected)).Routes
	require.Len(t, routes, len(allTasks))
	for i, route := range routes {
		require.Equal(t, models.OrderRoute{Task: allTasks[i], System: models.Shopify}, route)
	}
}

func TestOrderTasksAreInSellerCenterWhileDisconnected(t *testing.T) {
	for _, test := range []struct {
		shop *models.Account
		url  string
	}{
		{nil, "https://seller-us.tiktok.com"},
		{shop("US", models.AccountDisconnected), "https://seller-us.tiktok.com"},
		{shop("MX", models.AccountDisconnected), "https://seller-global.tiktok.com"},
		{shop("VN", models.AccountDisconnected), "https://seller-vn.tiktok.com"},
	} {
		routes := models.RouteOrders(models.Store{Region: "US"}, test.shop).Routes
		require.Len(t, routes, len(allTasks))
		for i, route := range routes {
			require.Equal(t, models.OrderRoute{Task: allTasks[i], System: models.SellerCenter, URL: &test.url}, route)
		}
	}
}

func shop(region string, status models.AccountStatus) *models.Account {
	return &models.Account{ID: "account_shop", Kind: models.TikTokShop, Name: "Shop", Region: region, Status: status}
}
