package db_test

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"regexp"
	"testing"
	"time"

	"github.com/riverqueue/river/riverdriver"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/jobs"
	"github.com/handback/handback/models"
)

// errand is a job that nobody does.
type errand struct {
	Name string `json:"name"`
}

func (errand) Kind() string { return "errand" }

// errands are the names of the errands that wait to be done.
func errands(t *testing.T, conns *sql.DB) []string {
	t.Helper()
	return readColumn(t, conns, `SELECT args ->> 'name' FROM river_job WHERE kind = 'errand' AND state = 'available' ORDER BY id`)
}

// TestPromiseIsKeptWithTheTransaction: of a transaction that fails or is refused there is no job, and of one that is
// committed there is one.
func TestPromiseIsKeptWithTheTransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller, conns := register(t, repository, "promise.myshopify.com"), direct(t, databaseURL)
		broken := errors.New("broken")
		require.ErrorIs(t, repository.Promise(t.Context(), seller, errand{Name: "failed"}, broken), broken)
		refusal := models.DisconnectRequest{}.RefuseUnconfirmed()
		require.ErrorIs(t, repository.Promise(t.Context(), seller, errand{Name: "refused"}, refusal), refusal)
		require.Empty(t, errands(t, conns))
		for _, name := range []string{"one", "two", "two"} { // equal jobs are not one
			require.NoError(t, repository.Promise(t.Context(), seller, errand{Name: name}, nil))
		}
		require.Equal(t, []string{"one", "two", "two"}, errands(t, conns))
		require.Equal(t, []string{"10000"}, readColumn(t, conns, `SELECT DISTINCT max_attempts FROM river_job`))
	})
}

// TestPromisedJobIsDone after the commit, and what was promised by a transaction that failed is not.
func TestPromisedJobIsDone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller, rawTables := register(t, repository, "done.myshopify.com"), openTables(t, databaseURL)
		driver, err := repository.JobDriver()
		require.NoError(t, err)
		done := make(chan jobs.Attempt, 10)
		client, err := jobs.New(driver, repository, nil, slog.New(slog.DiscardHandler), nil, func(attempt jobs.Attempt) { done <- attempt })
		require.NoError(t, err)
		client.Start(t.Context())
		defer client.Stop(t.Context())
		require.Equal(t, jobs.Done, (<-done).Outcome, "the first one is done at the start")

		require.NoError(t, rawTables.write(`INSERT INTO idempotency_keys (store_id, caller_id, key_hash, digest, answer, created_at)
			VALUES (?, '', 'old', '', '', '2026-01-02 03:04:05+00:00')`, seller.Store.ID))
		broken := errors.New("broken")
		require.ErrorIs(t, repository.Promise(t.Context(), seller, models.ForgetIdempotencyKeys{}, broken), broken)
		require.NoError(t, repository.Promise(t.Context(), seller, models.ForgetIdempotencyKeys{}, nil))
		require.Equal(t, jobs.Done, (<-done).Outcome)
		require.Equal(t, []string{`keys="0" `}, rawTables.rows(t, `SELECT CAST(count(*) AS text) AS keys FROM idempotency_keys`))
		require.Len(t, readColumn(t, rawTables.DB, `SELECT id FROM river_job`), 2)
		require.Empty(t, done)
	})
}

// TestPromiseWakesWorkers of the same process as soon as it is committed, so that nobody waits for them to look.
func TestPromiseWakesWorkers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "wakes.myshopify.com")
		driver, err := repository.JobDriver()
		require.NoError(t, err)
		listener := driver.GetListener(nil)
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		require.Error(t, repository.Promise(t.Context(), seller, errand{Name: "failed"}, errors.New("broken")))
		requireDone(t, editing(operationContext(t), repository, seller))
		_, err = listener.WaitForNotification(ended)
		require.ErrorIs(t, err, context.Canceled, "nothing was promised")
		for range 2 {
			require.NoError(t, repository.Promise(t.Context(), seller, errand{Name: "one"}, nil))
		}
		heard, err := listener.WaitForNotification(t.Context())
		require.NoError(t, err)
		require.Equal(t, riverdriver.Notification{Topic: "river_insert", Payload: `{"queue": "default"}`}, *heard)
	})
}

