package jobs_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/jobs"
	"github.com/handback/handback/models"
	"github.com/handback/handback/webhooks"
)

// TestWebhookEventsArriveInOrder, and again with the same id when the answer was lost.
func TestWebhookEventsArriveInOrder(t *testing.T) {
	eachTold(t, func(w *told) {
		w.receiver.cut = func(n int) bool { return n%3 == 0 }
		want := w.happen(10)
		w.send()
		require.Equal(w.t, want, w.receiver.ids())
		require.Equal(w.t, 3, w.receiver.again)
		require.Equal(w.t, map[string]int{"taken": 10, "unanswered": 3}, w.outcomes)
		require.Len(w.t, w.problems(), 13)
		require.Equal(w.t, "taken", w.problems()[0])
		require.Contains(w.t, w.problems(), string(models.WebhookCut))
	})
}

// TestWebhookEndpointFailsAndIsDisabled while events are kept: when it is enabled again it gets those that were not given up.
func TestWebhookEndpointFailsAndIsDisabled(t *testing.T) {
	eachTold(t, func(w *told) {
		w.receiver.answer = always(http.StatusInternalServerError)
		want := w.happen(3)
		require.Equal(w.t, models.WebhookActive, w.status())
		began := w.now()
		failing := false
		for w.status() != models.WebhookDisabled {
			_, pause, err := w.works.Send(w.t.Context(), w.endpoint)
			require.NoError(w.t, err)
			w.pass(pause)
			failing = failing || w.status() == models.WebhookFailing
			require.Less(w.t, w.now().Sub(began), models.WebhookDisabledAfter+2*time.Hour)
		}
		require.True(w.t, failing)
		require.GreaterOrEqual(w.t, w.now().Sub(began), models.WebhookDisabledAfter)
		require.Equal(w.t, "status 500; nothing was taken for five days: the endpoint is disabled", w.problems()[0])
		w.pass(30 * 24 * time.Hour)
		want = w.happen(1)[len(want)-2:]
		require.Empty(w.t, w.receiver.ids())

		w.receiver.answer = nil
		enabled := true
		_, err := w.UpdateWebhookEndpoint(w.t.Context(), w.seller, models.WebhookChange{ID: w.endpoint, Enabled: &enabled})
		require.NoError(w.t, err)
		w.send()
		require.Equal(w.t, want, w.receiver.ids(), "the first one was given up")
		require.Equal(w.t, models.WebhookActive, w.status())
	})
}

// TestWebhookReceiverIsGone: nothing more is sent there, until it is enabled.
func TestWebhookReceiverIsGone(t *testing.T) {
	eachTold(t, func(w *told) {
		w.receiver.answer = always(http.StatusGone)
		w.happen(2)
		require.Zero(w.t, w.send())
		require.Equal(w.t, models.WebhookDisabled, w.status())
		require.Equal(w.t, []string{"status 410: the endpoint is disabled"}, w.problems())
	})
}

// TestWebhookAnswerOfReplacedAddress, which comes when the endpoint has another one, is logged and no more: the event goes there.
func TestWebhookAnswerOfReplacedAddress(t *testing.T) {
	for name, status := range map[string]int{"refuses": http.StatusInternalServerError, "is gone": http.StatusGone, "takes": http.StatusNoContent} {
		t.Run(name, func(t *testing.T) {
			eachTold(t, func(w *told) {
				corrected := httptest.NewServer(w.receiver)
				w.t.Cleanup(corrected.Close)
				replaced := httptest.NewServer(http.HandlerFunc(func(writer http.ResponseWriter, _ *http.Request) {
					_, err := w.UpdateWebhookEndpoint(context.WithoutCancel(w.t.Context()), w.seller, models.WebhookChange{ID: w.endpoint, URL: &corrected.URL})
					assert.NoError(w.t, err)
					writer.WriteHeader(status)
				}))
				w.t.Cleanup(replaced.Close)
				_, err := w.UpdateWebhookEndpoint(w.t.Context(), w.seller, models.WebhookChange{ID: w.endpoint, URL: &replaced.URL})
				require.NoError(w.t, err)
				want := w.happen(1)
				require.Zero(w.t, w.send())
				require.Equal(w.t, want, w.receiver.ids())
				require.Equal(w.t, models.WebhookActive, w.status())
				sent, err := w.WebhookDeliveries(w.t.Context(), w.seller, models.WebhookDeliveryPage{Count: 5}, models.AccountDetails{})
				require.NoError(w.t, err)
				log := sent[w.endpoint].Deliveries
				require.Len(w.t, log, 2)
				require.Equal(w.t, status, *log[1].Status)
				require.Equal(w.t, 1, log[0].Attempt, "the first one there")
				require.Nil(w.t, log[0].Error)
			})
		})
	}
}

