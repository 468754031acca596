package test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/shopify/sandbox"
	"github.com/handback/handback/test/program"
)

const sandboxAdmin = "/sandbox/shopify/admin/api/2026-10/graphql.json"

// inShopifyAdmin does something to the demo store as its owner does in the Shopify admin.
func inShopifyAdmin(p *program.Process, query string) string {
	p.T.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	require.NoError(p.T, err)
	answer := p.Send(http.MethodPost, sandboxAdmin, string(body))
	require.Equal(p.T, http.StatusOK, answer.Status, answer.Body)
	require.NotContains(p.T, answer.Body, `"errors"`)
	return answer.Body
}

// sandboxCalls are the calls that the program has made since the one of the number.
func sandboxCalls(p *program.Process, after int64) []sandbox.Call {
	p.T.Helper()
	var list struct{ Calls []sandbox.Call }
	require.NoError(p.T, json.Unmarshal([]byte(p.Send(http.MethodGet, fmt.Sprint("/sandbox/calls?after=", after), "").Body), &list))
	return list.Calls
}

func lastCall(p *program.Process) int64 {
	p.T.Helper()
	calls := sandboxCalls(p, 0)
	require.NotEmpty(p.T, calls)
	return calls[len(calls)-1].N
}

// addFault makes the next calls of an operation fail, * of all.
func addFault(p *program.Process, operation string, kind sandbox.FaultKind, times int) {
	p.T.Helper()
	fault := fmt.Sprintf(`{"platform":"shopify","operation":%q,"kind":%q,"times":%d}`, operation, kind, times)
	require.Equal(p.T, http.StatusNoContent, p.Send(http.MethodPost, "/sandbox/faults", fault).Status, fault)
}

// settingChange is a change that a preview foresees.
type settingChange struct {
	Key, Kind     string
	Before, After json.RawMessage
	LastChangedBy struct{ Kind string }
}

func previewOf(p *program.Process) map[string]settingChange {
	p.T.Helper()
	var data struct {
		Accounts []struct {
			DisconnectPreview *struct{ Changes []settingChange }
		}
	}
	text := p.Query(`{ accounts { disconnectPreview { changes { key kind before after lastChangedBy { kind } } } } }`)
	require.NoError(p.T, json.Unmarshal([]byte(text), &data))
	require.NotNil(p.T, data.Accounts[0].DisconnectPreview, text)
	changes := map[string]settingChange{}
	for _, change := range data.Accounts[0].DisconnectPreview.Changes {
		changes[change.Key] = change
	}
	return changes
}

// TestPreviewShowsEditsInShopifyAdmin that were made a moment before.
func TestPreviewShowsEditsInShopifyAdmin(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		env := []string{"DATABASE_URL=" + databaseURL}
		if !program.IsSQLite(databaseURL) {
			env = append(env, "SANDBOX=true")
		}
		p := program.Start(t, program.Shipped, env...)
		const key = "publication.autoPublish"
		before := previewOf(p)[key]
		require.NotEqual(t, "SHOPIFY_ADMIN", before.LastChangedBy.Kind)
		publication := jsonAt(t, inShopifyAdmin(p, `{ publications(first: 5, catalogType: APP) { nodes { id autoPublish } } }`), "data", "publications", "nodes", 1) // the first one is another app's
		changed := !publication.(map[string]any)["autoPublish"].(bool)
		inShopifyAdmin(p, fmt.Sprintf(`mutation { publicationUpdate(id: %q, input: {autoPublish: %t}) { userErrors { message } } }`, publication.(map[string]any)["id"], changed))
		inShopifyAdmin(p, `mutation { locationEdit(id: "gid://shopify/Location/1003", input: {fulfillsOnlineOrders: true}) { userErrors { message } } }`)
		after := previewOf(p)
		require.NotEqual(t, before.Kind, after[key].Kind, "the preview does not show it")
		locations := after["location.fulfillsOnlineOrders"]
		require.Equal(t, "SHOPIFY_ADMIN", locations.LastChangedBy.Kind, locations)
		require.Contains(t, string(locations.Before)+string(locations.After), `"gid://shopify/Location/1003":true`)
		require.Contains(t, p.Query(`{ settings(key: "`+key+`") { value updatedBy { kind } } }`), fmt.Sprintf(`"value":%t,"updatedBy":{"kind":"SHOPIFY_ADMIN"}`, changed))
		require.Contains(t, p.Query(disconnectMutation), `"userErrors":[]`)
		p.As("").AwaitShop("DISCONNECTED")
		p.Stop()
		program.Examine(t, databaseURL)
	})
}

