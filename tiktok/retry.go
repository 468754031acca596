package tiktok

import (
	"context"
	"errors"
	"time"

	"github.com/handback/handback/platform"
)

// limits are of calls that TikTok takes too many of.
var limits = platform.Limits{Attempts: 30, First: time.Second, Max: 10 * time.Second}

// anyFailure is tried again: the call can be repeated.
func anyFailure(kind Kind) bool { return kind.isTransient() }

// onlyLimited is tried again: TikTok did nothing, for sure.
func onlyLimited(kind Kind) bool { return kind == RateLimited }

// retry calls until it succeeds, fails for good, or was tried often enough. What it returns is the last failure.
func retry(ctx context.Context, may func(Kind) bool, call func() error) error {
	return limits.Retry(ctx, call, func(err error) platform.Failure {
		failed, ok := errors.AsType[*Error](err)
		if !ok {
			return platform.Failure{}
		}
		return platform.Failure{Transient: may(failed.Kind), Limited: failed.Kind == RateLimited, RetryAfter: failed.RetryAfter}
	})
}

// sleep waits, or says at once that the context will not last so long.
func sleep(ctx context.Context, operation string, wait time.Duration) error {
	if err := platform.Sleep(ctx, wait); err != nil {
		return &Error{Kind: Unavailable, Operation: operation, RetryAfter: wait, cause: err}
	}
	return nil
}
