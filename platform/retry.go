package platform

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"time"
)

// How often and how patiently a call is tried again.
const (
	maxAttempts  = 8
	firstBackoff = 200 * time.Millisecond
	maxBackoff   = 10 * time.Second
	maxWait      = 2 * time.Minute
)

// Limits say how a call is tried again that the platform takes too many of. That is no failure, so it has a number of its own.
type Limits struct {
	Attempts   int
	First, Max time.Duration // of the pauses
}

// Failure says what a failed call was.
type Failure struct {
	Transient  bool // trying again may help
	Limited    bool // there were too many calls
	RetryAfter time.Duration
}

// Retry calls until it succeeds, fails for good, or was tried often enough. What it returns is the last failure.
func (l Limits) Retry(ctx context.Context, call func() error, judge func(error) Failure) error {
	failures, limited := 0, 0
	for {
		err := call()
		if err == nil {
			return nil
		}
		failed := judge(err)
		if !failed.Transient || ctx.Err() != nil {
			return err
		}
		wait := failed.RetryAfter
		if failed.Limited {
			limited++
			wait = cmp.Or(wait, backoff(limited, l.First, l.Max))
		} else {
			failures++
			wait = cmp.Or(wait, backoff(failures, firstBackoff, maxBackoff))
		}
		if failures >= maxAttempts || limited >= l.Attempts || wait > maxWait || Sleep(ctx, wait) != nil {
			return err
		}
	}
}

// backoff is exponential with full jitter: clients that failed together come back apart.
func backoff(attempt int, first, most time.Duration) time.Duration {
	return rand.N(min(most, first<<min(attempt-1, 10))) + time.Millisecond
}

// ErrStopping is why a pause ended early.
var ErrStopping = errors.New("the program stops")

type stoppingKey struct{}

// WithStopping returns a context in which no pause goes on once stopping is closed. Calls that were begun do: what they do at the
// platform is then known.
func WithStopping(ctx context.Context, stopping <-chan struct{}) context.Context {
	return context.WithValue(ctx, stoppingKey{}, stopping)
}

// Sleep waits, or says at once that the context will not last so long.
func Sleep(ctx context.Context, wait time.Duration) error {
	if wait <= 0 {
		return nil
	}
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < wait {
		return context.DeadlineExceeded
	}
	stopping, _ := ctx.Value(stoppingKey{}).(<-chan struct{})
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-stopping:
		return ErrStopping
	}
}

// RetryAfter reads the header of that name, in seconds, which Shopify writes as 2.0.
func RetryAfter(header string) time.Duration {
	seconds, err := strconv.ParseFloat(header, 64)
	if err != nil || seconds <= 0 || seconds > 24*60*60 {
		return 0
	}
	return time.Duration(seconds * float64(time.Second))
}
