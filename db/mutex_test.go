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
	b := newBroken(t)
	other := register(t, b.past, "other.myshopify.com")
	b.lock(t)
	waiting := make([]write, 80)
	for i := range waiting {
		waiting[i] = []write{disconnecting, connecting, editing}[i%3]
	}
	answers := make(chan []answer, 1)
	go func() { answers <- all(t, b.by, b.seller, waiting...) }()
	for locked := 0; locked == 0; time.Sleep(5 * time.Millisecond) {
		require.NoError(t, b.conn.QueryRow(`SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&locked))
	}
	for range 5 {
		for _, call := range []write{reading, editing, connecting, disconnecting} {
			a := call(patiently(t), b.by, other)
			requireDone(t, a)
			require.Less(t, a.took, soon)
		}
		requireDone(t, reading(patiently(t), b.by, b.seller))
		time.Sleep(100 * time.Millisecond)
	}
	for _, a := range <-answers {
		requireTryAgain(t, a)
	}
}
