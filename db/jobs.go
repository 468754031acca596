package db

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"
	"gorm.io/gorm/clause"

	"github.com/handback/handback/models"
)

// promisedAttempts is how often a job that was promised is tried: with five minutes between them at the end, for a month.
const promisedAttempts = 10_000

// promise has the jobs done after the transaction is committed, and not at all when it is not.
func (s session) promise(jobs ...models.Job) error {
	if len(jobs) == 0 {
		return nil
	}
	inserted := make([]river.InsertManyParams, len(jobs))
	metadata := traceMetadata(s.ctx)
	for i, job := range jobs {
		options := &river.InsertOpts{MaxAttempts: promisedAttempts, Metadata: metadata}
		if queued, ok := job.(interface{ Queue() string }); ok {
			options.Queue = queued.Queue()
		}
		inserted[i] = river.InsertManyParams{Args: job, InsertOpts: options}
	}
	_, err := s.transaction.repository.promises.InsertManyTx(s.ctx, s.transaction.tx, inserted)
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
	if !r.dialect.oneProcess {
		return 0, nil
	}
	// The transitions and lists that such a process was working on go on, too.
	ended := r.writerSession(ctx).orm().Model(&models.Transition{}).
		Where(clause.Or(clause.Neq{Column: "leased_until", Value: nil}, clause.Neq{Column: "handoff_leased_until", Value: nil})).
		Updates(map[string]any{"leased_until": nil, "handoff_leased_until": nil})
	if ended.Error != nil {
		return 0, fault(ended.Error)
	}
	requeued := r.writerSession(ctx).orm().Table("river_job").Where("state", rivertype.JobStateRunning).Update("state", rivertype.JobStateAvailable)
	return orFault(requeued.RowsAffected, requeued.Error)
}

// AdvanceJobs makes jobs due that are to be done within a time, and promises others, for who lets it pass in a sandbox. Leases
// outlast that: whoever works goes on.
func (r *Repository) AdvanceJobs(ctx context.Context, by time.Duration, promised ...models.Job) error {
	return r.write(ctx, "jobs", func(tx session) error {
		if err := tx.exec(r.dialect.advanceJobs, int64(by/time.Second)); err != nil {
			return err
		}
		var leased []models.Transition
		err := tx.orm().Select("id", "leased_until", "handoff_leased_until").Where("leased_until IS NOT NULL OR handoff_leased_until IS NOT NULL").Find(&leased).Error
		for _, transition := range leased {
			err = errors.Join(err, tx.updateTransition(transition.ID, map[string]any{
				"leased_until": later(transition.LeasedUntil, by), "handoff_leased_until": later(transition.Handoff.LeasedUntil, by),
			}))
		}
		for _, job := range promised {
			err = errors.Join(err, tx.promise(job))
		}
		return err
	})
}

func later(moment *time.Time, by time.Duration) *time.Time {
	if moment == nil {
		return nil
	}
	moved := moment.Add(by)
	return &moved
}

const advanceJobsPostgres = `UPDATE river_job SET scheduled_at = scheduled_at - make_interval(secs => $1) WHERE state IN ('scheduled', 'retryable')`

const advanceJobsSQLite = `UPDATE river_job SET scheduled_at = strftime('%Y-%m-%d %H:%M:%f', scheduled_at, '-' || $1 || ' seconds') WHERE state IN ('scheduled', 'retryable')`

// JobStats counts the jobs.
func (r *Repository) JobStats(ctx context.Context) (models.JobStats, error) {
	states, err := r.dialect.jobStates.all(r.readerSession(ctx), models.FailingAttempts)
	if err != nil {
		return models.JobStats{}, fault(err)
	}
	stats := models.JobStats{Count: map[string]int64{}}
	for _, state := range states {
		stats.Count[state.State] = state.Jobs
		stats.Failing += state.Failing
		stats.Oldest = max(stats.Oldest, time.Duration(state.Waits*float64(time.Second)))
	}
	return stats, nil
}

// jobState is how many jobs are in a state, how many of them have failed models.FailingAttempts times, and for how many seconds the one
// that was due first has been.
type jobState struct {
	State   string
	Jobs    int64
	Failing int64
	Waits   float64
}

// What counts is since when a job is due: one that waits for a platform or a receiver is there for days, and due for seconds. One that
// is running ends when its time is over, and may have a lot of it.
var jobStatesPostgres = &query[jobState]{text: `SELECT CAST(state AS text) AS state, COUNT(*) AS jobs, COUNT(*) FILTER (WHERE state = 'retryable' AND attempt >= $1) AS failing,
    CASE WHEN state IN ('available', 'retryable', 'scheduled')
        THEN GREATEST(CAST(EXTRACT(EPOCH FROM now() - MIN(scheduled_at)) AS double precision), 0) ELSE 0 END AS waits
FROM river_job GROUP BY state`}

var jobStatesSQLite = &query[jobState]{text: `SELECT state, COUNT(*) AS jobs, COUNT(*) FILTER (WHERE state = 'retryable' AND attempt >= $1) AS failing,
    CASE WHEN state IN ('available', 'retryable', 'scheduled')
        THEN MAX((julianday('now') - julianday(MIN(scheduled_at))) * 86400.0, 0.0) ELSE 0.0 END AS waits
FROM river_job GROUP BY state`}