// TestPromiseTakesOneStatement, so that a use case that promises work is one round trip longer and no more. The first
// promise of a process asks what kind of server there is, too.
func TestPromiseTakesOneStatement(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "statement.myshopify.com")
		require.NoError(t, repository.Promise(t.Context(), seller, errand{Name: "first"}, nil))
		statements := recordStatements(t, repository).during(func() {
			require.NoError(t, repository.Promise(t.Context(), seller, errand{Name: "one"}, nil))
		})
		require.Len(t, statements, 4, "begin, lock, promise, commit: %v", statements)
	})
}

// TestRequeueInterruptedJobs: the embedded database's jobs have no other process that could be doing them.
func TestRequeueInterruptedJobs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller, rawTables := register(t, repository, "interrupted.myshopify.com"), openTables(t, databaseURL)
		require.NoError(t, repository.Promise(t.Context(), seller, errand{Name: "one"}, nil))
		require.NoError(t, rawTables.write(`UPDATE river_job SET state = 'running', attempt = 1, attempted_at = created_at`))
		requeued, err := repository.RequeueInterruptedJobs(t.Context())
		require.NoError(t, err)
		wanted := map[string]int64{"sqlite": 1, "postgres": 0}[rawTables.dialect]
		require.Equal(t, wanted, requeued)
		require.Len(t, errands(t, rawTables.DB), int(wanted))
	})
}

// TestJobStats: how many jobs there are in each state, and for how long one is due that nobody does. Those that wait for their time, are
// being done or were promised long ago are no older for it.
func TestJobStats(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller, rawTables := register(t, repository, "stats.myshopify.com"), openTables(t, databaseURL)
		requireOldest := func(want time.Duration) models.JobStats {
			t.Helper()
			stats, err := repository.JobStats(t.Context())
			require.NoError(t, err)
			require.InDelta(t, want, stats.Oldest, float64(10*time.Minute))
			require.GreaterOrEqual(t, stats.Oldest, time.Duration(0))
			return stats
		}
		require.Empty(t, requireOldest(0).Count)
		for _, name := range []string{"done", "retried", "waiting", "later", "for hours"} {
			require.NoError(t, repository.Promise(t.Context(), seller, errand{Name: name}, nil))
		}
		set := func(id int, changes string) {
			t.Helper()
			hours := map[string]string{"sqlite": `datetime('now', '$1 hours')`, "postgres": `now() + interval '$1 hours'`}[rawTables.dialect]
			changes = regexp.MustCompile(`HOURS\((-?\d+)\)`).ReplaceAllString(changes, hours)
			require.NoError(t, rawTables.write(`UPDATE river_job SET created_at = '2026-01-02 03:04:05', `+changes+` WHERE id = ?`, id))
		}
		set(1, `state = 'completed', scheduled_at = HOURS(-9), finalized_at = HOURS(-9)`)
		set(2, `state = 'retryable', scheduled_at = HOURS(1), attempt = 9`)
		set(3, `state = 'available'`)
		set(4, `state = 'scheduled', scheduled_at = HOURS(4)`)
		set(5, `state = 'running', scheduled_at = HOURS(-8)`)
		stats := requireOldest(0)
		require.Equal(t, map[string]int64{"completed": 1, "retryable": 1, "available": 1, "scheduled": 1, "running": 1}, stats.Count)
		require.Zero(t, stats.Failing)
		set(2, `scheduled_at = HOURS(1), attempt = 10`)
		require.EqualValues(t, 1, requireOldest(0).Failing)
		set(3, `scheduled_at = HOURS(-2)`)
		requireOldest(2 * time.Hour)
		set(2, `scheduled_at = HOURS(-3)`)
		requireOldest(3 * time.Hour)
		set(4, `scheduled_at = HOURS(-4)`) // nobody makes it available
		requireOldest(4 * time.Hour)
	})
}