// TestEditsAreOfTheStoreAsItIs: what was edited in the Shopify admin a moment before is told as that, and written over.
func TestEditsAreOfTheStoreAsItIs(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped)
	online := func() string {
		return fmt.Sprint(jsonAt(t, inShopifyAdmin(p, `{ locations(first: 10) { nodes { fulfillsOnlineOrders } } }`), "data", "locations", "nodes"))
	}
	before := p.Query(`{ settings(key: "location.fulfillsOnlineOrders") { value } }`)
	require.Contains(t, before, `"gid://shopify/Location/1001":true`)
	was := online()
	inShopifyAdmin(p, `mutation { locationEdit(id: "gid://shopify/Location/1001", input: {fulfillsOnlineOrders: false}) { userErrors { message } } }`)
	require.NotEqual(t, was, online())

	value := jsonAt(t, before, "settings", 0, "value")
	answer := p.As("").Data(`mutation($value: SettingValue!) { updateSettings(settings: [{ key: "location.fulfillsOnlineOrders", value: $value }]) {
		settings { value } userErrors { message } } }`, "value", value)

	require.Contains(t, answer, `"userErrors":[]`)
	require.Contains(t, answer, `"gid://shopify/Location/1001":true`)
	require.Equal(t, was, online())
	require.Contains(t, p.Query(`{ auditTrail(first: 2) { nodes { actor { kind } changes { key } } } }`),
		`{"nodes":[{"actor":{"kind":"SELLER"},"changes":[{"key":"location.fulfillsOnlineOrders"}]},{"actor":{"kind":"SHOPIFY_ADMIN"},"changes":[{"key":"location.fulfillsOnlineOrders"}]}]}`)
}

// jsonAt is what stands at a place of a JSON text.
func jsonAt(t *testing.T, text string, path ...any) any {
	t.Helper()
	var value any
	require.NoError(t, json.Unmarshal([]byte(text), &value))
	for _, step := range path {
		switch step := step.(type) {
		case string:
			value = value.(map[string]any)[step]
		case int:
			value = value.([]any)[step]
		}
	}
	return value
}

// TestSandboxListsCalls in the order in which the program makes them, those of the store's owner not among them.
func TestSandboxListsCalls(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped)
	begun := lastCall(p)
	inShopifyAdmin(p, `query Owners { shop { name } }`)
	require.Contains(t, p.Query(disconnectMutation), `"userErrors":[]`)
	p.As("").AwaitDisconnection("COMPLETE")
	calls := sandboxCalls(p, begun)
	var operations []string
	for i, call := range calls {
		require.Equal(t, begun+int64(i)+1, call.N)
		switch {
		case call.Platform == "shopify":
			require.Equal(t, "OK", call.Outcome, call)
		case call.Operation == "Deauthorize", call.Operation == "DeleteWebhook":
			require.Contains(t, operations, "ChannelDelete", "the authorization is ended before the store was given back: %v", call)
		}
		operations = append(operations, call.Operation)
	}
	require.NotContains(t, operations, "Owners")
	require.Contains(t, operations, "Deauthorize")
	require.Contains(t, operations, "ChannelDelete")
	require.Less(t, slices.Index(operations, "AppMetafields"), slices.Index(operations, "ChannelDelete"), "it is not read first whose the store is")
	require.Equal(t, calls[3:], sandboxCalls(p, calls[2].N))
	require.Equal(t, http.StatusBadRequest, p.Send(http.MethodGet, "/sandbox/calls?after=x", "").Status)
	p.Stop()
}

