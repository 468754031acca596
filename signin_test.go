package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
)

// What Shopify knows the app by, and what it signs session tokens with.
const (
	appKey    = "0123456789abcdef0123456789abcdef"
	appSecret = "planted-app-secret-planted-app-se"
)

// withSignIn is an environment in which callers sign in.
func withSignIn(more ...string) []string {
	return append([]string{"SHOPIFY_API_KEY=" + appKey, "SHOPIFY_API_SECRET=" + appSecret}, more...)
}

// tokenLife is how long tokens of tests are good, in seconds: nearly as long as any may be, because a test may take longer
// than the minute of Shopify's.
const tokenLife = 240

// sessionToken is one that Shopify makes for a user of a store, but for the changes: a claim and its value by turns.
func sessionToken(domain, user string, changes ...any) string {
	now := time.Now().Unix()
	claims := map[string]any{
		"iss": "https://" + domain + "/admin", "dest": "https://" + domain, "aud": appKey, "sub": user,
		"exp": now + tokenLife, "nbf": now - 1, "iat": now - 1, "jti": "f8912129-1af6-4cad-9ca3-76b0f7621087", "sid": "aaea182f",
	}
	for i := 0; i < len(changes); i += 2 {
		claims[changes[i].(string)] = changes[i+1]
	}
	maps.DeleteFunc(claims, func(_ string, value any) bool { return value == nil })
	return signToken(appSecret, `{"alg":"HS256","typ":"JWT"}`, claims)
}

func signToken(secret, header string, claims map[string]any) string {
	text, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	signed := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString(text)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// visitor is somebody who calls a program.
type visitor struct {
	*program
	credential string // "" for one who says nothing
}

func (p *program) as(credential string) visitor { return visitor{p, credential} }

// call sends an operation. variables are names and values by turns.
func (u visitor) call(query string, variables ...any) whole {
	u.t.Helper()
	named := map[string]any{}
	for i := 0; i < len(variables); i += 2 {
		named[variables[i].(string)] = variables[i+1]
	}
	body, err := json.Marshal(map[string]any{"query": query, "variables": named})
	require.NoError(u.t, err)
	var headers []string
	if u.credential != "" {
		headers = []string{"Authorization", "Bearer " + u.credential}
	}
	return u.send(http.MethodPost, "/graphql", string(body), headers...)
}

// data is what an operation gives that goes well.
func (u visitor) data(query string, variables ...any) string {
	u.t.Helper()
	answer := u.call(query, variables...)
	require.Equal(u.t, http.StatusOK, answer.status, answer.body)
	var a answerOf[json.RawMessage]
	require.NoError(u.t, json.Unmarshal([]byte(answer.body), &a))
	require.Empty(u.t, a.Errors, answer.body)
	return string(a.Data)
}

type answerOf[T any] struct {
	Data   T
	Errors []struct {
		Message    string
		Extensions struct {
			Code          string
			MissingScopes []string
		}
	}
}

// code is that of the error of an answer which has no data.
func (w whole) code(t *testing.T) string {
	t.Helper()
	var a answerOf[json.RawMessage]
	require.NoError(t, json.Unmarshal([]byte(w.body), &a), w.body)
	require.Len(t, a.Errors, 1, w.body)
	require.Empty(t, a.Data)
	return a.Errors[0].Extensions.Code
}

// createKey makes an API key, as a seller does.
func (u visitor) createKey(name, scopes string) (id, secret string) {
	u.t.Helper()
	var created struct {
		CreateAPIKey struct {
			APIKey struct{ ID string }
			Secret string
		} `json:"createApiKey"`
	}
	data := u.data(`mutation($name: String!) { createApiKey(name: $name, scopes: [`+scopes+`]) { apiKey { id } secret userErrors { code } } }`, "name", name)
	require.NoError(u.t, json.Unmarshal([]byte(data), &created))
	require.NotEmpty(u.t, created.CreateAPIKey.Secret, data)
	return created.CreateAPIKey.APIKey.ID, created.CreateAPIKey.Secret
}

func (u visitor) revokeKey(id string) {
	u.t.Helper()
	require.Contains(u.t, u.data(`mutation($id: ID!) { revokeApiKey(id: $id) { userErrors { code } } }`, "id", id), `"userErrors":[]`)
}

const (
	allScopes = "READ, EDIT_SETTINGS, CONNECT, DISCONNECT"
	aurora    = "aurora.myshopify.com"
	borealis  = "borealis.myshopify.com"
)

// TestWhoSignsInIsWhoDidIt: everything that is done is told of whoever did it.
func TestWhoSignsInIsWhoDidIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		p := start(t, shipped, withSignIn("DATABASE_URL="+databaseURL)...)
		require.NotContains(t, p.stdout.String(), "demo")
		conns := openDatabase(t, databaseURL)
		require.Empty(t, rows(t, conns, `SELECT domain FROM stores`), "there is a demo store")
		owner, clerk := p.as(sessionToken(aurora, "42")), p.as(sessionToken(aurora, "43"))
		require.Equal(t, `{"store":{"domain":"aurora.myshopify.com","name":"Aurora","region":"US"}}`, owner.data(`{ store { domain name region } }`))
		require.Contains(t, p.as(sessionToken(borealis, "42")).data(`{ store { domain } }`), borealis)
		require.Equal(t, [][]string{{aurora}, {borealis}}, rows(t, conns, `SELECT domain FROM stores ORDER BY domain`))

		id, key := owner.createKey("Rithum", allScopes)
		partner := p.as(key)
		partner.data(`mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:SHOP1") { userErrors { code } } }`)
		clerk.data(`mutation { updateSettings(settings: [{ key: "order.tags", value: ["web"] }]) { userErrors { code } } }`)
		require.Contains(t, owner.data(`{ settings(scope: STORE) { key updatedBy { kind name } } }`),
			`{"key":"order.tags","updatedBy":{"kind":"SELLER","name":"Shopify user 43"}}`)
		partner.data(`mutation { updateSettings(settings: [{ key: "order.tags", value: ["api"] }]) { userErrors { code } } }`)
		require.Contains(t, owner.data(`{ settings(scope: STORE) { key updatedBy { kind name } } }`),
			`{"key":"order.tags","updatedBy":{"kind":"PARTNER","name":"Rithum"}}`)
		require.Contains(t, partner.data(`mutation { disconnectTikTokShop(confirm: true) { disconnection { disconnectedBy { kind name } } userErrors { code } } }`),
			`{"kind":"PARTNER","name":"Rithum"}`)
		owner.revokeKey(id)
		require.Equal(t, `{"auditTrail":{"nodes":[`+strings.Join([]string{
			entryBy("API_KEY_REVOKED", "SELLER", "Shopify user 42"), entryBy("ACCOUNT_DISCONNECTED", "PARTNER", "Rithum"),
			entryBy("SETTINGS_UPDATED", "PARTNER", "Rithum"), entryBy("SETTINGS_UPDATED", "SELLER", "Shopify user 43"),
			entryBy("ACCOUNT_CONNECTED", "PARTNER", "Rithum"), entryBy("API_KEY_CREATED", "SELLER", "Shopify user 42"),
			entryBy("ACCOUNT_CONNECTED", "SELLER", "Shopify user 42"), entryBy("STORE_REGISTERED", "SELLER", "Shopify user 42"),
		}, ",")+`]}}`, clerk.data(`{ auditTrail { nodes { action actor { kind name } } } }`))
		p.stop()
	})
}

