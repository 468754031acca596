package graph_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
)

func TestDisconnectRefusals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		other := storeAPI(t, a.repository, "other.myshopify.com")
		others := other.connect("sandbox:US:owner:OTHERS")["account"].(object)["id"].(string)
		business := a.do(`{ accounts { id kind } }`, nil).([]any)[0].(object)["id"].(string)

		require.Equal(t, []string{"CONFIRMATION_REQUIRED confirm"}, codes(a.disconnect(`confirm: false, accountId: "nobody"`)))
		require.Equal(t, []string{"NOT_CONNECTED"}, codes(a.disconnect(`confirm: true`)))
		for _, id := range []string{"", "nobody", `a\u0000b`, others, "account_00000000-0000-7000-8000-000000000000"} {
			payload := a.disconnect(`confirm: true, accountId: "` + id + `", previewToken: "stale"`)
			require.Equal(t, []string{"ACCOUNT_NOT_FOUND accountId"}, codes(payload), id)
			require.Nil(t, payload["account"])
		}
		require.Equal(t, []string{"WRONG_ACCOUNT_KIND accountId"}, codes(a.disconnect(`confirm: true, accountId: "`+business+`"`)))

		first := a.connect("sandbox:US:owner:FIRST")["account"].(object)["id"].(string)
		connected := a.state()
		require.Equal(t, []string{"PREVIEW_STALE previewToken"}, codes(a.disconnect(`confirm: true, previewToken: "stale"`)))
		require.Equal(t, []string{"PREVIEW_STALE previewToken"}, codes(a.disconnect(`confirm: true, previewToken: ""`)))
		require.Equal(t, connected, a.state())

		done := a.disconnect(`confirm: true`)
		require.Empty(t, codes(done))
		again := a.disconnect(`confirm: true`)
		require.Equal(t, []string{"ALREADY_DISCONNECTED"}, codes(again))
		require.Equal(t, done["account"], again["account"])
		require.Equal(t, done["disconnection"], again["disconnection"])

		require.Empty(t, codes(a.connect("sandbox:US:owner:SECOND")))
		named := a.disconnect(`confirm: true, accountId: "` + first + `"`)
		require.Equal(t, []string{"ALREADY_DISCONNECTED accountId"}, codes(named))
		require.Equal(t, done["disconnection"], named["disconnection"])
	})
}

// TestConnectAndDisconnectLeaveAdsUnchanged compares what the API shows of the ads channel around everything that must not touch it.
func TestConnectAndDisconnectLeaveAdsUnchanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		ads := func() []any {
			channel := a.do(`{ overview { tikTokForBusiness { status statusLabel accounts { id name connectedAt status } } } }`, nil)
			return []any{a.settings("ADS"), channel}
		}
		before := ads()
		for _, step := range []func(){
			func() { a.connect("sandbox:US:staff:A") },
			func() { a.connect("sandbox:US:owner:A") },
			func() { a.disconnect("confirm: false") },
			func() { a.disconnect(`confirm: true, previewToken: "stale"`) },
			func() { a.disconnect("confirm: true") },
			func() { a.disconnect("confirm: true") },
		} {
			step()
			require.Equal(t, before, ads())
		}
	})
}
