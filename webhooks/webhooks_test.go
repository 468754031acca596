package webhooks_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify"
	"github.com/handback/handback/tiktok"
	"github.com/handback/handback/webhooks"
)

const secret = "planted-secret-of-the-app"

// inbox is one in memory, which holds a notification for as long as the test wants.
type inbox struct {
	mu    sync.Mutex
	noted []models.PlatformNotification
	err   error
	hold  chan struct{}
	held  atomic.Int64 // at this moment
	most  atomic.Int64 // at one moment
}

func (i *inbox) NoteNotification(_ context.Context, notification models.PlatformNotification) error {
	if held := i.held.Add(1); held > i.most.Load() {
		i.most.Store(held)
	}
	defer i.held.Add(-1)
	if i.hold != nil {
		<-i.hold
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.noted = append(i.noted, notification)
	return i.err
}

func newHandler(platform webhooks.Platform) (*webhooks.Handler, *inbox, *bytes.Buffer) {
	in, log := &inbox{}, &bytes.Buffer{}
	return webhooks.New(platform, in, time.Now, slog.New(slog.NewTextHandler(log, nil))), in, log
}

func ofShopify(topic, body, signedBy string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/webhooks/shopify", strings.NewReader(body))
	for name, value := range map[string]string{
		"Topic": topic, "Shop-Domain": "aurora-outfitters.myshopify.com", "API-Version": "2026-10", "Webhook-Id": "b54557e4", "Triggered-At": "2026-03-02T09:00:00.123456789Z",
		"Hmac-Sha256": shopify.SignNotification(signedBy, []byte(body)),
	} {
		r.Header.Set("X-Shopify-"+name, value)
	}
	return r
}

func statusOf(handler http.Handler, r *http.Request) int {
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w.Code
}

func TestNotificationIsStoredAndAnswered(t *testing.T) {
	handler, in, _ := newHandler(shopify.Notifications{Secret: secret})
	require.Equal(t, http.StatusOK, statusOf(handler, ofShopify("locations/update", `{"id":1}`, secret)))
	require.Equal(t, []models.PlatformNotification{{
		Platform: models.PlatformShopify, ID: "b54557e4", Topic: "locations/update", Subject: "aurora-outfitters.myshopify.com",
		TriggeredAt: time.Date(2026, 3, 2, 9, 0, 0, 123456000, time.UTC),
	}}, in.noted)
}

// TestNotificationOfTikTok: the one of platforms' documentation.
func TestNotificationOfTikTok(t *testing.T) {
	handler, in, _ := newHandler(tiktok.Notifications{AppKey: "6a7b8c9d0e", AppSecret: strings.Repeat("c0ffee00", 5)})
	const body = `{"type":6,"tts_notification_id":"7327112393057371910","shop_id":"7494726673780148744","timestamp":1764288000,"data":{"message":"The seller has deauthorized your app."}}`
	r := httptest.NewRequest(http.MethodPost, "/webhooks/tiktok", strings.NewReader(body))
	r.Header.Set("Authorization", "019ff341b80d7701f43f5148f33b951f36183c7d2722e4f627080dd63e20c350")
	require.Equal(t, http.StatusOK, statusOf(handler, r))
	require.Equal(t, []models.PlatformNotification{{
		Platform: models.PlatformTikTok, ID: "7327112393057371910", Topic: models.TopicDeauthorized, Subject: "7494726673780148744",
		TriggeredAt: time.Unix(1764288000, 0).UTC(),
	}}, in.noted)
}

// TestNotificationOfUnknownTime is of the moment when it comes, as is one of a time that has not come.
func TestNotificationOfUnknownTime(t *testing.T) {
	const key = "6a7b8c9d0e"
	handler, in, _ := newHandler(tiktok.Notifications{AppKey: key, AppSecret: secret})
	for i, body := range []string{`{"type":6,"shop_id":"1"}`, `{"type":6,"shop_id":"1","timestamp":1000000000000000000}`} {
		r := httptest.NewRequest(http.MethodPost, "/webhooks/tiktok", strings.NewReader(body))
		r.Header.Set("Authorization", tiktok.SignWebhook(key, secret, []byte(body)))
		before := time.Now().Truncate(time.Microsecond)
		require.Equal(t, http.StatusOK, statusOf(handler, r))
		require.WithinRange(t, in.noted[i].TriggeredAt, before, time.Now())
	}
}

// TestNotificationsThatAreRefused: nothing is stored of them.
func TestNotificationsThatAreRefused(t *testing.T) {
	without := func(name string) *http.Request {
		r := ofShopify("app/uninstalled", `{}`, secret)
		r.Header.Del("X-Shopify-" + name)
		return r
	}
	get := ofShopify("app/uninstalled", `{}`, secret)
	get.Method = http.MethodGet
	elsewhere := ofShopify("app/uninstalled", `{}`, secret)
	elsewhere.Header.Set("X-Shopify-Shop-Domain", "example.com")
	for name, c := range map[string]struct {
		request *http.Request
		status  int
	}{
		"forged":               {ofShopify("app/uninstalled", `{}`, "another secret"), http.StatusUnauthorized},
		"no signature":         {without("Hmac-Sha256"), http.StatusBadRequest},
		"no topic":             {without("Topic"), http.StatusBadRequest},
		"no store":             {without("Shop-Domain"), http.StatusBadRequest},
		"no version":           {without("API-Version"), http.StatusBadRequest},
		"no id":                {without("Webhook-Id"), http.StatusBadRequest},
		"no body":              {ofShopify("app/uninstalled", ``, secret), http.StatusBadRequest},
		"too long":             {ofShopify("app/uninstalled", strings.Repeat(" ", 1<<20+1), secret), http.StatusRequestEntityTooLarge},
		"not posted":           {get, http.StatusMethodNotAllowed},
		"no domain of Shopify": {elsewhere, http.StatusBadRequest},
		"to redact another":    {ofShopify("shop/redact", `{"shop_domain":"other.myshopify.com"}`, secret), http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			handler, in, _ := newHandler(shopify.Notifications{Secret: secret})
			require.Equal(t, c.status, statusOf(handler, c.request))
			require.Empty(t, in.noted)
		})
	}
}

