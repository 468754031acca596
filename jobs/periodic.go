package jobs

import (
	"context"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"handback/models"
)

// forgetInterval is how often idempotency keys that have had their time are dropped.
const forgetInterval = time.Hour

// register adds a worker for each kind of job.
func register(known *river.Workers, repository Repository) {
	river.AddWorker(known, river.WorkFunc(func(ctx context.Context, _ *river.Job[models.ForgetIdempotencyKeys]) error {
		_, err := repository.ForgetIdempotencyKeys(ctx)
		return err
	}))
}

// periodic are the jobs to be done from time to time, by one process of those that share the database.
func periodic(transitions *Transitions) []*river.PeriodicJob {
	list := []*river.PeriodicJob{every(forgetInterval, models.ForgetIdempotencyKeys{})}
	if transitions != nil {
		list = append(list, every(sweepInterval, models.SweepTransitions{}), nightly())
	}
	return list
}

// nightly is the reading of every store, at three in the morning, however often the program is started.
func nightly() *river.PeriodicJob {
	return river.NewPeriodicJob(night{}, func() (river.JobArgs, *river.InsertOpts) {
		return models.ReconcileStores{}, &river.InsertOpts{Queue: models.TransitionQueue, UniqueOpts: river.UniqueOpts{ByState: unfinished}}
	}, nil)
}

// night is a schedule.
type night struct{}

// Next implements river.PeriodicSchedule.
func (night) Next(after time.Time) time.Time {
	const hour = 3
	after = after.UTC()
	next := time.Date(after.Year(), after.Month(), after.Day(), hour, 0, 0, 0, time.UTC)
	if !next.After(after) {
		next = next.AddDate(0, 0, 1)
	}
	return next
}

func every(interval time.Duration, job models.Job) *river.PeriodicJob {
	return river.NewPeriodicJob(river.PeriodicInterval(interval), func() (river.JobArgs, *river.InsertOpts) {
		return job, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByState: unfinished}}
	}, &river.PeriodicJobOpts{RunOnStart: true})
}

// unfinished are the states of jobs that are still to be done: with one of them, there is no need of another of the kind.
var unfinished = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled,
}
