package jobs

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/handback/handback/models"
)

// TransitionRepository holds what is to be carried out in stores, and takes note of what was done.
type TransitionRepository interface {
	LeaseTransition(ctx context.Context, id string, lease time.Duration) (*models.TransitionWork, error)
	ExtendLease(ctx context.Context, id string, lease time.Duration) error
	EndLease(ctx context.Context, id string) error
	PostponeTransition(ctx context.Context, work *models.TransitionWork, problem *models.PlatformError, at *time.Time) error
	PlanTransition(ctx context.Context, work *models.TransitionWork, observed *models.Observation) error
	PendingWrites(ctx context.Context, work *models.TransitionWork, count, bulk int) ([]models.StoreWrite, error)
	SaveWrites(ctx context.Context, work *models.TransitionWork, writes []models.StoreWrite) error
	// EpochClosed reports whether the store was given back after this epoch, as far as the database knows.
	EpochClosed(ctx context.Context, storeID, epochID string) (bool, error)
	VerifyTransition(ctx context.Context, work *models.TransitionWork, observed *models.Observation) error
	FinishRevoking(ctx context.Context, work *models.TransitionWork, end models.AuthorizationEndStatus) error
	HandoffRepository
	// FailTransition ends a connect or an edit that cannot be carried out. What a connect has written is taken back by a disconnect.
	FailTransition(ctx context.Context, work *models.TransitionWork, problem *models.PlatformError) error
}

// Shopify is the store's side. Errors that are not *models.PlatformError are the program's own.
type Shopify interface {
	// Observe reads every setting that lives in the store.
	Observe(ctx context.Context, domain string) (*models.Observation, error)
	// Fence makes the store the epoch's. It fails with NEWER_CONNECTION when it is another one's that was not closed, or was a newer
	// one's, or was released: then the database is older than the store.
	Fence(ctx context.Context, domain string, epoch *models.Epoch, closed func(ctx context.Context, epochID string) (bool, error)) error
	// Release ends that the store is the epoch's: it was given back.
	Release(ctx context.Context, domain string, epoch *models.Epoch) error
	// Write writes entries of settings in their order, each of which may be done already, and says what became of them. With
	// an error those that are returned are done. More of them than BulkWrites are all products to be published, or to be taken
	// back.
	Write(ctx context.Context, work *models.TransitionWork, writes []models.StoreWrite) ([]models.StoreWrite, error)
	// BulkWrites is how many products are published one by one at most.
	BulkWrites() int
	// StopBulkPublishing ends what Shopify still publishes, or takes back, by itself.
	StopBulkPublishing(ctx context.Context, domain string) error
}

// Stores are read apart from transitions.
type Stores interface {
	// Reconcile brings in what was edited in the Shopify admin.
	Reconcile(ctx context.Context, domain string) error
}

// TikTok is TikTok's side.
type TikTok interface {
	// Revoke ends the authorization of the account, and says how it ended: proved by TikTok. asked says that it was called before,
	// and could not tell: the detail of the error was models.RevokeAsked.
	Revoke(ctx context.Context, account models.Account, asked bool) (models.AuthorizationEndStatus, error)
	// OpenOrders iterates over what is open in the account's shop, each thing once.
	OpenOrders(ctx context.Context, account models.Account) iter.Seq2[models.HandoffItem, error]
	// Observe reads the settings of the account's shop that are facts of TikTok.
	Observe(ctx context.Context, account models.Account) (*models.ShopObservation, error)
}

// Shops are read apart from transitions.
type Shops interface {
	// Reconcile brings in what has changed in the shop of a store.
	Reconcile(ctx context.Context, domain string) error
	// ReconcileAccount brings in what is set up in a shop that could not be read while it was connected.
	ReconcileAccount(ctx context.Context, accountID string) error
}

// Transitions carries out connects, disconnects and edits in stores, step by step: what was done is written down after each,
// and each may be repeated.
type Transitions struct {
	Repository TransitionRepository
	Shopify    Shopify
	TikTok     TikTok
	Stores     Stores
	Shops      Shops
	Now        func() time.Time
	Log        *slog.Logger
	// Notifications does what the platforms' notifications ask for; nil where none come.
	Notifications *Notifications
	// Webhooks sends events to webhook endpoints; nil where none are sent.
	Webhooks *Webhooks
}

