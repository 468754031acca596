package endpoint

import (
	"fmt"
	"sync"

	"github.com/handback/handback/models"
)

// streamBudget is what a stream's source holds of the memory for events. Its source may ask once more when the stream is over.
type streamBudget struct {
	shared share

	mu   sync.Mutex
	held int64
	over bool
}

// Consume implements models.ReadBudget.
func (b *streamBudget) Consume(bytes int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := max(int64(bytes), -b.held)
	switch {
	case n < 0:
		b.shared.release(-n)
	case b.over || !b.shared.tryAcquire(n):
		return fmt.Errorf("%w: too many events are being read at the moment", models.ErrTryAgain)
	}
	b.held += n
	return nil
}

// Charge implements models.ReadBudget. What is read for a stream is charged with each event.
func (b *streamBudget) Charge(int, int) {}

// Err implements models.ReadBudget.
func (b *streamBudget) Err() error { return nil }

func (b *streamBudget) release() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.shared.release(b.held)
	b.held, b.over = 0, true
}