// TestSignatureIsOfTheBytes: a body that says the same in other bytes is another one.
func TestSignatureIsOfTheBytes(t *testing.T) {
	handler, in, _ := newHandler(shopify.Notifications{Secret: secret})
	r := ofShopify("app/uninstalled", `{"id":1}`, secret)
	r.Body = io.NopCloser(strings.NewReader(`{"id": 1}`))
	r.ContentLength = -1
	require.Equal(t, http.StatusUnauthorized, statusOf(handler, r))
	require.Empty(t, in.noted)
}

// TestForgedNotificationsCostLittle: ten thousand are refused, nothing is stored, and the log has a line.
func TestForgedNotificationsCostLittle(t *testing.T) {
	handler, in, log := newHandler(shopify.Notifications{Secret: secret})
	var senders sync.WaitGroup
	var refused atomic.Int64
	for range 100 {
		senders.Go(func() {
			for range 100 {
				if statusOf(handler, ofShopify("shop/redact", `{"shop_domain":"aurora-outfitters.myshopify.com"}`, "guess")) == http.StatusUnauthorized {
					refused.Add(1)
				}
			}
		})
	}
	senders.Wait()
	require.EqualValues(t, 10_000, refused.Load())
	require.Empty(t, in.noted)
	require.LessOrEqual(t, strings.Count(log.String(), "\n"), 2) // a minute may end meanwhile
	require.NotContains(t, log.String(), secret)
}

// TestFewNotificationsAreReadAtOnce: others wait, and are stored in the end.
func TestFewNotificationsAreReadAtOnce(t *testing.T) {
	handler, in, _ := newHandler(shopify.Notifications{Secret: secret})
	in.hold = make(chan struct{})
	var senders sync.WaitGroup
	statuses := make([]int, 100)
	for i := range statuses {
		senders.Go(func() {
			r := ofShopify("locations/update", fmt.Sprintf(`{"id":%d}`, i), secret)
			statuses[i] = statusOf(handler, r)
		})
	}
	require.Eventually(t, func() bool { return in.held.Load() == 32 }, time.Minute, time.Millisecond)
	close(in.hold)
	senders.Wait()
	require.EqualValues(t, 32, in.most.Load())
	for _, status := range statuses {
		require.Contains(t, []int{http.StatusOK, http.StatusServiceUnavailable}, status)
	}
}

// TestStalledNotificationsTakeNoPlaces: however many clients send nothing, what a platform sends is stored at once.
func TestStalledNotificationsTakeNoPlaces(t *testing.T) {
	handler, in, _ := newHandler(shopify.Notifications{Secret: secret})
	reading, stalled := make(chan bool), make(chan struct{})
	var senders sync.WaitGroup
	for range 100 {
		senders.Go(func() {
			r := ofShopify("locations/update", `{"id":1}`, "guess")
			r.Body = io.NopCloser(readerFunc(func([]byte) (int, error) {
				reading <- true
				<-stalled
				return 0, io.ErrUnexpectedEOF
			}))
			statusOf(handler, r)
		})
		<-reading
	}
	require.Equal(t, http.StatusOK, statusOf(handler, ofShopify("locations/update", `{"id":2}`, secret)))
	require.Len(t, in.noted, 1)
	close(stalled)
	senders.Wait()
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// TestNotificationIsSentAgainWhenItIsNotStored: the platform is told that it was not.
func TestNotificationIsSentAgainWhenItIsNotStored(t *testing.T) {
	handler, in, _ := newHandler(shopify.Notifications{Secret: secret})
	in.err = errors.New("the database is away")
	require.Equal(t, http.StatusServiceUnavailable, statusOf(handler, ofShopify("app/uninstalled", `{}`, secret)))
}
