package test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/shopify/sandbox"
	"github.com/handback/handback/standin"
	"github.com/handback/handback/test/program"
)

// secrets are what clients and operators plant, by what it is.
type secrets map[string]string

// requireNotIn fails when one of the secrets stands in a text, whole or its telling part.
func (s secrets) requireNotIn(t testing.TB, text string, about ...any) {
	t.Helper()
	for what, secret := range s {
		require.NotContains(t, text, secret, "%s is told, %v: %.500s", what, fmt.Sprint(about...), text)
	}
}

// TestSecretsDoNotLeak sends secrets where they belong and where they do not, and looks for them in every refusal,
// in all that operators are told, and in the database. TestTelemetryHoldsNoSettingValues does so for setting values.
func TestSecretsDoNotLeak(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		c := program.NewCollector(t)
		p := program.Start(t, program.Shipped, program.WithSignIn("DATABASE_URL="+databaseURL, "TRUSTED_PROXIES=127.0.0.0/8", "LOG_FORMAT=json", "OTEL_EXPORTER_OTLP_ENDPOINT="+c.URL)...)
		token := program.SessionToken(aurora, "42")
		seller := p.As(token)
		_, good := seller.CreateKey("Good", allScopes)
		id, revoked := seller.CreateKey("Revoked", allScopes)
		seller.RevokeKey(id)
		webhookSecrets := regexp.MustCompile(`whsec_[A-Za-z0-9+/]+`)
		created := seller.Data(`mutation { createWebhookEndpoint(url: "https://receiver.example/") { webhookEndpoint { id } secret } }`)
		rotated := seller.Data(`mutation($id: ID!) { rotateWebhookSecret(id: $id) { secret } }`, "id", regexp.MustCompile(`webhook_[0-9a-f-]+`).FindString(created))
		s := secrets{
			"a webhook secret": webhookSecrets.FindString(created)[6:], "another webhook secret": webhookSecrets.FindString(rotated)[6:],
			"the app's secret": program.AppSecret, "the keyset": program.Keyset[20:80], "a token's signature": token[strings.LastIndexByte(token, '.')+1:], "a token's claims": strings.Split(token, ".")[1],
			"a key": good[9:], "a revoked key": revoked[9:], "an unknown key": strings.Repeat("planted2", 5)[6:],
			"a code": "plantedCode", "a number": "7391826450", "a value": "plantedValue",
		}
		unknown := "hb_" + strings.Repeat("planted2", 5)
		sendSecrets(p, s, token, good)
		for _, credential := range []string{unknown, revoked, token + "x", good + "x"} {
			misuseCredential(p, s, credential, token)
		}
		s.requireNotIn(t, seller.Call(`query `+good+` { store { id } }`).Body, "operation name")
		for _, query := range badDocuments {
			s.requireNotIn(t, seller.Call(query, "v", map[string]any{"plantedValue": 7391826450}).Body, query)
			s.requireNotIn(t, p.Send(http.MethodGet, "/graphql?query="+url.QueryEscape(query), "", "Authorization", "Bearer "+token).Body, query)
		}
		for _, body := range badBodies {
			answer := p.Send(http.MethodPost, "/graphql", body, "Authorization", "Bearer "+token)
			require.Contains(t, answer.Body, `"errors"`, body)
			s.requireNotIn(t, answer.Body, body)
		}
		s.requireNotIn(t, p.Metrics(), "metrics")
		p.Stop()
		s.requireNotIn(t, c.Text, "spans")
		require.Contains(t, c.Text, "updateSettings", "there are no spans")
		s.requireNotIn(t, p.Stdout.String(), "stdout")
		for line := range strings.Lines(p.Stderr.String()) {
			s.requireNotIn(t, line, "log")
		}
		delete(s, "a value") // belongs there
		delete(s, "a number")
		for _, what := range slices.Collect(maps.Keys(s)) {
			s[what+" in hex"] = hex.EncodeToString([]byte(s[what]))
		}
		for table, rows := range program.Dump(t, databaseURL) {
			s.requireNotIn(t, fmt.Sprint(rows), table)
		}
		for file := range program.FileDigests(t, databaseURL) {
			s.requireNotIn(t, readFile(t, file), file)
		}
	})
}

