package jobs

import (
	"math/rand/v2"
	"time"

	"github.com/riverqueue/river/rivertype"
)

// How long a job waits after it failed: twice as long each time, up to a limit.
const (
	firstPause = time.Second
	lastPause  = 5 * time.Minute
)

// backoff says when a job that failed is tried again. Its clock is now.
type backoff struct{ now func() time.Time }

// NextRetry implements river.ClientRetryPolicy. The pause is between a half and the whole of what is due, so that jobs
// that failed together are not tried together.
func (b backoff) NextRetry(job *rivertype.JobRow) time.Time {
	due := pauseAfter(len(job.Errors) + 1)
	return b.now().Add(due/2 + rand.N(due/2+1))
}

// pauseAfter is the longest pause after so many failures.
func pauseAfter(failures int) time.Duration {
	const doublings = 9 // as many as it takes to reach the limit
	return min(firstPause<<min(failures-1, doublings), lastPause)
}