// TestWebhookReceiverAsksForTime, and gets it.
func TestWebhookReceiverAsksForTime(t *testing.T) {
	eachTold(t, func(w *told) {
		asked := false
		w.receiver.answer = func(writer http.ResponseWriter, _ *http.Request) bool {
			if asked {
				return false
			}
			asked = true
			writer.Header().Set("Retry-After", "600")
			writer.WriteHeader(http.StatusTooManyRequests)
			return true
		}
		want := w.happen(2)
		require.Equal(w.t, 10*time.Minute, w.send())
		require.Equal(w.t, want, w.receiver.ids())
	})
}

// TestWebhookTopicsAreChosen: others are not sent.
func TestWebhookTopicsAreChosen(t *testing.T) {
	eachTold(t, func(w *told) {
		change := models.WebhookChange{ID: w.endpoint, Topics: []models.EventTopic{models.AccountConnectedEvent}}
		_, err := w.UpdateWebhookEndpoint(w.t.Context(), w.seller, change)
		require.NoError(w.t, err)
		w.happen(2)
		connected := &models.Authorization{ShopCode: "1", ShopName: "Shop", Region: "US", Role: models.ShopOwner, Seller: models.SellerActive}
		_, err = w.ConnectTikTokShop(w.t.Context(), w.seller, connected)
		require.NoError(w.t, err)
		events := w.happen(1)
		w.send()
		require.Equal(w.t, events[2:3], w.receiver.ids())
	})
}

// TestWebhookTwoProcessesSendInOrder although both are at it, as when one counts as dead that is not, and others write meanwhile.
func TestWebhookTwoProcessesSendInOrder(t *testing.T) {
	eachTold(t, func(w *told) {
		w.receiver.cut = func(n int) bool { return n%7 == 0 }
		another, works := w.newProcess(webhooks.SenderOptions{})
		const edits = 25
		var writing, sending sync.WaitGroup
		written := make(chan struct{})
		for _, by := range []*db.Repository{w.Repository, another} {
			writing.Go(func() {
				for range edits {
					w.edit(by)
				}
			})
		}
		go func() { writing.Wait(); close(written) }()
		w.works.Observe = nil
		for _, sender := range []*jobs.Webhooks{w.works, works} {
			sending.Go(func() { sendUntil(w, sender, written) })
		}
		sending.Wait()
		require.Equal(w.t, w.events(), w.receiver.ids())
		require.Len(w.t, w.receiver.ids(), 2*edits)
	})
}

// sendUntil does the endpoint's job again and again, until it is done with what was there when the channel was closed.
func sendUntil(w *told, works *jobs.Webhooks, written chan struct{}) {
	for {
		last := false
		select {
		case <-written:
			last = true
		default:
		}
		done, _, err := works.Send(w.t.Context(), w.endpoint)
		if !assert.NoError(w.t, err) || done && last {
			return
		}
	}
}

// TestWebhookReceiversThatHang keep nobody else waiting for ever, however many they are: the workers go on to others.
func TestWebhookReceiversThatHang(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		w := newTold(t, databaseURL)
		healthy := w.seller
		for i := range 4 { // more than there are workers
			w.seller = w.register(fmt.Sprintf("hangs%d.myshopify.com", i))
			for range models.MaxWebhookEndpoints {
				w.receive(w.seller, func(_ http.ResponseWriter, r *http.Request) bool {
					<-r.Context().Done()
					return true
				})
			}
			w.happen(1)
		}
		w.seller = healthy
		repository, works := w.newProcess(webhooks.SenderOptions{AnswerTime: 500 * time.Millisecond})
		startSending(t, repository, works)
		want := w.happen(3)
		require.EventuallyWithT(t, func(c *assert.CollectT) { require.Equal(c, want, w.receiver.ids()) }, patience, 10*time.Millisecond)
	})
}

// startSending has a process do its jobs until the test ends.
func startSending(t *testing.T, repository *db.Repository, works *jobs.Webhooks) {
	t.Helper()
	driver, err := repository.JobDriver()
	require.NoError(t, err)
	client, err := jobs.New(driver, repository, &jobs.Transitions{Webhooks: works}, slog.New(slog.DiscardHandler), nil, func(jobs.Attempt) {})
	require.NoError(t, err)
	client.Start(t.Context())
	t.Cleanup(func() { client.Stop(ended) })
}

