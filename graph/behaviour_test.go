package graph_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"handback/db"
	"handback/db/dbtest"
	"handback/graph"
	"handback/models"
	"handback/tiktok"
)

// api is a store's seller at the API.
type api struct {
	t          *testing.T
	url        string
	repository *db.Repository
}

// newAPI serves a store that has just come to the app: not connected to TikTok Shop.
func newAPI(t *testing.T, databaseURL string) *api {
	t.Helper()
	repository, err := db.Open(context.Background(), databaseURL, models.DefaultCatalogue())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, repository.Close()) })
	return storeAPI(t, repository, "aurora-outfitters.myshopify.com")
}

func storeAPI(t *testing.T, repository *db.Repository, domain string) *api {
	t.Helper()
	store, err := repository.RegisterStore(context.Background(), models.Registration{
		Store:    models.Store{Domain: domain, Name: "Store of " + domain, Region: "US"},
		Business: models.BusinessAccount{Name: "Ads of " + domain, ExternalID: "bc-" + domain},
		Settings: repository.Catalogue.Before(),
	})
	require.NoError(t, err)
	caller := models.Caller{Store: store, Actor: models.Actor{Kind: models.ActorSeller, Name: "Seller"}}
	handler := graph.NewHandler(repository, tiktok.Sandbox{}, slog.New(slog.NewTextHandler(t.Output(), nil)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(w, r.WithContext(models.WithCaller(r.Context(), caller)))
	}))
	t.Cleanup(server.Close)
	return &api{t: t, url: server.URL, repository: repository}
}

type object = map[string]any

// post sends an operation and returns the whole answer; numbers keep their digits.
func (a *api) post(query string, variables object) object {
	a.t.Helper()
	body, err := json.Marshal(object{"query": query, "variables": variables})
	require.NoError(a.t, err)
	return a.postBody(string(body))
}

