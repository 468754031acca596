package shopify

import (
	"context"
	"errors"
	"time"

	"github.com/handback/handback/platform"
)

// throttling has short pauses: the cost bucket waits for the rest.
var throttling = platform.Limits{Attempts: 120, First: 200 * time.Millisecond, Max: time.Second}

// retry calls until it succeeds, fails for good, or was tried often enough. What it returns is the last failure.
func retry(ctx context.Context, call func() error) error {
	return throttling.Retry(ctx, call, func(err error) platform.Failure {
		failed, ok := errors.AsType[*Error](err)
		if !ok {
			return platform.Failure{}
		}
		return platform.Failure{Transient: failed.Kind == Unavailable, Limited: failed.throttled, RetryAfter: failed.RetryAfter}
	})
}

// sleep waits, or says at once that the context will not last so long.
func sleep(ctx context.Context, operation string, wait time.Duration) error {
	if err := platform.Sleep(ctx, wait); err != nil {
		return &Error{Kind: Unavailable, Operation: operation, RetryAfter: wait, cause: err}
	}
	return nil
}
