package test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/shopify"
	"github.com/handback/handback/test/program"
)

// TestEditsInShopifyAdminAreTold: the settings show one after a moment, and nobody has asked for a preview.
func TestEditsInShopifyAdminAreTold(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped)
	require.True(t, onlineLocations(p)["gid://shopify/Location/1002"])
	inShopifyAdmin(p, `mutation { locationEdit(id: "gid://shopify/Location/1002", input: {fulfillsOnlineOrders: false}) { userErrors { message } } }`)
	require.Eventually(t, func() bool {
		return !onlineLocations(p)["gid://shopify/Location/1002"]
	}, time.Minute, 50*time.Millisecond)
}

// onlineLocations are what the settings say of locations.
func onlineLocations(p *program.Process) map[string]bool {
	p.T.Helper()
	var data struct {
		Settings []struct {
			Key   string
			Value json.RawMessage
		}
	}
	require.NoError(p.T, json.Unmarshal([]byte(p.Query(`{ settings(scope: STORE) { key value } }`)), &data))
	online := map[string]bool{}
	for _, setting := range data.Settings {
		if setting.Key == "location.fulfillsOnlineOrders" {
			require.NoError(p.T, json.Unmarshal(setting.Value, &online))
		}
	}
	return online
}

// TestUninstalledAppIsTold: the card says so.
func TestUninstalledAppIsTold(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped)
	const card = `{ overview { tikTokShop { statusLabel } orderManagement { routes { system } } } }`
	require.Contains(t, p.Query(card), `"Connected"`)
	inShopifyAdmin(p, `mutation { appUninstall { userErrors { message } } }`)
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		answer := p.Query(card)
		require.Contains(c, answer, "Needs attention: the app was uninstalled from the store")
		require.NotContains(c, answer, `"SHOPIFY"`)
	}, time.Minute, 50*time.Millisecond)
}

// TestAuthorizationEndedAtTikTokIsTold: the stand-in tells the program what the seller did in Seller Center, signed as TikTok signs it. The card
// says so, orders are Seller Center's, and the shop can still be disconnected; then another one can be connected.
func TestAuthorizationEndedAtTikTokIsTold(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped)
	const card = `{ overview { tikTokShop { statusLabel } orderManagement { routes { system } } } }`
	require.Contains(t, p.Query(card), `"Connected"`)
	require.Equal(t, http.StatusNoContent, p.Send(http.MethodPost, "/sandbox/tiktok/deauthorize", "").Status)
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		answer := p.Query(card)
		require.Contains(c, answer, "Needs attention: TikTok does not let the app into the shop any more")
		require.NotContains(c, answer, `"SHOPIFY"`)
	}, time.Minute, 50*time.Millisecond)

	require.Contains(t, p.Query(disconnectMutation), `"userErrors":[]`)
	awaitGivenBack(t, p)
	require.Contains(t, p.Query(`{ accounts { disconnections { authorization { status } } } }`), `"ALREADY_ENDED"`)
	require.Contains(t, p.Query(connectMutation), `"userErrors":[]`)
	p.As("").AwaitShop("CONNECTED")
	require.Contains(t, p.Query(card), `"Connected"`)
	p.Stop("open orders could not be listed")
}

// TestWebhooksOverHTTP: what is not signed by the app's secret is refused, whatever else it has; what is signed is taken.
func TestWebhooksOverHTTP(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped, program.WithSignIn()...)
	const path, body = "/webhooks/shopify", `{"id":1}`
	headers := func(secret string) []string {
		return []string{
			"X-Shopify-Topic", "app/uninstalled", "X-Shopify-Shop-Domain", "unknown.myshopify.com", "X-Shopify-API-Version", "2026-10", "X-Shopify-Webhook-Id", "1",
			"X-Shopify-Hmac-Sha256", shopify.SignNotification(secret, []byte(body)),
		}
	}
	require.Equal(t, http.StatusOK, p.Send(http.MethodPost, path, body, headers(program.AppSecret)...).Status)
	require.Equal(t, http.StatusOK, p.Send(http.MethodPost, path, body, headers(program.AppSecret)...).Status)
	require.Equal(t, http.StatusUnauthorized, p.Send(http.MethodPost, path, body, headers("another-secret-of-16")...).Status)
	require.Equal(t, http.StatusBadRequest, p.Send(http.MethodPost, path, body).Status)
	require.Equal(t, http.StatusMethodNotAllowed, p.Send(http.MethodGet, path, "").Status)
	require.Equal(t, http.StatusUnauthorized, p.Send(http.MethodPost, "/webhooks/tiktok", `{"type":6,"shop_id":"1","timestamp":1}`, "Authorization", strings.Repeat("0", 64)).Status)
	require.Equal(t, http.StatusNotFound, p.Send(http.MethodPost, "/webhooks/other", body, headers(program.AppSecret)...).Status)
}
