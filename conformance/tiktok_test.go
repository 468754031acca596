package conformance_test

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/conformance"
	"github.com/handback/handback/tiktok/sandbox"
	"github.com/handback/handback/tiktok/sandbox/sandboxtest"
)

// tikTokAPI is read once.
var tikTokAPI = sync.OnceValues(func() (*conformance.TikTokAPI, error) {
	return conformance.LoadTikTokAPI(filepath.Join("..", ".tools", "tts-open-toolkit-cli-0.1.7.tgz"))
})

func loadTikTok(t *testing.T) *conformance.TikTokAPI {
	t.Helper()
	api, err := tikTokAPI()
	require.NoError(t, err, "run make conformance, which fetches the API's description by npm")
	return api
}

// tikTokOperations are all that the client calls, but for tokens, which TikTok publishes no description of.
var tikTokOperations = []string{
	"Shops", "SellerStatus", "Deauthorize", "Webhooks", "PutWebhook", "DeleteWebhook", "SearchOrders", "Orders", "SearchCancellations",
	"SearchReturns", "Warehouses", "DeliveryOptions", "ShippingProviders", "SellerTemplates",
}

// TestTikTokExchangesOfTheTests looks at all that tests of the program sent to the sandbox, and what it answered.
func TestTikTokExchangesOfTheTests(t *testing.T) {
	folder := os.Getenv(sandboxtest.Exchanges)
	require.NotEmpty(t, folder, "make conformance records what the tests send")
	files, err := filepath.Glob(filepath.Join(folder, "*"+sandboxtest.Suffix))
	require.NoError(t, err)
	require.NotEmpty(t, files, "no test used the sandbox")
	api, succeeded := loadTikTok(t), map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for line := range strings.Lines(string(text)) {
			var e sandbox.Exchange
			require.NoError(t, json.Unmarshal([]byte(line), &e))
			require.Empty(t, api.Exchange(e), line)
			if strings.HasPrefix(string(e.Answer), `{"code":0,`) {
				succeeded[e.Operation] = true
			}
		}
	}
	for _, operation := range tikTokOperations {
		require.True(t, succeeded[operation], "no test has the sandbox answer %s", operation)
	}
}

const success = `{"code":0,"message":"Success","request_id":"1","data":`

// valid are exchanges without mistakes.
func valid() map[string]sandbox.Exchange {
	headers := []string{"Content-Type", "X-Tts-Access-Token"}
	query := func(more ...string) url.Values {
		values := url.Values{"app_key": {"key"}, "timestamp": {"1764288000"}, "sign": {"aa"}}
		for i := 0; i < len(more); i += 2 {
			values.Set(more[i], more[i+1])
		}
		return values
	}
	return map[string]sandbox.Exchange{
		"shops": {
			Method: "GET", Path: "/authorization/202309/shops", Query: query(), Headers: headers,
			Answer: json.RawMessage(success + `{"shops":[{"id":"1","code":"C","cipher":"c"}]}}`),
		},
		"deauthorize": {
			Method: "DELETE", Path: "/authorization/202403/shops", Query: query("shop_cipher", "c"), Headers: headers,
			Answer: json.RawMessage(success + `{}}`),
		},
		"webhook": {
			Method: "DELETE", Path: "/event/202309/webhooks", Query: query("shop_cipher", "c"), Headers: headers,
			Body: `{"event_type":"ORDER_STATUS_CHANGE"}`, Answer: json.RawMessage(success + `{}}`),
		},
		"orders": {
			Method: "POST", Path: "/order/202309/orders/search", Query: query("shop_cipher", "c", "page_size", "100"), Headers: headers,
			Body: `{"update_time_ge":1}`, Answer: json.RawMessage(success + `{"orders":[{"id":"1","rts_sla_time":1}],"next_page_token":""}}`),
		},
		"options": {
			Method: "GET", Path: "/logistics/202309/warehouses/7/delivery_options", Query: query("shop_cipher", "c"), Headers: headers,
			Answer: json.RawMessage(success + `{"delivery_options":[{"id":"1"}]}}`),
		},
		"refused": {
			Method: "GET", Path: "/authorization/202309/shops", Query: query(), Headers: headers,
			Answer: json.RawMessage(`{"code":105002,"message":"Expired credentials","request_id":"1"}`),
		},
	}
}

