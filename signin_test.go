package main

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
	"handback/test/program"
)

const (
	allScopes = "READ, EDIT_SETTINGS, CONNECT, DISCONNECT"
	aurora    = "aurora.myshopify.com"
	borealis  = "borealis.myshopify.com"
)

// TestWhoSignsInIsWhoDidIt: everything that is done is told of whoever did it.
func TestWhoSignsInIsWhoDidIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		p := program.Start(t, program.Shipped, program.WithSignIn("DATABASE_URL="+databaseURL)...)
		require.NotContains(t, p.Stdout.String(), "demo")
		conns := program.OpenDatabase(t, databaseURL)
		require.Empty(t, program.Rows(t, conns, `SELECT domain FROM stores`), "there is a demo store")
		owner, clerk := p.As(program.SessionToken(aurora, "42")), p.As(program.SessionToken(aurora, "43"))
		require.Equal(t, `{"store":{"domain":"aurora.myshopify.com","name":"Aurora","region":"US"}}`, owner.Data(`{ store { domain name region } }`))
		require.Contains(t, p.As(program.SessionToken(borealis, "42")).Data(`{ store { domain } }`), borealis)
		require.Equal(t, [][]string{{aurora}, {borealis}}, program.Rows(t, conns, `SELECT domain FROM stores ORDER BY domain`))

		id, key := owner.CreateKey("Rithum", allScopes)
		partner := p.As(key)
		partner.Data(`mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:SHOP1") { userErrors { code } } }`)
		clerk.Data(`mutation { updateSettings(settings: [{ key: "order.tags", value: ["web"] }]) { userErrors { code } } }`)
		require.Contains(t, owner.Data(`{ settings(scope: STORE) { key updatedBy { kind name } } }`),
			`{"key":"order.tags","updatedBy":{"kind":"SELLER","name":"Shopify user 43"}}`)
		partner.Data(`mutation { updateSettings(settings: [{ key: "order.tags", value: ["api"] }]) { userErrors { code } } }`)
		require.Contains(t, owner.Data(`{ settings(scope: STORE) { key updatedBy { kind name } } }`),
			`{"key":"order.tags","updatedBy":{"kind":"PARTNER","name":"Rithum"}}`)
		require.Contains(t, partner.Data(`mutation { disconnectTikTokShop(confirm: true) { disconnection { disconnectedBy { kind name } } userErrors { code } } }`),
			`{"kind":"PARTNER","name":"Rithum"}`)
		owner.RevokeKey(id)
		require.Equal(t, `{"auditTrail":{"nodes":[`+strings.Join([]string{
			entryBy("API_KEY_REVOKED", "SELLER", "Shopify user 42"), entryBy("ACCOUNT_DISCONNECTED", "PARTNER", "Rithum"),
			entryBy("SETTINGS_UPDATED", "PARTNER", "Rithum"), entryBy("SETTINGS_UPDATED", "SELLER", "Shopify user 43"),
			entryBy("ACCOUNT_CONNECTED", "PARTNER", "Rithum"), entryBy("API_KEY_CREATED", "SELLER", "Shopify user 42"),
			entryBy("ACCOUNT_CONNECTED", "SELLER", "Shopify user 42"), entryBy("STORE_REGISTERED", "SELLER", "Shopify user 42"),
		}, ",")+`]}}`, clerk.Data(`{ auditTrail { nodes { action actor { kind name } } } }`))
		p.Stop()
	})
}

func entryBy(action, kind, name string) string {
	return fmt.Sprintf(`{"action":%q,"actor":{"kind":%q,"name":%q}}`, action, kind, name)
}

