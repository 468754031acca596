package test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

// TestAPIKeyScopesAndRevocation: a key opens what its scopes say, for all programs that share the database, and from its
// revocation on nothing.
func TestAPIKeyScopesAndRevocation(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		environment := program.WithSignIn("DATABASE_URL="+databaseURL, program.ShopifyOf(databaseURL).Env())
		p, other := program.Start(t, program.Shipped, environment...), program.Start(t, program.Shipped, environment...)
		seller := p.As(program.SessionToken(aurora, "42"))
		operations := map[string]string{
			"READ":            `{ store { domain } }`,
			"EDIT_SETTINGS":   `mutation { updateSettings(settings: []) { userErrors { code } } }`,
			"CONNECT":         `mutation { connectTikTokShop(authorizationCode: "") { userErrors { code } } }`,
			"DISCONNECT":      `mutation { disconnectTikTokShop(confirm: false) { userErrors { code } } }`,
			"MANAGE_WEBHOOKS": `mutation { deleteWebhookEndpoint(id: "x") { userErrors { code } } }`,
		}
		for scope := range operations {
			id, key := seller.CreateKey("Partner of "+scope, scope)
			require.Contains(t, seller.Data(`{ apiKeys { id name prefix scopes lastUsedAt } }`),
				fmt.Sprintf(`{"id":%q,"name":"Partner of %s","prefix":%q,"scopes":[%q],"lastUsedAt":null}`, id, scope, key[:9], scope))
			for _, partner := range []program.Client{p.As(key), other.As(key)} {
				for needed, operation := range operations {
					answer := partner.Call(operation)
					if needed == scope {
						require.Equal(t, http.StatusOK, answer.Status, answer.Body)
						continue
					}
					require.Equal(t, http.StatusForbidden, answer.Status, answer.Body)
					require.Equal(t, "FORBIDDEN", answer.Code(t))
					require.Contains(t, answer.Body, `"missingScopes":["`+needed+`"]`)
				}
				for _, operation := range []string{
					`{ apiKeys { id } }`, `mutation { revokeApiKey(id: "x") { userErrors { code } } }`,
					`mutation { createApiKey(name: "x", scopes: [READ]) { secret } }`,
				} {
					require.Equal(t, "FORBIDDEN", partner.Call(operation).Code(t))
				}
			}
			require.Eventually(t, func() bool { // no request waits for the note of a use
				return strings.Contains(seller.Data(`{ apiKeys { id lastUsedAt } }`), `"id":"`+id+`","lastUsedAt":"20`)
			}, program.Patience, 10*time.Millisecond)
			seller.RevokeKey(id)
			for _, partner := range []program.Client{p.As(key), other.As(key)} {
				require.Equal(t, http.StatusUnauthorized, partner.Call(operations[scope]).Status)
			}
			require.NotContains(t, seller.Data(`{ apiKeys { id } }`), id)
		}
	})
}

// TestAPIKeyExpiryAndRotation: an expired key is told apart from a wrong one; two keys of one name work side by side, and the trail
// tells which did what.
func TestAPIKeyExpiryAndRotation(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		p := program.Start(t, program.Shipped, program.WithSignIn("DATABASE_URL="+databaseURL)...)
		seller := p.As(program.SessionToken(aurora, "42"))
		create := func(name, expiresAt string) (id, secret string) {
			var made struct {
				CreateAPIKey struct {
					APIKey struct{ ID string } `json:"apiKey"`
					Secret string
				} `json:"createApiKey"`
			}
			require.NoError(t, json.Unmarshal([]byte(seller.Data(`mutation($name: String!, $at: DateTime) {
				createApiKey(name: $name, scopes: [READ, EDIT_SETTINGS], expiresAt: $at) { apiKey { id } secret } }`, "name", name, "at", expiresAt)), &made))
			return made.CreateAPIKey.APIKey.ID, made.CreateAPIKey.Secret
		}
		_, short := create("Short", time.Now().Add(15*time.Second).Format(time.RFC3339Nano))
		require.Eventually(t, func() bool { return p.As(short).Call(`{ store { id } }`).Status == http.StatusUnauthorized }, program.Patience, 100*time.Millisecond)
		answer := p.As(short).Call(`{ store { id } }`)
		require.Equal(t, "API_KEY_EXPIRED", answer.Code(t))
		require.Contains(t, answer.Body, "The API key expired at 20")
		require.NotContains(t, answer.Body, short[9:])
		require.Contains(t, answer.Header.Get("WWW-Authenticate"), `error="invalid_token"`)
		require.Equal(t, "UNAUTHENTICATED", p.As(short[:len(short)-1]+"0").Call(`{ store { id } }`).Code(t))

		id, old := create("Rithum", "2999-01-01T00:00:00Z")
		var rotated struct {
			RotateAPIKey struct {
				APIKey struct{ ID string } `json:"apiKey"`
				Secret string
			} `json:"rotateApiKey"`
		}
		require.NoError(t, json.Unmarshal([]byte(seller.Data(`mutation($id: ID!) { rotateApiKey(id: $id) { apiKey { id } secret } }`, "id", id)), &rotated))
		secrets := map[string]string{id: old, rotated.RotateAPIKey.APIKey.ID: rotated.RotateAPIKey.Secret}
		require.Len(t, secrets, 2)
		for id, secret := range secrets {
			p.As(secret).Data(`mutation($tags: SettingValue) { updateSettings(settings: [{ key: "order.tags", value: [$tags] }]) { userErrors { code } } }`, "tags", id)
			require.Contains(t, seller.Data(`{ auditTrail(first: 1) { nodes { action actor { name } apiKey { id name } } } }`),
				`{"action":"SETTINGS_UPDATED","actor":{"name":"Rithum"},"apiKey":{"id":"`+id+`","name":"Rithum"}}`)
		}
		for _, secret := range []string{short, old, rotated.RotateAPIKey.Secret} {
			require.NotContains(t, p.Stderr.String(), secret[9:17])
		}
	})
}

// TestAPIKeyInDemoMode: nobody has to sign in there, but who does must do it well.
func TestAPIKeyInDemoMode(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped)
	_, key := p.As("").CreateKey("Rithum", "READ, EDIT_SETTINGS")
	require.Contains(t, p.As(key).Data(`mutation { updateSettings(settings: [{ key: "order.tags", value: ["x"] }]) { settings { updatedBy { kind name } } } }`),
		`{"kind":"PARTNER","name":"Rithum"}`)
	require.Contains(t, p.As(key).Data(`{ store { name } }`), "Aurora Outfitters")
	require.Equal(t, "FORBIDDEN", p.As(key).Call(disconnectMutation).Code(t))
	for _, bad := range []string{key[:len(key)-1], strings.Repeat("x", 43), program.SessionToken(aurora, "42"), program.SessionToken(program.DemoDomain, "42", "aud", "")} {
		require.Equal(t, http.StatusUnauthorized, p.As(bad).Call(`{ store { name } }`).Status)
	}
}
