package endpoint

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
)

// TestLoneSurrogateIsRejected: neither in a document nor in what comes with it.
func TestLoneSurrogateIsRejected(t *testing.T) {
	repository, seller := openStore(t, dbtest.URL(t, "sqlite"))
	s := serve(t, repository, seller, nil)
	before := s.post(`{ settings { value } auditTrail { nodes { id } } }`, nil).Data
	for _, literal := range []string{
		`\uD800`, `\uDFFF`, `\uDBFF`, `\uDC00`, `\ud800`, `\uD83Dx`, `x\uD83D`, `\uDE00\uD83D`, `\uD83D\uD83D\uDE00`, `\uD83D\uDE00\uDE00`, `\uD83D\u0041`, `\uD83D\n`,
		`\uD83D\\uDE00`, `\\\uD800`, `é😀\"\uD800`, `\u0041\uD800`, `\u{1F600}\uD800`,
		`\u{D800}`, `\u{DFFF}`, `\u{0000D800}`, `\u{D83D}\u{DE00}`, `\uD83D\u{DE00}`, `\u{110000}`, `\u{}`, `\u{FFFFFFFF}`,
	} {
		for _, document := range []string{
			`mutation { updateSettings(settings: [{key: "order.tags", value: ["` + literal + `"]}]) { userErrors { code } } }`,
			`mutation { disconnectTikTokShop(confirm: true, previewToken: "` + literal + `") { userErrors { code } } }`,
			`mutation { disconnectTikTokShop(confirm: true) @idempotent(key: "` + literal + `") { userErrors { code } } }`,
			`mutation($v: String = "` + literal + `") { disconnectTikTokShop(confirm: true, previewToken: $v) { userErrors { code } } }`,
			"# é \"\r\nmutation { # \\u{1F600}\r disconnectTikTokShop(confirm: true, previewToken: \"\"\"\r\n\\uD83D\\uDE00 \"\" \\\"\"\" 😀\"\"\", accountId: \"" + literal + `") { userErrors { code } } }`,
		} {
			a := s.post(document, nil, "Accept", mediaGraphQL)
			require.Equal(t, codeParse, a.code(), document)
			require.Equal(t, http.StatusBadRequest, a.Code)
			require.NotEmpty(t, a.Errors[0].Locations)
			require.NotContains(t, a.text, `"data"`)
		}
	}
	for _, text := range []string{`\uD800`, `\udfff`, `\uD83Dx`, `\uDE00\uD83D`, "\xed\xa0\x80", "\xff"} {
		for _, body := range []string{
			`{"query":"` + text + `{ store { id } }"}`,
			`{"query":"{ store { id } }","operationName":"` + text + `"}`,
			`{"query":"query($v: SettingValue) { store { id } }","variables":{"v":"` + text + `"}}`,
			`{"query":"query($v: SettingValue) { store { id } }","variables":{"v":[{"a":"` + text + `"}]}}`,
			`{"query":"query($v: SettingValue) { store { id } }","variables":{"v":{"` + text + `":1}}}`,
			`{"query":"{ store { id } }","variables":{"` + text + `":1}}`,
			`{"query":"{ store { id } }","extensions":{"a":"` + text + `"}}`,
			`{"query":"{ store { id } }","` + text + `":1}`,
		} {
			a := s.send(newPost(body))
			require.Equal(t, codeBadRequest, a.code(), body)
			require.Equal(t, http.StatusBadRequest, a.Code)
		}
		for _, parameter := range []string{"variables", "extensions"} {
			a := s.send(newGet(url.Values{"query": {`{ store { id } }`}, parameter: {`{"v":"` + text + `"}`}}))
			require.Equal(t, codeBadRequest, a.code(), parameter)
		}
	}
	require.Equal(t, before, s.post(`{ settings { value } auditTrail { nodes { id } } }`, nil).Data, "nothing was done")
}

// TestSurrogatePairsAreText, however they are written.
func TestSurrogatePairsAreText(t *testing.T) {
	s := serveSQLite(t, nil)
	for literal, text := range map[string]string{
		`"\uD83D\uDE00"`: "😀", `"\ud83d\ude00\uD83D\uDE00"`: "😀😀", `"\u{1F600}"`: "😀", `"😀"`: "😀", `"\\uD800"`: `\uD800`, `"\\\\uD800\u0041"`: `\\uD800A`, `"\uFFFD\uD7FF\uE000"`: "\uFFFD\uD7FF\uE000",
		`"""\uD800"""`: `\uD800`, `"""\"""\uD800 """`: `"""\uD800 `, `"é\"\uD83D\uDE00"`: "é\"😀",
	} {
		a := s.post(`mutation { updateSettings(settings: [{key: "order.tags", value: [`+literal+`]}]) { settings { value } userErrors { code } } } # \uD800 "\uD800"`, nil)
		require.Empty(t, a.Errors, literal)
		require.Equal(t, []any{map[string]any{"value": []any{text}}}, a.Data["updateSettings"].(map[string]any)["settings"], literal)
	}
}