func entryBy(action, kind, name string) string {
	return fmt.Sprintf(`{"action":%q,"actor":{"kind":%q,"name":%q}}`, action, kind, name)
}

// TestAKeyOpensWhatItsScopesSay, for the programs that share the database, and from its revocation on nothing.
func TestAKeyOpensWhatItsScopesSay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		environment := withSignIn("DATABASE_URL=" + databaseURL)
		p, other := start(t, shipped, environment...), start(t, shipped, environment...)
		seller := p.as(sessionToken(aurora, "42"))
		operations := map[string]string{
			"READ":          `{ store { domain } }`,
			"EDIT_SETTINGS": `mutation { updateSettings(settings: []) { userErrors { code } } }`,
			"CONNECT":       `mutation { connectTikTokShop(authorizationCode: "") { userErrors { code } } }`,
			"DISCONNECT":    `mutation { disconnectTikTokShop(confirm: false) { userErrors { code } } }`,
		}
		for scope := range operations {
			id, key := seller.createKey("Partner of "+scope, scope)
			require.Contains(t, seller.data(`{ apiKeys { id name prefix scopes lastUsedAt } }`),
				fmt.Sprintf(`{"id":%q,"name":"Partner of %s","prefix":%q,"scopes":[%q],"lastUsedAt":null}`, id, scope, key[:9], scope))
			for _, partner := range []visitor{p.as(key), other.as(key)} {
				for needed, operation := range operations {
					answer := partner.call(operation)
					if needed == scope {
						require.Equal(t, http.StatusOK, answer.status, answer.body)
						continue
					}
					require.Equal(t, http.StatusForbidden, answer.status, answer.body)
					require.Equal(t, "FORBIDDEN", answer.code(t))
					require.Contains(t, answer.body, `"missingScopes":["`+needed+`"]`)
				}
				for _, operation := range []string{
					`{ apiKeys { id } }`, `mutation { revokeApiKey(id: "x") { userErrors { code } } }`,
					`mutation { createApiKey(name: "x", scopes: [READ]) { secret } }`,
				} {
					require.Equal(t, "FORBIDDEN", partner.call(operation).code(t))
				}
			}
			require.Eventually(t, func() bool { // no request waits for the note of a use
				return strings.Contains(seller.data(`{ apiKeys { id lastUsedAt } }`), `"id":"`+id+`","lastUsedAt":"20`)
			}, patience, 10*time.Millisecond)
			seller.revokeKey(id)
			for _, partner := range []visitor{p.as(key), other.as(key)} {
				require.Equal(t, http.StatusUnauthorized, partner.call(operations[scope]).status)
			}
			require.NotContains(t, seller.data(`{ apiKeys { id } }`), id)
		}
	})
}

