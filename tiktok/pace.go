package tiktok

import (
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// DefaultInterval is between two calls of an endpoint for a shop.
const DefaultInterval = time.Second

const (
	maxInterval = 30 * time.Second
	calmCalls   = 30   // without a rate-limit answer, after which calls are made twice as often again
	maxPaces    = 8192 // of shops and endpoints; one that is evicted begins anew
)

// paces are how fast each endpoint is called for each shop.
type paces struct {
	shortest time.Duration
	cache    *lru.Cache[paceKey, *pace]
}

type paceKey struct{ shop, endpoint string }

func newPaces(shortest time.Duration) *paces {
	cache, err := lru.New[paceKey, *pace](maxPaces)
	if err != nil {
		panic("tiktok: " + err.Error()) // of a size below one
	}
	return &paces{shortest: shortest, cache: cache}
}

func (p *paces) of(shop, endpoint string) *pace {
	key := paceKey{shop, endpoint}
	if found, ok := p.cache.Get(key); ok {
		return found
	}
	added := &pace{shortest: p.shortest, interval: p.shortest}
	if earlier, ok, _ := p.cache.PeekOrAdd(key, added); ok {
		return earlier
	}
	return added
}

// pace spaces calls. TikTok does not say how many it takes, and changes it: an answer that there were too many halves how
// often calls are made, and a while without one doubles it, but not beyond where it began.
type pace struct {
	mu       sync.Mutex
	shortest time.Duration
	interval time.Duration
	free     time.Time // when the next call may be made
	calm     int       // calls since the last rate-limit answer
}

// next reserves the next call and returns how long it has to wait.
func (p *pace) next(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := now
	if p.free.After(now) {
		at = p.free
	}
	p.free = at.Add(p.interval)
	return at.Sub(now)
}

// observe learns from an answer.
func (p *pace) observe(limited bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if limited {
		p.interval, p.calm = min(2*p.interval, maxInterval), 0
		return
	}
	if p.calm++; p.calm >= calmCalls {
		p.interval, p.calm = max(p.interval/2, p.shortest), 0
	}
}
