package graph

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
)

// TestWhatIsReadIsBoundInBytes: few objects can be long ones.
func TestWhatIsReadIsBoundInBytes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, seller := openStore(t, databaseURL)
		s := serve(t, repository, seller, func(o *Options) { o.Throttle = Throttle{Maximum: 100_000, RestoreRate: 1e-9} })
		const edit = `mutation($value: SettingValue!) { updateSettings(settings: [{key: "ads.businessAccount", value: $value}]) { settings { key } userErrors { message } } }`
		for _, letter := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"} {
			a := s.post(edit, map[string]any{"value": map[string]any{"id": strings.Repeat(letter, 1_000_000), "businessCenter": "b"}})
			require.Empty(t, a.Errors)
			require.Empty(t, a.Data["updateSettings"].(map[string]any)["userErrors"], a.text)
		}
		const page = `auditTrail(first: 10) { nodes { changes { before after } } }`
		once := s.post(`{ `+page+` }`, nil)
		require.Equal(t, http.StatusOK, once.Code)
		require.Empty(t, once.Errors)
		require.Greater(t, *once.Extensions.Cost.Actual, 19_000_000/pointBytes, "bytes cost points")

		twice := s.post(`{ a: `+page+` b: `+page+` c: `+page+` settings { value } }`, nil)
		require.Equal(t, http.StatusBadRequest, twice.Code)
		require.Equal(t, codeTooCostly, twice.code())
		require.Nil(t, twice.Data)
		require.Equal(t, http.StatusOK, s.post(`{ `+page+` }`, nil).Code, "the room was given back")
		require.NotContains(t, s.log.String(), "ERROR")
	})
}