func (a *api) postBody(body string) object {
	a.t.Helper()
	response, err := http.Post(a.url, "application/json", strings.NewReader(body))
	require.NoError(a.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(a.t, err)
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var answer object
	require.NoError(a.t, decoder.Decode(&answer), string(text))
	return answer
}

// do sends an operation that must have no top-level errors and returns its only root field.
func (a *api) do(query string, variables object) any {
	a.t.Helper()
	answer := a.post(query, variables)
	require.NotContains(a.t, answer, "errors")
	for _, field := range answer["data"].(object) {
		return field
	}
	return nil
}

func (a *api) connect(code string) object {
	a.t.Helper()
	return a.do(`mutation($code: String!) { connectTikTokShop(authorizationCode: $code) {
		account { id name } changes { key } userErrors { code message field } } }`, object{"code": code}).(object)
}

func (a *api) disconnect(arguments string) object {
	a.t.Helper()
	return a.do(`mutation { disconnectTikTokShop(`+arguments+`) {
		account { id } disconnection { id } userErrors { code message field } } }`, nil).(object)
}

func (a *api) edit(inputs ...object) object {
	a.t.Helper()
	inputs = append([]object{}, inputs...)
	return a.do(`mutation($inputs: [SettingInput!]!) { updateSettings(settings: $inputs) {
		settings { key value } userErrors { code message field } } }`, object{"inputs": inputs}).(object)
}

// state is everything the API shows of a store.
func (a *api) state() any {
	a.t.Helper()
	return a.do(`{ node: accounts {
		id kind name externalId region status connectedAt disconnectedAt
		snapshot { takenAt digest settings { key value } } disconnectPreview { token changes { key } }
		disconnections { id restoration { restoredDigest changes { key before after } } } } }`, nil)
}

// settings reads the settings of a scope, all of them when it is "".
func (a *api) settings(scope string) []any {
	a.t.Helper()
	if scope == "" {
		return a.do(`{ settings { key scope value updatedAt updatedBy { kind name } } }`, nil).([]any)
	}
	return a.do(`query($scope: SettingScope) { settings(scope: $scope) { key value updatedAt updatedBy { kind name } } }`,
		object{"scope": scope}).([]any)
}

// codes lists each user error as "CODE path.to.argument".
func codes(payload object) []string {
	var list []string
	for _, userError := range payload["userErrors"].([]any) {
		userError := userError.(object)
		path := []string{}
		if field, ok := userError["field"].([]any); ok {
			for _, step := range field {
				path = append(path, step.(string))
			}
		}
		list = append(list, strings.TrimSpace(userError["code"].(string)+" "+strings.Join(path, ".")))
	}
	return list
}

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

func TestDisconnectRefusals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		other := storeAPI(t, a.repository, "other.myshopify.com")
		others := other.connect("sandbox:US:owner:OTHERS")["account"].(object)["id"].(string)
		business := a.do(`{ accounts { id kind } }`, nil).([]any)[0].(object)["id"].(string)

		require.Equal(t, []string{"CONFIRMATION_REQUIRED confirm"}, codes(a.disconnect(`confirm: false, accountId: "nobody"`)))
		require.Equal(t, []string{"NOT_CONNECTED"}, codes(a.disconnect(`confirm: true`)))
		for _, id := range []string{"", "nobody", `a\u0000b`, others, "account_00000000-0000-7000-8000-000000000000"} {
			payload := a.disconnect(`confirm: true, accountId: "` + id + `", previewToken: "stale"`)
			require.Equal(t, []string{"ACCOUNT_NOT_FOUND accountId"}, codes(payload), id)
			require.Nil(t, payload["account"])
		}
		require.Equal(t, []string{"WRONG_ACCOUNT_KIND accountId"}, codes(a.disconnect(`confirm: true, accountId: "`+business+`"`)))

		first := a.connect("sandbox:US:owner:FIRST")["account"].(object)["id"].(string)
		connected := a.state()
		require.Equal(t, []string{"PREVIEW_STALE previewToken"}, codes(a.disconnect(`confirm: true, previewToken: "stale"`)))
		require.Equal(t, []string{"PREVIEW_STALE previewToken"}, codes(a.disconnect(`confirm: true, previewToken: ""`)))
		require.Equal(t, connected, a.state())

		done := a.disconnect(`confirm: true`)
		require.Empty(t, codes(done))
		again := a.disconnect(`confirm: true`)
		require.Equal(t, []string{"ALREADY_DISCONNECTED"}, codes(again))
		require.Equal(t, done["account"], again["account"])
		require.Equal(t, done["disconnection"], again["disconnection"])

		require.Empty(t, codes(a.connect("sandbox:US:owner:SECOND")))
		named := a.disconnect(`confirm: true, accountId: "` + first + `"`)
		require.Equal(t, []string{"ALREADY_DISCONNECTED accountId"}, codes(named))
		require.Equal(t, done["disconnection"], named["disconnection"])
	})
}

func TestUpdateSettingsRefusals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		require.Equal(t, []string{"NOT_CONNECTED settings.0.key"}, codes(a.edit(object{"key": "inventory.percent", "value": 5})))
		require.Empty(t, codes(a.connect("sandbox:US:owner:A")))
		before := a.settings("")
		payload := a.edit(
			object{"key": "order.tags", "value": []string{"fine"}},
			object{"key": "no.such", "value": 1},
			object{"key": "inventory.percent", "value": 101},
			object{"key": "order.tags", "value": []string{"again"}},
			object{"key": "product.dailyLimit", "value": 5},
			object{"key": "listing.categoryTemplates", "value": []object{{"x": strings.Repeat("x", models.MaxValueBytes)}}},
			object{"key": "shipping.carrierMapping", "value": object{}},
			object{"key": "price.adjustment", "value": object{"kind": "PERCENT"}},
			object{"key": "no.such", "value": nil},
			object{"key": "tax.handling", "value": "NOBODY"},
			object{"key": "warehouse.default", "value": nil},
		)
		require.Equal(t, []string{
			"UNKNOWN_SETTING settings.1.key", "INVALID_VALUE settings.2.value", "DUPLICATE_KEY settings.3.key",
			"NOT_EDITABLE settings.4.key", "VALUE_TOO_LARGE settings.5.value", "INVALID_VALUE settings.6.value",
			"INVALID_VALUE settings.7.value", "UNKNOWN_SETTING settings.8.key", "INVALID_VALUE settings.9.value",
		}, codes(payload))
		require.Nil(t, payload["settings"])
		require.Equal(t, before, a.settings(""), "all or none")
	})
}