// sendSecrets sends everything where it belongs. Answers may have setting values, and nothing else of it.
func sendSecrets(p *program.Process, s secrets, token, key string) {
	p.T.Helper()
	for _, credential := range []string{token, key} {
		caller := p.As(credential)
		answer := caller.Call(`mutation Edit($v: SettingValue) { updateSettings(settings: [{ key: "order.tags", value: $v }]) @idempotent(key: "k") { settings { value } userErrors { code } } }`,
			"v", []string{"plantedValue"})
		require.Contains(p.T, answer.Body, `"data":{"updateSettings":{"settings":[{"value":["plantedValue"]}]`)
		s.requireNotIn(p.T, strings.ReplaceAll(answer.Body, "plantedValue", ""))
		for _, code := range []string{"plantedCode", "sandbox:US:owner:x:plantedCode"} {
			s.requireNotIn(p.T, caller.Call(`mutation C($c: String!) { connectTikTokShop(authorizationCode: $c) @idempotent(key: "c") { account { id } userErrors { code message } } }`, "c", code).Body)
		}
		s.requireNotIn(p.T, caller.Call(`mutation { updateSettings(settings: [{ key: "price.adjustment", value: { kind: "plantedValue", value: 7391826450 } },
			{ key: "order.syncEnabled", value: "plantedValue" }, { key: "inventory.percent", value: 7391826450 }, { key: "plantedKey", value: "plantedValue" }]) { userErrors { code message field } } }`).Body)
		s.requireNotIn(p.T, caller.Call(`mutation($v: SettingValue) { updateSettings(settings: [{ key: "order.tags", value: $v }]) { userErrors { code message } } }`,
			"v", strings.Repeat("plantedValue", 100_000)).Body, "a long value")
	}
}

// misuseCredential sends a credential that is not good, and a good one where it does not belong.
func misuseCredential(p *program.Process, s secrets, bad, good string) {
	p.T.Helper()
	const body = `{"query":"{ store { id } }"}`
	query, tries := "query=%7Bstore%7Bid%7D%7D", 0
	for _, credential := range []string{bad, good} {
		for _, request := range []struct{ method, path string }{
			{http.MethodPost, "/graphql"}, {http.MethodGet, "/graphql?" + query}, {http.MethodGet, "/graphql?" + query + "&access_token=" + credential},
			{http.MethodGet, "/graphql?operationName=" + credential + "&" + query}, {http.MethodGet, "/graphiql?token=" + credential},
			{http.MethodGet, "/" + credential}, {http.MethodPost, "/graphql/" + credential}, {http.MethodGet, "/graphiql/" + credential},
			{http.MethodGet, "//" + credential + "/../graphql"}, {http.MethodDelete, "/metrics?" + credential}, {"X" + strings.ToUpper(credential[:6]), "/graphql"},
		} {
			for _, headers := range [][]string{
				{"Authorization", "Bearer " + bad}, {"Authorization", "Basic " + credential}, {"Authorization", credential},
				{"Cookie", "session=" + credential, "X-Request-Id", credential}, {"Accept", credential, "Content-Type", credential},
				{"X-Forwarded-For", credential, "Forwarded", credential, "Traceparent", credential, "Tracestate", "x=" + credential, "Origin", "https://" + credential},
				{"Proxy-Authorization", credential, "X-Shopify-Access-Token", credential, "User-Agent", credential, "Referer", "http://x/?token=" + credential},
			} {
				tries++ // from other addresses, so that none is slowed down
				headers = append(headers, "X-Forwarded-For", fmt.Sprintf("203.0.%d.%d", tries>>8, tries&255))
				answer, err := p.TrySend(program.NoRedirects, request.method, request.path, body, headers...)
				require.NoError(p.T, err)
				require.NotEqual(p.T, http.StatusTooManyRequests, answer.Status)
				switch {
				case answer.Status == http.StatusTemporaryRedirect: // to a cleaner address
					continue
				case answer.Status < 400: // GraphiQL's page is for everybody; its requests are not
					require.True(p.T, strings.HasPrefix(request.path, "/graphiql?"), request)
				}
				s.requireNotIn(p.T, fmt.Sprint(answer.Header)+answer.Body, request.path, " ", headers)
			}
		}
		s.requireNotIn(p.T, program.SendRaw(p.T, p.Host(), "GET /livez HTTP/1.1\r\nHost: x\r\n"+credential+"\r\n\r\n"), "no header")
		s.requireNotIn(p.T, program.SendRaw(p.T, p.Host(), credential+"\r\n\r\n"), "no request")
		s.requireNotIn(p.T, program.SendRaw(p.T, p.Host(), "GET /livez HTTP/1.1\r\nHost: "+credential+"\x01\r\n\r\n"), "no host")
		s.requireNotIn(p.T, program.SendRaw(p.T, p.Host(), "POST /graphql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "+credential+"\r\n\r\n"), "no encoding")
	}
}

