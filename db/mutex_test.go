package db_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestDisconnectOfLockedStoreBlocksNoOtherStore(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for seconds")
	}
	t.Parallel()
	b := newProxiedStore(t)
	other := register(t, b.direct, "other.myshopify.com")
	b.lock(t)
	waiting := make([]write, 80)
	for i := range waiting {
		waiting[i] = []write{disconnecting, connecting, editing}[i%3]
	}
	answers := make(chan []answer, 1)
	go func() { answers <- callAtOnce(contextOf(t, operationTime), b.proxied, b.seller, waiting...) }()
	for locked := 0; locked == 0; time.Sleep(5 * time.Millisecond) {
		require.NoError(t, b.conn.QueryRow(`SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&locked))
	}
	for range 5 {
		for _, call := range []write{reading, editing, connecting, disconnecting} {
			require.LessOrEqual(t, b.proxied.Pools()[1].InUse, 1, "one of those that wait has a connection")
			requireDone(t, call(operationContext(t), b.proxied, other))
		}
		requireDone(t, reading(operationContext(t), b.proxied, b.seller))
		time.Sleep(100 * time.Millisecond)
	}
	for _, a := range <-answers {
		requireTryAgain(t, a)
	}
}
