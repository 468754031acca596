package endpoint

import (
	"context"

	"golang.org/x/sync/semaphore"
)

// share is a capacity that all requests share, of which those of one store may have so much.
type share struct{ all, store *semaphore.Weighted }

func (s share) tryAcquire(n int64) bool {
	if !s.store.TryAcquire(n) {
		return false
	}
	if !s.all.TryAcquire(n) {
		s.store.Release(n)
		return false
	}
	return true
}

func (s share) acquire(ctx context.Context, n int64) error {
	if err := s.store.Acquire(ctx, n); err != nil {
		return err
	}
	if err := s.all.Acquire(ctx, n); err != nil {
		s.store.Release(n)
		return err
	}
	return nil
}

func (s share) release(n int64) {
	s.all.Release(n)
	s.store.Release(n)
}
