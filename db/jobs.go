package db

import (
	"context"
	"database/sql"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"handback/models"
)

// promisedAttempts is how often a job that was promised is tried: with five minutes between them at the end, for a month.
const promisedAttempts = 10_000

// promise has the job done after the transaction is committed, and not at all when it is not.
func (s session) promise(job models.Job) error {
	options := &river.InsertOpts{MaxAttempts: promisedAttempts}
	if queued, ok := job.(interface{ Queue() string }); ok {
		options.Queue = queued.Queue()
	}
	_, err := s.transaction.repository.promises.InsertTx(s.ctx, s.transaction.tx, job, options)
	s.transaction.promised = err == nil
	return err
}

// promises inserts jobs, and tells the workers of this process when they are committed.
type promises struct {
	*river.Client[*sql.Tx]

	committed chan struct{} // holds something while jobs are news
}

func newPromises(d dialect) (promises, error) {
	client, err := river.NewClient(jobDriver{Driver: d.jobDriver(nil)}, &river.Config{Logger: slog.New(slog.DiscardHandler)})
	return promises{client, make(chan struct{}, 1)}, err
}

func (p promises) tell() {
	select {
	case p.committed <- struct{}{}:
	default:
	}
}

// JobDriver is River's way to the jobs in the database, for one client. It shares the connections for writes, and hears of
// the jobs that this repository has promised.
func (r *Repository) JobDriver() (riverdriver.Driver[*sql.Tx], error) {
	pool, err := r.writer.DB()
	if err != nil {
		return nil, err
	}
	return jobDriver{Driver: r.dialect.jobDriver(pool), committed: r.promises.committed}, nil
}

func postgresJobs(pool *sql.DB) riverdriver.Driver[*sql.Tx] { return riverdatabasesql.New(pool) }

func sqliteJobs(pool *sql.DB) riverdriver.Driver[*sql.Tx] { return riversqlite.New(pool) }

// RequeueInterruptedJobs makes jobs available again which a process that is no more was doing, and says how many there
// were. That is known of the embedded database only, which one process has; on PostgreSQL another one may be doing them,
// and River finds out which of them take too long.
func (r *Repository) RequeueInterruptedJobs(ctx context.Context) (int64, error) {
	if r.dialect.requeueJobs == "" {
		return 0, nil
	}
	ended := r.writerSession(ctx).orm().Exec(endLeasesSQLite)
	if ended.Error != nil {
		return 0, fault(ended.Error)
	}
	requeued := r.writerSession(ctx).orm().Exec(r.dialect.requeueJobs)
	return orFault(requeued.RowsAffected, requeued.Error)
}

// endLeasesSQLite lets the transitions go on that such a process was working on.
const endLeasesSQLite = `UPDATE transitions SET leased_until = NULL WHERE leased_until IS NOT NULL`

const requeueJobsSQLite = `UPDATE river_job SET state = 'available' WHERE state = 'running'`

// JobStats counts the jobs.
func (r *Repository) JobStats(ctx context.Context) (models.JobStats, error) {
	states, err := r.dialect.jobStates.all(r.readerSession(ctx))
	if err != nil {
		return models.JobStats{}, fault(err)
	}
	stats := models.JobStats{Count: map[string]int64{}}
	for _, state := range states {
		stats.Count[state.State] = state.Jobs
		stats.Oldest = max(stats.Oldest, time.Duration(state.Waits*float64(time.Second)))
	}
	return stats, nil
}

// jobState is how many jobs are in a state, and for how many seconds the oldest of them waits.
type jobState struct {
	State string
	Jobs  int64
	Waits float64
}

var jobStatesPostgres = &query[jobState]{text: `SELECT CAST(state AS text) AS state, COUNT(*) AS jobs,
    CASE WHEN state IN ('available', 'running', 'retryable')
        THEN CAST(EXTRACT(EPOCH FROM now() - MIN(created_at)) AS double precision) ELSE 0 END AS waits
FROM river_job GROUP BY state`}

var jobStatesSQLite = &query[jobState]{text: `SELECT state, COUNT(*) AS jobs,
    CASE WHEN state IN ('available', 'running', 'retryable')
        THEN (julianday('now') - julianday(MIN(created_at))) * 86400.0 ELSE 0.0 END AS waits
FROM river_job GROUP BY state`}