func TestValidTikTokExchangesHaveNoMistakes(t *testing.T) {
	for name, e := range valid() {
		require.Empty(t, loadTikTok(t).Exchange(e), name)
	}
}

func TestMistakesInTikTokExchangesAreNoticed(t *testing.T) {
	for name, plant := range map[string]struct {
		in     string
		change func(*sandbox.Exchange)
	}{
		"no cipher on deauthorize":   {"deauthorize", func(e *sandbox.Exchange) { e.Query.Del("shop_cipher") }},
		"cipher on shops":            {"shops", func(e *sandbox.Exchange) { e.Query.Set("shop_cipher", "c") }},
		"no optional cipher":         {"webhook", func(e *sandbox.Exchange) { e.Query.Del("shop_cipher") }},
		"unsigned":                   {"shops", func(e *sandbox.Exchange) { e.Query.Del("sign") }},
		"no timestamp":               {"shops", func(e *sandbox.Exchange) { e.Query.Del("timestamp") }},
		"no token":                   {"shops", func(e *sandbox.Exchange) { e.Headers = e.Headers[:1] }},
		"token in the address":       {"shops", func(e *sandbox.Exchange) { e.Query.Set("access_token", "a") }},
		"no page size":               {"orders", func(e *sandbox.Exchange) { e.Query.Del("page_size") }},
		"page size as text":          {"orders", func(e *sandbox.Exchange) { e.Query.Set("page_size", "many") }},
		"wrong type in the body":     {"orders", func(e *sandbox.Exchange) { e.Body = `{"update_time_ge":"1"}` }},
		"unknown member of the body": {"orders", func(e *sandbox.Exchange) { e.Body = `{"updated":1}` }},
		"body of a wrong type":       {"webhook", func(e *sandbox.Exchange) { e.Body = `{"event_type":1}` }},
		"body where there is none":   {"shops", func(e *sandbox.Exchange) { e.Body = `{}` }},
		"wrong method":               {"shops", func(e *sandbox.Exchange) { e.Method = "POST" }},
		"wrong version":              {"shops", func(e *sandbox.Exchange) { e.Path = "/authorization/202403/shop" }},
		"wrong path":                 {"options", func(e *sandbox.Exchange) { e.Path = "/logistics/202309/warehouses/7/8/delivery_options" }},
		"unknown member of data":     {"shops", func(e *sandbox.Exchange) { e.Answer = json.RawMessage(success + `{"shop_list":[]}}`) }},
		"unknown member of an entry": {"shops", func(e *sandbox.Exchange) { e.Answer = json.RawMessage(success + `{"shops":[{"shop_id":"1"}]}}`) }},
		"unknown member beside data": {"shops", func(e *sandbox.Exchange) { e.Answer = json.RawMessage(`{"code":0,"error":""}`) }},
		"number as text":             {"orders", func(e *sandbox.Exchange) { e.Answer = json.RawMessage(success + `{"orders":[{"rts_sla_time":"1"}]}}`) }},
		"null":                       {"shops", func(e *sandbox.Exchange) { e.Answer = json.RawMessage(success + `{"shops":null}}`) }},
		"data where there is none":   {"deauthorize", func(e *sandbox.Exchange) { e.Answer = json.RawMessage(success + `{"ok":true}}`) }},
		"valid but refused": {"orders", func(e *sandbox.Exchange) {
			e.Answer = json.RawMessage(`{"code":36009010,"message":"Invalid body","request_id":"1"}`)
		}},
		"no JSON": {"shops", func(e *sandbox.Exchange) { e.Answer = json.RawMessage(`no`) }},
	} {
		e := valid()[plant.in]
		plant.change(&e)
		require.NotEmpty(t, loadTikTok(t).Exchange(e), name)
	}
}
