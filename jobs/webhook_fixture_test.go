package jobs_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/jobs"
	"github.com/handback/handback/models"
	"github.com/handback/handback/secrets"
	"github.com/handback/handback/webhooks"
)

// told is a store with an endpoint, at which a receiver is. Its clock is put forward by tests.
type told struct {
	*db.Repository

	t        *testing.T
	url      string // of the database
	keyset   *secrets.Keyring
	works    *jobs.Webhooks
	seller   models.Caller
	receiver *receiver
	endpoint string
	outcomes map[string]int // of attempts

	mu   sync.Mutex
	time time.Time
}

func eachTold(t *testing.T, test func(w *told)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) { test(newTold(t, databaseURL)) })
}

func newTold(t *testing.T, databaseURL string) *told {
	t.Helper()
	encoded, err := secrets.New()
	require.NoError(t, err)
	w := &told{t: t, url: databaseURL, outcomes: map[string]int{}, time: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	w.keyset, err = secrets.Parse(encoded)
	require.NoError(t, err)
	w.Repository, w.works = w.newProcess(webhooks.SenderOptions{})
	w.works.Observe = func(outcome string) { w.outcomes[outcome]++ }
	w.seller = w.register("told.myshopify.com")
	w.receiver, w.endpoint = w.receive(w.seller, nil)
	return w
}

// newProcess is what a process of the program has.
func (w *told) newProcess(options webhooks.SenderOptions) (*db.Repository, *jobs.Webhooks) {
	w.t.Helper()
	repository, err := db.Open(w.t.Context(), w.url, models.DefaultCatalogue())
	require.NoError(w.t, err)
	w.t.Cleanup(func() { require.NoError(w.t, repository.Close()) })
	repository.Sealer, repository.LocalWebhooks, repository.Now = w.keyset, true, w.now
	options.Local, options.Now = true, w.now
	return repository, &jobs.Webhooks{Repository: repository, Sender: webhooks.NewSender(options), Log: slog.New(slog.DiscardHandler)}
}

func (w *told) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.time
}

func (w *told) pass(by time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.time = w.time.Add(by)
}

func (w *told) register(domain string) models.Caller {
	store, err := w.RegisterStore(w.t.Context(), models.Registration{
		Store: models.Store{Domain: domain, Name: "Told", Region: "US"}, Settings: w.Catalogue.Before(),
		Business: models.BusinessAccount{Name: domain, ExternalID: "bc-" + domain},
	})
	require.NoError(w.t, err)
	return models.Caller{Store: store, Actor: store.Seller()}
}

// receive gives a store an endpoint with a receiver that takes events, unless answer, which may be nil, has answered.
func (w *told) receive(seller models.Caller, answer func(w http.ResponseWriter, r *http.Request) bool) (*receiver, string) {
	r := &receiver{t: w.t, answer: answer}
	server := httptest.NewServer(r)
	w.t.Cleanup(server.Close)
	created, err := w.CreateWebhookEndpoint(w.t.Context(), seller, models.WebhookRequest{URL: server.URL})
	require.NoError(w.t, err)
	r.verifier, err = standardwebhooks.NewWebhook(created.Secret.Reveal())
	require.NoError(w.t, err)
	return r, created.Endpoint.ID
}

// happen has so many events happen, and returns the ids of all that the store was told of.
func (w *told) happen(count int) []string {
	w.t.Helper()
	for range count {
		w.edit(w.Repository)
	}
	return w.events()
}

func (w *told) edit(by *db.Repository) {
	value := fmt.Sprintf(`["%s"]`, by.NewID())
	_, err := by.UpdateSettings(w.t.Context(), w.seller, []models.SettingInput{{Key: "order.tags", Value: models.Value(value)}})
	assert.NoError(w.t, err)
}

// events are the ids of those that happened since the store was registered, which is one.
func (w *told) events() (ids []string) {
	w.t.Helper()
	for after := ""; ; {
		page, err := w.Events(w.t.Context(), w.seller, models.EventPage{Count: models.MaxPage, After: after}, models.AccountDetails{})
		require.NoError(w.t, err)
		for _, event := range page.Events {
			ids = append(ids, event.ID())
		}
		if !page.More {
			return ids[1:]
		}
		after = ids[len(ids)-1]
	}
}

// send does the endpoint's job until nothing is left, with the pauses by the clock, and returns how long that took by it.
func (w *told) send() time.Duration {
	w.t.Helper()
	began := w.now()
	for range 10_000 {
		done, pause, err := w.works.Send(w.t.Context(), w.endpoint)
		require.NoError(w.t, err)
		if done {
			return w.now().Sub(began)
		}
		w.pass(pause)
	}
	require.Fail(w.t, "it goes on and on")
	return 0
}

func (w *told) status() models.WebhookEndpointStatus {
	endpoint, err := w.WebhookEndpoint(w.t.Context(), w.seller, w.endpoint)
	require.NoError(w.t, err)
	return endpoint.Status(w.now())
}

// problems are those of the log, the last attempt first.
func (w *told) problems() (problems []string) {
	log, err := w.WebhookDeliveries(w.t.Context(), w.seller, models.WebhookDeliveryPage{Count: models.MaxPage}, models.AccountDetails{})
	require.NoError(w.t, err)
	for _, delivery := range log[w.endpoint].Deliveries {
		problem := "taken"
		if delivery.Error != nil {
			problem = *delivery.Error
		}
		problems = append(problems, problem)
	}
	return problems
}

// receiver is an idempotent one: what it has accepted it does not accept again.
type receiver struct {
	t        *testing.T
	verifier *standardwebhooks.Webhook
	// answer is asked first, and says whether it has answered.
	answer func(w http.ResponseWriter, r *http.Request) bool
	// cut says of the so-manieth event that is accepted that its answer is lost.
	cut func(n int) bool

	mu       sync.Mutex
	accepted []string
	again    int // how often something came that had been accepted
}

// ServeHTTP implements http.Handler.
func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	assert.NoError(r.t, err)
	assert.NoError(r.t, r.verifier.VerifyIgnoringTimestamp(body, request.Header))
	if r.answer != nil && r.answer(w, request) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	id := request.Header.Get(standardwebhooks.HeaderWebhookID)
	if slices.Contains(r.accepted[max(0, len(r.accepted)-10):], id) || slices.Contains(r.accepted, id) {
		r.again++
		return
	}
	r.accepted = append(r.accepted, id)
	if r.cut != nil && r.cut(len(r.accepted)) {
		panic(http.ErrAbortHandler)
	}
}

func (r *receiver) ids() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.accepted)
}

// always answers with the status.
func always(status int) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(status)
		return true
	}
}
