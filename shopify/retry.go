package shopify

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"time"
)

// How often and how patiently a call is tried again. Throttling is no failure, so it has a number of its own.
const (
	maxAttempts  = 8
	maxThrottles = 120
	firstBackoff = 200 * time.Millisecond
	maxBackoff   = 10 * time.Second
	maxThrottle  = time.Second // the cost bucket waits for the rest
	maxWait      = 2 * time.Minute
)

// retry calls until it succeeds, fails for good, or was tried often enough. What it returns is the last failure.
func retry(ctx context.Context, call func() error) error {
	failures, throttles := 0, 0
	for {
		err := call()
		failed, ok := errors.AsType[*Error](err)
		if !ok || failed.Kind != Unavailable || ctx.Err() != nil {
			return err
		}
		if failed.throttled {
			throttles++
		} else {
			failures++
		}
		wait := failed.RetryAfter
		if wait == 0 {
			wait = backoff(failed.throttled, failures, throttles)
		}
		if failures >= maxAttempts || throttles >= maxThrottles || wait > maxWait || sleep(ctx, failed.Operation, wait) != nil {
			return err
		}
	}
}

// backoff is exponential with full jitter: clients that failed together come back apart.
func backoff(throttled bool, failures, throttles int) time.Duration {
	attempt, limit := failures, maxBackoff
	if throttled {
		attempt, limit = throttles, maxThrottle
	}
	ceiling := min(limit, firstBackoff<<min(attempt-1, 10))
	return rand.N(ceiling) + time.Millisecond
}

// sleep waits, or says at once that the context will not last so long.
func sleep(ctx context.Context, operation string, wait time.Duration) error {
	if wait <= 0 {
		return nil
	}
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < wait {
		return &Error{Kind: Unavailable, Operation: operation, RetryAfter: wait, cause: context.DeadlineExceeded}
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return &Error{Kind: Unavailable, Operation: operation, cause: ctx.Err()}
	}
}

// retryAfter reads the header of that name, in which Shopify writes seconds, such as 2.0.
func retryAfter(header string) time.Duration {
	seconds, err := strconv.ParseFloat(header, 64)
	if err != nil || seconds <= 0 || seconds > 24*60*60 {
		return 0
	}
	return time.Duration(seconds * float64(time.Second))
}
