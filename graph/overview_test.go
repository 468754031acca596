package graph_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
)

// TestOverviewOfMutationMatchesNextRead, with details of accounts and without.
func TestOverviewOfMutationMatchesNextRead(t *testing.T) {
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
