package endpoint

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/semaphore"

	"github.com/handback/handback/models"
)

// servePenniless serves a seller who has nothing to spend for some time.
func servePenniless(t *testing.T, owed float64) *served {
	t.Helper()
	s := serve(t, newBlocked(), sellerOfA, func(o *Options) { o.Throttle = Throttle{Maximum: 100, RestoreRate: 10} })
	s.endpoint.limiter.settle(sellerOfA, -int(100+owed))
	return s
}

// TestRefusalsArePaced: who does not heed them is refused a few times a second, and not as often as the processors can. Others are answered
// meanwhile, and what is told to wait for is what is left then.
func TestRefusalsArePaced(t *testing.T) {
	for _, test := range []struct {
		name       string
		owed       float64 // points, of which ten come back in a second
		took       time.Duration
		retryAfter string
	}{
		{"for a second", 1_000, time.Second, "100"},
		{"as long as it helps to wait", 4, 500 * time.Millisecond, "1"},
		{"for a moment at least", 0, minPause, "1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := servePenniless(t, test.owed)
				began := time.Now()
				a := s.post(`{ settings { key } }`, nil)
				require.Equal(t, codeThrottled, a.code())
				require.Equal(t, test.took, time.Since(began))
				require.Equal(t, test.retryAfter, a.Header().Get("Retry-After"))
				require.Zero(t, s.lastObserved(1).Duration, "nothing is done meanwhile")
			})
		})
	}
}

// TestPausedRefusalHoldsNothing: neither a place nor memory, of any stage.
func TestPausedRefusalHoldsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, newBlocked(), sellerOfA, func(o *Options) { o.Throttle = Throttle{Maximum: 20, RestoreRate: 1} })
		go s.post(`{ auditTrail(first: 250) { nodes { id } } }`, nil) // is read, and costs more than there is
		synctest.Wait()
		for _, bucket := range s.endpoint.limiter.bucketsOf(sellerOfA) {
			require.Equal(t, [stages]int{}, bucket.requests)
		}
		all, paused := s.endpoint.capacity, s.endpoint.options.Pacer.stores
		require.False(t, paused.TryAcquire(maxPaused))
		require.True(t, all.inFlight.TryAcquire(maxInFlight))
		require.True(t, all.arriving.TryAcquire(maxArriving))
		require.True(t, all.bodies.TryAcquire(bodiesBytes))
		require.True(t, all.answersOf(sellerOfA.Store.ID).tryAcquire(storeAnswers))
		time.Sleep(maxPause) // until it is told
		synctest.Wait()
		require.True(t, paused.TryAcquire(maxPaused))
	})
}

// TestPausedRefusalsAreBounded, of a store and of all: of more the others are told at once, and their connections closed.
func TestPausedRefusalsAreBounded(t *testing.T) {
	for name, places := range map[string]func(*endpoint) (*semaphore.Weighted, int64){
		"of a store": func(e *endpoint) (*semaphore.Weighted, int64) {
			return e.capacity.store(sellerOfA.Store.ID).refusals, storePaused
		},
		"of all stores": func(e *endpoint) (*semaphore.Weighted, int64) { return e.options.Pacer.stores, maxPaused },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := servePenniless(t, 1_000)
				kept, most := places(s.endpoint)
				require.True(t, kept.TryAcquire(most))
				began := time.Now()
				a := s.post(`{ settings { key } }`, nil)
				require.Equal(t, codeThrottled, a.code())
				require.Zero(t, time.Since(began))
				require.Equal(t, "close", a.Header().Get("Connection"))
				kept.Release(1)
				s.post(`{ settings { key } }`, nil)
				require.Equal(t, maxPause, time.Since(began))
				require.True(t, kept.TryAcquire(1), "the place is given back")
			})
		})
	}
}

// TestPauseEndsWithClient that has gone.
func TestPauseEndsWithClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := servePenniless(t, 1_000)
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		s.ServeHTTP(httptest.NewRecorder(), newPost(bodyOf(`{ settings { key } }`, nil)).WithContext(ctx))
		require.Equal(t, 10*time.Millisecond, time.Since(began))
	})
}

// TestRefusalsThatCostNothingArePaced when there are more of them than are free, whoever they are told to. Those that cost points become
// refusals to slow down, and faults of ours are told at once.
func TestRefusalsThatCostNothingArePaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fails := models.ErrUnauthenticated
		s := serve(t, newBlocked(), sellerOfA, func(o *Options) {
			o.SignIn = func(*http.Request) (models.Caller, error) { return sellerOfA, fails }
		})
		refused := func() answer { return s.post(`{ settings { key } }`, nil) }
		took := func(send func() answer) time.Duration {
			began := time.Now()
			send()
			return time.Since(began)
		}
		for range freeRefusals {
			require.Zero(t, took(refused))
		}
		require.Equal(t, maxPause, took(refused))
		began := time.Now()
		for range freeRefusals {
			require.Zero(t, took(refused), "those that are free come back")
		}
		require.Zero(t, time.Since(began))
		wrongMedia := func() answer { return s.post(`{ settings { key } }`, nil, "Accept", "text/html") }
		require.Equal(t, maxPause, took(wrongMedia))
		for range freeRefusals {
			wrongMedia()
		}
		fails = &models.TooManyAttempts{RetryAfter: 3 * time.Second}
		require.Equal(t, maxPause, took(refused))
		fails = errors.New("ours")
		require.Zero(t, took(refused))
		fails = nil
		require.Zero(t, took(func() answer { return s.post(`{ nothing }`, nil) }), "which has cost something")
	})
}

// TestPaceIsOfWhatCostsNothing: a page is sent to as many as come, a second later when they are too many.
func TestPaceIsOfWhatCostsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer()
		page := p.Pace(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
		send := func() *httptest.ResponseRecorder {
			w := httptest.NewRecorder()
			page.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
			return w
		}
		began := time.Now()
		for range freeRefusals {
			require.Equal(t, http.StatusNoContent, send().Code)
		}
		require.Zero(t, time.Since(began))
		require.Equal(t, http.StatusNoContent, send().Code)
		require.Equal(t, maxPause, time.Since(began))
		for range freeRefusals {
			send()
		}
		require.True(t, p.strangers.TryAcquire(strangersPaused))
		w := send()
		require.Equal(t, http.StatusTooManyRequests, w.Code)
		require.Equal(t, "close", w.Header().Get("Connection"))
		require.Contains(t, w.Body.String(), codeThrottled)
	})
}
