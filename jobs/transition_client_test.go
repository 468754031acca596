package jobs_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/jobs"
	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify/sandbox"
	tiktoksandboxtest "github.com/handback/handback/tiktok/sandbox/sandboxtest"
)

// start starts the jobs of a process. They are stopped when the test ends, or by what it returns, which lets them finish.
func (p *process) start(t *testing.T) (stop func()) {
	t.Helper()
	driver, err := p.JobDriver()
	require.NoError(t, err)
	client, err := jobs.New(driver, p.Repository, p.engine, slog.New(slog.DiscardHandler), nil, func(jobs.Attempt) {})
	require.NoError(t, err)
	client.Start(t.Context())
	t.Cleanup(func() { client.Stop(ended) })
	return func() { client.Stop(t.Context()) }
}

// TestClientCarriesOutConnectAndDisconnect connects and disconnects a store by the jobs of two processes, without a held clock.
func TestClientCarriesOutConnectAndDisconnect(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		l := newLife(t, databaseURL, sandbox.Options{})
		before := l.atShopify()
		l.start(t)
		l.newProcess(t, databaseURL).start(t)
		authorization := tiktoksandboxtest.Authorization(t, l.access, anotherCode)

		_, err := l.ConnectTikTokShop(t.Context(), l.seller, authorization)
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

// TestStopEndsPauses: a process that is told to stop waits for no platform that takes no calls, and another one goes on.
func TestStopEndsPauses(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		l := newLife(t, databaseURL, sandbox.Options{})
		l.connectShop()
		stop := l.start(t)
		require.NoError(t, l.box.AddFault(sandbox.Fault{Operation: "*", Kind: sandbox.Throttled, Times: 1000}))
		before := l.lastCall()
		l.beginDisconnecting()
		throttled := func() int { return len(l.box.Calls(before)) }
		require.Eventually(t, func() bool { return throttled() > 0 }, patience, time.Millisecond)

		stop()
		require.Less(t, throttled(), 60, "it is tried 120 times")
		l.box.ClearFaults()
		l.newProcess(t, databaseURL).start(t)
		l.await(t, models.AccountDisconnected)
	})
}
