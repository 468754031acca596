package endpoint

import (
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// kept keeps texts, or what was made of them: the latest used, as long as the texts together are not too long. A bound
// on their number would bound nothing.
type kept[V any] struct {
	mu    sync.Mutex
	known *simplelru.LRU[string, weighed[V]]
	bytes int
}

type weighed[V any] struct {
	value V
	bytes int
}

func newKept[V any]() *kept[V] {
	k := &kept[V]{}
	// Each text has a byte or more, so that the number is no bound.
	k.known, _ = simplelru.NewLRU(keptBytes, func(_ string, evicted weighed[V]) { k.bytes -= evicted.bytes })
	return k
}

func (k *kept[V]) get(key string) (V, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	found, ok := k.known.Get(key)
	return found.value, ok
}

// add keeps the value of a text of so many bytes, unless that is too long to be kept at all.
func (k *kept[V]) add(key string, value V, bytes int) {
	if bytes > documentBytes {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.known.Contains(key) {
		return
	}
	k.known.Add(key, weighed[V]{value, bytes})
	for k.bytes += bytes; k.bytes > keptBytes; {
		k.known.RemoveOldest()
	}
}
