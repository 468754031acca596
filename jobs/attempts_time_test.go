package jobs

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/require"
)

// TestHangingJobIsLogged when its time is over, as one that has failed: nothing else tells of a job that never ends.
func TestHangingJobIsLogged(t *testing.T) {
	var log strings.Builder
	var observed []Outcome
	around := &attempts{log: slog.New(slog.NewTextHandler(&log, nil)), observe: func(attempt Attempt) { observed = append(observed, attempt.Outcome) }}
	hang := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }

	stopped, stop := context.WithCancel(t.Context())
	stop()
	require.ErrorIs(t, around.Work(stopped, &rivertype.JobRow{Kind: "errand"}, hang), context.Canceled)
	require.Empty(t, log.String())
	over, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	require.ErrorIs(t, around.Work(over, &rivertype.JobRow{Kind: "errand"}, hang), context.DeadlineExceeded)
	require.Equal(t, []Outcome{Interrupted, Failed}, observed)
	require.Contains(t, log.String(), `msg="job failed" job=errand`)
}
