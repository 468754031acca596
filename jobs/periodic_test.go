package jobs_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/jobs"
	"github.com/handback/handback/models"
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

func TestRecurringJobsAreDueWithinTheirTime(t *testing.T) {
	from := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for pass, kinds := range map[time.Duration][]string{
		time.Second:                nil,
		time.Minute:                {"sweep_transitions"},
		time.Hour:                  {"forget_idempotency_keys", "forget_notifications", "sweep_transitions"},
		18*time.Hour - time.Second: {"forget_idempotency_keys", "forget_notifications", "sweep_transitions"},
		18 * time.Hour:             {"forget_idempotency_keys", "forget_notifications", "sweep_transitions", "reconcile_stores"},
	} {
		var due []string
		for _, job := range jobs.DueWithin(from, from.Add(pass)) {
			due = append(due, job.Kind())
		}
		require.Equal(t, kinds, due, pass)
	}
}

// TestForgettingGoesOnAfterItsTime: what was dropped in the time of one attempt is no failure of it.
func TestForgettingGoesOnAfterItsTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		f := newFixture(t, databaseURL)
		begun := make(chan bool)
		f.forget = func(ctx context.Context) (int64, error) {
			close(begun)
			<-ctx.Done()
			return 1000, models.ErrTryAgain
		}
		f.Start(t.Context())
		<-begun
		f.Stop(ended)
		require.Equal(t, []string{"available 0"}, f.states())
	})
}

// TestAdvancedJobsAreDueEarlier: what waits for a day is done when a day was let pass.
func TestAdvancedJobsAreDueEarlier(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		f := newFixture(t, databaseURL)
		var calls atomic.Int64
		f.forget = func(context.Context) (int64, error) {
			if calls.Add(1) == 1 {
				return 0, river.JobSnooze(24 * time.Hour)
			}
			return 0, nil
		}
		f.start()
		f.await("scheduled 0")
		require.NoError(t, f.AdvanceJobs(t.Context(), 23*time.Hour))
		require.Equal(t, []string{"scheduled 0"}, f.states())
		require.NoError(t, f.AdvanceJobs(t.Context(), 2*time.Hour))
		f.await("completed 1")
	})
}
