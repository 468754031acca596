package models_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

func isName(name string) bool {
	refusals := models.RefuseAPIKeyRequest(models.APIKeyRequest{Name: name, Scopes: models.AllAPIKeyScopes}, noon)
	return len(refusals) == 0
}

func TestVisibleAPIKeyNames(t *testing.T) {
	for _, name := range []string{
		"Rithum", "7", "№", "渠道", "Ünit", "U\u0308nit", "हिन्दी", "ליאור", "a b", "a\u00a0b", "a\u3000b", "?", "👩\u200d💻", "👩🏽\u200d💻 team", "❤\ufe0f", "🏳\ufe0f\u200d🌈",
	} {
		require.True(t, isName(name), "%+q", name)
	}
}

// TestInvisibleAPIKeyNames: neither what shows nothing by itself, nor what shows nothing within a name.
func TestInvisibleAPIKeyNames(t *testing.T) {
	for _, name := range []string{
		"\u200b", "\u2060", "\u00ad", "\u3164", "\uffa0", "\u115f", "\u2800", "\U0001d159", "\ufe0f", "\U000e0041", "\u0301", "\u200d\u200d", "\u200b \u200b", "\ue000", "\uffff", "\U0010ffff",
	} {
		require.False(t, isName(name), "%+q", name)
	}
	for _, name := range []string{
		"Rit\u200dhum", "Rit\u200chum", "Rithum\u200d", "\u200dRithum", "Rit\ufe0fhum", "\ufeffRithum", "1\u200d2", "👩\u200dx", "x\u200d💻", "👩\u200d", "\ufe0f❤", "👩\u200d\u200d💻", "❤\ufe0f\ufe0f",
	} {
		require.False(t, isName(name), "%+q", name)
	}
}

// TestAPIKeyNameHasNoIgnorableCharacters tries each character that Unicode lets show nothing.
func TestAPIKeyNameHasNoIgnorableCharacters(t *testing.T) {
	tried := 0
	for _, table := range []*unicode.RangeTable{unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector} {
		for r := range rune(unicode.MaxRune + 1) {
			if !unicode.Is(table, r) {
				continue
			}
			tried++
			require.False(t, isName("Rit"+string(r)+"hum"), "%U", r)
			require.Equal(t, "Rithum", models.WithoutInvisible("Rit"+string(r)+"hum"), "%U", r)
		}
	}
	require.Greater(t, tried, 400)
	require.Equal(t, "Ünit 👩💻", models.WithoutInvisible("Ünit 👩\u200d💻"))
	require.Len(t, strings.Fields(models.WithoutInvisible("a b")), 2)
}
