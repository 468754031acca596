package shopify_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify"
	"github.com/handback/handback/shopify/sandbox"
	"github.com/handback/handback/shopify/sandbox/sandboxtest"
)

// TestConnectPreviewIsOfTheStoreAsItIs: edits in the Shopify admin are in it, and a scope that is missing refuses it.
func TestConnectPreviewIsOfTheStoreAsItIs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		box := sandboxtest.Open(t, sandbox.Options{})
		stores, repository, registered := newStores(t, databaseURL, box)
		accounts := &shopify.FreshAccounts{AccountRepository: repository, Stores: stores, OpenApp: func(context.Context, models.Store) {}}
		preview := func(store models.Store) *models.ConnectPreview {
			preview, err := accounts.PreviewConnect(t.Context(), models.Caller{Store: store, Actor: store.Seller()})
			require.NoError(t, err)
			return preview
		}
		require.Equal(t, models.ConnectShopifyAway, preview(registered).Refusal.Code, "the app is not in the store")

		linked := stores.SignIn(t.Context(), registered, box.SessionToken(domain))
		require.Equal(t, &models.ConnectPreviewChange{
			Key: models.KeyOnlineLocations, Scope: models.ScopeStore, Kind: models.SettingUpdated,
			After: `{"gid://shopify/Location/1001":true,"gid://shopify/Location/1002":true,"gid://shopify/Location/1003":true}`,
		}, foreseen(preview(linked), models.KeyOnlineLocations))
		before := len(box.Calls(0))
		require.NotNil(t, foreseen(preview(linked), "tax.handling"))
		require.Greater(t, len(box.Calls(0)), before, "the store was read")

		box.Grant(domain, "read_products")
		refused := preview(linked)
		require.Equal(t, models.ConnectScopeMissing, refused.Refusal.Code)
		require.Contains(t, refused.Refusal.Message, "The app lacks the permission to see what sales channels show, ")
		require.Empty(t, refused.Changes)
	})
}

func foreseen(preview *models.ConnectPreview, key string) *models.ConnectPreviewChange {
	for i := range preview.Changes {
		if preview.Changes[i].Key == key {
			return &preview.Changes[i]
		}
	}
	return nil
}
