package models_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

var (
	boundedNumber  = models.SettingDefinition{Type: "decimal", Min: "-0.5", Max: "1e2"}
	boundedInteger = models.SettingDefinition{Type: "integer", Min: "0", Max: "9007199254740993"}
	enumOfTwo      = models.SettingDefinition{Type: "enum", Values: []string{"A", "B"}}
	objectOfTwo    = models.SettingDefinition{Type: "object", Properties: []string{"id", "name"}}
	listOfTwo      = models.SettingDefinition{Type: "list<string>", MinEntries: 1, MaxEntries: new(2)}
	severalEntries = models.SettingDefinition{Type: "map<ID,boolean>", MinEntries: 2}
)

// problems are what is wrong with values: "" is nothing.
var problems = []struct {
	definition models.SettingDefinition
	value      models.Value
	problem    string
}{
	{models.SettingDefinition{Type: "boolean"}, `true`, ""},
	{models.SettingDefinition{Type: "boolean"}, `"true"`, "must be true or false"},
	{models.SettingDefinition{Type: "boolean"}, `0`, "must be true or false"},
	{models.SettingDefinition{Type: "string"}, `""`, ""},
	{models.SettingDefinition{Type: "string"}, `1`, "must be a string"},
	{models.SettingDefinition{Type: "string"}, `[]`, "must be a string"},

	{enumOfTwo, `"B"`, ""},
	{enumOfTwo, `"b"`, "must be one of A, B"},
	{enumOfTwo, `""`, "must be one of A, B"},
	{enumOfTwo, `true`, "must be one of A, B"},
	{models.SettingDefinition{Type: "enum"}, `""`, "must be one of "},

	{boundedInteger, `0`, ""},
	{boundedInteger, `-0`, ""},
	{boundedInteger, `9007199254740993`, ""},
	{boundedInteger, `9007199254740994`, "must be at most 9007199254740993"},
	{boundedInteger, `-1`, "must be at least 0"},
	{boundedInteger, `1.0`, "must be a whole number, written without point or exponent"},
	{boundedInteger, `1e3`, "must be a whole number, written without point or exponent"},
	{boundedInteger, `1E3`, "must be a whole number, written without point or exponent"},
	{boundedInteger, `"1"`, "must be a number"},
	{models.SettingDefinition{Type: "integer"}, `-99999999999999999999999999`, ""},

	{boundedNumber, `-0.50`, ""},
	{boundedNumber, `100`, ""},
	{boundedNumber, `0.1e3`, ""},
	{boundedNumber, `-0.500000000000000000000000000001`, "must be at least -0.5"},
	{boundedNumber, `100.000000000000000000000000000001`, "must be at most 1e2"},
	{boundedNumber, `1e999999999`, "must be at most 1e2"},
	{boundedNumber, `-1e999999999`, "must be at least -0.5"},
	{boundedNumber, `true`, "must be a number"},

	{objectOfTwo, `{"id":null,"name":"x","more":1}`, ""},
	{objectOfTwo, `{"id":1}`, "must have the member name"},
	{objectOfTwo, `{}`, "must have the member id"},
	{objectOfTwo, `[]`, "must be an object"},
	{models.SettingDefinition{Type: "object"}, `{}`, ""},

	{listOfTwo, `["a"]`, ""},
	{listOfTwo, `["a","b"]`, ""},
	{listOfTwo, `[]`, "must have at least 1 entry"},
	{listOfTwo, `["a","b","c"]`, "can have at most 2 entries, not 3"},
	{listOfTwo, `["a",null]`, "has an entry that is not right: entry 1 must be a string"},
	{listOfTwo, `{"0":"a"}`, "must be a list"},
	{listOfTwo, `"a"`, "must be a list"},

	{severalEntries, `{"a":true,"b":false}`, ""},
	{severalEntries, `{"a":true}`, "must have at least 2 entries"},
	{severalEntries, `{"a":true,"b":1}`, "has an entry that is not right: an entry must be true or false"},
	{severalEntries, `{"":true,"b":true}`, "has an entry without a name"},
	{severalEntries, `[true,true]`, "must be an object with an entry for each id"},
	{models.SettingDefinition{Type: "map<string,string>"}, `{}`, ""},
	{models.SettingDefinition{Type: "map<ID,object>", Properties: []string{"sku"}}, `{"a":{"sku":"1"},"b":{"sku":"2"}}`, ""},
	{models.SettingDefinition{Type: "map<ID,object>", Properties: []string{"sku"}}, `{"a":{}}`, "has an entry that is not right: an entry must have the member sku"},
	{models.SettingDefinition{Type: "map<ID,list<integer>>"}, `{"a":[1]}`, ""},
	{models.SettingDefinition{Type: "map<ID,list<integer>>"}, `{"a":[1.5]}`, "has an entry that is not right: an entry has an entry that is not right: entry 0 must be a whole number, written without point or exponent"},

	{models.SettingDefinition{Type: "colour"}, `"red"`, "has a type nobody knows: colour"},
}