// badDocuments hold secrets in every place of a document, and none of them is carried out.
var badDocuments = []string{
	`mutation { connectTikTokShop(authorizationCode: plantedCode) { userErrors { code } } }`,
	`mutation { connectTikTokShop(authorizationCode: 7391826450) { userErrors { code } } }`,
	`mutation { connectTikTokShop(authorizationCode: 0.7391826450) { userErrors { code } } }`,
	`mutation { connectTikTokShop(authorizationCode: ["plantedCode"]) { userErrors { code } } }`,
	`mutation { connectTikTokShop(authorizationCode: { code: "plantedCode" }) { userErrors { code } } }`,
	`mutation { connectTikTokShop(code: "plantedCode") { userErrors { code } } }`,
	`mutation { connectTikTokShop(authorizationCode: "plantedCode") { userErrors { code } }`,
	`mutation { connectTikTokShop(authorizationCode: "plantedCode) { userErrors { code } } }`,
	`mutation { connectTikTokShop(authorizationCode: """plantedCode) { userErrors { code } } }`,
	`mutation { connectTikTokShop(authorizationCode: "\plantedCode") { userErrors { code } } }`,
	`mutation { connectTikTokShop(authorizationCode: 'plantedCode') { userErrors { code } } }`,
	`mutation { connectTikTokShop("plantedCode") { userErrors { code } } }`,
	`mutation { connectTikTokShop(authorizationCode "plantedCode") { userErrors { code } } }`,
	`mutation { connectTikTokShop(authorizationCode: "a", authorizationCode: "plantedCode") { userErrors { code } } }`,
	`mutation($v: String!) { connectTikTokShop(authorizationCode: $v) { userErrors { code } } }`,
	`mutation($v: String! = "plantedCode" = "plantedCode") { connectTikTokShop(authorizationCode: $v) { userErrors { code } } }`,
	`mutation($c: Int = "plantedCode") { connectTikTokShop(authorizationCode: $c) { userErrors { code } } }`,
	`mutation($c: String = plantedCode) { connectTikTokShop(authorizationCode: $c) { userErrors { code } } }`,
	`mutation($c: Int = 7391826450) { connectTikTokShop(authorizationCode: "a") { userErrors { code } } }`,
	`mutation { updateSettings(settings: "plantedValue") { userErrors { code } } }`,
	`mutation { updateSettings(settings: [{ key: plantedValue, value: 1 }]) { userErrors { code } } }`,
	`mutation { updateSettings(settings: [{ key: 7391826450, value: "plantedValue" }]) { userErrors { code } } }`,
	`mutation { updateSettings(settings: [{ key: "order.tags", value: "plantedValue", value: "plantedValue" }]) { userErrors { code } } }`,
	`mutation { updateSettings(settings: [{ key: "order.tags", other: 7391826450 }]) { userErrors { code } } }`,
	`mutation { updateSettings(settings: [{ value: "plantedValue" }]) { userErrors { code } } }`,
	`mutation { updateSettings(settings: [{ key: "order.tags", value: 7391826450e }]) { userErrors { code } } }`,
	`mutation { updateSettings(settings: [{ key: "order.tags", value: "plantedValue" }]) @idempotent(key: 7391826450) { userErrors { code } } }`,
	`mutation { updateSettings(settings: [{ key: "order.tags", value: "plantedValue" }]) @idempotent(key: "") { userErrors { code } } }`,
	`mutation { updateSettings(settings: [{ key: "order.tags", value: "plantedValue" }]) @skip(if: "plantedValue") { userErrors { code } } }`,
	`{ settings(scope: plantedValue) { key } }`, `{ settings(scope: "plantedValue") { key } }`, `{ settings(scope: 7391826450) { key } }`,
	`{ auditTrail(first: 7391826450) { nodes { id } } }`, `{ auditTrail(first: "plantedValue") { nodes { id } } }`, `{ auditTrail(after: "plantedCode") { nodes { id } } }`,
	`{ auditTrail(first: 5, after: 7391826450) { nodes { id } } }`, "# plantedCode\n{ x }", "# plantedCode", `"plantedCode"`, `{ store { id } } "plantedCode"`,
}

