package db_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

func TestPoolsReportConnections(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		register(t, repository, "pools.myshopify.com")
		pools := repository.Pools()
		require.Len(t, pools, 2)
		for i, name := range []string{"read", "write"} {
			require.Equal(t, name, pools[i].Name)
			require.Equal(t, 1, pools[i].Idle+pools[i].InUse)
			require.GreaterOrEqual(t, pools[i].Limit, 1)
		}
	})
}

func TestPoolReplacesKilledSessions(t *testing.T) {
	t.Parallel()
	b := newProxiedStore(t)
	for _, call := range []write{reading, editing} {
		for _, a := range callAtOnce(operationContext(t), b.proxied, b.seller, call, call, call, call) {
			requireDone(t, a)
		}
		pooled := b.terminate(t, "state = 'idle'")
		require.Positive(t, pooled)
		for range pooled { // each can be noticed only by using it
			if a := call(operationContext(t), b.proxied, b.seller); a.err != nil {
				requireTryAgain(t, a)
			}
		}
		requireDone(t, call(operationContext(t), b.proxied, b.seller))
	}
}

// heldBudget is a read budget in which whoever reads a row waits for a sign, with its connection.
type heldBudget struct {
	reading chan struct{} // gets an element for each that has begun to wait
	free    chan struct{}
}

func (b heldBudget) Consume(int) error {
	select {
	case <-b.free:
	default:
		b.reading <- struct{}{}
		<-b.free
	}
	return nil
}

func (heldBudget) Charge(int, int) {}

func (heldBudget) Err() error { return nil }

// TestStoreHasAShareOfReaders: however many of a store's callers read at once, however slowly, they have a quarter of the connections, and
// who reads for another store does not wait for them.
func TestStoreHasAShareOfReaders(t *testing.T) {
	const callers = 20
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		greedy, other := register(t, repository, "greedy.myshopify.com"), register(t, repository, "other.myshopify.com")
		as := models.WithCaller
		budget := heldBudget{make(chan struct{}, callers), make(chan struct{})}
		held := models.WithReadBudget(as(t.Context(), greedy), budget)
		reads := []func() error{
			func() error { return second(repository.Accounts(held, greedy, models.AccountDetails{})) },
			func() error { return second(repository.Accounts(held, greedy, everything)) },
			func() error { return second(repository.Settings(held, greedy, models.SettingFilter{})) },
			func() error {
				return second(repository.AuditTrail(held, greedy, models.AuditPage{Count: 5}, everything))
			},
		}
		done := make(chan error, callers)
		for i := range callers {
			go func() { done <- reads[i%len(reads)]() }()
		}
		const share = 2
		for range share {
			<-budget.reading
		}
		require.Eventually(t, func() bool { return repository.ReadersOf(greedy.Store.ID) == callers }, answerTime, time.Millisecond)
		require.Empty(t, budget.reading, "the others wait")
		pool := repository.Pools()[0]
		require.Equal(t, share, pool.InUse)
		require.Equal(t, 4*share, pool.Limit)
		for _, read := range []func(context.Context) error{
			func(ctx context.Context) error {
				return second(repository.Overview(as(ctx, other), other, models.AccountDetails{Preview: true}))
			},
			func(ctx context.Context) error { return second(repository.StoreByDomain(ctx, greedy.Store.Domain)) }, // signing in
		} {
			require.NoError(t, read(t.Context()))
		}
		gone, cancel := context.WithCancel(as(t.Context(), greedy))
		cancel()
		require.ErrorIs(t, second(repository.Overview(gone, greedy, models.AccountDetails{})), models.ErrTryAgain)
		close(budget.free)
		for range callers {
			require.NoError(t, <-done)
		}
		require.Zero(t, repository.ReadersOf(greedy.Store.ID))
	})
}
