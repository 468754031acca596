package test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/shopify/sandbox"
	"github.com/handback/handback/test/program"
)

// TestPeopleAreRecordedByName: by the one that Shopify has for them, with the number beside it, and until that is known by the number.
func TestPeopleAreRecordedByName(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		platforms := program.ServeShopify(t, sandbox.Options{})
		platforms.NameUser(aurora, 42, "Ada", "Lovelace")
		platforms.NameUser(borealis, 42, "Grace <i>", "Hopper")
		p := program.Start(t, program.Shipped, program.WithSignIn("DATABASE_URL="+databaseURL, platforms.Env())...)
		seller, clerk, elsewhere := p.As(program.SessionToken(aurora, "42")), p.As(program.SessionToken(aurora, "43")), p.As(program.SessionToken(borealis, "42"))
		awaitUserName(t, seller, "Ada Lovelace")
		awaitUserName(t, elsewhere, "Grace <i> Hopper")
		clerk.Data(`mutation { createApiKey(name: "Clerk's", scopes: [READ]) { userErrors { code } } }`)

		const latest = `{ auditTrail(first: 1) { nodes { actor { kind name } shopifyUserId } } }`
		require.JSONEq(t, `{"auditTrail":{"nodes":[{"actor":{"kind":"SELLER","name":"Shopify user 43"},"shopifyUserId":"43"}]}}`, seller.Data(latest))
		_, key := seller.CreateKey("Rithum", allScopes)
		require.JSONEq(t, `{"auditTrail":{"nodes":[{"actor":{"kind":"SELLER","name":"Ada Lovelace"},"shopifyUserId":"42"}]}}`, seller.Data(latest))

		seller.Data(`mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:SHOP1") { userErrors { code } } }`)
		seller.AwaitShop("CONNECTED")
		require.Contains(t, seller.Data(`{ auditTrail(actorName: "Ada Lovelace") { nodes { action shopifyUserId } } }`), `{"action":"ACCOUNT_CONNECTED","shopifyUserId":"42"}`)
		seller.Data(disconnectMutation)
		seller.AwaitDisconnection("COMPLETE")
		require.Contains(t, seller.Data(`{ accounts { disconnections { disconnectedBy { name } } } }`), `{"name":"Ada Lovelace"}`)
		p.As(key).Data(`mutation { createWebhookEndpoint(url: "https://hooks.example.com/") { userErrors { code } } }`)
		require.JSONEq(t, `{"auditTrail":{"nodes":[{"actor":{"kind":"PARTNER","name":"Rithum"},"shopifyUserId":null}]}}`, seller.Data(latest))
		p.Stop()

		require.NotContains(t, p.Stderr.String(), "Lovelace")
		for table, rows := range program.Dump(t, databaseURL) {
			require.NotContains(t, fmt.Sprint(rows), "user-42@", "%s has an e-mail address", table)
		}
	})
}

// awaitUserName waits until what the caller does is recorded under a name.
func awaitUserName(t *testing.T, caller program.Client, name string) {
	t.Helper()
	require.EventuallyWithT(t, func(t *assert.CollectT) {
		id, _ := caller.CreateKey("Probe", "READ")
		caller.RevokeKey(id)
		require.JSONEq(t, `{"auditTrail":{"nodes":[{"actor":{"name":"`+name+`"}}]}}`, caller.Data(`{ auditTrail(first: 1) { nodes { actor { name } } } }`))
	}, program.Patience, 100*time.Millisecond)
}
