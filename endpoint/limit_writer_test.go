package endpoint

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
)

// TestAnswerBytesAreLimited: few objects can be long ones.
func TestAnswerBytesAreLimited(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		if strings.HasPrefix(databaseURL, "postgres") {
			databaseURL += "&statement_timeout=0&idle_in_transaction_session_timeout=0"
		}
		repository, seller := openStore(t, databaseURL)
		s := serve(t, repository, seller, func(o *Options) { o.Throttle = Throttle{Maximum: 100_000, RestoreRate: 1e-9} })
		s.endpoint.allowed = time.Hour // how long a machine takes over so many megabytes is not what is tested
		const edit = `mutation($value: SettingValue!) { updateSettings(settings: [{key: "ads.businessAccount", value: $value}]) { settings { key } userErrors { message } } }`
		for _, letter := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"} {
			a := s.post(edit, map[string]any{"value": map[string]any{"id": strings.Repeat(letter, 1_000_000), "businessCenter": "b"}})
			require.Empty(t, a.Errors)
			require.Empty(t, a.Data["updateSettings"].(map[string]any)["userErrors"], a.text)
		}
		const page = `auditTrail(first: 5) { nodes { changes { before after } } }`
		once := s.post(`{ `+page+` }`, nil)
		require.Equal(t, http.StatusOK, once.Code)
		require.Empty(t, once.Errors)
		require.Greater(t, *once.Extensions.Cost.Actual, 2*9_000_000/pointBytes, "bytes cost points, read and written")

		for _, query := range []string{
			`{ a: ` + page + ` b: ` + page + ` settings { value } }`,
			`{ ` + repeated(8, func(i int) string { return fmt.Sprintf("a%d: %s ", i, page) }) + `}`,
			`{ settings { ` + repeated(maxAliases, func(i int) string { return fmt.Sprintf("a%d: value ", i) }) + `} }`, // read once, written often
		} {
			tooMuch := s.post(query, nil)
			require.Equal(t, http.StatusBadRequest, tooMuch.Code)
			require.Equal(t, codeTooCostly, tooMuch.code())
			require.Nil(t, tooMuch.Data)
			require.Greater(t, *tooMuch.Extensions.Cost.Actual, answerBytes/pointBytes)
		}
		aliases := `settings { ` + repeated(maxAliases, func(i int) string { return fmt.Sprintf("a%d: value ", i) }) + `} userErrors { message }`
		value := map[string]any{"value": map[string]any{"id": strings.Repeat("k", 1_000_000), "businessCenter": "b"}}
		var trails [2]map[string]any
		for i := range trails {
			keyed := s.post(`mutation($value: SettingValue!) { updateSettings(settings: [{key: "ads.businessAccount", value: $value}]) @idempotent(key: "k") { `+aliases+` } }`, value)
			require.Equal(t, codeAnswerTooLong, keyed.code(), "an answer decides about nothing")
			require.Less(t, len(keyed.text), 1000)
			require.Contains(t, keyed.text, fmt.Sprintf(`"idempotent":{"replayed":%t}`, i == 1))
			require.Contains(t, s.post(`{ settings { value } }`, nil).text, "kkkk", "it was done")
			trails[i] = s.post(`{ auditTrail { nodes { id } } }`, nil).Data
		}
		require.Equal(t, trails[0], trails[1], "and once")
		done := s.post(`mutation($value: SettingValue!) { updateSettings(settings: [{key: "ads.businessAccount", value: $value}]) { `+aliases+` } }`, value)
		require.Equal(t, codeAnswerTooLong, done.code())
		require.Less(t, len(done.text), 1000)
		require.Contains(t, s.post(`{ settings { value } }`, nil).text, "kkkk", "it was done")
		for range answersBytes / answerBytes {
			require.Equal(t, http.StatusBadRequest, s.post(`{ settings { `+repeated(20, func(i int) string { return fmt.Sprintf("a%d: value ", i) })+`} }`, nil).Code)
		}
		require.Equal(t, http.StatusOK, s.post(`{ `+page+` }`, nil).Code, "the room was given back")
		require.NotContains(t, s.log.String(), "ERROR")
	})
}

// TestLongAnswersToRefusedMutationsSayWhatWasRefused, whenever they are asked for, and by the names that the answer has.
func TestLongAnswersToRefusedMutationsSayWhatWasRefused(t *testing.T) {
	repository, seller := openStore(t, dbtest.URL(t, "sqlite"))
	s := serve(t, repository, seller, func(o *Options) { o.Throttle = Throttle{Maximum: 1_000_000, RestoreRate: 1e-9} })
	s.endpoint.allowed = time.Hour
	unknown := `settings: [` + repeated(250, func(i int) string { return fmt.Sprintf(`{ key: "unknown.%d", value: 1 } `, i) }) + `]`
	long := `userErrors { ` + repeated(maxAliases-4, func(i int) string { return fmt.Sprintf("%s%d: message ", strings.Repeat("u", 1_000), i) }) + `}`
	query := `mutation {
		bad: updateSettings(` + unknown + `) @idempotent(key: "bad") { ` + long + ` }
		good: updateSettings(settings: [{ key: "order.tags", value: ["told"] }]) @idempotent(key: "good") { settings { key } }
	}`
	for range 3 {
		answer := s.post(query, nil)
		require.Equal(t, codeAnswerTooLong, answer.code(), answer.text)
		require.Contains(t, answer.text, "Refused: bad: updateSettings (UNKNOWN_SETTING). What is neither listed nor has an error was carried out.")
		require.Contains(t, s.post(`{ settings { value } }`, nil).text, "told")
	}
}
