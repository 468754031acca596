package db_test

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/handback/handback/models"
)

const placeholders = "{region}/{shopCode}/{shopName}"

// valueKind is a sort of settings: a definition with all it takes, and values of it that are right and that are not.
type valueKind struct {
	definition     models.SettingDefinition
	valid, invalid *rapid.Generator[any]
}

var most = 3

var valueKinds = map[string]valueKind{
	"boolean": {models.SettingDefinition{}, anyOf(rapid.Bool()), anyOf(rapid.SampledFrom([]string{"true", ""}))},
	"string":  {models.SettingDefinition{}, anyOf(texts), anyOf(rapid.Bool())},
	"enum": {models.SettingDefinition{Values: []string{"ONE", "TWO", "é<&>"}}, anyOf(rapid.SampledFrom([]string{"ONE", "TWO", "é<&>"})),
		anyOf(rapid.SampledFrom([]string{"one", "THREE", ""}))},
	"integer": {models.SettingDefinition{Min: "-9007199254740993"}, anyOf(number(`-?(0|[1-9][0-9]{0,14})`)), anyOf(number(`-1[0-9]{16}|1\.0|1e3|-1e99999`))},
	"decimal": {models.SettingDefinition{Max: "1e40"}, anyOf(number(`-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-5])?`)),
		anyOf(number(`1e(41|999999999)|10000000000000000000000000000000000000000\.[1-9]`))},
	"list<string>": {models.SettingDefinition{MaxEntries: &most}, anyOf(rapid.SliceOfN(texts, 0, most)), anyOf(rapid.SliceOfN(texts, most+1, most+2))},
	"map<ID,boolean>": {models.SettingDefinition{}, anyOf(rapid.MapOfN(rapid.StringN(1, 9, -1), rapid.Bool(), 0, 5)),
		anyOf(rapid.MapOfN(rapid.StringN(1, 9, -1), rapid.Just(1), 1, 5))},
	"map<string,string>": {models.SettingDefinition{MinEntries: 1}, anyOf(rapid.MapOfN(rapid.StringN(1, 9, -1), texts, 1, 5)), anyOf(rapid.Just(map[string]any{}))},
	"object": {models.SettingDefinition{Properties: []string{"id"}}, anyOf(rapid.Map(rapid.MapOfN(texts, nested(3), 0, 4), func(members map[string]any) map[string]any {
		members["id"] = nil
		return members
	})), anyOf(rapid.Just(map[string]any{"ID": 1}))},
}

var texts = rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"\x00", "\u2028", "😀", "<>&", `"\`, "null", "' OR 1=1 --", "é", "?", "$1", "@x"}))

// nested is JSON of so many levels.
func nested(levels int) *rapid.Generator[any] {
	flat := rapid.OneOf(rapid.Just[any](nil), anyOf(rapid.Bool()), anyOf(texts), anyOf(number(`-?[1-9][0-9]{0,25}\.[0-9]0`)))
	if levels == 0 {
		return flat
	}
	below := nested(levels - 1)
	return rapid.OneOf(flat, anyOf(rapid.SliceOfN(below, 0, 2)), anyOf(rapid.MapOfN(texts, below, 0, 2)))
}

func anyOf[T any](generator *rapid.Generator[T]) *rapid.Generator[any] {
	return rapid.Map(generator, func(drawn T) any { return drawn })
}

func number(pattern string) *rapid.Generator[json.Number] {
	return rapid.Map(rapid.StringMatching(pattern), func(text string) json.Number { return json.Number(text) })
}

func newValue(t tester, drawn any) models.Value {
	t.Helper()
	text, err := models.NewValue(drawn)
	require.NoError(t, err)
	return text
}

var catalogues = rapid.Custom(func(t *rapid.T) models.Catalogue {
	keys := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-cA-C._é-]{1,9}`), 3, 40, rapid.ID).Draw(t, "keys")
	var definitions []models.SettingDefinition
	for _, key := range keys {
		kind := rapid.SampledFrom(slices.Sorted(maps.Keys(valueKinds))).Draw(t, "type")
		d := valueKinds[kind].definition
		d.Key, d.Type = key, kind
		d.Scope = rapid.SampledFrom([]models.SettingScope{models.ScopeStore, models.ScopeStore, models.ScopeTikTokShop, models.ScopeAds}).Draw(t, "scope")
		d.Editable = rapid.IntRange(0, 9).Draw(t, "editable") > 0
		if rapid.Bool().Draw(t, "is there before") {
			d.Before = newValue(t, valueKinds[kind].valid.Draw(t, "before"))
		}
		if rapid.IntRange(0, 3).Draw(t, "is written by connecting") > 0 {
			d.Connected = newValue(t, valueKinds[kind].valid.Draw(t, "connected"))
			if kind == "string" && rapid.Bool().Draw(t, "filled in") {
				d.Connected = newValue(t, placeholders)
			}
		}
		definitions = append(definitions, d)
	}
	return models.NewCatalogue(definitions)
})

