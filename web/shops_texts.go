package web

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"net/http"

	"golang.org/x/text/language"
)

// ShopsTexts are the sentences of ShopsPage in a language.
type ShopsTexts struct {
	Language string // as HTML names it

	Title, Several, Connect, Cancel string
	Which, None                     string // each with a place for the store's name

	Refusals map[string]string // by code, in place of the API's sentences, which are in English
}

// Refusal is why a shop cannot be connected, in the language where it has words for it.
func (t ShopsTexts) Refusal(code, sentence string) string { return cmp.Or(t.Refusals[code], sentence) }

//go:embed shops.json
var shopsJSON []byte

var (
	shopsTexts     = readShopsTexts()
	shopsLanguages = []language.Tag{language.English, language.Spanish} // the first is spoken where none is asked for
	shopsMatcher   = language.NewMatcher(shopsLanguages)
)

func readShopsTexts() (texts map[string]ShopsTexts) {
	if err := json.Unmarshal(shopsJSON, &texts); err != nil {
		panic("web: shops.json: " + err.Error())
	}
	return texts
}

// ShopsTextsFor are those in the language that the browser asks for.
func ShopsTextsFor(r *http.Request) ShopsTexts {
	_, index := language.MatchStrings(shopsMatcher, r.Header.Get("Accept-Language"))
	spoken := shopsLanguages[index].String()
	texts := shopsTexts[spoken]
	texts.Language = spoken
	return texts
}