// TestDisconnectSurvivesEachFault that can be asked for in the demo.
func TestDisconnectSurvivesEachFault(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for attempts")
	}
	t.Parallel()
	for _, kind := range []sandbox.FaultKind{
		sandbox.Throttled, sandbox.HTTP429, sandbox.HTTP500, sandbox.CutBefore, sandbox.CutAfter, sandbox.Unauthorized, sandbox.Slow, sandbox.Refused,
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			p := program.Start(t, program.Shipped)
			before := lastCall(p)
			addFault(p, "*", kind, 2)
			addFault(p, "ChannelDelete", kind, 1)
			require.Contains(t, p.Query(disconnectMutation), `"userErrors":[]`)
			awaitGivenBack(t, p)
			failed, outcome := 0, string(kind)
			if kind == sandbox.Slow {
				return // which succeed
			}
			for _, call := range sandboxCalls(p, before) {
				if call.Outcome == outcome {
					failed++
				}
			}
			require.Equal(t, 3, failed)
			p.Stop("work in a store waits", "the store could not be read", "the store could not be released", "Shopify rejects a write")
		})
	}
}

// awaitGivenBack waits until the last disconnection is complete, which must be whole.
func awaitGivenBack(t *testing.T, p *program.Process) {
	t.Helper()
	p.As("").AwaitDisconnection("COMPLETE")
	var data struct {
		Accounts []struct {
			Disconnections []struct {
				Restoration struct{ SnapshotDigest, RestoredDigest string }
			}
		}
	}
	text := p.Query(`{ accounts { disconnections { restoration { snapshotDigest restoredDigest } } } }`)
	require.NoError(t, json.Unmarshal([]byte(text), &data))
	restoration := data.Accounts[0].Disconnections[0].Restoration
	require.NotEmpty(t, restoration.RestoredDigest)
	require.Equal(t, restoration.SnapshotDigest, restoration.RestoredDigest)
}

func TestSandboxFaultsEnd(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped)
	addFault(p, "*", sandbox.HTTP500, 1000)
	require.Equal(t, http.StatusNoContent, p.Send(http.MethodDelete, "/sandbox/faults", "").Status)
	before := lastCall(p)
	previewOf(p)
	for _, call := range sandboxCalls(p, before) {
		require.Equal(t, "OK", call.Outcome)
	}
	for _, bad := range []string{``, `{}`, `{"operation":"*","kind":"NONE","times":1}`, `{"operation":"*","kind":"SLOW","times":0}`, `{"operation":"*","kind":"SLOW","times":1,"more":1}`} {
		require.Equal(t, http.StatusBadRequest, p.Send(http.MethodPost, "/sandbox/faults", bad).Status, bad)
	}
	p.Stop()
}

// TestSandboxRejectsOtherOriginsAndHosts: a page in a browser on this machine must not play the merchant.
func TestSandboxRejectsOtherOriginsAndHosts(t *testing.T) {
	t.Parallel()
	for mode, env := range map[string][]string{"demo": nil, "sandbox": program.WithSignIn()} {
		t.Run(mode, func(t *testing.T) {
			p := program.Start(t, program.Shipped, env...)
			for _, request := range []struct{ method, path, body string }{
				{http.MethodPost, sandboxAdmin, `{"query":"mutation { appUninstall { app { id } } }"}`},
				{http.MethodPost, "/sandbox/faults", `{"operation":"*","kind":"SLOW","times":1}`},
				{http.MethodDelete, "/sandbox/faults", ""},
			} {
				require.Equal(t, http.StatusForbidden, p.Send(request.method, request.path, request.body, "Origin", "https://evil.example.com").Status, request)
				require.Equal(t, http.StatusForbidden, p.Send(request.method, request.path, request.body, "Sec-Fetch-Site", "cross-site").Status, request)
				require.Equal(t, http.StatusMisdirectedRequest, p.Send(request.method, request.path, request.body, "Host", "evil.example.com").Status, request)
			}
			require.Equal(t, http.StatusMisdirectedRequest, p.Send(http.MethodGet, "/sandbox/calls", "", "Host", "evil.example.com").Status)
			require.Equal(t, http.StatusOK, p.Send(http.MethodGet, "/sandbox/calls", "").Status)
			p.Stop()
		})
	}
}

