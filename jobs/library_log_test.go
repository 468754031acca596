package jobs

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestLibraryLog: what River warns of is a warning of ours, and not repeated within a minute.
func TestLibraryLog(t *testing.T) {
	var text bytes.Buffer
	handler := newLibraryLog(slog.NewTextHandler(&text, nil))
	river := slog.New(handler)
	river.Info("client started")
	require.Empty(t, text.String())
	river.Error("Producer: Error fetching jobs", "err", "no answer in time")
	river.Error("Producer: Error fetching jobs", "err", "no answer in time")
	river.Warn("Elector: Error attempting to elect")
	require.Equal(t, 2, strings.Count(text.String(), "\n"))
	require.Contains(t, text.String(), `level=WARN msg=jobs river="Producer: Error fetching jobs" err="no answer in time"`)
	require.NotContains(t, text.String(), "ERROR")
	later := slog.NewRecord(time.Now().Add(libraryLogPause), slog.LevelError, "Producer: Error fetching jobs", 0)
	require.NoError(t, handler.Handle(context.Background(), later))
	require.Equal(t, 3, strings.Count(text.String(), "\n"))
	handler.stopping.Store(true)
	river.Error("Elector: Error attempting to resign")
	require.Equal(t, 3, strings.Count(text.String(), "\n"))
}
