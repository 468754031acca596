package jobs

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/handback/handback/models"
)

// forgetInterval is how often idempotency keys, consents, API keys, people, notifications and deliveries that have had their time are dropped.
const forgetInterval = time.Hour

// register adds a worker for each kind of job.
func register(known *river.Workers, repository Repository) {
	river.AddWorker(known, river.WorkFunc(func(ctx context.Context, _ *river.Job[models.ForgetIdempotencyKeys]) error {
		return forget(ctx, repository.ForgetIdempotencyKeys, repository.ForgetConsents, repository.ForgetAPIKeys, repository.ForgetUsers)
	}))
	river.AddWorker(known, river.WorkFunc(func(ctx context.Context, _ *river.Job[models.ForgetNotifications]) error {
		return forget(ctx, repository.ForgetNotifications, repository.ForgetDeliveries)
	}))
}

// forget goes on in another attempt where there is more to be dropped than is done in the time of one.
func forget(ctx context.Context, drops ...func(context.Context) (int64, error)) error {
	var count int64
	var errs []error
	for _, drop := range drops {
		dropped, err := drop(ctx)
		count += dropped
		errs = append(errs, err)
	}
	if count > 0 && ctx.Err() != nil {
		return river.JobSnooze(0)
	}
	return errors.Join(errs...)
}

// recurring is a job that is to be done from time to time, by one process of those that share the database.
type recurring struct {
	job      models.Job
	schedule river.PeriodicSchedule
	atStart  bool // also when the program is started
}

// always are done whatever else a program does, and inStores where it carries out transitions. Every store is read at three in the
// morning, however often the program is started.
var (
	always   = []recurring{{models.ForgetIdempotencyKeys{}, river.PeriodicInterval(forgetInterval), true}}
	inStores = []recurring{
		{models.ForgetNotifications{}, river.PeriodicInterval(forgetInterval), true},
		{models.SweepTransitions{}, river.PeriodicInterval(sweepInterval), true},
		{models.ReconcileStores{}, night{}, false},
	}
)

// periodic are the recurring jobs, as River wants them.
func periodic(transitions *Transitions) []*river.PeriodicJob {
	all := always
	if transitions != nil {
		all = slices.Concat(always, inStores)
	}
	list := make([]*river.PeriodicJob, len(all))
	for i, r := range all {
		options := &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByState: unfinished}}
		if queued, ok := r.job.(interface{ Queue() string }); ok {
			options.Queue = queued.Queue()
		}
		list[i] = river.NewPeriodicJob(r.schedule, func() (river.JobArgs, *river.InsertOpts) { return r.job, options }, &river.PeriodicJobOpts{RunOnStart: r.atStart})
	}
	return list
}

// DueWithin are the recurring jobs that are to be done between two moments, for who lets time pass: once each.
func DueWithin(from, until time.Time) (due []models.Job) {
	for _, r := range slices.Concat(always, inStores) {
		if !r.schedule.Next(from).After(until) {
			due = append(due, r.job)
		}
	}
	return due
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

// unfinished are the states of jobs that are still to be done: with one of them, there is no need of another of the kind.
var unfinished = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled,
}
