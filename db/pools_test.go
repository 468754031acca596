package db_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
	"handback/models"
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
