package graph_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
)

// TestDailyLimits: what is used up can be read before something is refused for it.
func TestDailyLimits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		a.repository.Now = func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) }
		limits := func() any {
			return a.do(`{ store { dailyLimits { history { limit used } answers { limit used } resetsAt } } }`, nil).(object)["dailyLimits"]
		}
		of := func(limit, used json.Number) object { return object{"limit": limit, "used": used} }
		require.Equal(t, object{"history": of("256", "0"), "answers": of("64", "0"), "resetsAt": "2026-03-03T00:00:00Z"}, limits())

		require.Empty(t, codes(a.connect("sandbox:US:owner:A")))
		a.do(`mutation { updateSettings(settings: []) @idempotent(key: "key") { userErrors { code } } }`, nil)
		require.Equal(t, object{"history": of("256", "1"), "answers": of("64", "1"), "resetsAt": "2026-03-03T00:00:00Z"}, limits())

		a.repository.LedgerBudget = 1
		require.Equal(t, []string{"DAILY_LIMIT_REACHED settings"}, codes(a.edit(object{"key": "order.tags", "value": []string{"a"}})))
		require.Empty(t, codes(a.do(`mutation { disconnectTikTokShop(confirm: true) { userErrors { code field } } }`, nil).(object)))
		require.Equal(t, []string{"DAILY_LIMIT_REACHED"}, codes(a.connect("sandbox:US:owner:A")))
	})
}