// TestProductionHasNoSandbox: with the app's credentials no stand-in answers, unless SANDBOX says so.
func TestProductionHasNoSandbox(t *testing.T) {
	t.Parallel()
	for _, variable := range []string{"SANDBOX=", "SANDBOX=false"} {
		t.Run(variable, func(t *testing.T) {
			t.Parallel()
			p := program.Start(t, program.Shipped, program.WithSignIn(variable, "SANDBOX_PRODUCTS=3")...)
			require.NotContains(t, p.Stderr.String(), "stand-ins")
			for _, path := range []string{sandboxAdmin, "/sandbox/faults", "/sandbox/calls", "/sandbox/", "/sandbox"} {
				for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
					answer := p.Send(method, path, `{"query":"{ shop { name } }"}`)
					require.Contains(t, []int{http.StatusNotFound, http.StatusMethodNotAllowed}, answer.Status, "%s %s: %s", method, path, answer.Body)
					require.NotContains(t, answer.Body, "Aurora")
				}
			}
			seller := p.As(program.SessionToken(aurora, "42"))
			require.JSONEq(t, `{"store":{"name":"aurora.myshopify.com","region":""},"settings":[],"sandboxShops":[]}`,
				seller.Data(`{ store { name region } settings { key } sandboxShops { authorizationCode } }`), "what nobody knows of the store")
			answer := seller.Call(`mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:SHOP1") { account { id } userErrors { code } } }`)
			require.NotContains(t, answer.Body, `"userErrors":[]`)
			require.NotContains(t, answer.Body, `"account":{"id"`)
			files, err := filepath.Glob(filepath.Join(p.Cmd.Dir, "*.shopify"))
			require.NoError(t, err)
			require.Empty(t, files)
		})
	}
}

func TestSandboxBeginsWithProducts(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped, "SANDBOX_PRODUCTS=1000")
	count, after := 0, "null"
	for more := true; more; {
		page := inShopifyAdmin(p, `{ products(first: 250, after: `+after+`, sortKey: ID) { nodes { id } pageInfo { hasNextPage endCursor } } }`)
		count += len(jsonAt(t, page, "data", "products", "nodes").([]any))
		cursor, err := json.Marshal(jsonAt(t, page, "data", "products", "pageInfo", "endCursor"))
		require.NoError(t, err)
		after, more = string(cursor), jsonAt(t, page, "data", "products", "pageInfo", "hasNextPage").(bool)
	}
	require.Equal(t, 1000, count)
	p.Stop()
}

// TestSandboxSurvivesRestart in a file beside the database.
func TestSandboxSurvivesRestart(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*program.Process){"stopped": func(p *program.Process) { p.Stop() }, "killed": (*program.Process).Kill} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			databaseURL := dbtest.URL(t, "sqlite")
			p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
			inShopifyAdmin(p, `mutation { productCreate(product: {title: "Scarf"}) { product { id } } locationEdit(id: "gid://shopify/Location/1002", input: {fulfillsOnlineOrders: false}) { userErrors { message } } }`)
			admin := func(query string) string { return inShopifyAdmin(p, query) }
			world, last := program.WorldBy(t, admin), lastCall(p)
			end(p)
			_, err := os.Stat(strings.TrimSuffix(strings.TrimPrefix(databaseURL, "sqlite:"), ".db") + ".shopify")
			require.NoError(t, err)
			p = program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
			require.Equal(t, world, program.WorldBy(t, admin))
			require.GreaterOrEqual(t, lastCall(p), last)
			require.Contains(t, inShopifyAdmin(p, `{ products(first: 250) { nodes { title } } }`), "Scarf")
			p.Stop()
		})
	}
}

