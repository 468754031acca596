package models_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"handback/models"
)

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

func FuzzPreviewToken(f *testing.F) {
	c := newConnection()
	token := c.preview().Token
	for _, seed := range []string{"", token, token + "=", " " + token, token[1:], token[:len(token)-1], strings.ToUpper(token), token + token, "\x00", "é", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, given string) {
		request := models.DisconnectRequest{Confirm: true, PreviewToken: &given}
		preview, refusal := request.Disconnect(c.store, c.withEpoch(), c.settings)
		if given == token {
			require.Nil(t, refusal)
			return
		}
		require.Nil(t, preview)
		require.Equal(t, models.PreviewStale, refusal.Code)
	})
}