// TestAKeyOpensWhatItsScopesSay, for the programs that share the database, and from its revocation on nothing.
func TestAKeyOpensWhatItsScopesSay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		environment := program.WithSignIn("DATABASE_URL=" + databaseURL)
		p, other := program.Start(t, program.Shipped, environment...), program.Start(t, program.Shipped, environment...)
		seller := p.As(program.SessionToken(aurora, "42"))
		operations := map[string]string{
			"READ":          `{ store { domain } }`,
			"EDIT_SETTINGS": `mutation { updateSettings(settings: []) { userErrors { code } } }`,
			"CONNECT":       `mutation { connectTikTokShop(authorizationCode: "") { userErrors { code } } }`,
			"DISCONNECT":    `mutation { disconnectTikTokShop(confirm: false) { userErrors { code } } }`,
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

// TestInDemoModeAKeyIsLookedAt: nobody has to sign in there, but who does must do it well.
func TestInDemoModeAKeyIsLookedAt(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped)
	_, key := p.As("").CreateKey("Rithum", "READ, EDIT_SETTINGS")
	require.Contains(t, p.As(key).Data(`mutation { updateSettings(settings: [{ key: "order.tags", value: ["x"] }]) { settings { updatedBy { kind name } } } }`),
		`{"kind":"PARTNER","name":"Rithum"}`)
	require.Contains(t, p.As(key).Data(`{ store { name } }`), "Aurora Outfitters")
	require.Equal(t, "FORBIDDEN", p.As(key).Call(disconnecting).Code(t))
	for _, bad := range []string{key[:len(key)-1], strings.Repeat("x", 43), program.SessionToken(aurora, "42"), program.SessionToken(demoDomain, "42", "aud", "")} {
		require.Equal(t, http.StatusUnauthorized, p.As(bad).Call(`{ store { name } }`).Status)
	}
}

var changing = regexp.MustCompile(`"requestId":"[^"]*"`)

// TestWhatIsWrongWithACredentialIsNotSaid: whoever has none that is good gets one and the same answer.
func TestWhatIsWrongWithACredentialIsNotSaid(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped, program.WithSignIn("TRUSTED_PROXIES=127.0.0.0/8,10.0.0.0/8")...)
	seller := p.As(program.SessionToken(aurora, "42"))
	revoked, dead := seller.CreateKey("Gone", "READ")
	seller.RevokeKey(revoked)
	good, now := seller.Credential, time.Now().Unix()
	claims := map[string]any{"iss": "https://" + aurora + "/admin", "dest": "https://" + aurora, "aud": program.AppKey, "sub": "42", "exp": now + 60, "nbf": now}
	bad := []string{
		"", "Bearer", "Bearer ", "Basic eDp5", "Basic " + good, good, "Bearer x", "Bearer " + good + "x", "Bearer " + good[:len(good)-1],
		"Bearer " + good + ", Bearer " + good, "Bearer " + strings.Repeat("a", 10_000), "Bearer " + dead, "Bearer " + dead[:len(dead)-1] + "x",
		"Bearer hb_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "Bearer hb_", "Bearer " + program.SessionToken(aurora, "42", "exp", now-60, "nbf", now-120),
		"Bearer " + program.SessionToken(aurora, "42", "exp", now+240, "nbf", now+180), "Bearer " + program.SessionToken(aurora, "42", "exp", now+86400),
		"Bearer " + program.SessionToken(aurora, "42", "aud", "fedcba9876543210fedcba9876543210"), "Bearer " + program.SessionToken(aurora, "42", "dest", "https://"+borealis),
		"Bearer " + program.SessionToken("example.com", "42"), "Bearer " + program.SessionToken(aurora, "x"), "Bearer " + program.SessionToken(aurora, "42", "exp", nil),
		"Bearer " + program.SignToken("another-secret-another-secret-an", `{"alg":"HS256","typ":"JWT"}`, claims),
		"Bearer " + program.SignToken(program.AppSecret, `{"alg":"none","typ":"JWT"}`, claims), "Bearer " + program.SignToken(program.AppSecret, `{"alg":"HS512","typ":"JWT"}`, claims),
	}
	const body = `{"query":"{ store { domain } }"}`
	answers := []program.Response{p.Send(http.MethodPost, "/graphql", body), p.Send(http.MethodPost, "/graphql?access_token="+good, body, "Authorization", "Bearer "+good),
		p.Send(http.MethodGet, "/graphql?query=%7Bstore%7Bdomain%7D%7D", "")}
	for i, authorization := range bad {
		answers = append(answers, p.Send(http.MethodPost, "/graphql", body, "Authorization", authorization, "X-Forwarded-For", fmt.Sprintf("203.0.113.%d", i)))
	}
	first := changing.ReplaceAllString(answers[0].Body, "")
	for i, answer := range answers {
		require.Equal(t, http.StatusUnauthorized, answer.Status, i)
		require.Equal(t, "UNAUTHENTICATED", answer.Code(t))
		require.Equal(t, `Bearer realm="handback"`, answer.Header.Get("Www-Authenticate"))
		require.Equal(t, first, changing.ReplaceAllString(answer.Body, ""), i)
		for _, own := range []string{"Date", "X-Request-Id"} {
			answer.Header.Del(own)
		}
		require.Equal(t, answers[0].Header, answer.Header, i)
	}
	require.Contains(t, seller.Data(`{ store { domain } }`), aurora)
}
