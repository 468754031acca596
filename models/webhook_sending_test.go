package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

var webhookEpoch = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func TestWebhookPause(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		failures   int
		retryAfter time.Duration
		random     float64
		want       time.Duration
	}{
		{1, 0, 0, 2500 * time.Millisecond},
		{1, 0, 1, 5 * time.Second},
		{2, 0, 1, 10 * time.Second},
		{10, 0, 1, 2560 * time.Second},
		{11, 0, 1, time.Hour},
		{11, 0, 0, time.Hour / 2},
		{1_000_000, 0, 1, time.Hour},
		{0, 0, 1, 5 * time.Second},
		{1, time.Minute, 1, time.Minute},
		{3, time.Second, 0, 10 * time.Second},
		{1, 9 * time.Hour, 0, time.Hour},
	} {
		require.Equal(t, test.want, models.WebhookPause(test.failures, test.retryAfter, test.random), test)
	}
}

// failing tries again and again from a moment on, each time after the pause, until the time is over or an attempt says otherwise. It
// returns what the log says of the last attempt.
func failing(e *models.WebhookEndpoint, event models.UnsentEvent, from time.Time, lasts time.Duration, status int) (last models.WebhookDelivery, at time.Time) {
	for at = from; at.Sub(from) < lasts; at = at.Add(models.WebhookPause(e.Attempts, 0, 1)) {
		last = e.Note(&event, models.WebhookAnswer{SentAt: at, Status: status, Problem: models.ProblemOfStatus(status)})
		if e.SentThrough >= event.EventNumber || e.DisabledAt != nil {
			break
		}
	}
	return last, at
}

func TestWebhookEventIsGivenUpAfterThreeDays(t *testing.T) {
	t.Parallel()
	e := &models.WebhookEndpoint{ID: "webhook_1", StoreID: "store_1", SentThrough: 6}
	_, _ = failing(e, models.UnsentEvent{EventNumber: 7}, webhookEpoch, models.WebhookGiveUpAfter-2*time.Hour, 500)
	require.EqualValues(t, 6, e.SentThrough, "it is still tried")
	require.Greater(t, e.Attempts, 70)
	require.Equal(t, models.WebhookFailing, e.Status(webhookEpoch.Add(models.WebhookFailingAfter)))
	require.Equal(t, models.WebhookActive, e.Status(webhookEpoch.Add(models.WebhookFailingAfter-1)))

	e = &models.WebhookEndpoint{ID: "webhook_1", StoreID: "store_1", SentThrough: 6}
	last, at := failing(e, models.UnsentEvent{EventNumber: 7, Seq: 70}, webhookEpoch, 30*24*time.Hour, 500)
	require.GreaterOrEqual(t, at.Sub(webhookEpoch), models.WebhookGiveUpAfter)
	require.Less(t, at.Sub(webhookEpoch), models.WebhookGiveUpAfter+2*time.Hour)
	require.Equal(t, "status 500; given up after three days", *last.Error)
	require.Equal(t, 500, *last.Status)
	require.EqualValues(t, 70, last.EntrySeq)
	require.EqualValues(t, 7, e.SentThrough)
	require.Zero(t, e.Attempts)
	require.Nil(t, e.FirstAttemptAt)
	require.Equal(t, webhookEpoch, *e.FailingSince)
}

func TestWebhookEndpointIsDisabledAfterFiveDays(t *testing.T) {
	t.Parallel()
	e := &models.WebhookEndpoint{}
	_, at := failing(e, models.UnsentEvent{EventNumber: 1}, webhookEpoch, 30*24*time.Hour, 503)
	last, at := failing(e, models.UnsentEvent{EventNumber: 2}, at, 30*24*time.Hour, 503)
	require.GreaterOrEqual(t, at.Sub(webhookEpoch), models.WebhookDisabledAfter)
	require.Less(t, at.Sub(webhookEpoch), models.WebhookDisabledAfter+2*time.Hour)
	require.Equal(t, "status 503; nothing was taken for five days: the endpoint is disabled", *last.Error)
	require.Equal(t, models.WebhookDisabled, e.Status(at))
	require.EqualValues(t, 1, e.SentThrough, "the event is there to be sent when the endpoint is enabled again")
	require.Zero(t, e.Attempts)
	require.Nil(t, e.FailingSince, "it begins anew then")
}

