package endpoint

import (
	"context"
	"fmt"
	"sync"

	"github.com/handback/handback/models"
)

// streamBudget is what a stream's source holds of the memory for events, and pays for what it reads. Its source may ask once more when the
// stream is over.
type streamBudget struct {
	shared share
	payer  payer

	mu     sync.Mutex
	held   int64
	over   bool
	unpaid int64         // bytes that were read and are not a point yet
	cost   int           // points that were paid and told nobody yet
	sent   int           // events
	told   chan struct{} // closed when another one is; nil when nobody waits
}

// noteSent says that another event was sent.
func (b *streamBudget) noteSent() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sent++
	if b.told != nil {
		close(b.told)
		b.told = nil
	}
}

// AwaitSent implements models.EventBudget.
func (b *streamBudget) AwaitSent(ctx context.Context, events int) bool {
	for {
		told := b.sentAfter(events)
		if told == nil {
			return true
		}
		select {
		case <-told:
		case <-ctx.Done():
			return false
		}
	}
}

// sentAfter is closed when another event is sent; nil when so many were.
func (b *streamBudget) sentAfter(events int) <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.sent >= events {
		return nil
	}
	if b.told == nil {
		b.told = make(chan struct{})
	}
	return b.told
}

// Consume implements models.ReadBudget.
func (b *streamBudget) Consume(bytes int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := max(int64(bytes), -b.held)
	switch {
	case n < 0:
		b.shared.release(-n)
	case b.held+n > storeEvents: // there will never be room
		return errTooCostly
	case b.over || !b.shared.tryAcquire(n):
		return fmt.Errorf("%w: too many events are being read at the moment", models.ErrTryAgain)
	}
	b.held += n
	return nil
}

// Charge implements models.ReadBudget. What is read is paid for at once, whatever becomes of it.
func (b *streamBudget) Charge(rows, bytes int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.unpaid += int64(bytes) + int64(rows)*(pointBytes/rowsAPoint)
	if points := int(b.unpaid / pointBytes); points > 0 {
		b.unpaid %= pointBytes
		b.cost += points
		b.payer.draw(points)
	}
}

// Err implements models.ReadBudget. Who owes something reads nothing more: the source tries again.
func (b *streamBudget) Err() error {
	if b.payer.limiter.wait(b.payer.caller, 0) > 0 {
		return errOwing
	}
	return nil
}

// takeCost is how many points what was read has cost since it was asked last.
func (b *streamBudget) takeCost() (points int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	points, b.cost = b.cost, 0
	return points
}

// heldPoints is what it would cost to send all that is held.
func (b *streamBudget) heldPoints() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return int(b.held / pointBytes)
}

func (b *streamBudget) release() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.shared.release(b.held)
	b.held, b.over = 0, true
}