const (
	// leaseTime is how long a transition is left to a process that may be dead.
	leaseTime = 30 * time.Second
	// leaseExtension is how often a process that lives says so.
	leaseExtension = 10 * time.Second
	// noteTime is how long it may take to write down what was done, when the program stops meanwhile.
	noteTime = 5 * time.Second
	// releaseAttempts is how often a store that does not answer is told that it was given back, before TikTok's turn comes: about
	// an hour. A store that is not told can be connected from no other database.
	releaseAttempts = 20
	// writesAtOnce is how many writes are written down together.
	writesAtOnce = 50
	firstWait    = time.Second
	longestWait  = 5 * time.Minute
	// shopTime is how long a connect waits for what TikTok says of the shop, which somebody may wait for.
	shopTime = 2 * time.Second
)

// Run carries a transition out as far as it goes, alone. What it returns is when it wants to be called again; nil when that is
// never: all is done, or a person has to help, or somebody else works on it.
func (t *Transitions) Run(ctx context.Context, id string) (again *time.Time, err error) {
	work, err := t.Repository.LeaseTransition(ctx, id, leaseTime)
	if err != nil || work == nil {
		return nil, err
	}
	defer frugal.begin()()
	working, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go keepLease(working, cancel, func() error { return t.Repository.ExtendLease(working, id, leaseTime) })
	for run := (&transitionRun{Transitions: t, work: work}); err == nil && !isAtRest(work); {
		err = run.step(working)
	}
	noting, done := context.WithTimeout(context.WithoutCancel(ctx), noteTime)
	defer done()
	problem, isProblem := errors.AsType[*models.PlatformError](err)
	switch {
	case err == nil && work.NextAttemptAt == nil && isDone(work.Phase):
		return nil, t.Repository.EndLease(noting, work.ID)
	case errors.Is(err, models.ErrTransitionMoved): // it may have been given more to do
		now := t.Now()
		return &now, t.Repository.EndLease(noting, work.ID)
	case err == nil:
		return work.NextAttemptAt, t.Repository.EndLease(noting, work.ID)
	case isProblem && working.Err() == nil:
		return t.postpone(noting, work, problem)
	}
	return nil, errors.Join(err, t.Repository.EndLease(noting, work.ID))
}

// keepLease extends a lease until the context ends. Without it others begin, so the work is given up.
func keepLease(ctx context.Context, giveUp context.CancelCauseFunc, extend func() error) {
	every := time.NewTicker(leaseExtension)
	defer every.Stop()
	for extended := time.Now(); ; {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
		err := extend()
		switch {
		case err == nil:
			extended = time.Now()
		case time.Since(extended) > leaseTime-leaseExtension:
			giveUp(err)
		}
	}
}

func isAtRest(work *models.TransitionWork) bool {
	return isDone(work.Phase) || work.NextAttemptAt != nil
}

func isDone(phase models.TransitionPhase) bool {
	return phase == models.PhaseComplete || phase == models.PhaseBlocked
}

// transitionRun is what one process does of a transition.
type transitionRun struct {
	*Transitions
	work   *models.TransitionWork
	fenced bool
}

func (r *transitionRun) step(ctx context.Context) error {
	if err := r.fence(ctx); err != nil {
		return err
	}
	switch r.work.Phase {
	case models.PhaseReading:
		observed, err := r.observe(ctx)
		if err != nil {
			return err
		}
		return r.Repository.PlanTransition(ctx, r.work, observed)
	case models.PhaseWriting:
		return r.write(ctx)
	case models.PhaseVerifying:
		observed, err := r.observe(ctx)
		if err != nil {
			return err
		}
		observed.Shop = r.observeShop(ctx)
		return r.Repository.VerifyTransition(ctx, r.work, observed)
	default:
		return r.revoke(ctx)
	}
}

// observe reads the store when nothing changes it any more but people. A connect that was broken off may still have had Shopify
// publish products.
func (r *transitionRun) observe(ctx context.Context) (*models.Observation, error) {
	if err := r.Shopify.StopBulkPublishing(ctx, r.work.Store.Domain); err != nil {
		return nil, err
	}
	return r.Shopify.Observe(ctx, r.work.Store.Domain)
}

// observeShop reads the shop that is connected, before it is. It is nil when TikTok does not answer: connecting does not wait for that.
func (r *transitionRun) observeShop(ctx context.Context) *models.ShopObservation {
	if r.work.Kind != models.TransitionConnect {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, shopTime)
	defer cancel()
	shop, err := r.TikTok.Observe(ctx, r.work.Account)
	if err != nil {
		r.Log.WarnContext(ctx, "the shop is read after it was connected", "transition", r.work.ID, "error", err)
		return nil
	}
	return shop
}

