package jobs_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/jobs"
)

// TestStopWaitsForJob: a job that is being done when the program is told to stop is finished.
func TestStopWaitsForJob(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		f := newFixture(t, databaseURL)
		begun, release := make(chan bool), make(chan bool)
		f.forget = func(context.Context) (int64, error) {
			close(begun)
			<-release
			return 0, nil
		}
		f.Start(t.Context())
		<-begun
		stopped := make(chan bool)
		go func() {
			f.Stop(t.Context())
			close(stopped)
		}()
		time.Sleep(50 * time.Millisecond)
		select {
		case <-stopped:
			require.Fail(t, "it does not wait")
		default:
		}
		close(release)
		<-stopped
		require.Equal(t, []string{"completed 1"}, f.states())
		require.Empty(t, f.log.String())
	})
}

// TestStopCancelsJob that takes longer than there is time, and the next client does it.
func TestStopCancelsJob(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		f := newFixture(t, databaseURL)
		begun := make(chan bool)
		f.forget = func(ctx context.Context) (int64, error) {
			close(begun)
			<-ctx.Done()
			return 0, errors.New("in the words of a database")
		}
		f.Start(t.Context())
		<-begun
		f.Stop(ended)
		require.Equal(t, []jobs.Outcome{jobs.Interrupted}, f.attempts())
		require.Equal(t, []string{"available 0"}, f.states())
		require.Empty(t, f.log.String())

		f.forget = nil
		f.Client = f.newClient()
		f.start()
		f.await("completed 1")
	})
}

// TestStopBeforeStart: a program that is told to stop while the database is away does.
func TestStopBeforeStart(t *testing.T) {
	t.Parallel()
	proxy := dbtest.NewProxy(t, dbtest.Postgres(t))
	f := newFixture(t, proxy.URL())
	proxy.RejectConnections()
	f.Start(contextEnding(t, 100*time.Millisecond))
	f.Stop(t.Context())
	require.Empty(t, f.attempts())
}

// TestStopWithoutDatabase: what cannot be told the database keeps no program from ending.
func TestStopWithoutDatabase(t *testing.T) {
	t.Parallel()
	proxy := dbtest.NewProxy(t, dbtest.Postgres(t))
	f := newFixture(t, proxy.URL())
	f.Start(t.Context())
	require.Eventually(t, func() bool { return len(f.attempts()) == 1 }, patience, 10*time.Millisecond)
	f.await("completed 1")
	proxy.BlackHole()
	f.Stop(t.Context())
	require.Empty(t, f.log.String())
}

func contextEnding(t *testing.T, after time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), after)
	t.Cleanup(cancel)
	return ctx
}

// TestStartWaitsForDatabase: a program may be started before its database.
func TestStartWaitsForDatabase(t *testing.T) {
	t.Parallel()
	proxy := dbtest.NewProxy(t, dbtest.Postgres(t))
	f := newFixture(t, proxy.URL())
	proxy.RejectConnections()
	time.AfterFunc(2*time.Second, proxy.Heal)
	f.start()
	f.await("completed 1")
	require.Contains(t, f.log.String(), "level=WARN msg=\"jobs wait for the database\"")
}

// TestJobsGoOnAfterTheDatabaseWasAway.
func TestJobsGoOnAfterTheDatabaseWasAway(t *testing.T) {
	t.Parallel()
	proxy := dbtest.NewProxy(t, dbtest.Postgres(t))
	f := newFixture(t, proxy.URL())
	f.start()
	f.await("completed 1")
	proxy.RejectConnections()
	proxy.Cut()
	require.Eventually(t, func() bool { return len(f.log.String()) > 0 }, patience, 10*time.Millisecond)
	proxy.Heal()
	_, err := f.tables.Exec(`UPDATE river_job SET state = 'available', finalized_at = NULL`)
	for err != nil { // its connections were cut, too
		_, err = f.tables.Exec(`UPDATE river_job SET state = 'available', finalized_at = NULL`)
	}
	f.await("completed 2")
	require.NotContains(t, f.log.String(), "level=ERROR")
}

// TestStartTakesInterruptedJobs: on the embedded database what a killed process was doing is done at once, and on
// PostgreSQL as soon as it has taken too long.
func TestStartTakesInterruptedJobs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		f := newFixture(t, databaseURL)
		_, err := f.tables.Exec(`INSERT INTO river_job (kind, args, max_attempts, state, attempt, attempted_at, created_at, scheduled_at, unique_key)
			VALUES ('forget_idempotency_keys', '{}', 25, 'running', 1, '2026-01-02 03:04:05', '2026-01-02 03:04:05', '2026-01-02 03:04:05', NULL)`)
		require.NoError(t, err)
		f.start()
		require.Eventually(t, func() bool { return f.states()[0] == "completed 2" }, patience, 10*time.Millisecond, "%s", f.log)
	})
}