// TestInDemoModeAKeyIsLookedAt: nobody has to sign in there, but who does must do it well.
func TestInDemoModeAKeyIsLookedAt(t *testing.T) {
	t.Parallel()
	p := start(t, shipped)
	_, key := p.as("").createKey("Rithum", "READ, EDIT_SETTINGS")
	require.Contains(t, p.as(key).data(`mutation { updateSettings(settings: [{ key: "order.tags", value: ["x"] }]) { settings { updatedBy { kind name } } } }`),
		`{"kind":"PARTNER","name":"Rithum"}`)
	require.Contains(t, p.as(key).data(`{ store { name } }`), "Aurora Outfitters")
	require.Equal(t, "FORBIDDEN", p.as(key).call(disconnecting).code(t))
	for _, bad := range []string{key[:len(key)-1], strings.Repeat("x", 43), sessionToken(aurora, "42"), sessionToken(demoDomain, "42", "aud", "")} {
		require.Equal(t, http.StatusUnauthorized, p.as(bad).call(`{ store { name } }`).status)
	}
}

var changing = regexp.MustCompile(`"requestId":"[^"]*"`)

// TestWhatIsWrongWithACredentialIsNotSaid: whoever has none that is good gets one and the same answer.
func TestWhatIsWrongWithACredentialIsNotSaid(t *testing.T) {
	t.Parallel()
	p := start(t, shipped, withSignIn("TRUSTED_PROXIES=127.0.0.0/8,10.0.0.0/8")...)
	seller := p.as(sessionToken(aurora, "42"))
	revoked, dead := seller.createKey("Gone", "READ")
	seller.revokeKey(revoked)
	good, now := seller.credential, time.Now().Unix()
	claims := map[string]any{"iss": "https://" + aurora + "/admin", "dest": "https://" + aurora, "aud": appKey, "sub": "42", "exp": now + 60, "nbf": now}
	bad := []string{
		"", "Bearer", "Bearer ", "Basic eDp5", "Basic " + good, good, "Bearer x", "Bearer " + good + "x", "Bearer " + good[:len(good)-1],
		"Bearer " + good + ", Bearer " + good, "Bearer " + strings.Repeat("a", 10_000), "Bearer " + dead, "Bearer " + dead[:len(dead)-1] + "x",
		"Bearer hb_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "Bearer hb_", "Bearer " + sessionToken(aurora, "42", "exp", now-60, "nbf", now-120),
		"Bearer " + sessionToken(aurora, "42", "exp", now+240, "nbf", now+180), "Bearer " + sessionToken(aurora, "42", "exp", now+86400),
		"Bearer " + sessionToken(aurora, "42", "aud", "fedcba9876543210fedcba9876543210"), "Bearer " + sessionToken(aurora, "42", "dest", "https://"+borealis),
		"Bearer " + sessionToken("example.com", "42"), "Bearer " + sessionToken(aurora, "x"), "Bearer " + sessionToken(aurora, "42", "exp", nil),
		"Bearer " + signToken("another-secret-another-secret-an", `{"alg":"HS256","typ":"JWT"}`, claims),
		"Bearer " + signToken(appSecret, `{"alg":"none","typ":"JWT"}`, claims), "Bearer " + signToken(appSecret, `{"alg":"HS512","typ":"JWT"}`, claims),
	}
	const body = `{"query":"{ store { domain } }"}`
	answers := []whole{p.send(http.MethodPost, "/graphql", body), p.send(http.MethodPost, "/graphql?access_token="+good, body, "Authorization", "Bearer "+good),
		p.send(http.MethodGet, "/graphql?query=%7Bstore%7Bdomain%7D%7D", "")}
	for i, authorization := range bad {
		answers = append(answers, p.send(http.MethodPost, "/graphql", body, "Authorization", authorization, "X-Forwarded-For", fmt.Sprintf("203.0.113.%d", i)))
	}
	first := changing.ReplaceAllString(answers[0].body, "")
	for i, answer := range answers {
		require.Equal(t, http.StatusUnauthorized, answer.status, i)
		require.Equal(t, "UNAUTHENTICATED", answer.code(t))
		require.Equal(t, `Bearer realm="handback"`, answer.header.Get("Www-Authenticate"))
		require.Equal(t, first, changing.ReplaceAllString(answer.body, ""), i)
		for _, own := range []string{"Date", "X-Request-Id"} {
			answer.header.Del(own)
		}
		require.Equal(t, answers[0].header, answer.header, i)
	}
	require.Contains(t, seller.data(`{ store { domain } }`), aurora)
}
