package graph_test

import (
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/endpoint"
	"github.com/handback/handback/graph"
	"github.com/handback/handback/models"
)

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
			object{"key": "shipping.template", "value": nil},
			object{"key": "warehouse.default", "value": nil},
		)
		require.Equal(t, []string{
			"UNKNOWN_SETTING settings.1.key", "INVALID_VALUE settings.2.value", "DUPLICATE_KEY settings.3.key",
			"NOT_EDITABLE settings.4.key", "VALUE_TOO_LARGE settings.5.value", "INVALID_VALUE settings.6.value",
			"INVALID_VALUE settings.7.value", "UNKNOWN_SETTING settings.8.key", "INVALID_VALUE settings.9.value",
			"NOT_EDITABLE settings.11.key",
		}, codes(payload))
		require.Nil(t, payload["settings"])
		require.Equal(t, before, a.settings(""), "all or none")
	})
}

func TestUpdateSettingsReturnsNamedSettings(t *testing.T) {
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

// TestUpdateSettingsKeepsDigits writes numbers in each way GraphQL has, and reads them back as they were written.
func TestUpdateSettingsKeepsDigits(t *testing.T) {
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

// TestUpdateSettingsRejectsFloatVariables: a Float has lost digits before anybody can look.
func TestUpdateSettingsRejectsFloatVariables(t *testing.T) {
	a := newAPI(t, dbtest.URL(t, "sqlite"))
	before := a.settings("")
	for _, query := range []string{
		`mutation($x: Float) { updateSettings(settings: [{key: "ads.pixel", value: {id: "p", advancedMatching: $x}}]) { userErrors { code } } }`,
		`mutation($x: Float = 0.5) { updateSettings(settings: [{key: "ads.pixel", value: {id: [[$x]], advancedMatching: true}}]) { userErrors { code } } }`,
	} {
		failed := a.post(query, object{"x": json.Number("9007199254740993")})["errors"].([]any)[0].(object)
		require.Contains(t, failed["message"], "declare it as SettingValue")
		require.Equal(t, "BAD_USER_INPUT", failed["extensions"].(object)["code"])
	}
	require.Equal(t, before, a.settings(""))
}

// TestUpdateSettingsRejectsEnumLiterals: an enum value is no JSON.
func TestUpdateSettingsRejectsEnumLiterals(t *testing.T) {
	a := newAPI(t, dbtest.URL(t, "sqlite"))
	for _, value := range []string{"MARKETPLACE", "[MARKETPLACE]", "{a: [MARKETPLACE]}"} {
		answer := a.post(`mutation { updateSettings(settings: [{key: "tax.handling", value: `+value+`}]) { userErrors { code } } }`, nil)
		require.Equal(t, "GRAPHQL_VALIDATION_FAILED", answer["errors"].([]any)[0].(object)["extensions"].(object)["code"], value)
	}
}

// TestUpdateSettingsRemovesOnlyOnExplicitNull: a variable whose name is mistyped must not remove a setting.
func TestUpdateSettingsRemovesOnlyOnExplicitNull(t *testing.T) {
	a := newAPI(t, dbtest.URL(t, "sqlite"))
	const edit = `mutation($value: SettingValue) { updateSettings(settings: [{key: "order.tags", value: $value}]) { settings { key } userErrors { code message field } } }`
	require.Equal(t, []string{"INVALID_VALUE settings.0.value"}, codes(a.do(edit, object{"vlaue": []string{}}).(object)))
	require.Equal(t, []string{"INVALID_VALUE settings.0.value"}, codes(a.edit(object{"key": "order.tags"})))
	require.Empty(t, codes(a.do(edit, object{"value": nil}).(object)))
	require.NotContains(t, settingKeys(a.settings("STORE")), "order.tags")
}

// TestUpdateSettingsRefusesWhatWasNotSeen: of two who edit at once the second is told, and nothing of either is lost.
func TestUpdateSettingsRefusesWhatWasNotSeen(t *testing.T) {
	a := newAPI(t, dbtest.URL(t, "sqlite"))
	tags := func() any { return a.do(`{ settings(key: "order.tags") { value } }`, nil) }
	seen := tags().([]any)[0].(object)["value"]
	require.Empty(t, codes(a.edit(object{"key": "order.tags", "value": []string{"first"}, "expected": seen})))
	first := tags()
	refused := a.edit(object{"key": "order.tags", "value": []string{"second"}, "expected": seen})
	require.Equal(t, []string{"STALE_VALUE settings.0.expected"}, codes(refused))
	require.Equal(t, first, tags())
	require.Equal(t, []string{"STALE_VALUE settings.0.expected"}, codes(a.edit(object{"key": "order.tags", "value": nil, "expected": nil})))
	require.Empty(t, codes(a.edit(object{"key": "order.tags", "value": []string{"second"}, "expected": []string{"first"}})))
	require.Empty(t, codes(a.edit(object{"key": "order.tags", "value": nil, "expected": []string{"second"}})))
	require.Empty(t, codes(a.edit(object{"key": "order.tags", "value": []string{"third"}, "expected": nil})))
}

// TestUpdateSettingsRejectsDeepValues: what could not be written into an answer must not be stored.
func TestUpdateSettingsRejectsDeepValues(t *testing.T) {
	a := newAPI(t, dbtest.URL(t, "sqlite"))
	deep := func(levels int) object {
		value := strings.Repeat("[", levels) + strings.Repeat("]", levels)
		return object{"key": "ads.businessAccount", "value": json.RawMessage(`{"id":"]","businessCenter":` + value + `}`)}
	}
	require.Empty(t, codes(a.edit(deep(models.MaxValueDepth-1))))
	require.Equal(t, []string{"INVALID_VALUE settings.0.value"}, codes(a.edit(deep(models.MaxValueDepth))))
	require.Equal(t, []string{"INVALID_VALUE settings.0.value"}, codes(a.edit(deep(9_900))))
}

// TestSettingDefinitions: what is kept of a setting may be about one that the app has no more.
func TestSettingDefinitions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		require.Empty(t, codes(a.connect("sandbox:US:owner:A")))
		require.Empty(t, codes(a.edit(object{"key": "tax.handling", "value": "MERCHANT"}, object{"key": "order.tags", "value": []string{}})))
		definitions := func(setting string) []any {
			const wanted = `{ key definition { title group source description type values editable } }`
			settings := a.do(`{ settings `+wanted+` }`, nil).([]any)
			entry := a.do(`{ auditTrail(first: 1) { nodes { changes `+wanted+` } } }`, nil).(object)["nodes"].([]any)[0].(object)
			var found []any
			for _, one := range append(settings, entry["changes"].([]any)...) {
				if one.(object)["key"] == setting {
					found = append(found, one.(object)["definition"])
				}
			}
			return found
		}
		tax := object{"title": "Tax collection", "group": "TAXES", "source": "APP", "description": "Who works out and remits tax on channel orders.", "type": "ENUM", "values": []any{"MERCHANT", "MARKETPLACE"}, "editable": true}
		require.Equal(t, []any{tax, tax}, definitions("tax.handling"))
		tags := definitions("order.tags")
		require.Equal(t, []any{"LIST", []any{}}, []any{tags[1].(object)["type"], tags[1].(object)["values"]})
		require.Equal(t, false, definitions("product.dailyLimit")[0].(object)["editable"])

		store, err := a.repository.StoreByDomain(t.Context(), "aurora-outfitters.myshopify.com")
		require.NoError(t, err)
		without := slices.DeleteFunc(models.DefaultCatalogue(), func(d models.SettingDefinition) bool { return d.Key == "tax.handling" })
		server := httptest.NewServer(endpoint.New(endpoint.Schema(graph.NewSchema(&graph.Resolver{AccountRepository: a.repository, SettingRepository: a.repository, Repository: a.repository, Catalogue: without})), endpoint.Options{
			SignIn: signInAs(models.Caller{Store: store, Actor: store.Seller()}), Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		}))
		defer server.Close()
		a.url = server.URL
		require.Equal(t, []any{nil, nil}, definitions("tax.handling"))
		require.Equal(t, tags, definitions("order.tags"))
	})
}