func TestUpdateSettingsAnswersWithTheSettingsNamed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		payload := a.edit(object{"key": "tax.handling", "value": "MARKETPLACE"}, object{"key": "order.tags", "value": nil},
			object{"key": "ads.adAccount", "value": "7123456789012345678"})
		require.Equal(t, []any{
			object{"key": "tax.handling", "value": "MARKETPLACE"}, object{"key": "ads.adAccount", "value": "7123456789012345678"},
		}, payload["settings"])
		require.Equal(t, []any{}, a.edit()["settings"])
	})
}

// TestAdsStayAsTheyAre compares what the API shows of the ads channel around everything that must not touch it.
func TestAdsStayAsTheyAre(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		ads := func() []any {
			channel := a.do(`{ overview { tikTokForBusiness { status statusLabel accounts { id name connectedAt status } } } }`, nil)
			return []any{a.settings("ADS"), channel}
		}
		before := ads()
		for _, step := range []func(){
			func() { a.connect("sandbox:US:staff:A") },
			func() { a.connect("sandbox:US:owner:A") },
			func() { a.disconnect("confirm: false") },
			func() { a.disconnect(`confirm: true, previewToken: "stale"`) },
			func() { a.disconnect("confirm: true") },
			func() { a.disconnect("confirm: true") },
		} {
			step()
			require.Equal(t, before, ads())
		}
	})
}

// TestWrongAccount is the guide's last story: a seller connected the wrong shop.
func TestWrongAccount(t *testing.T) {
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

// TestValuesKeepTheirDigits writes numbers in each way GraphQL has, and reads them back as they were written.
func TestValuesKeepTheirDigits(t *testing.T) {
	numbers := []string{"0.50", "1e3", "1E+3", "9007199254740993", "-0", "0", "123456789012345678901234567890.10", "1e-999999", "1e400", "123456789012345678901234567890"}
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		require.Empty(t, codes(a.connect("sandbox:US:owner:A")))
		for _, number := range numbers {
			value := `{"kind":"PERCENT","more":[[` + number + `],{"":null}],"value":` + number + `}`
			literal := `{ value: ` + number + `, kind: "PERCENT", more: [[` + number + `], {_: null}] }`
			for way, body := range map[string]string{
				"variable":      `{"query":"mutation($v: SettingValue) { updateSettings(settings: [{key: \"price.adjustment\", value: $v}]) { settings { value } userErrors { code } } }","variables":{"v":` + value + `}}`,
				"literal":       graphQLBody(`mutation { updateSettings(settings: [{key: "price.adjustment", value: ` + literal + `}]) { settings { value } userErrors { code } } }`),
				"single entry":  graphQLBody(`mutation { updateSettings(settings: {key: "price.adjustment", value: ` + literal + `}) { settings { value } userErrors { code } } }`),
				"fragment":      graphQLBody(`fragment F on Mutation { updateSettings(settings: [{key: "price.adjustment", value: ` + literal + `}]) { settings { value } userErrors { code } } } mutation { ...F }`),
				"default value": graphQLBody(`mutation($v: SettingValue = ` + literal + `) { updateSettings(settings: [{key: "price.adjustment", value: $v}]) { settings { value } userErrors { code } } }`),
				"part":          `{"query":"mutation($n: SettingValue) { updateSettings(settings: [{key: \"price.adjustment\", value: {kind: \"PERCENT\", value: $n, more: [[$n], {_: null}]}}]) { settings { value } userErrors { code } } }","variables":{"n":` + number + `}}`,
			} {
				for range 2 { // the second time from the cache of documents
					answer := a.postBody(body)
					require.NotContains(t, answer, "errors", way)
					payload := answer["data"].(object)["updateSettings"].(object)
					require.Empty(t, payload["userErrors"], way)
					got := payload["settings"].([]any)[0].(object)["value"].(object)
					require.Equal(t, json.Number(number), got["value"], way)
					require.Equal(t, json.Number(number), got["more"].([]any)[0].([]any)[0], way)
				}
			}
		}
	})
}

func graphQLBody(query string) string {
	body, err := json.Marshal(object{"query": query})
	if err != nil {
		panic(err)
	}
	return string(body)
}

