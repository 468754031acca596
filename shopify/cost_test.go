package shopify_test

import (
	"fmt"
	"math/rand/v2"
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

		took := time.Since(began)
		require.GreaterOrEqual(t, took, 10*time.Second, "300 × 10 points, 2,000 at once and 100 a second")
		require.LessOrEqual(t, took, 12*time.Second)
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

// meteredPublish publishes, and fails the test when the points do not suffice. Its answers overtake one another.
func meteredPublish(t *testing.T, m *meter) reply {
	return func(w http.ResponseWriter, c call) {
		left := m.charge(10)
		require.GreaterOrEqual(t, left, -0.001)
		time.Sleep(rand.N(time.Second))
		body(`{"data":`+published+`,"extensions":`+costOf(10, int(left))+`}`)(w, c)
	}
}

func (m *meter) charge(points float64) float64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.available = min(2000, m.available+time.Since(m.at).Seconds()*100) - points
	m.at = time.Now()
	return m.available
}

// TestPointsThatWereNotChargedAreGivenBack: a list is asked for at the price of a full page.
func TestPointsThatWereNotChargedAreGivenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cheap := body(`{"data":{"publishedProductsCount":{"count":1,"precision":"EXACT"}},"extensions":{"cost":{"requestedQueryCost":500,"actualQueryCost":1,"throttleStatus":{"maximumAvailable":2000.0,"currentlyAvailable":1999,"restoreRate":100.0}}}}`)
		client := newAPI(t).on("PublishedProductsCount", cheap).timeless()
		began := time.Now()
		for range 100 {
			_, err := client.CountPublishedProducts(t.Context(), store, publication)
			require.NoError(t, err)
		}

		require.Zero(t, time.Since(began))
	})
}

// TestLargerBucketIsUsed: stores of dearer plans get more points, and faster.
func TestLargerBucketIsUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plus := body(`{"data":` + published + `,"extensions":{"cost":{"requestedQueryCost":10,"actualQueryCost":10,"throttleStatus":{"maximumAvailable":20000.0,"currentlyAvailable":20000,"restoreRate":1000.0}}}}`)
		client := newAPI(t).on("PublishProduct", plus).timeless()
		began := time.Now()
		for range 1500 {
			require.NoError(t, client.Publish(t.Context(), store, publication, product))
		}

		require.Zero(t, time.Since(began))
	})
}
