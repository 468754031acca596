package jobs

import (
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/require"
)

// TestBackoff doubles, up to five minutes, and is never the same for all.
func TestBackoff(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	policy := backoff{func() time.Time { return now }}
	for failures, longest := range map[int]time.Duration{
		1: time.Second, 2: 2 * time.Second, 3: 4 * time.Second, 8: 128 * time.Second, 9: 256 * time.Second, 10: 5 * time.Minute, 11: 5 * time.Minute, 10_000: 5 * time.Minute,
	} {
		drawn := map[time.Time]bool{}
		for range 100 {
			next := policy.NextRetry(&rivertype.JobRow{Errors: make([]rivertype.AttemptError, failures-1)})
			require.False(t, next.Before(now.Add(longest/2)), "%d failures: %v", failures, next.Sub(now))
			require.False(t, next.After(now.Add(longest)), "%d failures: %v", failures, next.Sub(now))
			drawn[next] = true
		}
		require.Greater(t, len(drawn), 50)
	}
}