// TestWebhookJobsAreDone by the program's workers, from the event on, and nothing is left of them.
func TestWebhookJobsAreDone(t *testing.T) {
	eachTold(t, func(w *told) {
		w.works.Observe = nil
		startSending(w.t, w.Repository, w.works)
		for range 3 {
			want := w.happen(2)
			require.EventuallyWithT(w.t, func(c *assert.CollectT) { require.Equal(c, want, w.receiver.ids()) }, patience, 10*time.Millisecond)
		}
		require.EventuallyWithT(w.t, func(c *assert.CollectT) {
			work, err := w.WebhookWork(context.Background(), w.endpoint, 1)
			require.NoError(c, err)
			require.False(c, work.Endpoint.Waiting)
		}, patience, 10*time.Millisecond)
	})
}

// timedWebhooks are an endpoint with events that a slow receiver takes. The route says when it was read.
type timedWebhooks struct {
	t        *testing.T
	takes    time.Duration
	endpoint models.WebhookEndpoint
	events   int64
	reads    int
}

// WebhookWork implements jobs.WebhookRepository.
func (w *timedWebhooks) WebhookWork(_ context.Context, _ string, count int) (*models.WebhookWork, error) {
	w.reads++
	readAt := time.Now().Format(time.RFC3339Nano)
	work := &models.WebhookWork{Endpoint: w.endpoint, Routes: []models.OrderRoute{{URL: &readAt}}}
	for number := w.endpoint.SentThrough + 1; number <= w.events && len(work.Events) < count; number++ {
		work.Events = append(work.Events, models.UnsentEvent{EventNumber: number})
	}
	return work, nil
}

// NoteDelivery implements jobs.WebhookRepository.
func (w *timedWebhooks) NoteDelivery(_ context.Context, _ *models.WebhookWork, event *models.UnsentEvent, answer models.WebhookAnswer) (*models.WebhookEndpoint, error) {
	w.endpoint.Note(event, answer)
	noted := w.endpoint
	return &noted, nil
}

// StopSending implements jobs.WebhookRepository.
func (w *timedWebhooks) StopSending(context.Context, *models.WebhookEndpoint) (bool, error) {
	return true, nil
}

// Send implements jobs.EventSender.
func (w *timedWebhooks) Send(_ context.Context, work *models.WebhookWork, event *models.UnsentEvent) (models.WebhookAnswer, error) {
	readAt, err := time.Parse(time.RFC3339Nano, *work.Routes[0].URL)
	require.NoError(w.t, err)
	require.Less(w.t, time.Since(readAt), time.Second, "what is sent tells of a moment ago, by the clock of the test")
	require.Equal(w.t, w.endpoint.SentThrough+1, event.EventNumber)
	time.Sleep(w.takes)
	return models.WebhookAnswer{Status: http.StatusNoContent}, nil
}

// TestWebhookRoutesAreThoseOfNow, however slow the receiver is; one that is quick does not have them read oftener.
func TestWebhookRoutesAreThoseOfNow(t *testing.T) {
	t.Parallel()
	for takes, reads := range map[time.Duration]int{0: 2, 300 * time.Millisecond: 6, 1500 * time.Millisecond: 6} {
		synctest.Test(t, func(t *testing.T) {
			w := &timedWebhooks{t: t, takes: takes, events: 20}
			if takes > time.Second {
				w.events = 5
			}
			works := &jobs.Webhooks{Repository: w, Sender: w, Log: slog.New(slog.DiscardHandler)}
			done, pause, err := works.Send(t.Context(), "webhook_1")
			require.NoError(t, err)
			require.True(t, done)
			require.Zero(t, pause)
			require.Equal(t, w.events, w.endpoint.SentThrough)
			require.Equal(t, reads, w.reads)
		})
	}
}

// hook gives the store a webhook endpoint, which has an event that happens refused.
func (l *life) hook(happen func()) {
	created, err := l.CreateWebhookEndpoint(l.ctx, l.seller, models.WebhookRequest{URL: "https://example.com/"})
	require.NoError(l.t, err)
	happen()
	work, err := l.WebhookWork(l.ctx, created.Endpoint.ID, 1)
	require.NoError(l.t, err)
	answer := models.WebhookAnswer{SentAt: l.Now(), Status: http.StatusNotFound, Problem: models.ProblemOfStatus(http.StatusNotFound)}
	_, err = l.NoteDelivery(l.ctx, work, &work.Events[0], answer)
	require.NoError(l.t, err)
	stopped, err := l.StopSending(l.ctx, &work.Endpoint)
	require.NoError(l.t, err)
	require.False(l.t, stopped)
}
