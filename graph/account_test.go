package graph_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
)

// TestDisconnectAnswersOneAccount: wherever it is selected in an answer, it has all that is selected of it.
func TestDisconnectAnswersOneAccount(t *testing.T) {
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
