package jobs

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/riverqueue/river"

	"github.com/handback/handback/models"
)

const (
	// webhookWorkers is how many endpoints a process sends events to at a time: nearly all of it is waiting for receivers. A store has
	// ten endpoints at most.
	webhookWorkers = 32
	// webhookRun is how long an endpoint is sent events at a stretch: others wait for the same workers. With one more attempt it is
	// less than a job may take.
	webhookRun = 8 * time.Second
	// webhookBatch is how many events are read at a time.
	webhookBatch = 50
	// webhookFresh is for how long what was read is sent: it tells where orders are done now.
	webhookFresh = time.Second
)

// WebhookRepository holds what is to be sent to webhook endpoints, and takes note of what became of it.
type WebhookRepository interface {
	// WebhookWork reads an endpoint with so many of the events that are to be sent to it, nil when there is no such endpoint.
	WebhookWork(ctx context.Context, endpointID string, count int) (*models.WebhookWork, error)
	// NoteDelivery records an attempt. It returns the endpoint as it is then, nil when the work is not what is to be done any more.
	NoteDelivery(ctx context.Context, work *models.WebhookWork, event *models.UnsentEvent, answer models.WebhookAnswer) (*models.WebhookEndpoint, error)
	// StopSending says that the endpoint waits for nothing any more, unless it does.
	StopSending(ctx context.Context, endpoint *models.WebhookEndpoint) (stopped bool, err error)
}

// EventSender sends events to addresses.
type EventSender interface {
	// Send tries once to send an event to the endpoint of the work. An error says that the context has ended meanwhile.
	Send(ctx context.Context, work *models.WebhookWork, event *models.UnsentEvent) (models.WebhookAnswer, error)
}

// Webhooks sends events to webhook endpoints: to each one event after the other, and an event until it is taken or given up.
type Webhooks struct {
	Repository WebhookRepository
	Sender     EventSender
	Log        *slog.Logger
	Observe    func(outcome string) // is told of each attempt to send an event; nil where nobody counts
}

// Send sends an endpoint the events that it has not got yet, for a while. Unless it is done with them, it is to be called again after
// the pause.
func (w *Webhooks) Send(ctx context.Context, endpointID string) (done bool, pause time.Duration, err error) {
	for until := time.Now().Add(webhookRun); time.Now().Before(until); {
		fresh := time.Now().Add(webhookFresh)
		work, err := w.Repository.WebhookWork(ctx, endpointID, webhookBatch)
		if err != nil || work == nil {
			return work == nil, 0, err
		}
		if len(work.Events) == 0 {
			if done, err = w.Repository.StopSending(ctx, &work.Endpoint); done || err != nil {
				return done, 0, err
			}
			continue
		}
		if pause, err = w.sendEvents(ctx, work, slices.MinFunc([]time.Time{until, fresh}, time.Time.Compare)); pause > 0 || err != nil {
			return false, pause, err
		}
	}
	return false, 0, nil
}

// sendEvents sends the work's events until the time is over, or it is to be read anew. The pause is not 0 when one was not taken.
func (w *Webhooks) sendEvents(ctx context.Context, work *models.WebhookWork, until time.Time) (pause time.Duration, err error) {
	for i := range work.Events {
		if i > 0 && !time.Now().Before(until) {
			return 0, nil
		}
		event := &work.Events[i]
		answer, err := w.Sender.Send(ctx, work, event)
		if err != nil {
			return 0, err
		}
		if w.Observe != nil {
			w.Observe(answer.Outcome())
		}
		endpoint, err := w.Repository.NoteDelivery(ctx, work, event, answer)
		if err != nil || endpoint == nil || !endpoint.SameWork(&work.Endpoint) {
			return 0, w.logDisabled(ctx, endpoint, err)
		}
		if endpoint.SentThrough < event.EventNumber {
			return models.WebhookPause(endpoint.Attempts, answer.RetryAfter, rand.Float64()), nil
		}
		work.Endpoint = *endpoint
	}
	return 0, nil
}

func (w *Webhooks) logDisabled(ctx context.Context, endpoint *models.WebhookEndpoint, err error) error {
	if err == nil && endpoint != nil && endpoint.DisabledAt != nil {
		w.Log.InfoContext(ctx, "a webhook endpoint is disabled", "endpoint", endpoint.ID)
	}
	return err
}

func registerWebhooks(known *river.Workers, webhooks *Webhooks) {
	river.AddWorker(known, river.WorkFunc(func(ctx context.Context, job *river.Job[models.SendEvents]) error {
		done, pause, err := webhooks.Send(ctx, job.Args.Endpoint)
		if err == nil && !done {
			return river.JobSnooze(pause)
		}
		return err
	}))
}
