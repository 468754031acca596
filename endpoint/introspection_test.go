package endpoint

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
)

// TestIntrospectionIsNullWhereTheSpecificationSaysSo, for each kind of type and each field of __Type. Elsewhere it is not
// null, but for descriptions and the addresses of scalars.
func TestIntrospectionIsNullWhereTheSpecificationSaysSo(t *testing.T) {
	repository, seller := openStore(t, dbtest.URL(t, "sqlite"))
	encoding, alone := withAndWithoutEncoder(repository, seller)
	for way, e := range map[string]*endpoint{"encoding": encoding, "gqlgen": alone} {
		s := served{Handler: WithRequestIDs(e), t: t}
		answered := s.post(`{
			__schema { types { ...Whole } directives { args { type { ...Whole } } } queryType { ...Whole } mutationType { ...Whole } subscriptionType { ...Whole } }
			list: __type(name: "Query") { ...Whole fields { type { ...Whole ofType { ...Whole ofType { ...Whole } } } args { type { ...Whole } } } }
			none: __type(name: "Nothing") { name } input: __type(name: "SettingInput") { ...Whole }
		}
		fragment Whole on __Type {
			kind name specifiedByURL isOneOf ofType { kind } fields { name } interfaces { name } possibleTypes { name } enumValues { name } inputFields { name }
		}`, nil)
		require.Empty(t, answered.Errors, way)
		require.Nil(t, answered.Data["none"])
		require.Equal(t, subscriptionType, answered.Data["__schema"].(map[string]any)["subscriptionType"].(map[string]any)["name"])
		kinds := map[string]bool{}
		eachType(answered.Data, func(described map[string]any) {
			kind := described["kind"].(string)
			kinds[kind] = true
			for field, of := range map[string][]string{
				"name":       {"SCALAR", "OBJECT", "INTERFACE", "UNION", "ENUM", "INPUT_OBJECT"},
				"fields":     {"OBJECT", "INTERFACE"},
				"interfaces": {"OBJECT", "INTERFACE"}, "possibleTypes": {"INTERFACE", "UNION"},
				"enumValues": {"ENUM"}, "inputFields": {"INPUT_OBJECT"}, "isOneOf": {"INPUT_OBJECT"},
				"ofType": {"LIST", "NON_NULL"},
			} {
				if slices.Contains(of, kind) {
					require.NotNil(t, described[field], "%s of %s: %v", field, kind, described["name"])
				} else {
					require.Nil(t, described[field], "%s of %s: %v", field, kind, described["name"])
				}
			}
			own := slices.Contains([]any{"DateTime", "URL", "SettingValue"}, described["name"])
			require.Equal(t, own, described["specifiedByURL"] != nil, described["name"])
		})
		require.Len(t, kinds, 7, "all but unions, of which there are none")
	}
}

// TestIntrospectionHasNoEmptyTexts: what is not described or not deprecated says null.
func TestIntrospectionHasNoEmptyTexts(t *testing.T) {
	s := serveSQLite(t, nil)
	a := s.post(`{ __schema { description types {
		description fields(includeDeprecated: true) { description isDeprecated deprecationReason args(includeDeprecated: true) { description defaultValue isDeprecated deprecationReason } }
		enumValues(includeDeprecated: true) { description isDeprecated deprecationReason } inputFields(includeDeprecated: true) { description defaultValue isDeprecated deprecationReason }
	} directives { description isRepeatable locations args(includeDeprecated: true) { description defaultValue isDeprecated deprecationReason } } } }`, nil)
	require.Empty(t, a.Errors)
	require.NotContains(t, a.text, `:""`)
	require.Equal(t, strings.Count(a.text, `"isDeprecated":true`), strings.Count(a.text, `"deprecationReason":"`))
	require.Contains(t, a.text, `"defaultValue":"20"`)
}

// TestIntrospectionAnnouncesTheDirectivesThatDoSomething: @defer is taken, but answers are sent in one piece.
func TestIntrospectionAnnouncesTheDirectivesThatDoSomething(t *testing.T) {
	s := serveSQLite(t, nil)
	for range 2 { // none is lost for the next
		a := s.post(`{ __schema { directives { name } } }`, nil)
		var names []any
		for _, directive := range a.Data["__schema"].(map[string]any)["directives"].([]any) {
			names = append(names, directive.(map[string]any)["name"])
		}
		require.Equal(t, []any{"cost", "deprecated", "idempotent", "include", "listSize", "oneOf", "requiresScope", "requiresSeller", "skip", "specifiedBy"}, names)
	}
	require.Empty(t, s.post(`{ store { ... @defer { name } } }`, nil).Errors)
}

// eachType calls do with each type that is described in an answer.
func eachType(answered any, do func(map[string]any)) {
	switch answered := answered.(type) {
	case []any:
		for _, element := range answered {
			eachType(element, do)
		}
	case map[string]any:
		if _, whole := answered["possibleTypes"]; whole {
			do(answered)
		}
		for _, member := range answered {
			eachType(member, do)
		}
	}
}
