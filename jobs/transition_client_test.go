package jobs_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
	"handback/jobs"
	"handback/models"
	"handback/shopify/sandbox"
	"handback/tiktok"
)

// start starts the jobs of a process. They are stopped when the test ends.
func (p *process) start(t *testing.T) {
	t.Helper()
	driver, err := p.JobDriver()
	require.NoError(t, err)
	client, err := jobs.New(driver, p.Repository, p.engine, slog.New(slog.DiscardHandler), func(jobs.Attempt) {})
	require.NoError(t, err)
	client.Start(t.Context())
	t.Cleanup(func() { client.Stop(ended) })
}

// TestClientCarriesOutWhatIsPromised connects and disconnects a store by the jobs of two processes, without a held clock.
func TestClientCarriesOutWhatIsPromised(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		l := newLife(t, databaseURL, sandbox.Options{})
		before := l.atShopify()
		l.start(t)
		l.newProcess(t, databaseURL).start(t)
		authorization, err := tiktok.Sandbox{}.Authorization(t.Context(), anotherCode)
		require.NoError(t, err)

		_, err = l.ConnectTikTokShop(t.Context(), l.seller, authorization)
		require.NoError(t, err)
		l.await(t, models.AccountConnected)
		require.NotEqual(t, before, l.atShopify())
		disconnected, err := l.DisconnectTikTokShop(t.Context(), l.seller, models.DisconnectRequest{Confirm: true})
		require.NoError(t, err)
		l.await(t, models.AccountDisconnected)
		id := disconnected.Disconnection.ID
		require.EventuallyWithT(t, func(c *assert.CollectT) {
			require.NotNil(c, l.disconnection(id).CompletedAt())
		}, patience, 10*time.Millisecond)

		l.requireRestored(id)
		require.Equal(t, before, l.atShopify())
		require.EventuallyWithT(t, func(c *assert.CollectT) {
			require.Equal(c, []string{"completed"}, l.rows(`SELECT DISTINCT CAST(state AS text) FROM river_job WHERE kind = 'carry_out'`))
		}, patience, 10*time.Millisecond)
	})
}

// await waits until the account is so.
func (l *life) await(t *testing.T, status models.AccountStatus) {
	t.Helper()
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		require.Equal(c, status, l.account(models.AccountDetails{}).Status)
	}, patience, 10*time.Millisecond)
}