// TestDisconnectGoesOnWhenAppIsInstalledAgain: an app that was removed in Shopify cannot give the store back, and says so; when
// the seller has opened it again there, it does.
func TestDisconnectGoesOnWhenAppIsInstalledAgain(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped)
	inShopifyAdmin(p, `mutation { appUninstall { app { id } userErrors { message } } }`)
	blocked := p.Query(`mutation { disconnectTikTokShop(confirm: true) { disconnection { id status progress { problem { code url } } restoration { restoredDigest } } userErrors { code } } }`)
	require.Equal(t, "BLOCKED", jsonAt(t, blocked, "disconnectTikTokShop", "disconnection", "status"), blocked)
	require.Equal(t, "SHOPIFY_ACCESS_LOST", jsonAt(t, blocked, "disconnectTikTokShop", "disconnection", "progress", "problem", "code"))
	require.Nil(t, jsonAt(t, blocked, "disconnectTikTokShop", "disconnection", "restoration", "restoredDigest"))
	id := jsonAt(t, blocked, "disconnectTikTokShop", "disconnection", "id")

	done := p.Query(fmt.Sprintf(`mutation { retryDisconnection(id: %q) { disconnection { status restoration { snapshotDigest restoredDigest } } userErrors { code } } }`, id))

	require.Equal(t, "COMPLETE", jsonAt(t, done, "retryDisconnection", "disconnection", "status"), done)
	require.Equal(t, jsonAt(t, done, "retryDisconnection", "disconnection", "restoration", "snapshotDigest"),
		jsonAt(t, done, "retryDisconnection", "disconnection", "restoration", "restoredDigest"))
}

// TestPreviewReadsTheShop requires a preview to be of what is set up in Seller Center, and not to tell what is as it was.
func TestPreviewReadsTheShop(t *testing.T) {
	t.Parallel()
	const setUp, entries = `{ settings(scope: TIKTOK_SHOP) { key value observedAt definition { source } } }`, `{ auditTrail { nodes { actor { name } changes { key } } } }`
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL, "SANDBOX=true")
		before := p.Query(entries)
		previewOf(p)
		require.Equal(t, before, p.Query(entries), "the demo's shop is as the demo says")
		require.Equal(t, 4, strings.Count(p.Query(setUp), `"observedAt":"`), "TikTok says four")

		answer := p.Send(http.MethodPost, "/sandbox/tiktok/logistics", `{"shipping":"SELLER"}`)
		require.Equal(t, http.StatusNoContent, answer.Status, answer.Body)
		mode := previewOf(p)["shipping.mode"]
		require.JSONEq(t, `"SELLER"`, string(mode.Before))
		require.Equal(t, "SYSTEM", mode.LastChangedBy.Kind)
		require.Equal(t, 1, strings.Count(p.Query(entries), "TikTok Seller Center"))
		require.Contains(t, p.Query(`mutation { disconnectTikTokShop(confirm: true) { disconnection { restoration { snapshotDigest restoredDigest } } userErrors { code } } }`), `"userErrors":[]`)
		require.NotContains(t, p.Query(setUp), `"TIKTOK"`)
	})
}

// TestNightReadsTheShop requires what was set up in Seller Center to be brought in though nobody looks.
func TestNightReadsTheShop(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL, "SANDBOX=true")
		require.Equal(t, http.StatusNoContent, p.Send(http.MethodPost, "/sandbox/tiktok/logistics", `{"template":"7412"}`).Status)
		require.Less(t, p.Send(http.MethodPost, "/sandbox/clock", `{"advanceMinutes":1440}`).Status, 300)
		require.EventuallyWithT(t, func(c *assert.CollectT) {
			require.Contains(c, p.Query(`{ settings(key: "shipping.template") { value updatedBy { name } } }`), `{"value":"7412","updatedBy":{"name":"TikTok Seller Center"}}`)
		}, 2*time.Minute, 50*time.Millisecond)
	})
}
