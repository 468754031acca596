package webhooks_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/webhooks"
)

const (
	oneSecret     = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	anotherSecret = "whsec_dGhlIG90aGVyIHNlY3JldCBvZiB0aGUgdGVzdA=="
)

// patient is long enough for any machine.
const patient = time.Minute

func newWork(url string) (*models.WebhookWork, *models.UnsentEvent) {
	center, account := "https://seller-us.tiktok.com", "account_1"
	work := &models.WebhookWork{
		Endpoint: models.WebhookEndpoint{ID: "webhook_1", URL: url}, StoreDomain: "aurora-outfitters.myshopify.com",
		Secrets: []models.Secret{models.NewSecret(oneSecret), models.NewSecret(anotherSecret)},
		Routes:  []models.OrderRoute{{Task: models.Fulfillment, System: models.SellerCenter, URL: &center}, {Task: models.Refund, System: models.Shopify}},
	}
	return work, &models.UnsentEvent{
		EventNumber: 7, AuditEntryID: "audit_0190", Topic: models.AccountDisconnectingEvent, AccountID: &account,
		OccurredAt: time.Date(2026, 3, 2, 9, 0, 0, 123456000, time.UTC),
	}
}

// local is a sender as the demo has it.
func local(options webhooks.SenderOptions) *webhooks.Sender {
	options.Local = true
	return newSender(options)
}

func newSender(options webhooks.SenderOptions) *webhooks.Sender {
	options.Now = time.Now
	if options.AnswerTime == 0 {
		options.AnswerTime = patient
	}
	return webhooks.NewSender(options)
}

func send(t *testing.T, sender *webhooks.Sender, url string) models.WebhookAnswer {
	t.Helper()
	work, event := newWork(url)
	answer, err := sender.Send(t.Context(), work, event)
	require.NoError(t, err)
	return answer
}

// receive serves a handler over HTTP for the length of a test.
func receive(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// TestSenderSendsByStandardWebhooks: receivers verify what they get by the library, with either secret. It holds ids and routes, and
// says the same in each attempt.
func TestSenderSendsByStandardWebhooks(t *testing.T) {
	t.Parallel()
	var bodies []string
	url := receive(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(err)
		}
		bodies = append(bodies, string(body))
		for _, secret := range []string{oneSecret, anotherSecret} {
			verifier, err := standardwebhooks.NewWebhook(secret)
			if err != nil || verifier.Verify(body, r.Header) != nil || verifier.Verify(append(body, ' '), r.Header) == nil {
				w.WriteHeader(http.StatusUnauthorized)
			}
		}
		if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" || r.Header.Get("User-Agent") != "Handback" ||
			r.Header.Get("Webhook-Id") != "event_0190" || r.URL.Path != "/hooks" {
			w.WriteHeader(http.StatusBadRequest)
		}
	})
	sender := local(webhooks.SenderOptions{})
	for range 2 {
		answer := send(t, sender, url+"/hooks")
		require.True(t, answer.Taken(), answer.Problem)
		require.Equal(t, http.StatusOK, answer.Status)
		require.Positive(t, answer.Took)
		require.WithinDuration(t, time.Now(), answer.SentAt, patient)
	}
	require.JSONEq(t, `{"type":"ACCOUNT_DISCONNECTING","timestamp":"2026-03-02T09:00:00.123456Z","data":{
		"id":"event_0190","storeDomain":"aurora-outfitters.myshopify.com","accountId":"account_1","disconnectionId":null,"auditEntryId":"audit_0190",
		"routes":[{"task":"FULFILLMENT","system":"SELLER_CENTER","url":"https://seller-us.tiktok.com"},{"task":"REFUND","system":"SHOPIFY","url":null}]}}`, bodies[0])
	require.Equal(t, bodies[0], bodies[1])
}

// TestSenderTakesStatusAlone, whatever else receivers answer.
func TestSenderTakesStatusAlone(t *testing.T) {
	t.Parallel()
	elsewhere := receive(t, func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") })
	for name, test := range map[string]struct {
		answer  http.HandlerFunc
		problem models.WebhookProblem
		status  int
	}{
		"garbage in the body": {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "\x00{{{") }, "", 200},
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere, http.StatusMovedPermanently)
		}, "status 301: redirects are not followed", 301},
		"redirect that keeps the method": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere, http.StatusPermanentRedirect)
		}, "status 308: redirects are not followed", 308},
		"gone": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) }, "status 410", 410},
		"own words": {func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "secret words of the receiver", http.StatusTeapot)
		}, "status 418", 418},
		"header too long": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Long", strings.Repeat("x", 64<<10))
			w.WriteHeader(http.StatusOK)
		}, models.WebhookNotHTTP, 0},
		"cut": {func(_ http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) }, models.WebhookCut, 0},
		"cut after the header": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "10")
			w.WriteHeader(http.StatusOK)
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}, "", 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := send(t, local(webhooks.SenderOptions{}), receive(t, test.answer))
			require.Equal(t, test.problem, answer.Problem)
			require.Equal(t, test.status, answer.Status)
			require.Zero(t, answer.RetryAfter)
		})
	}
}