func TestProblemOfInvalidValues(t *testing.T) {
	for _, test := range problems {
		require.Equal(t, test.problem, test.definition.Problem(test.value), "%s %s", test.definition.Type, test.value)
	}
}

func TestSettingTypeOfNestedValues(t *testing.T) {
	for kind, want := range map[string]models.SettingType{
		"boolean": models.TypeBoolean, "string": models.TypeString, "integer": models.TypeInteger, "decimal": models.TypeDecimal,
		"enum": models.TypeEnum, "object": models.TypeObject, "list<string>": models.TypeList, "map<ID,list<integer>>": models.TypeMap,
	} {
		require.Equal(t, want, (&models.SettingDefinition{Type: kind}).ValueType(), kind)
	}
}

func TestSettingWithMinEntriesCannotBeRemoved(t *testing.T) {
	for _, test := range []struct {
		least   int
		problem string
	}{
		{0, ""},
		{1, "cannot be removed: must have at least 1 entry"},
		{2, "cannot be removed: must have at least 2 entries"},
	} {
		definition := models.SettingDefinition{Type: "list<string>", MinEntries: test.least}
		require.Equal(t, test.problem, definition.Problem(""))
	}
}

func TestDefinitionsAreEditableByDefault(t *testing.T) {
	catalogue, err := models.ParseCatalogue([]byte(`{"settings": [
		{"key": "b", "editable": false, "maxEntries": 0}, {"key": "c", "editable": true}, {"key": "a", "before": null, "connected": 0.50}
	]}`))
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b", "c"}, keys(catalogue))
	require.True(t, catalogue.Definition("a").Editable)
	require.False(t, catalogue.Definition("b").Editable)
	require.True(t, catalogue.Definition("c").Editable)

	require.Nil(t, catalogue.Definition("a").MaxEntries)
	require.Equal(t, 0, *catalogue.Definition("b").MaxEntries)
	require.Empty(t, catalogue.Definition("a").Before)
	require.Equal(t, models.Value("0.50"), catalogue.Definition("a").Connected)
	require.Nil(t, catalogue.Definition("nobody"))
}

func TestParseCatalogueRejectsInvalidInput(t *testing.T) {
	for _, text := range []string{``, `[]`, `{"settings": {}}`, `{"settings": [{"key": 1}]}`, `{"settings": [{"min": "x"}]}`} {
		_, err := models.ParseCatalogue([]byte(text))
		require.Error(t, err, "%q", text)
	}
}

func TestNewCatalogueKeepsItsArgument(t *testing.T) {
	given := []models.SettingDefinition{{Key: "b"}, {Key: "a"}}
	require.Equal(t, []string{"a", "b"}, keys(models.NewCatalogue(given)))
	require.Equal(t, "b", given[0].Key)
}

