package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/handback/handback/platform"
)

// Attempt is one time that a job was tried.
type Attempt struct {
	Kind     string
	Number   int // 1 for the first
	Outcome  Outcome
	Duration time.Duration
}

// Outcome is how an attempt ended.
type Outcome string

// The outcomes. All but done have the job tried again.
const (
	Done        Outcome = "done"
	Failed      Outcome = "failed"
	Panicked    Outcome = "panicked"
	Interrupted Outcome = "interrupted" // because the program stops
)

// attempts is the middleware around every attempt: it logs what went wrong, and tells who counts. What River stores with
// the job of a failure is its kind only, because the words of errors have no bound, and there may be many.
type attempts struct {
	river.MiddlewareDefaults

	log     *slog.Logger
	observe func(Attempt)
	running atomic.Int64
	// stopping is closed when the program stops: jobs are finished then, but do not pause between calls.
	stopping <-chan struct{}
}

// Work implements rivertype.WorkerMiddleware.
func (a *attempts) Work(ctx context.Context, job *rivertype.JobRow, do func(context.Context) error) error {
	a.running.Add(1)
	defer a.running.Add(-1)
	began := time.Now()
	outcome, err := a.try(ctx, job, do)
	a.observe(Attempt{Kind: job.Kind, Number: job.Attempt, Outcome: outcome, Duration: time.Since(began)})
	return err
}

func (a *attempts) try(ctx context.Context, job *rivertype.JobRow, do func(context.Context) error) (outcome Outcome, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			a.log.ErrorContext(ctx, "panic", "error", fmt.Sprintf("%T", panicked), "job", job.Kind, "job_id", job.ID, "attempt", job.Attempt, "stack", string(debug.Stack()))
			outcome, err = Panicked, failure{outcome: Panicked}
		}
	}()
	err = do(platform.WithStopping(ctx, a.stopping))
	switch {
	case err == nil, isSnooze(err):
		return Done, err
	case errors.Is(err, platform.ErrStopping):
		return Interrupted, failure{Interrupted, err}
	case errors.Is(ctx.Err(), context.Canceled): // no fault of the job's: the errors of databases do not always say why they were cancelled
		return Interrupted, failure{Interrupted, errors.Join(ctx.Err(), err)}
	}
	a.log.WarnContext(ctx, "job failed", "job", job.Kind, "job_id", job.ID, "attempt", job.Attempt, "error", err)
	return Failed, failure{Failed, err}
}

// isSnooze is true of an attempt that went as far as it could for now.
func isSnooze(err error) bool {
	_, snoozed := errors.AsType[*river.JobSnoozeError](err)
	return snoozed
}

// failure is an error of an attempt in a word.
type failure struct {
	outcome Outcome
	error
}

// Error implements error.
func (f failure) Error() string { return string(f.outcome) }

// Unwrap is what River recognizes cancelled contexts by.
func (f failure) Unwrap() error { return f.error }
