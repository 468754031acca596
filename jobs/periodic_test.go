package jobs_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
)

// TestOneProcessForgetsKeys of several that share a PostgreSQL database.
func TestOneProcessForgetsKeys(t *testing.T) {
	t.Parallel()
	f := newFixture(t, dbtest.Postgres(t))
	var calls atomic.Int64
	f.forget = func(context.Context) (int64, error) { return calls.Add(1), nil }
	f.start()
	f.await("completed 1")
	for range 3 {
		other := f.newClient()
		other.Start(t.Context())
		defer other.Stop(ended)
	}
	var leaders, followers int
	require.NoError(t, f.tables.QueryRow(`SELECT count(*), 0 FROM river_leader`).Scan(&leaders, &followers))
	require.Equal(t, 1, leaders)
	require.Equal(t, []string{"completed 1"}, f.states())
	require.EqualValues(t, 1, calls.Load())
}
