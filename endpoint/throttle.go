package endpoint

import (
	"math"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"golang.org/x/sync/semaphore"

	"handback/models"
)

// buckets holds one leaky bucket for each API key, and one for all sellers of a store.
type buckets struct {
	throttle Throttle
	now      func() time.Time

	mu     sync.Mutex
	known  *simplelru.LRU[string, *bucket]
	shares *simplelru.LRU[string, *share] // by store
}

// bucket is what a caller may still spend, and how many requests it has under way.
type bucket struct {
	available float64
	at        time.Time // when so much was available
	underWay  int
}

// throttleStatus is a bucket as clients see it.
type throttleStatus struct {
	Maximum     float64 `json:"maximum"`
	Available   float64 `json:"available"`
	RestoreRate float64 `json:"restoreRate"`
}

func newBuckets(throttle Throttle, now func() time.Time) *buckets {
	known, _ := simplelru.NewLRU[string, *bucket](maxBuckets, nil) // both fail for a size below 1 only
	shares, _ := simplelru.NewLRU[string, *share](maxBuckets, nil)
	return &buckets{throttle: throttle, now: now, known: known, shares: shares}
}

func bucketKey(caller models.Caller) string {
	if caller.IsSeller() {
		return caller.Store.ID
	}
	return caller.Store.ID + "/" + caller.ID
}

// enter lets one more request of the caller begin, unless too many are under way already or nothing is left to spend.
// leave must be called once, when entered.
func (b *buckets) enter(caller models.Caller) (leave func(), wait time.Duration, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	its := b.bucket(caller)
	switch {
	case its.underWay >= callerUnderWay:
		return nil, time.Second, false
	case its.available < 1:
		return nil, b.until(its, 1), false
	}
	its.underWay++
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		its.underWay--
	}, 0, true
}

// share is what one store may have of what all stores use.
type share struct {
	bodies  *semaphore.Weighted // room for long bodies
	reading *semaphore.Weighted // of documents, one at a time
}

// share returns that of the caller's store.
func (b *buckets) share(caller models.Caller) *share {
	b.mu.Lock()
	defer b.mu.Unlock()
	its, known := b.shares.Get(caller.Store.ID)
	if !known {
		its = &share{bodies: semaphore.NewWeighted(storeBodies), reading: semaphore.NewWeighted(1)}
		b.shares.Add(caller.Store.ID, its)
	}
	return its
}

// spend takes points out, all or none. wait is how long it takes until they are there.
func (b *buckets) spend(caller models.Caller, points int) (wait time.Duration, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	its := b.bucket(caller)
	if its.available < float64(points) {
		return b.until(its, points), false
	}
	its.available -= float64(points)
	return 0, true
}

// settle gives points back, or takes more, as far as there are any.
func (b *buckets) settle(caller models.Caller, points int) throttleStatus {
	b.mu.Lock()
	defer b.mu.Unlock()
	its := b.bucket(caller)
	its.available = min(max(its.available+float64(points), 0), b.throttle.Maximum)
	return throttleStatus{Maximum: b.throttle.Maximum, Available: math.Floor(its.available), RestoreRate: b.throttle.RestoreRate}
}

// bucket returns the caller's bucket as it is now. The lock is held.
func (b *buckets) bucket(caller models.Caller) *bucket {
	key, now := bucketKey(caller), b.now()
	its, known := b.known.Get(key)
	if !known {
		its = &bucket{available: b.throttle.Maximum, at: now}
		b.known.Add(key, its)
	}
	its.available = min(its.available+now.Sub(its.at).Seconds()*b.throttle.RestoreRate, b.throttle.Maximum)
	its.at = now
	return its
}

func (b *buckets) until(its *bucket, points int) time.Duration {
	return time.Duration((float64(points) - its.available) / b.throttle.RestoreRate * float64(time.Second))
}
