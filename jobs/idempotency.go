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
func periodic() []*river.PeriodicJob {
	return []*river.PeriodicJob{
		river.NewPeriodicJob(river.PeriodicInterval(forgetInterval), func() (river.JobArgs, *river.InsertOpts) {
			return models.ForgetIdempotencyKeys{}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByState: unfinished}}
		}, &river.PeriodicJobOpts{RunOnStart: true}),
	}
}

// unfinished are the states of jobs that are still to be done: with one of them, there is no need of another of the kind.
var unfinished = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled,
}