func settingKeys(settings []any) []string {
	keys := make([]string, len(settings))
	for i, setting := range settings {
		keys[i] = setting.(object)["key"].(string)
	}
	return keys
}

func graphQLBody(query string) string {
	body, err := json.Marshal(object{"query": query})
	if err != nil {
		panic(err)
	}
	return string(body)
}

// TestPlumbingCannotBeEdited: what the integration writes for itself, no caller changes, not even to the value it has, and
// not away.
func TestPlumbingCannotBeEdited(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		require.Empty(t, codes(a.connect("sandbox:US:owner:A")))
		before := a.settings("")
		edited := map[string]any{
			"channel.connection": object{"accountId": "x", "accountName": "x", "specificationHandle": "x", "handle": "x"},
			"product.dailyLimit": 5, "product.links": object{}, "store.resourceFeedback": "REQUIRES_ACTION", "warehouse.default": "1",
			"warehouse.mapping": object{}, "warehouse.returnAddress": "1", "webhook.topics": []string{"app/uninstalled"},
			"order.attributionSource": "tiktok", "returns.policyShown": true,
		}
		for key, value := range edited {
			require.Equal(t, []string{"NOT_EDITABLE settings.0.key"}, codes(a.edit(object{"key": key, "value": value})), key)
			require.Equal(t, []string{"NOT_EDITABLE settings.0.key"}, codes(a.edit(object{"key": key, "value": nil})), key)
		}
		require.Equal(t, before, a.settings(""))
		for _, setting := range a.do(`{ settings { key definition { editable } } }`, nil).([]any) {
			_, plumbing := edited[setting.(object)["key"].(string)]
			require.Equal(t, !plumbing, setting.(object)["definition"].(object)["editable"], setting)
		}
	})
}

// TestUpdateSettingsTakesSoMany entries, each with an error of its own; of more none is looked at.
func TestUpdateSettingsTakesSoMany(t *testing.T) {
	a := newAPI(t, dbtest.URL(t, "sqlite"))
	unknown := make([]object, models.MaxEdited)
	for i := range unknown {
		unknown[i] = object{"key": strconv.Itoa(i), "value": 1}
	}
	require.Len(t, a.edit(unknown...)["userErrors"], models.MaxEdited)
	answer := a.post(`mutation($settings: [SettingInput!]!) { updateSettings(settings: $settings) { userErrors { code } } }`,
		object{"settings": append(unknown, object{"key": "x", "value": 1})})
	require.Nil(t, answer["data"].(object)["updateSettings"])
	refused := answer["errors"].([]any)
	require.Len(t, refused, 1)
	require.Equal(t, "BAD_USER_INPUT", refused[0].(object)["extensions"].(object)["code"])
	require.Contains(t, refused[0].(object)["message"], "settings must be 250 at most")
}
