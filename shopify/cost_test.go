package shopify_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCallsWaitForThePointsTheyCost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newAPI(t).on("PublishProduct", meteredPublish(t, newMeter())).timeless()
		began := time.Now()
		var calls sync.WaitGroup
		for range 300 {
			calls.Go(func() { require.NoError(t, client.Publish(t.Context(), store, publication, product)) })
		}
		calls.Wait()

		require.Equal(t, 10*time.Second, time.Since(began).Round(time.Second), "300 × 10 points, 2,000 at once and 100 a second")
	})
}

func TestStoresDoNotWaitForOneAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newAPI(t).on("PublishProduct", data(published)).timeless()
		began := time.Now()
		var calls sync.WaitGroup
		for at := range 300 {
			calls.Go(func() {
				require.NoError(t, client.Publish(t.Context(), fmt.Sprintf("store-%d.myshopify.com", at), publication, product))
			})
		}
		calls.Wait()

		require.Zero(t, time.Since(began))
	})
}

func TestThrottledCallWaitsForWhatIsMissing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newAPI(t).on("PublishProduct", throttled(-490), data(published))
		began := time.Now()

		require.NoError(t, api.timeless().Publish(t.Context(), store, publication, product))
		require.Equal(t, 5*time.Second, time.Since(began).Round(time.Millisecond), "from -490 to 10 points, 100 a second")
	})
}

func TestStormOfThrottlesIsWeathered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		storm := make([]reply, 100)
		for at := range storm {
			storm[at] = throttled(0)
		}
		api := newAPI(t).on("PublishProduct", append(storm, data(published))...)

		require.NoError(t, api.timeless().Publish(t.Context(), store, publication, product))
		require.Equal(t, 101, api.times("PublishProduct"))
	})
}

// meter is Shopify's side of the bucket.
type meter struct {
	mu        sync.Mutex
	available float64
	at        time.Time
}

func newMeter() *meter { return &meter{available: 2000, at: time.Now()} }

// meteredPublish publishes, and fails the test when the points do not suffice.
func meteredPublish(t *testing.T, m *meter) reply {
	return func(w http.ResponseWriter, c call) {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.available = min(2000, m.available+time.Since(m.at).Seconds()*100)
		m.at = time.Now()
		m.available -= 10
		require.GreaterOrEqual(t, m.available, -0.001)
		body(`{"data":`+published+`,"extensions":`+costOf(10, int(m.available))+`}`)(w, c)
	}
}
