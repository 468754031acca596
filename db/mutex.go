package db

import (
	"context"
	"fmt"
	"sync"

	"github.com/handback/handback/models"
)

// keyedMutex is a mutex for each key. It lets the writers of one store into the database one by one, so that many waiting
// for one store take one connection, not all of them. The database's own lock orders writers of different processes.
type keyedMutex struct {
	holders int // how many may hold a key's at once, as with a semaphore; 0 counts as one

	mu      sync.Mutex
	mutexes map[string]*countedMutex
}

type countedMutex struct {
	token chan struct{} // holds one element for each holder
	users int
}

// Lock waits until nobody else holds the key's mutex, or one fewer than may, or the context ends. unlock must be called once.
func (m *keyedMutex) Lock(ctx context.Context, key string) (unlock func(), err error) {
	c := m.join(key)
	select {
	case c.token <- struct{}{}:
		return func() { <-c.token; m.quit(key, c) }, nil
	case <-ctx.Done():
		m.quit(key, c)
		return nil, fmt.Errorf("%w: waiting for other calls on this store: %w", models.ErrTryAgain, ctx.Err())
	}
}

func (m *keyedMutex) join(key string) *countedMutex {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.mutexes == nil {
		m.mutexes = map[string]*countedMutex{}
	}
	c := m.mutexes[key]
	if c == nil {
		c = &countedMutex{token: make(chan struct{}, max(1, m.holders))}
		m.mutexes[key] = c
	}
	c.users++
	return c
}

func (m *keyedMutex) quit(key string, c *countedMutex) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c.users--; c.users == 0 {
		delete(m.mutexes, key)
	}
}
