package endpoint

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

var (
	sellerOfA = models.Caller{Store: models.Store{ID: "a"}, Actor: models.Actor{Kind: models.ActorSeller}, ID: "user_1"}
	otherOfA  = models.Caller{Store: models.Store{ID: "a"}, Actor: models.Actor{Kind: models.ActorSeller}, ID: "user_2"}
	sellerOfB = models.Caller{Store: models.Store{ID: "b"}, Actor: models.Actor{Kind: models.ActorSeller}, ID: "user_1"}
	keyOfA    = models.Caller{Store: models.Store{ID: "a"}, Actor: models.Actor{Kind: models.ActorPartner}, ID: "key_1"}
	keyTwoOfA = models.Caller{Store: models.Store{ID: "a"}, Actor: models.Actor{Kind: models.ActorPartner}, ID: "key_2"}
)

// heldLimiter have a clock that stands still until now is set.
func heldLimiter(throttle Throttle) (l *rateLimiter, now *time.Time) {
	now = new(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	return newRateLimiter(throttle, func() time.Time { return *now }), now
}

func TestThrottleBucketDrainsAndRefills(t *testing.T) {
	l, now := heldLimiter(Throttle{Maximum: 100, RestoreRate: 10})
	_, ok := l.spend(keyOfA, 60)
	require.True(t, ok)
	wait, ok := l.spend(keyOfA, 50)
	require.False(t, ok)
	require.Equal(t, time.Second, wait)
	require.Equal(t, throttleStatus{Maximum: 100, Available: 40, RestoreRate: 10}, l.settle(keyOfA, 0), "a rejected request is not charged")
	*now = now.Add(wait - time.Millisecond)
	_, ok = l.spend(keyOfA, 50)
	require.False(t, ok)
	*now = now.Add(time.Millisecond)
	_, ok = l.spend(keyOfA, 50)
	require.True(t, ok)
	require.Zero(t, l.settle(keyOfA, 0).Available)

	_, wait, ok = l.admit(keyOfA, inFlight)
	require.False(t, ok, "who has nothing left is not even read")
	require.Equal(t, 100*time.Millisecond, wait)
	require.EqualValues(t, 30, l.settle(keyOfA, 30).Available)
	require.EqualValues(t, 0, l.settle(keyOfA, -50).Available, "what was used is owed")
	_, wait, ok = l.admit(keyOfA, inFlight)
	require.False(t, ok)
	require.Equal(t, 2100*time.Millisecond, wait, "and paid first")
	l.settle(keyOfA, -1_000)
	_, wait, ok = l.admit(keyOfA, inFlight)
	require.False(t, ok)
	require.Equal(t, 102100*time.Millisecond, wait, "all of it, however much it is")
	require.Equal(t, wait, l.wait(keyOfA, 1))
	*now = now.Add(wait)
	_, _, ok = l.admit(keyOfA, inFlight)
	require.True(t, ok)
	*now = now.Add(time.Hour)
	require.EqualValues(t, 100, l.settle(keyOfA, 0).Available)
	require.EqualValues(t, 100, l.settle(keyOfA, 1).Available, "more than all is not given back")
}

func TestThrottleBucketOfCaller(t *testing.T) {
	l, _ := heldLimiter(Throttle{Maximum: 100, RestoreRate: 1})
	_, ok := l.spend(sellerOfA, 100)
	require.True(t, ok)
	_, ok = l.spend(otherOfA, 1)
	require.False(t, ok, "sellers of one store share theirs")
	for _, other := range []models.Caller{sellerOfB, keyOfA, keyTwoOfA} {
		_, ok = l.spend(other, 100)
		require.True(t, ok, other)
	}
}

// TestThrottleBucketOfStore: a store with many keys has no more than a few callers' worth, whatever keys it makes, and takes nothing from
// another one.
func TestThrottleBucketOfStore(t *testing.T) {
	l, now := heldLimiter(Throttle{Maximum: 100, RestoreRate: 1})
	another := func(i int) models.Caller {
		return models.Caller{Store: sellerOfA.Store, Actor: keyOfA.Actor, ID: strconv.Itoa(i)}
	}
	for i := range storeBuckets {
		_, ok := l.spend(another(i), 100)
		require.True(t, ok)
	}
	_, wait, ok := l.admit(another(storeBuckets), inFlight)
	require.False(t, ok)
	require.Equal(t, time.Second/storeBuckets, wait)
	require.Zero(t, l.settle(another(storeBuckets), 0).Available)
	wait, ok = l.spend(sellerOfA, 100)
	require.False(t, ok)
	require.Equal(t, 100*time.Second/storeBuckets, wait)
	_, ok = l.spend(sellerOfB, 100)
	require.True(t, ok)
	*now = now.Add(25 * time.Second)
	require.EqualValues(t, 100, l.settle(sellerOfA, 0).Available)
	_, ok = l.spend(sellerOfA, 100)
	require.True(t, ok)
}

// TestThrottleTellsBoundedWait, however slowly points come back.
func TestThrottleTellsBoundedWait(t *testing.T) {
	l, _ := heldLimiter(Throttle{Maximum: 100, RestoreRate: 1e-12})
	_, ok := l.spend(keyOfA, 100)
	require.True(t, ok)
	wait, ok := l.spend(keyOfA, 1)
	require.False(t, ok)
	require.Equal(t, maxWait, wait)
	_, wait, ok = l.admit(keyOfA, inFlight)
	require.False(t, ok)
	require.Equal(t, maxWait, wait)
}

// TestThrottleBucketIsNeverOverdrawn by many who spend from it at once.
func TestThrottleBucketIsNeverOverdrawn(t *testing.T) {
	l, _ := heldLimiter(Throttle{Maximum: 1_000, RestoreRate: 1})
	var spent, entered atomic.Int64
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			for range 100 {
				release, _, ok := l.admit(keyOfA, inFlight)
				if !ok {
					continue
				}
				entered.Add(1)
				if _, ok := l.spend(keyOfA, 7); ok {
					spent.Add(7 - 2)
					l.settle(keyOfA, 2)
				}
				release()
			}
		})
	}
	all.Wait()
	require.Positive(t, entered.Load())
	require.LessOrEqual(t, spent.Load(), int64(1_000))
	require.Greater(t, spent.Load(), int64(1_000-7))
	require.EqualValues(t, 1_000-spent.Load(), l.settle(keyOfA, 0).Available)
	for _, bucket := range l.bucketsOf(keyOfA) {
		require.Equal(t, [stages]int{}, bucket.requests)
	}
}

