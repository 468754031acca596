package endpoint

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
)

// nullPositions are requests with null for a variable that has a default, or stands where there is one: in each kind of
// position that must not be null.
var nullPositions = []struct{ name, document, place string }{
	{"@include of a field", `query($v: Boolean = true) { store { id name @include(if: $v) } }`, "@include(if:)"},
	{"@skip of a field", `query($v: Boolean = false) { store { id name @skip(if: $v) } }`, "@skip(if:)"},
	{"@include of a field of the query", `query($v: Boolean = true) { store @include(if: $v) { id } }`, "@include(if:)"},
	{"@skip of an inline fragment", `query($v: Boolean = false) { store { id ... @skip(if: $v) { name } } }`, "@skip(if:)"},
	{"@include of an inline fragment with a type", `query($v: Boolean = true) { store { id ... on Node @include(if: $v) { id } } }`, "@include(if:)"},
	{"@include of a spread", `query($v: Boolean = true) { store { id ...more @include(if: $v) } } fragment more on Store { name }`, "@include(if:)"},
	{"@skip inside a fragment", `query($v: Boolean = false) { ...all } fragment all on Query { store { id name @skip(if: $v) } }`, "@skip(if:)"},
	{"@skip below a list", `query($v: Boolean = false) { accounts { id orderManagement { routes { task url @skip(if: $v) } } } }`, "@skip(if:)"},
	{"one of several operations", `query A($v: Boolean = true) { store { id @include(if: $v) } } query B($v: Boolean!) { store { id @include(if: $v) } }`, "@include(if:)"},
	{"an argument", `query($v: ID = "store_1") { node(id: $v) { id } }`, "node(id:)"},
	{"an argument with a default", `query($v: Int) { auditTrail(first: $v) { nodes { id } } }`, "auditTrail(first:)"},
	{"an argument when both have one", `query($v: Int = 3) { auditTrail(first: $v) { nodes { id } } }`, "auditTrail(first:)"},
	{"an argument in a fragment", `query($v: Int = 3) { ...all } fragment all on Query { auditTrail(first: $v) { nodes { id } } }`, "auditTrail(first:)"},
	{"an argument of introspection", `query($v: String = "Store") { __type(name: $v) { name } }`, "__type(name:)"},
	{"@include beside a mutation", `mutation($v: Boolean = true) { disconnectTikTokShop(confirm: true) @include(if: $v) { userErrors { code } } }`, "@include(if:)"},
	{"@include in a payload", `mutation($v: Boolean = true) { disconnectTikTokShop(confirm: true) { userErrors { code @include(if: $v) } } }`, "@include(if:)"},
	{"@skip of a part of a payload", `mutation($v: Boolean = false) { disconnectTikTokShop(confirm: true) { userErrors { code } overview @skip(if: $v) { tikTokShop { status } } } }`, "@skip(if:)"},
	{"@include of a spread in a payload", `mutation($v: Boolean = true) { disconnectTikTokShop(confirm: true) { ...p @include(if: $v) } } fragment p on DisconnectTikTokShopPayload { userErrors { code } }`, "@include(if:)"},
	{"@skip in the payload of the second", `mutation($v: Boolean = false) { disconnectTikTokShop(confirm: true) { userErrors { code } } updateSettings(settings: []) { userErrors { code @skip(if: $v) } } }`, "@skip(if:)"},
	{"an argument of a mutation", `mutation($v: Boolean = true) { disconnectTikTokShop(confirm: $v) { userErrors { code } } }`, "disconnectTikTokShop(confirm:)"},
	{"an argument of the second", `mutation($v: String = "x") { disconnectTikTokShop(confirm: true) { userErrors { code } } connectTikTokShop(authorizationCode: $v) { userErrors { code } } }`, "connectTikTokShop(authorizationCode:)"},
	{"an argument that is a list", `mutation($v: [SettingInput!] = []) { disconnectTikTokShop(confirm: true) { userErrors { code } } updateSettings(settings: $v) { userErrors { code } } }`, "updateSettings(settings:)"},
	{"an element of a list", `mutation($v: SettingInput = {key: "order.tags", value: []}) { disconnectTikTokShop(confirm: true) { userErrors { code } } updateSettings(settings: [$v]) { userErrors { code } } }`, "[0] of updateSettings(settings:)"},
	{"a later element", `mutation($v: ApiKeyScope = READ) { disconnectTikTokShop(confirm: true) { userErrors { code } } createApiKey(name: "k", scopes: [READ, $v]) { userErrors { code } } }`, "[1] of createApiKey(scopes:)"},
	{"a member of an input object", `mutation($v: String = "order.tags") { disconnectTikTokShop(confirm: true) { userErrors { code } } updateSettings(settings: [{key: "a", value: 1}, {value: [], key: $v}]) { userErrors { code } } }`, "key of [1] of updateSettings(settings:)"},
	{"a member of one that stands for a list", `mutation($v: String = "order.tags") { disconnectTikTokShop(confirm: true) { userErrors { code } } updateSettings(settings: {key: $v, value: []}) { userErrors { code } } }`, "key of updateSettings(settings:)"},
	{"a key", `mutation($v: String = "key") { disconnectTikTokShop(confirm: true) @idempotent(key: $v) { userErrors { code } } }`, ""},
	{"a default of null", `query($v: Int = null) { auditTrail(first: $v) { nodes { id } } }`, "auditTrail(first:)"},
}