// badBodies are no requests.
var badBodies = []string{
	`plantedCode`, `"plantedCode"`, `{"query":"plantedCode`, `{"plantedCode":1}`, `{"query":"{store{id}}","code":"plantedCode"}`, `["plantedCode"]`, `7391826450`,
	`{"query":"{store{id}}","variables":"plantedCode"}`, `{"query":"{store{id}}","variables":{"code":"plantedCode"`, `{"query":7391826450}`, `{"query":["plantedCode"]}`,
	`{"query":"{store{id}}","variables":{"code":plantedCode}}`, `{"query":"{store{id}}","operationName":"plantedCode"}`, `{"query":"{store{id}}"}{"plantedCode":1}`,
	`{"query":"{store{id}}","variables":{"code":"plantedCode","code":"plantedCode"}}`, "{\"query\":\"{store{id}}\",\"variables\":{\"code\":\"plantedCode\xff\"}}",
	`{"query":"{store{id}}","extensions":{"persistedQuery":{"version":1,"sha256Hash":"plantedCode"}}}`, `{"query":"{store{id}}","extensions":"plantedCode"}`,
	`{"query":"query($c:Int){store{id}}","variables":{"c":"plantedCode"}}`, `{"query":"query($c:Int){store{id}}","variables":{"c":7391826450}}`,
	`{"query":"query($c:[SettingInput!]){store{id}}","variables":{"c":[{"plantedCode":1}]}}`, `{"query":"query($c:SettingScope){store{id}}","variables":{"c":"plantedCode"}}`,
}

var tokenPattern = regexp.MustCompile(`(?:shp(?:at|rt|ua|ss|ca)|TTP|GCP)_`)

// TestAccessTokensDoNotLeak through a connect and a disconnect in which both platforms fail in every way: neither Shopify's tokens nor
// TikTok's, nor the ciphers of shops, nor the app's secret get into answers, logs, spans, or the database.
func TestAccessTokensDoNotLeak(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		platforms, c := program.ServeShopify(t, sandbox.Options{}), program.NewCollector(t)
		p := program.Start(t, program.Shipped, program.WithSignIn("DATABASE_URL="+databaseURL, platforms.Env(), "OTEL_EXPORTER_OTLP_ENDPOINT="+c.URL)...)
		seller := p.As(program.SessionToken(aurora, "42"))
		answers := connectAmidFaults(t, seller, platforms) + disconnectAmidFaults(t, seller, platforms)
		answers += seller.Call(`{ accounts { disconnections { progress { problem { message } } } } auditTrail(first: 20) { nodes { action actor { name } } } }`).Body
		answers += p.Metrics()
		p.Stop("work in a store waits", "the store could not", "could not be let into", "job failed", "TikTok refuses a call", "open orders could not", "TikTok's webhooks")

		s := givenAway(t, platforms)
		for _, text := range []string{answers, c.Text, p.Stdout.String(), p.Stderr.String()} {
			s.requireNotIn(t, text)
			require.NotRegexp(t, tokenPattern, text)
		}
		for what, secret := range maps.Clone(s) {
			s[what+" in hex"] = hex.EncodeToString([]byte(secret))
			s[what+" in base64"] = base64.RawStdEncoding.EncodeToString([]byte("prefix" + secret))[9:20]
		}
		for table, rows := range program.Dump(t, databaseURL) {
			s.requireNotIn(t, fmt.Sprint(rows), table)
		}
		for file := range program.FileDigests(t, databaseURL) {
			s.requireNotIn(t, readFile(t, file), file)
		}
	})
}