func TestDefaultCatalogueIsConsistent(t *testing.T) {
	catalogue := models.DefaultCatalogue()
	require.Len(t, slices.Compact(keys(catalogue)), 45)
	require.True(t, slices.IsSorted(keys(catalogue)))
	titles, sources, groups := map[string]bool{}, map[models.SettingSource]int{}, map[models.SettingGroup]int{}
	for _, d := range catalogue {
		require.Contains(t, []models.SettingScope{models.ScopeStore, models.ScopeTikTokShop, models.ScopeAds}, d.Scope, d.Key)
		require.Contains(t, []models.SettingType{
			models.TypeBoolean, models.TypeString, models.TypeInteger, models.TypeDecimal,
			models.TypeEnum, models.TypeObject, models.TypeList, models.TypeMap,
		}, d.ValueType(), d.Key)
		require.Equal(t, d.ValueType() == models.TypeEnum, len(d.Values) > 0, "%s: only an enum has values", d.Key)
		require.NotEmpty(t, d.About, d.Key)
		require.Regexp(t, `^[A-Z][A-Za-z -]{2,39}$`, d.Title, d.Key)
		require.False(t, titles[d.Title], "%s has the title of another", d.Key)
		titles[d.Title] = true
		sources[d.Source]++
		groups[d.Group]++
		require.Equal(t, d.Scope == models.ScopeAds, d.Group == models.GroupAds, d.Key)
		require.Equal(t, d.Scope == models.ScopeAds, d.Source == models.SourceAds, d.Key)
		if d.Before != "" {
			require.Empty(t, d.Problem(d.Before), d.Key)
			require.NotEqual(t, models.ScopeTikTokShop, d.Scope, "%s exists only while connected", d.Key)
		}
		if d.Connected != "" {
			require.Empty(t, d.Problem(d.Connected), d.Key)
			require.NotEqual(t, models.ScopeAds, d.Scope, "connecting must not write %s", d.Key)
		}
		for _, bound := range []json.Number{d.Min, d.Max} {
			require.True(t, bound == "" || json.Valid([]byte(bound)), d.Key)
		}
	}
	require.Equal(t, map[models.SettingSource]int{models.SourceShopify: 8, models.SourceApp: 26, models.SourceTikTok: 6, models.SourceAds: 5}, sources)
	require.Equal(t, map[models.SettingGroup]int{
		models.GroupProducts: 9, models.GroupPrices: 4, models.GroupStock: 5, models.GroupOrders: 8, models.GroupShipping: 7, models.GroupTaxes: 1,
		models.GroupTechnical: 6, models.GroupAds: 5,
	}, groups)
	require.Equal(t, models.Value("0.50"), catalogue.Definition("shipping.packageWeightFallbackKg").Before)
}

func TestCatalogueBeforeOmitsAbsentSettings(t *testing.T) {
	catalogue := models.NewCatalogue([]models.SettingDefinition{
		{Key: "b", Scope: models.ScopeAds, Before: "1"}, {Key: "a", Scope: models.ScopeStore, Before: "2"}, {Key: "c", Connected: "3"},
	})
	require.Equal(t, []models.SnapshotSetting{
		{Key: "a", Scope: models.ScopeStore, Value: "2"}, {Key: "b", Scope: models.ScopeAds, Value: "1"},
	}, catalogue.Before())
}

func keys(catalogue models.Catalogue) []string {
	list := make([]string, len(catalogue))
	for i, d := range catalogue {
		list[i] = d.Key
	}
	return list
}

// TestPlumbingIsNotEditable: what the integration needs to work, and what TikTok gives out, and facts of the store, is nobody's to edit.
func TestPlumbingIsNotEditable(t *testing.T) {
	var plumbing []string
	for _, d := range models.DefaultCatalogue() {
		if !d.Editable {
			plumbing = append(plumbing, d.Key)
		}
	}
	require.Equal(t, []string{
		"channel.connection", "order.attributionSource", "product.dailyLimit", "product.links", "returns.policyShown", "store.resourceFeedback",
		"warehouse.default", "warehouse.mapping", "warehouse.returnAddress", "webhook.topics",
	}, plumbing)
}