// TestSenderReadsNoMoreThanItMust: of an answer without an end 4 KiB are read.
func TestSenderReadsNoMoreThanItMust(t *testing.T) {
	t.Parallel()
	written := make(chan int, 1)
	url := receive(t, func(w http.ResponseWriter, _ *http.Request) {
		total := 0
		for {
			n, err := w.Write(make([]byte, 1<<10))
			if total += n; err != nil {
				break
			}
		}
		written <- total
	})
	answer := send(t, local(webhooks.SenderOptions{}), url)
	require.True(t, answer.Taken())
	select {
	case total := <-written:
		require.Less(t, total, 64<<20, "which the buffers of the connection hold")
	case <-time.After(2 * patient):
		require.Fail(t, "it reads and reads")
	}
}

func TestSenderWaitsAsReceiversAsk(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status      int
		header      string
		least, most time.Duration
	}{
		{429, "120", 2 * time.Minute, 2 * time.Minute},
		{503, "7", 7 * time.Second, 7 * time.Second},
		{503, "99999999999999", 24 * time.Hour, 24 * time.Hour},
		{503, "99999999999999999999", 0, 24 * time.Hour},
		{503, "-5", 0, 0},
		{503, "soon", 0, 0},
		{429, time.Now().Add(time.Hour).UTC().Format(http.TimeFormat), 30 * time.Minute, time.Hour},
		{429, "Mon, 02 Mar 2020 09:00:00 GMT", 0, 0},
		{500, "120", 0, 0},
	} {
		answer := send(t, local(webhooks.SenderOptions{}), receive(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", test.header)
			w.WriteHeader(test.status)
		}))
		require.GreaterOrEqual(t, answer.RetryAfter, test.least, test)
		require.LessOrEqual(t, answer.RetryAfter, test.most, test)
	}
}

// hang ends when who has sent the request goes away, which is noticed when its body was read.
func hang(r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

// speak takes connections, and says the same on each when something was said there.
func speak(t *testing.T, text string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = conn.Close() })
			go func() {
				if _, err := conn.Read(make([]byte, 4<<10)); err == nil {
					_, _ = io.WriteString(conn, text)
				}
			}()
		}
	}()
	return listener.Addr().String()
}

// TestSenderToReceiversThatAreNone.
func TestSenderToReceiversThatAreNone(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	hanging := receive(t, func(_ http.ResponseWriter, r *http.Request) { hang(r) })
	for name, test := range map[string]struct {
		url     string
		within  time.Duration
		problem models.WebhookProblem
	}{
		"hangs":                {hanging, 300 * time.Millisecond, models.WebhookNoAnswer},
		"hangs before TLS":     {"https://" + speak(t, ""), 300 * time.Millisecond, models.WebhookNoAnswer},
		"sends half an answer": {"http://" + speak(t, "HTTP/1.1 200 OK\r\nX-Half: "), 300 * time.Millisecond, models.WebhookNoAnswer},
		"garbage":              {"http://" + speak(t, "\x00\x01\x02 garbage\r\n\r\n"), 0, models.WebhookNotHTTP},
		"no TLS":               {"https://" + speak(t, "HTTP/1.1 200 OK\r\n\r\n"), 0, models.WebhookNotSecure},
		"nobody listens":       {closed.URL, 0, models.WebhookNoConnection},
		"no such name":         {"http://nobody.invalid", 0, models.WebhookNoSuchHost},
		"no address":           {"://", 0, models.WebhookNotUnderstood},
		"no host":              {"https:///hooks", 0, models.WebhookNotUnderstood},
		"no web":               {"ftp://127.0.0.1/", 0, models.WebhookNotUnderstood},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options := webhooks.SenderOptions{AnswerTime: test.within}
			if name == "no such name" {
				options.Resolver = (&nameserver{}).resolver(t)
			}
			answer := send(t, local(options), test.url)
			require.Equal(t, test.problem, answer.Problem)
			require.Zero(t, answer.Status)
		})
	}
}

// TestSenderStopsWithContext: an attempt that the end of the program interrupts says nothing of the receiver.
func TestSenderStopsWithContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	url := receive(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		hang(r)
	})
	work, event := newWork(url)
	_, err := local(webhooks.SenderOptions{}).Send(ctx, work, event)
	require.ErrorIs(t, err, context.Canceled)
}

// TestSenderNeedsSecret: nothing is sent that nobody could verify.
func TestSenderNeedsSecret(t *testing.T) {
	t.Parallel()
	work, event := newWork(receive(t, func(http.ResponseWriter, *http.Request) { t.Error("it was sent") }))
	work.Secrets = nil
	answer, err := local(webhooks.SenderOptions{}).Send(t.Context(), work, event)
	require.NoError(t, err)
	require.Equal(t, models.WebhookNoSecret, answer.Problem)
}

// TestPayloadHoldsNoMore than it says: whoever reads what is sent learns ids and routes.
func TestPayloadHoldsNoMore(t *testing.T) {
	t.Parallel()
	var body map[string]any
	url := receive(t, func(_ http.ResponseWriter, r *http.Request) {
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			panic(err)
		}
	})
	require.True(t, func() bool { a := send(t, local(webhooks.SenderOptions{}), url); return a.Taken() }())
	data, ok := body["data"].(map[string]any)
	require.True(t, ok)
	require.Len(t, body, 3)
	require.Len(t, data, 6)
}
