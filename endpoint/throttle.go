package endpoint

import (
	"math"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"handback/models"
)

// rateLimiter is the rate limit of callers: a leaky bucket for each API key, and one for all sellers of a store.
type rateLimiter struct {
	throttle Throttle
	now      func() time.Time

	mu      sync.Mutex
	buckets *simplelru.LRU[string, *bucket] // by bucketKey
}

// bucket is what a caller may still spend, and how many requests it has in flight.
type bucket struct {
	available float64
	at        time.Time // when so much was available
	inFlight  int
}

// throttleStatus is a bucket as clients see it.
type throttleStatus struct {
	Maximum     float64 `json:"maximum"`
	Available   float64 `json:"available"`
	RestoreRate float64 `json:"restoreRate"`
}

func newRateLimiter(throttle Throttle, now func() time.Time) *rateLimiter {
	buckets, _ := simplelru.NewLRU[string, *bucket](maxBuckets, nil) // it fails for a size below 1 only
	return &rateLimiter{throttle: throttle, now: now, buckets: buckets}
}

func bucketKey(caller models.Caller) string {
	if caller.IsSeller() {
		return caller.Store.ID
	}
	return caller.Store.ID + "/" + caller.ID
}

// admit lets one more request of the caller begin, unless too many are in flight already or nothing is left to spend.
// leave must be called once, when admitted.
func (l *rateLimiter) admit(caller models.Caller) (leave func(), wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	bucket := l.bucket(caller)
	switch {
	case bucket.inFlight >= callerInFlight:
		return nil, time.Second, false
	case bucket.available < 1:
		return nil, l.until(bucket, 1), false
	}
	bucket.inFlight++
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		bucket.inFlight--
	}, 0, true
}

// spend takes points out, all or none. wait is how long it takes until they are there.
func (l *rateLimiter) spend(caller models.Caller, points int) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	bucket := l.bucket(caller)
	if bucket.available < float64(points) {
		return l.until(bucket, points), false
	}
	bucket.available -= float64(points)
	return 0, true
}

// settle gives points back, or takes more, as far as there are any.
func (l *rateLimiter) settle(caller models.Caller, points int) throttleStatus {
	l.mu.Lock()
	defer l.mu.Unlock()
	bucket := l.bucket(caller)
	bucket.available = min(max(bucket.available+float64(points), 0), l.throttle.Maximum)
	return throttleStatus{Maximum: l.throttle.Maximum, Available: math.Floor(bucket.available), RestoreRate: l.throttle.RestoreRate}
}

// bucket returns the caller's bucket as it is now. The lock is held.
func (l *rateLimiter) bucket(caller models.Caller) *bucket {
	key, now := bucketKey(caller), l.now()
	found, known := l.buckets.Get(key)
	if !known {
		found = &bucket{available: l.throttle.Maximum, at: now}
		l.buckets.Add(key, found)
	}
	found.available = min(found.available+now.Sub(found.at).Seconds()*l.throttle.RestoreRate, l.throttle.Maximum)
	found.at = now
	return found
}

func (l *rateLimiter) until(b *bucket, points int) time.Duration {
	return time.Duration((float64(points) - b.available) / l.throttle.RestoreRate * float64(time.Second))
}
