package endpoint

import (
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// cache is an LRU cache of texts, or of what was made of them, that is bounded by the bytes of the texts. A bound on their
// number would bound nothing.
type cache[V any] struct {
	mu      sync.Mutex
	entries *simplelru.LRU[string, cacheEntry[V]]
	bytes   int
}

type cacheEntry[V any] struct {
	value V
	bytes int
}

func newCache[V any]() *cache[V] {
	c := &cache[V]{}
	// Each text has a byte or more, so that the number is no bound.
	c.entries, _ = simplelru.NewLRU(cacheBytes, func(_ string, evicted cacheEntry[V]) { c.bytes -= evicted.bytes })
	return c
}

func (c *cache[V]) get(key string) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := c.entries.Get(key)
	return found.value, ok
}

// add caches the value of a text of so many bytes, unless that is too long to be cached at all.
func (c *cache[V]) add(key string, value V, bytes int) {
	if bytes > documentBytes {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries.Contains(key) {
		return
	}
	c.entries.Add(key, cacheEntry[V]{value, bytes})
	for c.bytes += bytes; c.bytes > cacheBytes; {
		c.entries.RemoveOldest()
	}
}
