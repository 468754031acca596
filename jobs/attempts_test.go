package jobs_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/jobs"
)

// TestPanicOfHourlyJobIsLogged, and ends nothing: the job is tried again.
func TestPanicOfHourlyJobIsLogged(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		f := newFixture(t, databaseURL)
		var calls atomic.Int64
		f.forget = func(ctx context.Context) (int64, error) {
			if calls.Add(1) == 1 {
				return (*db.Repository)(nil).ForgetIdempotencyKeys(ctx)
			}
			return f.Repository.ForgetIdempotencyKeys(ctx)
		}
		f.start()
		f.await("completed 2")
		require.Contains(t, f.log.String(), "level=ERROR msg=panic error=runtime.errorString job=forget_idempotency_keys")
		require.Contains(t, f.log.String(), "ForgetIdempotencyKeys")
		require.Equal(t, []jobs.Outcome{jobs.Panicked, jobs.Done}, f.attempts())
	})
}

// TestFailedJobIsTriedAgain, and what the database holds of it says no words of the error, which may be long, and others
// may read.
func TestFailedJobIsTriedAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		f := newFixture(t, databaseURL)
		var calls atomic.Int64
		f.forget = func(context.Context) (int64, error) {
			if calls.Add(1) == 1 {
				return 0, errors.New("planted")
			}
			return 0, nil
		}
		f.start()
		f.await("completed 2")
		require.Contains(t, f.log.String(), `level=WARN msg="job failed" job=forget_idempotency_keys`)
		require.Contains(t, f.log.String(), "attempt=1 error=planted")
		require.Equal(t, []jobs.Outcome{jobs.Failed, jobs.Done}, f.attempts())
		text := map[bool]string{true: `SELECT json(errors) FROM river_job`, false: `SELECT CAST(errors AS text) FROM river_job`}[databaseURL[:6] == "sqlite"]
		var stored string
		require.NoError(t, f.tables.QueryRow(text).Scan(&stored))
		require.Contains(t, stored, "failed")
		require.NotContains(t, stored, "planted")
	})
}
