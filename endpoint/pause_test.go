package endpoint

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

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
		all := s.endpoint.capacity
		require.False(t, all.refusals.TryAcquire(maxPaused))
		require.True(t, all.inFlight.TryAcquire(maxInFlight))
		require.True(t, all.arriving.TryAcquire(maxArriving))
		require.True(t, all.bodies.TryAcquire(bodiesBytes))
		require.True(t, all.answersOf(sellerOfA.Store.ID).tryAcquire(storeAnswers))
		time.Sleep(maxPause) // until it is told
		synctest.Wait()
		require.True(t, all.refusals.TryAcquire(maxPaused))
	})
}

// TestPausedRefusalsAreBounded: of more than so many the others are told at once, and their connections closed.
func TestPausedRefusalsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := servePenniless(t, 1_000)
		require.True(t, s.endpoint.capacity.refusals.TryAcquire(maxPaused))
		began := time.Now()
		a := s.post(`{ settings { key } }`, nil)
		require.Equal(t, codeThrottled, a.code())
		require.Zero(t, time.Since(began))
		require.Equal(t, "close", a.Header().Get("Connection"))
		s.endpoint.capacity.refusals.Release(1)
		s.post(`{ settings { key } }`, nil)
		require.Equal(t, maxPause, time.Since(began))
		require.True(t, s.endpoint.capacity.refusals.TryAcquire(1), "the place is given back")
	})
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

// TestOnlyRefusalsToSlowDownArePaced, because others do not become fewer by waiting.
func TestOnlyRefusalsToSlowDownArePaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fails := models.ErrUnauthenticated
		s := serve(t, newBlocked(), sellerOfA, func(o *Options) {
			o.SignIn = func(*http.Request) (models.Caller, error) { return sellerOfA, fails }
		})
		began := time.Now()
		require.Equal(t, codeUnauthenticated, s.post(`{ settings { key } }`, nil).code())
		require.Zero(t, time.Since(began))
		fails = &models.TooManyAttempts{RetryAfter: 3 * time.Second}
		require.Equal(t, codeThrottled, s.post(`{ settings { key } }`, nil).code())
		require.Equal(t, maxPause, time.Since(began))
	})
}
