package web

import (
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
)

// TestShopsPageSpeaksTheBrowsersLanguage, and English where it has none of those that the browser asks for.
func TestShopsPageSpeaksTheBrowsersLanguage(t *testing.T) {
	for asked, want := range map[string]string{"": "en", "en-GB": "en", "es": "es", "es-MX,es;q=0.9,en;q=0.8": "es", "xx": "en", "fr,es;q=0.5": "es", "\x00": "en"} {
		r := httptest.NewRequest(http.MethodGet, "/tiktok/choose", http.NoBody)
		r.Header.Set("Accept-Language", asked)
		texts := ShopsTextsFor(r)
		require.Equal(t, want, texts.Language, asked)
		answer := httptest.NewRecorder()
		ShopsPage{StoreName: "Aurora <Outfitters>", Shops: []ShopOnPage{{Code: "A", Name: "Shop"}}, Texts: texts}.Serve(answer)
		page := html.UnescapeString(answer.Body.String())
		require.Contains(t, page, `<html lang="`+want+`">`)
		require.Contains(t, page, "Aurora <Outfitters>?")
		require.NotContains(t, answer.Body.String(), "<Outfitters>")
	}
}

func TestShopsPageHasEachTextInEachLanguage(t *testing.T) {
	require.Len(t, shopsTexts, len(shopsLanguages))
	for _, tag := range shopsLanguages {
		texts := shopsTexts[tag.String()]
		require.NotContains(t, []string{texts.Title, texts.Several, texts.Connect, texts.Cancel}, "")
		for _, text := range []string{texts.Which, texts.None} {
			require.Equal(t, 1, strings.Count(text, "%s"), text)
		}
		for _, code := range []string{"OWNER_REQUIRED", "SELLER_NOT_ACTIVE", "REGION_MISMATCH", "ALREADY_CONNECTED", "ACCOUNT_IN_USE"} {
			said := texts.Refusal(code, "The API's sentence.")
			require.NotEmpty(t, said)
			require.Equal(t, tag == language.English, said == "The API's sentence.", "%s in %s", code, tag)
		}
	}
}
