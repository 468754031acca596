package shopify_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"handback/models"
)

func TestShopTellsOfItselfAndOfTheApp(t *testing.T) {
	api := newAPI(t).on("Shop", data(`{"shop":{"id":"gid://shopify/Shop/1","name":"Aurora Outfitters","email":"hello@aurora.example","shopOwnerName":"Ada Aurora",
		"myshopifyDomain":"aurora-outfitters.myshopify.com","currencyCode":"USD","weightUnit":"KILOGRAMS","taxesIncluded":false,
		"shopAddress":{"countryCodeV2":"US"},"plan":{"publicDisplayName":"Basic"}},
		"currentAppInstallation":{"id":"gid://shopify/AppInstallation/2","accessScopes":[{"handle":"read_products"},{"handle":"write_publications"}],
		"app":{"id":"gid://shopify/App/3","handle":"handback"}}}`))

	profile, err := api.client().Shop(t.Context(), store)

	require.NoError(t, err)
	require.Equal(t, models.ShopProfile{
		ID: "gid://shopify/Shop/1", Domain: store, Name: "Aurora Outfitters", Email: "hello@aurora.example", OwnerName: "Ada Aurora",
		Region: "US", Currency: "USD", WeightUnit: "KILOGRAMS", Plan: "Basic", InstallationID: "gid://shopify/AppInstallation/2",
		AppID: "gid://shopify/App/3", AppHandle: "handback", Scopes: []string{"read_products", "write_publications"},
	}, profile)
}