// connectAmidFaults connects a shop, and returns all that was answered.
func connectAmidFaults(t *testing.T, seller program.Client, platforms *program.Shopify) (answers string) {
	t.Helper()
	answers = seller.Data(`{ store { name } }`)
	for _, kind := range []sandbox.FaultKind{sandbox.HTTP500, sandbox.CutAfter, sandbox.Unauthorized} {
		for _, operation := range []string{"TokenRefresh", "Shop", "Publications", "ChannelCreate", "ChannelDelete", "AppMetafieldsSet"} {
			require.NoError(t, platforms.AddFault(sandbox.Fault{Operation: operation, Kind: kind, Times: 1}))
		}
		for _, operation := range []string{"TokenExchange", "TokenRefresh", "Shops", "SellerStatus"} {
			require.NoError(t, platforms.TikTok.AddFault(sandbox.Fault{Operation: operation, Kind: kind, Times: 1}))
		}
	}
	const connect = `mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:SHOP1") { account { id setup { problem { message } } } userErrors { code message } } }`
	for range 4 { // each spends faults
		answers += seller.Call(connect).Body
	}
	answers += seller.Call(`{ accounts { status setup { problem { code message } } disconnectPreview { warnings { message } } } }`).Body
	platforms.ClearFaults()
	platforms.TikTok.ClearFaults()
	require.EventuallyWithT(t, func(t *assert.CollectT) {
		answer := seller.Call(connect).Body
		answers += answer
		require.Contains(t, answer, "ALREADY_CONNECTED")
	}, program.Patience, time.Second)
	seller.AwaitShop("CONNECTED")
	return answers
}

// disconnectAmidFaults disconnects it. A token that TikTok refuses is refreshed, which fails, too, by an address that holds secrets.
func disconnectAmidFaults(t *testing.T, seller program.Client, platforms *program.Shopify) (answers string) {
	t.Helper()
	for _, kind := range []sandbox.FaultKind{sandbox.HTTP429, sandbox.CutBefore, sandbox.Unauthorized, sandbox.HTTP500} {
		require.NoError(t, platforms.AddFault(sandbox.Fault{Operation: "*", Kind: kind, Times: 1}))
	}
	for _, operation := range []string{"SearchOrders", "Webhooks", "Deauthorize", "Shops", "TokenRefresh"} {
		for _, kind := range []sandbox.FaultKind{sandbox.HTTP500, sandbox.CutAfter, sandbox.Unauthorized} {
			require.NoError(t, platforms.TikTok.AddFault(sandbox.Fault{Operation: operation, Kind: kind, Times: 1}))
		}
	}
	before := lastOf(platforms.TikTok.Calls(0))
	answers += seller.Call(disconnectMutation).Body
	seller.AwaitDisconnection("COMPLETE")
	failed := map[string]bool{}
	for _, call := range platforms.TikTok.Calls(before) {
		failed[call.Operation+" "+call.Outcome] = true
	}
	for _, operation := range []string{"SearchOrders", "Shops", "TokenRefresh"} {
		require.True(t, failed[operation+" "+string(sandbox.CutAfter)], "%s did not fail: %v", operation, failed)
	}
	return answers
}

func lastOf(calls []standin.Call) int64 { return calls[len(calls)-1].N }

// givenAway are the secrets that programs were given, but for how they begin, and the app's.
func givenAway(t *testing.T, platforms *program.Shopify) secrets {
	t.Helper()
	s, kinds := secrets{"the app's secret": program.AppSecret}, map[string]int{}
	for i, token := range platforms.Tokens() {
		s[fmt.Sprint("token ", i)] = token[len("shpat_"):]
		kinds[token[:4]]++
	}
	require.GreaterOrEqual(t, kinds["shpa"], 1, "Shopify's access token: %v", kinds)
	require.GreaterOrEqual(t, kinds["shpu"], 1, "the seller's own, thrown away: %v", kinds)
	require.GreaterOrEqual(t, kinds["TTP_"], 4, "TikTok's two pairs: %v", kinds)
	require.GreaterOrEqual(t, kinds["GCP_"], 1, "the shop's cipher: %v", kinds)
	return s
}
