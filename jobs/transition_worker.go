package jobs

import (
	"context"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"github.com/handback/handback/models"
)

const (
	// sweepInterval is how often transitions are looked for that nobody goes on with, as those of a process that was killed.
	sweepInterval = 15 * time.Second
	// transitionWorkers is how many transitions a process carries out at a time: nearly all of it is waiting for platforms.
	transitionWorkers = 32
	// transitionTimeout is longer than other jobs have, because a large store takes its time. A process that is killed is found
	// out by its lease, long before.
	transitionTimeout = 30 * time.Minute
)

func queues(transitions *Transitions) map[string]river.QueueConfig {
	all := map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: workers}}
	if transitions != nil {
		all[models.TransitionQueue] = river.QueueConfig{MaxWorkers: transitionWorkers}
		all[models.NotificationQueue] = river.QueueConfig{MaxWorkers: notificationWorkers}
		all[models.WebhookQueue] = river.QueueConfig{MaxWorkers: webhookWorkers}
	}
	return all
}

func registerTransitions(known *river.Workers, repository Repository, transitions *Transitions) {
	river.AddWorker(known, &transitionWorker{transitions: transitions})
	river.AddWorker(known, &handoffWorker{transitions: transitions})
	river.AddWorker(known, &reconcileWorker{repository: repository, stores: transitions.Stores, shops: transitions.Shops, log: transitions.Log})
	river.AddWorker(known, river.WorkFunc(func(ctx context.Context, job *river.Job[models.ReadShop]) error {
		return transitions.Shops.ReconcileAccount(ctx, job.Args.Account)
	}))
	river.AddWorker(known, river.WorkFunc(func(ctx context.Context, job *river.Job[models.TellTikTokLost]) error {
		return repository.TellTikTokLost(ctx, job.Args)
	}))
	river.AddWorker(known, river.WorkFunc(func(ctx context.Context, _ *river.Job[models.SweepTransitions]) error {
		_, err := repository.SweepTransitions(ctx)
		return err
	}))
	if transitions.Notifications != nil {
		registerNotifications(known, transitions.Notifications)
	}
	if transitions.Webhooks != nil {
		registerWebhooks(known, transitions.Webhooks)
	}
}

// reconcileTime is how often every store is read.
const reconcileTime = 24 * time.Hour

// storesAtOnce is how many stores are listed at a time.
const storesAtOnce = 100

// reconcileWorker reads one store after the other, and its shop, so that what nobody looks at is brought in, too.
type reconcileWorker struct {
	river.WorkerDefaults[models.ReconcileStores]

	repository Repository
	stores     Stores
	shops      Shops
	log        *slog.Logger
}

// Timeout implements river.Worker.
func (*reconcileWorker) Timeout(*river.Job[models.ReconcileStores]) time.Duration {
	return reconcileTime
}

// Work implements river.Worker. A store that cannot be read is left for the next night.
func (w *reconcileWorker) Work(ctx context.Context, job *river.Job[models.ReconcileStores]) error {
	defer frugal.begin()()
	for after := job.Args.After; ; {
		domains, err := w.repository.LinkedStores(ctx, after, storesAtOnce)
		if err != nil || len(domains) == 0 {
			return err
		}
		for _, after = range domains {
			if err := w.stores.Reconcile(ctx, after); err != nil && ctx.Err() == nil {
				w.log.WarnContext(ctx, "the store could not be read", "store", after, "error", err)
			}
			if err := w.shops.Reconcile(ctx, after); err != nil && ctx.Err() == nil {
				w.log.WarnContext(ctx, "the shop could not be read", "store", after, "error", err)
			}
		}
	}
}

// transitionWorker goes on with a transition. One that waits is a job that waits.
type transitionWorker struct {
	river.WorkerDefaults[models.CarryOut]

	transitions *Transitions
}

// Timeout implements river.Worker.
func (*transitionWorker) Timeout(*river.Job[models.CarryOut]) time.Duration { return transitionTimeout }

// Work implements river.Worker.
func (w *transitionWorker) Work(ctx context.Context, job *river.Job[models.CarryOut]) error {
	again, err := w.transitions.Run(ctx, job.Args.TransitionID)
	if err == nil && again != nil {
		return river.JobSnooze(max(0, again.Sub(w.transitions.Now())))
	}
	return err
}
