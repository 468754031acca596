package models_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

func TestParseValueWritesCanonicalJSON(t *testing.T) {
	const thirtyDigits = "123456789012345678901234567890.123456789012345678901234567890"
	for name, test := range map[string]struct{ text, canonical string }{
		"trailing zero":         {`0.50`, `0.50`},
		"exponent":              {`1e3`, `1e3`},
		"capital exponent":      {`1E+3`, `1E+3`},
		"minus zero":            {`-0`, `-0`},
		"beyond float64":        {`9007199254740993`, `9007199254740993`},
		"thirty digits":         {thirtyDigits, thirtyDigits},
		"huge exponent":         {`1e999999999`, `1e999999999`},
		"white space":           {" [ 1 ,\n\t2 ] ", `[1,2]`},
		"nested nulls":          {`{"b": null, "a": [null, {"c": null}]}`, `{"a":[null,{"c":null}],"b":null}`},
		"empty containers":      {`[{}, [], ""]`, `[{},[],""]`},
		"member order":          {`{"b":1,"a":2,"B":3,"aa":4,"":5}`, `{"":5,"B":3,"a":2,"aa":4,"b":1}`},
		"order of bytes":        {"{\"\U0001F600\":1,\"\uFF5E\":2,\"é\":3,\"z\":4}", "{\"z\":4,\"é\":3,\"\uFF5E\":2,\"\U0001F600\":1}"},
		"last member wins":      {`{"a":1,"a":2}`, `{"a":2}`},
		"NUL":                   {`"a\u0000b"`, `"a\u0000b"`},
		"control characters":    {`"\n\t\u001f"`, `"\n\t\u001f"`},
		"emoji":                 {`"\ud83d\ude00"`, "\"\U0001F600\""},
		"line separators":       {"\"\u2028\u2029\"", `"\u2028\u2029"`},
		"HTML":                  {`"\u003cb\u003e & <i>"`, `"<b> & <i>"`},
		"slash":                 {`"\/"`, `"/"`},
		"quote and backslash":   {`"\"\\"`, `"\"\\"`},
		"half a surrogate pair": {`"\ud800"`, "\"\uFFFD\""},
		"null alone":            {`null`, ``},
	} {
		t.Run(name, func(t *testing.T) {
			value, err := models.ParseValue([]byte(test.text))
			require.NoError(t, err)
			require.Equal(t, models.Value(test.canonical), value)
			again, err := models.ParseValue([]byte(test.canonical))
			if test.canonical != "" {
				require.NoError(t, err)
				require.Equal(t, value, again)
			}
		})
	}
}

func TestParseValueRejectsInvalidJSON(t *testing.T) {
	for _, text := range []string{``, ` `, `1 2`, `{} x`, `[1,]`, `{"a"}`, `01`, `1.`, `.5`, `+1`, `NaN`, `'a'`, `"a`, `]`, `1 ]`} {
		_, err := models.ParseValue([]byte(text))
		require.Error(t, err, "%q", text)
	}
}

func TestNewValueMatchesParseValue(t *testing.T) {
	value, err := models.NewValue(map[string]any{"z": json.Number("0.50"), "a": []any{nil, true, "<"}})
	require.NoError(t, err)
	require.Equal(t, models.Value(`{"a":[null,true,"<"],"z":0.50}`), value)

	value, err = models.NewValue(nil)
	require.NoError(t, err)
	require.Empty(t, value)

	_, err = models.NewValue(json.Number("not a number"))
	require.Error(t, err)
	_, err = models.NewValue(func() {})
	require.Error(t, err)
}

// encoding/json writes deeper nesting than it reads back.
func TestParseValueRejectsDeepNesting(t *testing.T) {
	var nested any = true
	for range 20_000 {
		nested = []any{nested}
	}
	definition := models.SettingDefinition{Key: "k", Type: "list<string>", Editable: true}
	require.NotPanics(t, func() {
		value, err := models.NewValue(nested)
		if err != nil {
			return // rejected on the way in, which is as good
		}
		require.NotEmpty(t, definition.Problem(value))
	})
}

func TestMaxValueBytesIsOneMiB(t *testing.T) {
	catalogue := models.NewCatalogue([]models.SettingDefinition{{Key: "k", Scope: models.ScopeStore, Type: "string", Editable: true}})
	quoted := func(bytes int) models.Value { return models.Value(`"` + strings.Repeat("x", bytes-2) + `"`) }

	refusals := models.RefuseInputs(catalogue, "", []models.SettingInput{{Key: "k", Value: quoted(1 << 20)}})
	require.Empty(t, refusals)
	refusals = models.RefuseInputs(catalogue, "", []models.SettingInput{{Key: "k", Value: quoted(1<<20 + 1)}})
	require.Len(t, refusals, 1)
	require.Equal(t, models.ValueTooLarge, refusals[0].Code)
}

func FuzzSettingValue(f *testing.F) {
	for _, d := range models.DefaultCatalogue() {
		f.Add([]byte(d.Before), d.Type, string(d.Min), d.MinEntries)
		f.Add([]byte(d.Connected), d.Type, "1e999999999", -1)
	}
	for _, text := range []string{`0.50`, `-0e-0`, `1E+999999999`, `{"b":null,"a":"\u0000\u2028<>&"}`, `"\ud83d\ude00"`, `"\ud800"`, `{"a":1,"a":2}`, "\"\xff\"", `[[[[]]]]`} {
		f.Add([]byte(text), "map<ID,list<decimal>>", "", 1)
		f.Add([]byte(text), "list<", "-", 0)
	}
	f.Fuzz(func(t *testing.T, text []byte, kind, least string, entries int) {
		value, err := models.ParseValue(text)
		require.Equal(t, json.Valid(text), err == nil)
		if err != nil {
			return
		}
		if value != "" {
			requireCanonical(t, value, text)
		}
		definition := models.SettingDefinition{
			Key: "k", Type: kind, Values: []string{kind}, Properties: []string{least}, Min: json.Number(least), Max: json.Number(least),
			MinEntries: entries, MaxEntries: &entries, Editable: true,
		}
		definition.Problem(value)
		definition.Problem("")
	})
}

// requireCanonical requires the value to be the one text of what the given text stands for.
func requireCanonical(t *testing.T, value models.Value, text []byte) {
	t.Helper()
	again, err := models.ParseValue([]byte(value))
	require.NoError(t, err)
	require.Equal(t, value, again)

	require.Equal(t, decoded(t, text), decoded(t, []byte(value)))
	made, err := models.NewValue(decoded(t, text))
	require.NoError(t, err)
	require.Equal(t, value, made)
}

func decoded(t *testing.T, text []byte) (decoded any) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&decoded))
	return decoded
}
