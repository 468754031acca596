package graph_test

import (
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/endpoint"
	"github.com/handback/handback/graph"
	"github.com/handback/handback/models"
	"github.com/handback/handback/tiktok/sandbox/sandboxtest"
)

func TestConnectRefusals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		other := storeAPI(t, a.repository, "other.myshopify.com")
		require.Empty(t, codes(other.connect("sandbox:US:owner:TAKEN")))
		before := a.state()
		const field = " authorizationCode"
		for code, want := range map[string]string{
			"":                                  "AUTHORIZATION_INVALID" + field,
			"sandbox:US:owner":                  "AUTHORIZATION_INVALID" + field,
			"sandbox:US:owner:A\x00":            "AUTHORIZATION_INVALID" + field,
			"sandbox:us:owner:A":                "AUTHORIZATION_INVALID" + field,
			"sandbox:US:owner:A:suspended":      "AUTHORIZATION_INVALID" + field,
			"sandbox:GB:staff:TAKEN:closed":     "OWNER_REQUIRED" + field,
			"sandbox:GB:owner:TAKEN:closed":     "SELLER_NOT_ACTIVE" + field,
			"sandbox:US:owner:A:pending":        "SELLER_NOT_ACTIVE" + field,
			"sandbox:GB:owner:TAKEN":            "REGION_MISMATCH" + field,
			"sandbox:US:owner:TAKEN":            "ACCOUNT_IN_USE" + field,
			"sandbox:US:owner:TAKEN:pending":    "SELLER_NOT_ACTIVE" + field,
			strings.Repeat("sandbox:US:", 1000): "AUTHORIZATION_INVALID" + field,
		} {
			payload := a.connect(code)
			require.Equal(t, []string{want}, codes(payload), code)
			require.Nil(t, payload["account"])
			require.Nil(t, payload["changes"])
		}
		require.Equal(t, before, a.state())

		require.Empty(t, codes(a.connect("sandbox:US:owner:MINE")))
		connected := a.state()
		require.Equal(t, []string{"ALREADY_CONNECTED"}, codes(a.connect("sandbox:US:owner:TAKEN")))
		require.Equal(t, []string{"ALREADY_CONNECTED"}, codes(a.connect("sandbox:US:owner:MINE")))
		require.Equal(t, connected, a.state())
	})
}

// TestSandboxShops requires them to show all that can become of connecting.
func TestSandboxShops(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		other := storeAPI(t, a.repository, "other.myshopify.com")
		require.Empty(t, codes(other.connect("sandbox:US:owner:USLCDEMO7")))
		var outcomes []string
		for _, shop := range a.do(`{ sandboxShops { name externalId region about authorizationCode } }`, nil).([]any) {
			shop := shop.(object)
			payload := a.connect(shop["authorizationCode"].(string))
			if account, ok := payload["account"].(object); ok {
				require.Equal(t, shop["name"], account["name"])
				require.Empty(t, codes(a.disconnect("confirm: true")))
			}
			outcomes = append(outcomes, strings.Join(codes(payload), " "))
		}
		const field = " authorizationCode"
		require.Equal(t, []string{
			"", "", "OWNER_REQUIRED" + field, "REGION_MISMATCH" + field, "SELLER_NOT_ACTIVE" + field, "AUTHORIZATION_INVALID" + field, "ACCOUNT_IN_USE" + field,
		}, outcomes)
	})
}

func TestSandboxShopsAreEmptyOutsideSandbox(t *testing.T) {
	a := newAPI(t, dbtest.URL(t, "sqlite"))
	schema := endpoint.Schema(graph.NewSchema(&graph.Resolver{AccountRepository: a.repository, SettingRepository: a.repository, Repository: a.repository, TikTok: sandboxtest.Codes{}}))
	server := httptest.NewServer(endpoint.New(schema, endpoint.Options{SignIn: signInAs(models.Caller{Actor: models.Actor{Kind: models.ActorSeller}}), Log: slog.New(slog.DiscardHandler)}))
	defer server.Close()
	a.url = server.URL
	require.Equal(t, []any{}, a.do(`{ sandboxShops { name } }`, nil))
}

// TestReconnectAfterWrongShop is the guide's last story: a seller connected the wrong shop.
func TestReconnectAfterWrongShop(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		digest := func() any {
			for _, account := range a.state().([]any) {
				if snapshot, ok := account.(object)["snapshot"].(object); ok {
					return snapshot["digest"]
				}
			}
			return nil
		}
		wrong := a.connect("sandbox:US:owner:WRONG")["account"].(object)["id"]
		first := digest()
		require.Empty(t, codes(a.disconnect("confirm: true")))
		require.Empty(t, codes(a.connect("sandbox:US:owner:RIGHT")))
		require.NotNil(t, first)
		require.Equal(t, first, digest(), "the second snapshot equals the first")
		require.Empty(t, codes(a.disconnect("confirm: true")))
		require.Equal(t, wrong, a.connect("sandbox:US:owner:WRONG")["account"].(object)["id"], "an account keeps its id")
	})
}

// TestConnectPreviewListsWhatConnectingChanges, and says why none can be connected.
func TestConnectPreviewListsWhatConnectingChanges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		preview := func() object {
			return a.do(`{ store { connectPreview { refusal { code message field } changes { key scope kind after definition { group source title } } } } }`, nil).(object)["connectPreview"].(object)
		}
		keys := func(changes any) (all []any) {
			for _, change := range changes.([]any) {
				all = append(all, change.(object)["key"])
			}
			return all
		}
		before, foreseen := a.state(), preview()
		require.Equal(t, before, a.state())
		require.Nil(t, foreseen["refusal"])
		require.Contains(t, foreseen["changes"], object{"key": "tax.handling", "scope": "STORE", "kind": "UPDATED", "after": "MARKETPLACE",
			"definition": object{"group": "TAXES", "source": "APP", "title": "Tax collection"}})
		require.Contains(t, foreseen["changes"], object{"key": "channel.connection", "scope": "STORE", "kind": "ADDED", "after": nil,
			"definition": object{"group": "TECHNICAL", "source": "SHOPIFY", "title": "Sales channel"}})

		connected := a.connect("sandbox:US:owner:A")
		require.Equal(t, keys(connected["changes"]), keys(foreseen["changes"]))
		refused := preview()
		require.Empty(t, refused["changes"])
		again := a.connect("sandbox:US:owner:B")
		require.Equal(t, again["userErrors"].([]any)[0], refused["refusal"])
	})
}