// TestNullForVariableWithDefault is rejected before anything is done, wherever a value must stand.
func TestNullForVariableWithDefault(t *testing.T) {
	repository, seller := openStore(t, dbtest.URL(t, "sqlite"))
	s := serve(t, repository, seller, nil)
	state := func() map[string]any {
		return s.post(`{ overview { tikTokShop { status } } settings { key value } apiKeys { id } auditTrail(first: 250) { nodes { id } } }`, nil).Data
	}
	before := state()
	for _, test := range nullPositions {
		body := map[string]any{"query": test.document, "variables": map[string]any{"v": nil}, "operationName": operationA(test.document)}
		if strings.Contains(test.document, "= null") {
			delete(body, "variables")
		}
		for _, accept := range []string{mediaJSON, mediaGraphQL} {
			a := s.send(newPost(string(marshal(body)), "Accept", accept))
			require.Equal(t, http.StatusBadRequest, a.Code, "%s: %s", test.name, a.text)
			require.Equal(t, codeBadInput, a.code(), test.name)
			require.Len(t, a.Errors, 1, test.name)
			if test.place != "" { // a key says what it must be
				require.Equal(t, "$v must not be null: it is the value of "+test.place+".", a.Errors[0].Message)
			}
			require.NotEmpty(t, a.Errors[0].Locations, test.name)
			require.NotContains(t, a.text, `"data"`)
		}
	}
	require.Equal(t, before, state(), "nothing was done")
	require.NotContains(t, s.log.String(), "panic")
}

// TestDefaultsOfVariablesAreUsed when nothing is sent, in the same positions.
func TestDefaultsOfVariablesAreUsed(t *testing.T) {
	for _, test := range nullPositions {
		s := serveSQLite(t, nil)
		body := map[string]any{"query": test.document, "operationName": operationA(test.document)}
		if strings.Contains(test.document, "= null") {
			body["variables"] = map[string]any{"v": 2}
		}
		a := s.send(newPost(string(marshal(body))))
		require.Empty(t, a.Errors, "%s: %s", test.name, a.text)
		require.Equal(t, http.StatusOK, a.Code)
	}
}

// TestNullForNullablePosition: in a position that may be null, inside a setting's value, in an operation that is not asked for,
// and in what is left out.
func TestNullForNullablePosition(t *testing.T) {
	s := serveSQLite(t, nil)
	for _, document := range []string{
		`query($v: SettingScope = ADS) { settings(scope: $v) { key } }`,
		`query($v: String = "x") { auditTrail(after: $v) { nodes { id } } }`,
		`query($v: Boolean = true) { __type(name: "Store") { fields(includeDeprecated: $v) { name } } }`,
		`query($v: Boolean = true) { store { id ... @defer(if: $v) { name } } }`,
		`mutation($v: ID = "x") { disconnectTikTokShop(confirm: false, accountId: $v) { userErrors { code } } }`,
		`mutation($v: SettingValue = 1) { updateSettings(settings: [{key: "order.tags", value: $v}]) { userErrors { code } } }`,
		`mutation($v: SettingValue = 1) { updateSettings(settings: [{key: "order.tags", value: [$v, {a: $v}]}]) { userErrors { code } } }`,
		`query A($v: String) { auditTrail(after: $v) { nodes { id } } ...a } query B($v: Boolean = true) { store { id @include(if: $v) } } fragment a on Query { store { id } }`,
		`query($v: Int = 3) { store { id } auditTrail(first: $v) @skip(if: true) { nodes { id } } }`,
		`query($v: Int = 3, $with: Boolean = false) { store { id } ... @include(if: $with) { auditTrail(first: $v) { nodes { id } } } }`,
		`query($v: Int = 3, $without: Boolean!) { store { id } ...a @skip(if: $without) } fragment a on Query { auditTrail(first: $v) { nodes { id } } }`,
	} {
		a := s.send(newPost(string(marshal(map[string]any{
			"query": document, "operationName": operationA(document), "variables": map[string]any{"v": nil, "without": true},
		}))))
		require.Empty(t, a.Errors, "%s: %s", document, a.text)
		require.Equal(t, http.StatusOK, a.Code)
	}
}

// operationA is the name of the operation that is asked for of a document.
func operationA(document string) string {
	if strings.Contains(document, "query A(") {
		return "A"
	}
	return ""
}
