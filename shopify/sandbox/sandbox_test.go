package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/shopify/sandbox"
	"github.com/handback/handback/shopify/sandbox/sandboxtest"
)

func TestFirstWorldIsTheDemosStory(t *testing.T) {
	a := install(t, sandbox.Options{})
	require.Equal(t, "Aurora Outfitters", a.do("Shop", nil).at("shop.name"))
	require.Empty(t, a.published())
	require.Len(t, a.do("ProductPublications", variables{"publicationId": a.publication()}).at("products.nodes"), 12)
	text, err := json.Marshal(a.do("Locations", nil).at("locations.nodes"))
	require.NoError(t, err)
	for id, online := range map[int]bool{1001: true, 1002: false, 1003: true} {
		require.Contains(t, string(text), fmt.Sprintf(`"fulfillsOnlineOrders":%t,"hasUnfulfilledOrders":false,"id":"gid://shopify/Location/%d"`, online, id))
	}
	require.Empty(t, a.do("Channels", nil).at("channels.nodes"))
	require.Equal(t, []any{"APP_UNINSTALLED"}, a.topics())
	require.Equal(t, []any{"REFUND_POLICY"}, a.policies())
	require.Empty(t, a.attributions())
	require.Empty(t, a.do("AppMetafields", nil).at("currentAppInstallation.metafields.nodes"))
}

func TestStateSurvivesRestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sandbox.jsonl")
	a := install(t, sandbox.Options{File: file, APISecret: "secret"})
	a.publish(productID)
	a.publish("gid://shopify/Product/7003")
	a.do("LocationEdit", variables{"id": locationID, "fulfillsOnlineOrders": false})
	a.do("ChannelCreate", variables{"input": channelInput})
	a.merchant(`mutation { productDelete(input: {id: "gid://shopify/Product/7002"}) { deletedProductId } productCreate(product: {title: "Scarf"}) { product { id } } }`)
	operations := []string{"Shop", "Locations", "Publications", "Channels", "OrderAttributionDefinitions", "WebhookSubscriptions", "ShopPolicies"}
	before := map[string]string{}
	for _, operation := range operations {
		before[operation] = a.do(operation, nil).text
	}
	published, calls := a.published(), a.sandbox.Calls(0)

	for range 2 { // from the lines that were appended, and from the file that was written anew
		require.NoError(t, a.sandbox.Close())
		again := open(t, sandbox.Options{File: file, APISecret: "secret"})
		again.access = a.access
		require.Equal(t, calls, again.sandbox.Calls(0)[:len(calls)])
		for _, operation := range operations {
			require.JSONEq(t, dataOf(t, before[operation]), dataOf(t, again.do(operation, nil).text))
		}
		require.Equal(t, published, again.published())
		require.Len(t, again.do("ProductPublications", variables{"publicationId": again.publication()}).at("products.nodes"), 12)
		a = again
	}
}

func dataOf(t *testing.T, text string) string {
	var answer struct{ Data json.RawMessage }
	require.NoError(t, json.Unmarshal([]byte(text), &answer))
	return string(answer.Data)
}

func TestShopsAreThoseThatWereAskedFor(t *testing.T) {
	options := sandbox.Options{File: filepath.Join(t.TempDir(), "sandbox.jsonl"), APISecret: "secret"}
	a := open(t, options)
	require.Empty(t, a.sandbox.Shops())
	a.sandbox.Grant("zephyr.myshopify.com", "read_products")
	a.exchange()
	require.Equal(t, []string{store, "zephyr.myshopify.com"}, a.sandbox.Shops())
	require.Equal(t, []string{store, "zephyr.myshopify.com"}, a.restart(options).sandbox.Shops())
}

func TestManyProductsTakeLittleMemory(t *testing.T) {
	a := install(t, sandbox.Options{Products: 100_000})
	publication := a.publication()
	seen := 0
	for after := any(nil); ; {
		page := a.do("ProductPublications", variables{"publicationId": publication, "after": after})
		seen += len(page.at("products.nodes").([]any))
		after = page.at("products.pageInfo.endCursor")
		if page.at("products.pageInfo.hasNextPage") == false {
			break
		}
		a.clock.pass(time.Second)
	}
	require.Equal(t, 100_000, seen)
	var memory runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&memory)
	require.Less(t, memory.HeapAlloc, uint64(30<<20))
}

func TestServesOverHTTP(t *testing.T) {
	a := install(t, sandbox.Options{})
	server := httptest.NewServer(a.sandbox)
	t.Cleanup(server.Close)
	a.http = &http.Client{Transport: rerouted(server.URL[len("http://"):])}
	require.Equal(t, "Aurora Outfitters", a.do("Shop", nil).at("shop.name"))
	require.NoError(t, a.sandbox.AddFault(sandbox.Fault{Operation: "*", Kind: sandbox.CutAfter, Times: 1}))
	_, _, err := a.send("Shop", nil)
	require.Error(t, err)
	response, err := http.Post(server.URL+"/admin/api/2026-13/graphql.json", "application/json", nil)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusNotFound, response.StatusCode)
}

// rerouted is a transport to an address, whatever host is asked for.
type rerouted string

func (r rerouted) RoundTrip(request *http.Request) (*http.Response, error) {
	to := request.Clone(request.Context())
	to.Host, to.URL.Scheme, to.URL.Host = request.URL.Host, "http", string(r)
	return http.DefaultTransport.RoundTrip(to)
}

func TestUninstallEndsWhatTheAppHas(t *testing.T) {
	a := install(t, sandbox.Options{})
	a.publish(productID)
	a.do("ChannelCreate", variables{"input": channelInput})
	a.do("WebhookSubscriptionCreate", subscription)
	first := a.publication()
	a.merchant(`mutation { appUninstall { app { id } userErrors { message } } }`)
	require.Equal(t, http.StatusUnauthorized, a.status())

	require.Equal(t, http.StatusOK, a.exchange())
	require.NotEqual(t, first, a.publication())
	require.Empty(t, a.published())
	require.Empty(t, a.do("Channels", nil).at("channels.nodes"))
	require.Empty(t, a.do("WebhookSubscriptions", nil).at("webhookSubscriptions.nodes"))
}

func TestGrantChangesScopes(t *testing.T) {
	a := install(t, sandbox.Options{})
	a.sandbox.Grant(store, "read_products", "read_locations")
	denied := a.do("Publications", nil)
	require.Equal(t, "ACCESS_DENIED", denied.Errors[0].Extensions["code"])
	require.Equal(t, "`read_publications` access scope.", denied.Errors[0].Extensions["requiredAccess"])
	require.Equal(t, []any{"publications"}, denied.Errors[0].Path)
	require.Equal(t, []string{"ACCESS_DENIED"}, a.outcomes("Publications"))
	require.Empty(t, a.do("Locations", nil).Errors)
	a.sandbox.Grant(store, "write_publications")
	require.Empty(t, a.do("PublishedProductsCount", variables{"publicationId": "gid://shopify/Publication/1"}).Errors, "writing includes reading")
}

func TestWithoutTokenNothingIsAnswered(t *testing.T) {
	a := open(t, sandbox.Options{})
	require.Equal(t, http.StatusUnauthorized, a.status())
	a.access = "guessed"
	require.Equal(t, http.StatusUnauthorized, a.status())
	_, origin := sandboxtest.Serve(t, sandbox.Options{})
	response, err := http.Get(origin)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusNotFound, response.StatusCode)
}
