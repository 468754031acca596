package tiktok

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"time"
)

// How often and how patiently a call is tried again. Too many calls are no failure, so they have a number of their own.
const (
	maxAttempts  = 8
	maxLimited   = 30
	firstBackoff = 200 * time.Millisecond
	firstLimited = time.Second
	maxBackoff   = 10 * time.Second
	maxWait      = 2 * time.Minute
)

// anyFailure is tried again: the call can be repeated.
func anyFailure(kind Kind) bool { return kind.isTransient() }

// onlyLimited is tried again: TikTok did nothing, for sure.
func onlyLimited(kind Kind) bool { return kind == RateLimited }

// retry calls until it succeeds, fails for good, or was tried often enough. What it returns is the last failure.
func retry(ctx context.Context, may func(Kind) bool, call func() error) error {
	failures, limited := 0, 0
	for {
		err := call()
		failed, ok := errors.AsType[*Error](err)
		if !ok || !may(failed.Kind) || ctx.Err() != nil {
			return err
		}
		if failed.Kind == RateLimited {
			limited++
		} else {
			failures++
		}
		wait := failed.RetryAfter
		if wait == 0 {
			wait = backoff(failed.Kind, failures, limited)
		}
		if failures >= maxAttempts || limited >= maxLimited || wait > maxWait || sleep(ctx, failed.Operation, wait) != nil {
			return err
		}
	}
}

// backoff is exponential with full jitter: clients that failed together come back apart.
func backoff(kind Kind, failures, limited int) time.Duration {
	attempt, first := failures, firstBackoff
	if kind == RateLimited {
		attempt, first = limited, firstLimited
	}
	return rand.N(min(maxBackoff, first<<min(attempt-1, 10))) + time.Millisecond
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

// retryAfter reads the header of that name, in seconds.
func retryAfter(header string) time.Duration {
	seconds, err := strconv.ParseFloat(header, 64)
	if err != nil || seconds <= 0 || seconds > 24*60*60 {
		return 0
	}
	return time.Duration(seconds * float64(time.Second))
}
