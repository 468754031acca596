package endpoint

import (
	"math"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/handback/handback/models"
)

// rateLimiter is the rate limit of callers: a leaky bucket for each API key, and one for all sellers of a store. Above them is a bucket
// for each store, so that more keys are not more points.
type rateLimiter struct {
	now func() time.Time

	mu      sync.Mutex
	callers buckets // by bucketKey
	stores  buckets // by id
}

// buckets are of one kind, the last used of them.
type buckets struct {
	*simplelru.LRU[string, *bucket]

	throttle Throttle
	most     [stages]int // requests that each may have
}

// bucket is what a caller or a store may still spend, and how many requests it has.
type bucket struct {
	*buckets

	available float64
	at        time.Time // when so much was available
	requests  [stages]int
}

// stage is how far a request is. A body that is on its way is the client's to hurry, so it takes no place of those that are answered.
type stage int

const (
	arriving stage = iota // its body is on its way
	inFlight              // it is being answered
	stages
)

// throttleStatus is a bucket as clients see it.
type throttleStatus struct {
	Maximum     float64 `json:"maximum"`
	Available   float64 `json:"available"`
	RestoreRate float64 `json:"restoreRate"`
}

func newRateLimiter(throttle Throttle, now func() time.Time) *rateLimiter {
	ofStore := Throttle{Maximum: storeBuckets * throttle.Maximum, RestoreRate: storeBuckets * throttle.RestoreRate}
	return &rateLimiter{now: now, callers: newBuckets(throttle, [stages]int{callerArriving, callerInFlight}), stores: newBuckets(ofStore, [stages]int{storeArriving, storeInFlight})}
}

func newBuckets(throttle Throttle, most [stages]int) buckets {
	lru, _ := simplelru.NewLRU[string, *bucket](maxBuckets, nil) // it fails for a size below 1 only
	return buckets{LRU: lru, throttle: throttle, most: most}
}

func bucketKey(caller models.Caller) string {
	if caller.IsSeller() {
		return caller.Store.ID
	}
	return caller.Store.ID + "/" + caller.ID
}

// admit lets one more request of the caller get so far, unless there are too many already or nothing is left to spend.
// release must be called once, when admitted.
func (l *rateLimiter) admit(caller models.Caller, to stage) (release func(), wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	both := l.bucketsOf(caller)
	for _, bucket := range both {
		if bucket.requests[to] >= bucket.most[to] {
			return nil, time.Second, false
		}
	}
	if wait, ok = until(both, 1); !ok {
		return nil, wait, false
	}
	for _, bucket := range both {
		bucket.requests[to]++
	}
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		for _, bucket := range both {
			bucket.requests[to]--
		}
	}, 0, true
}

// spend takes points out, all or none. wait is how long it takes until they are there.
func (l *rateLimiter) spend(caller models.Caller, points int) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	both := l.bucketsOf(caller)
	if wait, ok = until(both, points); !ok {
		return wait, false
	}
	for _, bucket := range both {
		bucket.available -= float64(points)
	}
	return 0, true
}

// settle gives points back, or takes more than there are: what was used is paid for, all of it, before anything else is spent. What is
// available is what both the caller and its store have.
func (l *rateLimiter) settle(caller models.Caller, points int) throttleStatus {
	l.mu.Lock()
	defer l.mu.Unlock()
	throttle := l.callers.throttle
	available := throttle.Maximum
	for _, bucket := range l.bucketsOf(caller) {
		bucket.available = min(bucket.available+float64(points), bucket.throttle.Maximum)
		available = min(available, bucket.available)
	}
	return throttleStatus{Maximum: throttle.Maximum, Available: max(0, math.Floor(available)), RestoreRate: throttle.RestoreRate}
}

// draw takes points that are being used, whether they are there or not. It reports false when the caller or its store owes more than a
// full bucket then.
func (l *rateLimiter) draw(caller models.Caller, points int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	may := true
	for _, bucket := range l.bucketsOf(caller) {
		bucket.available -= float64(points)
		may = may && bucket.available >= -bucket.throttle.Maximum
	}
	return may
}

// wait is how long it takes until the caller has so many points; with none, until it owes nothing.
func (l *rateLimiter) wait(caller models.Caller, points int) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	wait, _ := until(l.bucketsOf(caller), points)
	return wait
}

// bucketsOf returns the caller's bucket and its store's as they are now. The lock is held.
func (l *rateLimiter) bucketsOf(caller models.Caller) [2]*bucket {
	now := l.now()
	return [2]*bucket{l.callers.get(bucketKey(caller), now), l.stores.get(caller.Store.ID, now)}
}

func (b *buckets) get(key string, now time.Time) *bucket {
	found, known := b.Get(key)
	if !known {
		found = &bucket{buckets: b, available: b.throttle.Maximum, at: now}
		b.Add(key, found)
	}
	found.available = min(found.available+now.Sub(found.at).Seconds()*b.throttle.RestoreRate, b.throttle.Maximum)
	found.at = now
	return found
}

// until is how long it takes until so many points are there in both; ok when they are.
func until(both [2]*bucket, points int) (wait time.Duration, ok bool) {
	missing := 0.0 // seconds
	for _, bucket := range both {
		missing = max(missing, (float64(points)-bucket.available)/bucket.throttle.RestoreRate)
	}
	return time.Duration(min(missing, maxWait.Seconds()) * float64(time.Second)), missing == 0
}
