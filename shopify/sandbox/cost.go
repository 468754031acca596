package sandbox

import (
	"math"
	"time"
)

const (
	restoreRate   = 100 // points a second that a store of the standard plan grants an app
	bucketSeconds = 20  // after which a bucket is full again
	mutationCost  = 10
)

// bucket holds the points an app may spend on a store.
type bucket struct {
	size, rate float64
	available  float64
	at         time.Time
	spent      int // since the sandbox was opened
}

// newBucket makes a full one.
func newBucket(rate int, now time.Time) *bucket {
	size := float64(bucketSeconds * rate)
	return &bucket{size: size, rate: float64(rate), available: size, at: now}
}

// refill adds what came back since the bucket was seen last.
func (b *bucket) refill(now time.Time) {
	if elapsed := now.Sub(b.at).Seconds(); elapsed > 0 {
		b.available = min(b.size, b.available+elapsed*b.rate)
	}
	b.at = now
}

// take spends points, and reports whether there were enough.
func (b *bucket) take(now time.Time, points int) bool {
	b.refill(now)
	if b.available < float64(points) {
		return false
	}
	b.available -= float64(points)
	b.spent += points
	return true
}

// refund gives back what a query was charged for and did not use.
func (b *bucket) refund(points int) {
	b.available = min(b.size, b.available+float64(points))
	b.spent -= points
}

// Points is how many points the app has spent on a store since the sandbox was opened.
func (s *Sandbox) Points(domain string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bucket(domain).spent
}

func (s *Sandbox) bucket(shop string) *bucket {
	b := s.buckets[shop]
	if b == nil {
		b = newBucket(s.options.RestoreRate, s.options.Now())
		s.buckets[shop] = b
	}
	return b
}

type costExtension struct {
	Cost struct {
		Requested int            `json:"requestedQueryCost"`
		Actual    *int           `json:"actualQueryCost"` // null of a query that was throttled
		Status    throttleStatus `json:"throttleStatus"`
	} `json:"cost"`
}

type throttleStatus struct {
	Maximum   float64 `json:"maximumAvailable"`
	Available float64 `json:"currentlyAvailable"`
	Rate      float64 `json:"restoreRate"`
}

func (b *bucket) extension(requested int, actual *int) *costExtension {
	var extension costExtension
	extension.Cost.Requested, extension.Cost.Actual = requested, actual
	extension.Cost.Status = throttleStatus{Maximum: b.size, Available: math.Floor(b.available), Rate: b.rate}
	return &extension
}

// listCost is what a list of so many entries costs. It agrees with what was recorded: 9 of 50 products, 13 of 250.
func listCost(entries int) int { return int(math.Ceil(1 + 2*math.Log(float64(max(1, entries))))) }