// fence takes the store for the epoch before anything is written, once. A connect has no epoch before the store was read.
func (r *transitionRun) fence(ctx context.Context) error {
	if r.fenced || r.work.Epoch == nil || r.work.Phase == models.PhaseRevoking {
		return nil
	}
	err := r.Shopify.Fence(ctx, r.work.Store.Domain, r.work.Epoch, func(ctx context.Context, epochID string) (bool, error) {
		return r.Repository.EpochClosed(ctx, r.work.StoreID, epochID)
	})
	r.fenced = err == nil
	return err
}

func (r *transitionRun) write(ctx context.Context) error {
	writes, err := r.Repository.PendingWrites(ctx, r.work, writesAtOnce, r.Shopify.BulkWrites())
	if err != nil || len(writes) == 0 {
		return err
	}
	done, err := r.Shopify.Write(ctx, r.work, writes)
	for _, write := range done {
		if write.Detail != "" {
			r.Log.WarnContext(ctx, "Shopify rejects a write", "transition", r.work.ID, "setting", write.Key, "entry", write.Entry, "rejection", write.Detail)
		}
	}
	patience := noteTime
	if len(writes) > writesAtOnce {
		patience = leaseTime
	}
	noting, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	return errors.Join(err, r.Repository.SaveWrites(noting, r.work, done))
}

// revoke ends what the connection had outside. A store that lets nobody in any more does not hinder that.
func (r *transitionRun) revoke(ctx context.Context) error {
	err := r.Shopify.Release(ctx, r.work.Store.Domain, r.work.Epoch)
	if problem, ok := errors.AsType[*models.PlatformError](err); ok && mayPass(problem.Code) && r.work.Attempts < releaseAttempts {
		return err
	}
	if err != nil {
		r.Log.WarnContext(ctx, "the store could not be released", "transition", r.work.ID, "error", err)
	}
	if err := r.awaitHandoff(ctx); err != nil {
		return err
	}
	end, err := r.TikTok.Revoke(ctx, r.work.Account, r.work.Asked())
	if problem, ok := errors.AsType[*models.PlatformError](err); ok && r.work.GivesUp(r.Now()) {
		r.Log.WarnContext(ctx, "TikTok's authorization is left to the seller to end", "transition", r.work.ID, "error", problem)
		end, err = models.AuthorizationNotConfirmed, nil
	}
	if err != nil {
		return err
	}
	return r.Repository.FinishRevoking(ctx, r.work, end)
}

// mayPass reports whether a problem with a store may end by itself.
func mayPass(problem models.ProblemCode) bool {
	return problem == models.ShopifyUnavailable || problem == models.ShopifyRejected || problem == models.ShopifyUnexpected
}

// postpone tries again later, unless that does not help: then a disconnect waits for a person, and a connect or an edit has failed.
func (t *Transitions) postpone(ctx context.Context, work *models.TransitionWork, problem *models.PlatformError) (again *time.Time, err error) {
	t.Log.WarnContext(ctx, "work in a store waits", "transition", work.ID, "kind", work.Kind, "phase", work.Phase, "problem", problem.Code, "attempt", work.Attempts+1, "error", problem)
	failures := work.Failures(problem.Code)
	switch fails := work.Fails(problem.Code, failures); {
	case fails && work.Kind == models.TransitionDisconnect:
		return nil, t.Repository.PostponeTransition(ctx, work, problem, nil)
	case fails:
		return nil, t.fail(ctx, work, problem)
	}
	// The databases and the clock know microseconds: what is stored must have come when it is said to have.
	at := t.Now().Add(max(problem.RetryAfter, pauseBefore(failures-1))).Truncate(time.Microsecond)
	return &at, t.Repository.PostponeTransition(ctx, work, problem, &at)
}

// fail ends a connect or an edit, unless something else has ended it meanwhile.
func (t *Transitions) fail(ctx context.Context, work *models.TransitionWork, problem *models.PlatformError) error {
	err := t.Repository.FailTransition(ctx, work, problem)
	if errors.Is(err, models.ErrTransitionMoved) {
		return t.Repository.EndLease(ctx, work.ID)
	}
	return err
}

// pauseBefore doubles with each attempt, half of it at random.
func pauseBefore(attempts int) time.Duration {
	wait := longestWait
	if attempts < 9 {
		wait = min(firstWait<<attempts, longestWait)
	}
	return wait/2 + rand.N(wait/2)
}
