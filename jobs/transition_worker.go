package jobs

import (
	"context"
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