// TestDigestIsTheClientsToo recomputes a snapshot's digest as a client does: from the settings it reads before
// connecting, and the rule in the schema.
func TestDigestIsTheClientsToo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		a.edit(object{"key": "order.tags", "value": []string{"<&>", "é😀", "\x00\u2028", `"\`}},
			object{"key": "shipping.packageWeightFallbackKg", "value": json.Number("0.5000")})
		var lines []string
		for _, setting := range a.settings("STORE") {
			setting := setting.(object)
			var value bytes.Buffer
			encoder := json.NewEncoder(&value)
			encoder.SetEscapeHTML(false)
			require.NoError(t, encoder.Encode(setting["value"]))
			lines = append(lines, setting["key"].(string)+"\t"+value.String())
		}
		require.True(t, slices.IsSorted(lines))
		sum := sha256.Sum256([]byte(strings.Join(lines, "")))

		a.connect("sandbox:US:owner:A")
		shop := a.do(`{ accounts { snapshot { digest } } }`, nil).([]any)[0].(object)
		require.Equal(t, hex.EncodeToString(sum[:]), shop["snapshot"].(object)["digest"])
	})
}

// TestBadInputNamesTheArgument covers what no call can be made with.
func TestBadInputNamesTheArgument(t *testing.T) {
	a := newAPI(t, dbtest.URL(t, "sqlite"))
	for query, argument := range map[string]string{
		`{ auditTrail(first: 0) { nodes { id } } }`:                              "first",
		`{ auditTrail(first: 251) { nodes { id } } }`:                            "first",
		`{ auditTrail(after: "nonsense") { nodes { id } } }`:                     "after",
		`{ auditTrail(after: "YXVkaXQ6MDE") { nodes { id } } }`:                  "after",
		`query($n: Int! = 99999999999) { auditTrail(first: $n) { __typename } }`: "first",
	} {
		errors := a.post(query, nil)["errors"].([]any)
		first := errors[0].(object)
		require.Contains(t, first["message"], argument, query)
		require.Contains(t, []any{"BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"}, first["extensions"].(object)["code"], query)
	}
}

func TestNode(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		other := storeAPI(t, a.repository, "other.myshopify.com")
		a.connect("sandbox:US:owner:A")
		a.disconnect("confirm: true")
		all := a.post(`{ store { __typename id } accounts { __typename id disconnections { __typename id } }
			auditTrail { nodes { __typename id } } }`, nil)
		ids := map[string]string{}
		collectIDs(all, ids)
		require.Len(t, ids, 1+2+1+4)
		for id, kind := range ids {
			query := `query($id: ID!) { node(id: $id) { __typename id } }`
			require.Equal(t, object{"__typename": kind, "id": id}, a.do(query, object{"id": id}))
			require.Nil(t, other.do(query, object{"id": id}), "another store's %s", kind)
		}
		for _, id := range []string{"", "x", "account_", "account_1", "store_\x00", "epoch_00000000-0000-7000-8000-000000000000"} {
			require.Nil(t, a.do(`query($id: ID!) { node(id: $id) { id } }`, object{"id": id}))
			require.Nil(t, a.do(`query($id: ID!) { disconnection(id: $id) { id } }`, object{"id": id}))
		}
	})
}

func collectIDs(value any, ids map[string]string) {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			collectIDs(element, ids)
		}
	case object:
		if id, ok := value["id"].(string); ok {
			ids[id] = value["__typename"].(string)
		}
		for _, member := range value {
			collectIDs(member, ids)
		}
	}
}

// TestAuditTrailPages walks the trail forward in pages of each size and meets every entry once, newest first.
func TestAuditTrailPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		for range 3 {
			a.connect("sandbox:US:owner:A")
			a.disconnect("confirm: true")
		}
		whole := a.trail(250, nil)["nodes"].([]any)
		require.Len(t, whole, 8)
		for _, size := range []int{1, 3, 8} {
			var walked []any
			var after any
			for range 8 {
				page := a.trail(size, after)
				walked = append(walked, page["nodes"].([]any)...)
				info := page["pageInfo"].(object)
				require.Equal(t, after != nil, info["hasPreviousPage"])
				if after = info["endCursor"]; info["hasNextPage"] == false {
					break
				}
			}
			require.Equal(t, whole, walked)
		}
	})
}

func (a *api) trail(first int, after any) object {
	a.t.Helper()
	return a.do(`query($first: Int!, $after: String) { auditTrail(first: $first, after: $after) {
		edges { cursor node { id } } nodes { id action } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
		object{"first": first, "after": after}).(object)
}