// TestThrottleBucketsAreLimited in number, however many callers there are.
func TestThrottleBucketsAreLimited(t *testing.T) {
	l, _ := heldLimiter(DefaultThrottle)
	for i := range maxBuckets + 10 {
		l.settle(models.Caller{ID: strconv.Itoa(i)}, 0)
	}
	require.Equal(t, maxBuckets, l.callers.Len())
}

func TestThrottledRequestsAreNotExecuted(t *testing.T) {
	const disconnect = `mutation { disconnectTikTokShop(confirm: true) { disconnection { id } userErrors { code } } }`
	s := serveSQLite(t, func(o *Options) { o.Throttle = Throttle{Maximum: 120, RestoreRate: 0.001} })
	a := s.post(`{ __schema { queryType { name } } }`, nil)
	require.Equal(t, &cost{Requested: 100, Actual: new(100), Throttle: throttleStatus{120, 20, 0.001}}, a.Extensions.Cost)
	for _, accept := range []string{mediaJSON, mediaGraphQL} {
		a = s.post(`mutation { a: disconnectTikTokShop(confirm: true) { userErrors { code } } b: disconnectTikTokShop(confirm: true) { userErrors { code } } }`, nil, "Accept", accept)
		require.Equal(t, http.StatusTooManyRequests, a.Code)
		require.Equal(t, codeThrottled, a.code())
		require.Equal(t, &cost{Requested: 22, Throttle: throttleStatus{120, 20, 0.001}}, a.Extensions.Cost)
		wait, err := strconv.Atoi(a.Header().Get("Retry-After"))
		require.NoError(t, err)
		require.InDelta(t, 2_000, wait, 10)
	}
	require.Equal(t, http.StatusOK, s.post(`{ store { id } }`, nil, "Test-Scopes", "READ").Code, "a key has its own")
	a = s.post(`{ overview { tikTokShop { status } } }`, nil)
	require.Contains(t, a.text, `"CONNECTED"`)
	require.EqualValues(t, 18, a.Extensions.Cost.Throttle.Available)
	require.Equal(t, codeParse, s.post(`{`, nil).code())
	a = s.post(disconnect, nil)
	require.Equal(t, codeThrottled, a.code(), "a document that cannot be read is charged, too")
	require.Zero(t, a.Extensions.Cost.Requested, "and this one was not read")
}

// blocked is a repository whose answers wait for a sign.
type blocked struct {
	fullRepository
	entered chan struct{}
	free    chan struct{}
}

func newBlocked() blocked { return blocked{entered: make(chan struct{}), free: make(chan struct{})} }

func (b blocked) Settings(ctx context.Context, _ models.Caller, _ models.SettingFilter) ([]models.Setting, error) {
	b.entered <- struct{}{}
	select {
	case <-b.free:
		return nil, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// TestRequestsInFlightAreLimited stands at the bound for one caller, at that for one store, and at that for all.
func TestRequestsInFlightAreLimited(t *testing.T) {
	b := newBlocked()
	s := serve(t, b, sellerOfA, func(o *Options) {
		o.SignIn = func(r *http.Request) (models.Caller, error) {
			store, key, _ := strings.Cut(r.Header.Get("Test-Key"), "/")
			return models.Caller{Store: models.Store{ID: store}, Actor: keyOfA.Actor, ID: key, Scopes: []models.APIKeyScope{models.ScopeRead}}, nil
		}
	})
	const query = `{ settings { key } }`
	var all sync.WaitGroup
	begin := func(key string) {
		all.Go(func() { s.post(query, nil, "Test-Key", key) })
		<-b.entered
	}
	requireThrottled := func(key string) {
		a := s.post(query, nil, "Test-Key", key)
		require.Equal(t, http.StatusTooManyRequests, a.Code)
		require.Equal(t, codeThrottled, a.code())
		require.Equal(t, "1", a.Header().Get("Retry-After"))
	}
	for store := range maxInFlight / storeInFlight {
		for key := range storeInFlight / callerInFlight {
			for range callerInFlight {
				begin(fmt.Sprint(store, "/", key))
			}
			if store == 0 {
				requireThrottled(fmt.Sprint(store, "/", key))
			}
		}
		if store == 0 {
			requireThrottled("0/new")
		}
	}
	a := s.post(query, nil, "Test-Key", "new/new")
	require.Equal(t, http.StatusServiceUnavailable, a.Code)
	require.Equal(t, codeOverloaded, a.code())
	require.Equal(t, "1", a.Header().Get("Retry-After"))
	close(b.free)
	all.Wait()
	go func() { <-b.entered }()
	require.Equal(t, http.StatusOK, s.post(query, nil, "Test-Key", "0/0").Code)
}