func (w *storeModel) edit(t *rapid.T) {
	catalogueKeys := []string{}
	for _, d := range w.catalogue {
		catalogueKeys = append(catalogueKeys, d.Key)
	}
	by := models.Caller{Store: w.seller.Store, Actor: rapid.SampledFrom([]models.Actor{
		w.seller.Actor, {Kind: models.ActorPartner, Name: "Rithum"}}).Draw(t, "actor")}
	var inputs []models.SettingInput
	var codes []string
	wanted := map[string]value{}
	for range rapid.SampledFrom([]int{2, 1, 3, 0}).Draw(t, "inputs") {
		key := rapid.SampledFrom(catalogueKeys).Draw(t, "key")
		input, code := w.input(t, key)
		if _, repeated := wanted[input.Key]; repeated && code != models.UnknownSetting {
			code = models.DuplicateKey
		}
		codes = append(codes, string(code))
		inputs = append(inputs, input)
		if definition := w.catalogue.Definition(input.Key); definition != nil {
			wanted[input.Key] = value{scope: definition.Scope, text: input.Value}
		}
	}
	w.requireOnlyChanges(t, func() []models.SettingChange { return w.editSettings(t, by, inputs, codes, wanted) })
}

// input draws an edit of a setting, and why it is to be refused.
func (w *storeModel) input(t *rapid.T, key string) (models.SettingInput, models.UpdateSettingsErrorCode) {
	d := w.catalogue.Definition(key)
	of := valueKinds[d.Type]
	input, code := models.SettingInput{Key: key}, models.UpdateSettingsErrorCode("")
	switch rapid.SampledFrom([]string{"valid", "valid", "valid", "valid", "same", "null", "invalid", "large", "unknown"}).Draw(t, "edit") {
	case "valid":
		input.Value = newValue(t, of.valid.Draw(t, "value"))
	case "same":
		if input.Value = w.settings[key].text; input.Value == "" && d.MinEntries > 0 {
			code = models.InvalidValue
		}
	case "null":
		if d.MinEntries > 0 {
			code = models.InvalidValue
		}
	case "invalid":
		input.Value, code = newValue(t, of.invalid.Draw(t, "value")), models.InvalidValue
	case "large":
		input.Value, code = models.Value(`"`+strings.Repeat("x", models.MaxValueBytes)+`"`), models.ValueTooLarge
	case "unknown":
		input.Key, input.Value = "\x7f"+key, `1`
		return input, models.UnknownSetting
	}
	switch {
	case !d.Editable:
		code = models.NotEditable
	case d.Scope == models.ScopeTikTokShop && w.connected == "":
		code = models.SettingsNotConnected
	}
	return input, code
}

func (w *storeModel) editSettings(t *rapid.T, by models.Caller, inputs []models.SettingInput, codes []string, wanted map[string]value) []models.SettingChange {
	settings, err := w.repository.UpdateSettings(context.Background(), by, inputs)
	refusals := models.RefusalsIn[models.UpdateSettingsErrorCode](err)
	require.True(t, err == nil || refusals != nil, "%v", err)
	got := make([]string, len(inputs))
	for _, refusal := range refusals {
		for i := range inputs {
			if refusal.Field[1] == strconv.Itoa(i) {
				got[i] = string(refusal.Code)
			}
		}
	}
	require.Equal(t, append([]string{}, codes...), got)
	if len(refusals) > 0 {
		return nil
	}
	changes := w.changesTo(wanted)
	w.apply(changes, by.Actor)
	at := 0
	for _, input := range inputs {
		if input.Value == "" {
			continue
		}
		require.Equal(t, []any{input.Key, input.Value, w.settings[input.Key].by}, []any{settings[at].Key, settings[at].Value, settings[at].UpdatedBy})
		at++
	}
	require.Len(t, settings, at)
	if len(changes) == 0 {
		return nil
	}
	return changes
}
