package graph_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
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

// TestTheOverviewOfAMutationIsTheOneReadAfterIt: as a mutation leaves it, as it is read, with details and without.
func TestTheOverviewOfAMutationIsTheOneReadAfterIt(t *testing.T) {
	const overview = `overview { tikTokShop { ...channel } tikTokForBusiness { ...channel } orderManagement { routes { task system url } } }`
	const channel = `fragment channel on ChannelOverview { status statusLabel accounts {
		id kind name externalId region status connectedAt disconnectedAt orderManagement { routes { task system } } %s } }`
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		for _, details := range []string{"", "snapshot { digest } disconnectPreview { token } disconnections { id }"} {
			channel := fmt.Sprintf(channel, details)
			for _, mutation := range []string{
				`connectTikTokShop(authorizationCode: "sandbox:US:owner:FIRST")`, `disconnectTikTokShop(confirm: true)`,
				`connectTikTokShop(authorizationCode: "sandbox:US:owner:SECOND")`, `disconnectTikTokShop(confirm: true)`,
				`connectTikTokShop(authorizationCode: "sandbox:US:owner:FIRST")`,
				`connectTikTokShop(authorizationCode: "sandbox:US:owner:SECOND")`, // refused
				`disconnectTikTokShop(confirm: true)`, `disconnectTikTokShop(confirm: true)`,
			} {
				left := a.do(`mutation { `+mutation+` { `+overview+` } } `+channel, nil).(object)["overview"]
				read := a.do(`{ `+overview+` } `+channel, nil)
				require.Equal(t, read, left, mutation)
			}
		}
	})
}

// TestAdsStayAsTheyAre compares what the API shows of the ads channel around everything that must not touch it.
func TestAdsStayAsTheyAre(t *testing.T) {
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

// TestTheAccountOfADisconnectIsOne: wherever it is selected in an answer, it has all that is selected of it.
func TestTheAccountOfADisconnectIsOne(t *testing.T) {
	const whole = `{ id status snapshot { digest } disconnections { id restoration { snapshotDigest } } }`
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		for _, again := range []string{`confirm: true`, `confirm: true`} {
			if a.do(`{ overview { tikTokShop { status } } }`, nil).(object)["tikTokShop"].(object)["status"] != "CONNECTED" {
				a.connect("sandbox:US:owner:A")
			}
			for range 2 { // done, then found to be done already
				payload := a.do(`mutation { disconnectTikTokShop(`+again+`) { account `+whole+` disconnection { id account `+whole+` } } }`, nil).(object)
				record := payload["disconnection"].(object)
				require.Equal(t, payload["account"], record["account"])
				require.NotNil(t, record["account"].(object)["snapshot"])
				require.Equal(t, record["id"], record["account"].(object)["disconnections"].([]any)[0].(object)["id"])
			}
		}
		require.Len(t, a.do(`{ accounts { disconnections { id } } }`, nil).([]any)[0].(object)["disconnections"], 2)
	})
}