// TestWebhookEndpointThatIsSeldomSentAnything is not disabled by the first attempt that fails long after another one has: an event has
// a day at least.
func TestWebhookEndpointThatIsSeldomSentAnything(t *testing.T) {
	t.Parallel()
	e := &models.WebhookEndpoint{}
	_, _ = failing(e, models.UnsentEvent{EventNumber: 1}, webhookEpoch, 30*24*time.Hour, 500)
	later := webhookEpoch.Add(60 * 24 * time.Hour)
	_, at := failing(e, models.UnsentEvent{EventNumber: 2}, later, 30*24*time.Hour, 500)
	require.NotNil(t, e.DisabledAt)
	require.GreaterOrEqual(t, at.Sub(later), models.WebhookFailingAfter)
	require.Less(t, at.Sub(later), models.WebhookFailingAfter+2*time.Hour)
}

func TestWebhookSuccessEndsFailing(t *testing.T) {
	t.Parallel()
	e := &models.WebhookEndpoint{}
	_, at := failing(e, models.UnsentEvent{EventNumber: 1}, webhookEpoch, 2*24*time.Hour, 500)
	attempts := e.Attempts
	delivery := e.Note(&models.UnsentEvent{EventNumber: 1}, models.WebhookAnswer{SentAt: at, Status: 204, Took: 1500 * time.Microsecond})
	require.Equal(t, attempts+1, delivery.Attempt)
	require.Equal(t, 204, *delivery.Status)
	require.Equal(t, 1, delivery.DurationMs)
	require.Nil(t, delivery.Error)
	require.Equal(t, &models.WebhookEndpoint{SentThrough: 1}, e)
}

func TestWebhookGoneDisablesAtOnce(t *testing.T) {
	t.Parallel()
	e := &models.WebhookEndpoint{SentThrough: 3}
	last, _ := failing(e, models.UnsentEvent{EventNumber: 4}, webhookEpoch, time.Hour, 410)
	require.Equal(t, "status 410: the endpoint is disabled", *last.Error)
	require.Equal(t, &models.WebhookEndpoint{SentThrough: 3, DisabledAt: &webhookEpoch}, e)
}

func TestProblemOfStatus(t *testing.T) {
	t.Parallel()
	for status, problem := range map[int]models.WebhookProblem{
		200: "", 204: "", 299: "", 301: "status 301: redirects are not followed", 308: "status 308: redirects are not followed",
		101: "status 101", 404: "status 404", 429: "status 429", 500: "status 500",
	} {
		require.Equal(t, problem, models.ProblemOfStatus(status))
	}
}

// TestWebhookSameProgress is of the same address: what another one answers counts nowhere.
func TestWebhookSameProgress(t *testing.T) {
	t.Parallel()
	read := models.WebhookEndpoint{URL: "https://one.example/", Topics: "SETTINGS_UPDATED", SentThrough: 7, Attempts: 2}
	for name, test := range map[string]struct {
		change func(*models.WebhookEndpoint)
		same   bool
	}{
		"the same":         {func(*models.WebhookEndpoint) {}, true},
		"disabled":         {func(e *models.WebhookEndpoint) { e.DisabledAt = &webhookEpoch }, true},
		"another address":  {func(e *models.WebhookEndpoint) { e.URL = "https://two.example/" }, false},
		"gone on":          {func(e *models.WebhookEndpoint) { e.SentThrough = 8 }, false},
		"tried by another": {func(e *models.WebhookEndpoint) { e.Attempts = 3 }, false},
	} {
		now := read
		test.change(&now)
		require.Equal(t, test.same, now.SameProgress(&read), name)
	}
}
