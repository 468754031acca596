package shopify

import (
	"context"
	"math"
	"sync"
	"time"
)

// What Shopify grants a store of the standard plan; the first answer tells what it grants this one.
const (
	defaultBucketSize  = 2000
	defaultRestoreRate = 100 // a second
	mutationCost       = 10
	queryCost          = 20 // of one that was not sent yet
)

// cost is what an answer says about its price and about what is left.
type cost struct {
	RequestedQueryCost float64         `json:"requestedQueryCost"`
	ActualQueryCost    float64         `json:"actualQueryCost"` // 0 when nothing was charged
	ThrottleStatus     *throttleStatus `json:"throttleStatus"`
}

type throttleStatus struct {
	MaximumAvailable   float64 `json:"maximumAvailable"`
	CurrentlyAvailable float64 `json:"currentlyAvailable"`
	RestoreRate        float64 `json:"restoreRate"`
}

// costBucket holds the points that a store's calls may cost. A call takes what it is expected to cost and gets back
// what it did not. What Shopify says is left can only lower that: answers overtake one another, so an old one would
// raise it wrongly. It does lower it when other processes call the same store.
type costBucket struct {
	mu        sync.Mutex
	size      float64
	rate      float64
	available float64 // at the time at; below zero when calls wait
	at        time.Time
}

func newCostBucket() *costBucket {
	return &costBucket{size: defaultBucketSize, rate: defaultRestoreRate, available: defaultBucketSize, at: time.Now()}
}

// take takes points and returns how long to wait until they are there.
func (b *costBucket) take(points float64) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refill()
	b.available -= min(points, b.size) // dearer than the bucket is large: Shopify will say so
	if b.available >= 0 {
		return 0
	}
	return time.Duration(math.Ceil(-b.available / b.rate * float64(time.Second)))
}

// giveBack returns points that were not charged.
func (b *costBucket) giveBack(points float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refill()
	b.available = min(b.size, b.available+points)
}

// observe takes over what Shopify says. A larger bucket than was thought has more in it.
func (b *costBucket) observe(status throttleStatus) {
	if status.MaximumAvailable <= 0 || status.RestoreRate <= 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refill()
	b.available += status.MaximumAvailable - b.size
	b.size, b.rate = status.MaximumAvailable, status.RestoreRate
	b.available = min(b.available, status.CurrentlyAvailable)
}

func (b *costBucket) refill() {
	now := time.Now()
	b.available = min(b.size, b.available+now.Sub(b.at).Seconds()*b.rate)
	b.at = now
}

// bucket returns the store's bucket.
func (c *Client) bucket(store string) *costBucket {
	if bucket, ok := c.buckets.Get(store); ok {
		return bucket
	}
	bucket := newCostBucket()
	if earlier, ok, _ := c.buckets.PeekOrAdd(store, bucket); ok {
		return earlier
	}
	return bucket
}

// expectedCost is what the operation was said to cost the last time it was sent to any store.
func (c *Client) expectedCost(operation string) float64 {
	if points, ok := c.costs.Load(operation); ok {
		return points.(float64)
	}
	if isMutation(operation) {
		return mutationCost
	}
	return queryCost
}

// charged runs the call when the store's bucket holds what the operation is expected to cost.
func (c *Client) charged(ctx context.Context, store, operation string, call func() (*cost, error)) error {
	bucket, points := c.bucket(store), c.expectedCost(operation)
	if err := sleep(ctx, operation, bucket.take(points)); err != nil {
		bucket.giveBack(points)
		return err
	}
	price, err := call()
	if price == nil {
		return err // there was no answer, and the points may well be gone
	}
	if price.RequestedQueryCost > 0 {
		c.costs.Store(operation, price.RequestedQueryCost)
	}
	bucket.giveBack(points - price.ActualQueryCost)
	if price.ThrottleStatus != nil {
		bucket.observe(*price.ThrottleStatus)
	}
	return err
}
