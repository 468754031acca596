package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"

	"github.com/handback/handback/models"
)

// HandoffRepository holds the lists of what was open at TikTok when stores were disconnected.
type HandoffRepository interface {
	LeaseHandoff(ctx context.Context, id string, lease time.Duration) (*models.HandoffWork, error)
	ExtendHandoffLease(ctx context.Context, id string, lease time.Duration) error
	EndHandoffLease(ctx context.Context, id string) error
	AddHandoffItems(ctx context.Context, work *models.HandoffWork, items []models.HandoffItem) error
	FinishHandoff(ctx context.Context, id string, state models.HandoffState, problem models.ProblemCode, asOf time.Time) error
	PostponeHandoff(ctx context.Context, id string, problem models.ProblemCode, attempts int, at time.Time) error
}

const (
	// itemsAtOnce is how many items of a list are stored together.
	itemsAtOnce = 500
	// handoffPatience is how long TikTok is asked for a list. After that nobody who takes orders over can still need it.
	handoffPatience = 30 * 24 * time.Hour
	// handoffPoll is how often who waits for another process's reading looks whether it is done.
	handoffPoll = time.Second
)

// errBusy says that somebody else reads the list.
var errBusy = errors.New("the list is being read")

// ReadHandoff reads from TikTok what was open when the store was disconnected. What it returns is when it wants to be called again;
// nil when that is never: the list is complete or never will be, or somebody else reads it.
func (t *Transitions) ReadHandoff(ctx context.Context, id string) (again *time.Time, err error) {
	again, err = t.readHandoff(ctx, id)
	_, isProblem := errors.AsType[*models.PlatformError](err)
	if isProblem || errors.Is(err, errBusy) { // which is noted, or noted by the other one
		return again, nil
	}
	return again, err
}

// readHandoff is ReadHandoff, whose error says why the list is not read: a *models.PlatformError, errBusy, or a fault.
func (t *Transitions) readHandoff(ctx context.Context, id string) (again *time.Time, err error) {
	work, err := t.Repository.LeaseHandoff(ctx, id, leaseTime)
	switch {
	case err != nil || work == nil:
		return nil, err
	case work.Busy:
		return nil, errBusy
	}
	reading, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go keepLease(reading, cancel, func() error { return t.Repository.ExtendHandoffLease(reading, id, leaseTime) })
	begun := t.Now() // what comes from now on may be met, and may not
	err = t.storeOpenOrders(reading, work)
	noting, done := context.WithTimeout(context.WithoutCancel(ctx), noteTime)
	defer done()
	problem, isProblem := errors.AsType[*models.PlatformError](err)
	switch {
	case err == nil:
		return nil, t.Repository.FinishHandoff(noting, id, models.HandoffRead, "", begun)
	case isProblem && reading.Err() == nil:
		return t.postponeHandoff(noting, work, problem)
	}
	return nil, errors.Join(err, t.Repository.EndHandoffLease(noting, id))
}

func (t *Transitions) storeOpenOrders(ctx context.Context, work *models.HandoffWork) error {
	batch := make([]models.HandoffItem, 0, itemsAtOnce)
	for item, err := range t.TikTok.OpenOrders(ctx, work.Account) {
		if err != nil {
			return err
		}
		if batch = append(batch, item); len(batch) == itemsAtOnce {
			if err := t.Repository.AddHandoffItems(ctx, work, batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	if len(batch) == 0 {
		return nil
	}
	return t.Repository.AddHandoffItems(ctx, work, batch)
}

// postponeHandoff tries again later, unless TikTok has refused for good: then the rest of the disconnect does not wait for the list.
func (t *Transitions) postponeHandoff(ctx context.Context, work *models.HandoffWork, problem *models.PlatformError) (again *time.Time, err error) {
	failures := work.Handoff.Attempts + 1
	t.Log.WarnContext(ctx, "open orders could not be listed", "disconnection", work.DisconnectionID, "problem", problem.Code, "attempt", failures, "error", problem)
	now := t.Now()
	if problem.Code == models.TikTokAccessLost || now.Sub(work.BegunAt) > handoffPatience {
		return nil, t.Repository.FinishHandoff(ctx, work.DisconnectionID, models.HandoffUnreadable, problem.Code, time.Time{})
	}
	at := now.Add(max(problem.RetryAfter, pauseBefore(failures-1))).Truncate(time.Microsecond)
	return &at, errors.Join(problem, t.Repository.PostponeHandoff(ctx, work.DisconnectionID, problem.Code, failures, at))
}

// awaitHandoff has the list read before the authorization is ended, which it needs. It fails when TikTok does not answer.
func (r *transitionRun) awaitHandoff(ctx context.Context) error {
	if r.work.Handoff.State != models.HandoffPending {
		return nil
	}
	for {
		if _, err := r.readHandoff(ctx, r.work.ID); !errors.Is(err, errBusy) {
			return err
		}
		select {
		case <-time.After(handoffPoll):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// handoffWorker reads a list.
type handoffWorker struct {
	river.WorkerDefaults[models.ReadHandoff]
	transitions *Transitions
}

// Timeout implements river.Worker.
func (*handoffWorker) Timeout(*river.Job[models.ReadHandoff]) time.Duration { return transitionTimeout }

// Work implements river.Worker. A list that waits is a job that waits.
func (w *handoffWorker) Work(ctx context.Context, job *river.Job[models.ReadHandoff]) error {
	again, err := w.transitions.ReadHandoff(ctx, job.Args.DisconnectionID)
	if err == nil && again != nil {
		return river.JobSnooze(max(0, again.Sub(w.transitions.Now())))
	}
	return err
}
