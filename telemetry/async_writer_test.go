package telemetry

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// stalled takes nothing until it is released.
type stalled struct {
	release chan struct{}
	mu      sync.Mutex
	text    bytes.Buffer
}

func (s *stalled) Write(text []byte) (int, error) {
	<-s.release
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(text)
}

func TestAsyncWriterKeepsOrder(t *testing.T) {
	var out bytes.Buffer
	w := NewAsyncWriter(&out)
	var wanted strings.Builder
	for i := range 1000 {
		line := fmt.Sprintf("line %d\n", i)
		wanted.WriteString(line)
		n, err := io.WriteString(w, line)
		require.NoError(t, err)
		require.Equal(t, len(line), n)
	}
	w.Close()
	require.Equal(t, wanted.String(), out.String())
	require.Zero(t, w.dropped.Load())
	_, err := io.WriteString(w, "after the end\n")
	require.NoError(t, err)
	w.Close()
	require.Equal(t, wanted.String(), out.String())
	require.EqualValues(t, 1, w.dropped.Load())
}

// TestStalledOutputDropsLines: nobody waits for it, no more than the bound is held, and what was dropped is counted and
// said once it goes on.
func TestStalledOutputDropsLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &stalled{release: make(chan struct{})}
		w := NewAsyncWriter(out)
		log, err := NewLogger(w, "")
		require.NoError(t, err)
		w.ReportDrops(log)
		log.Info("first")
		synctest.Wait() // it is being written
		line := strings.Repeat("x", 1<<10-1) + "\n"
		const lines = 3 << 10
		for range lines {
			_, err := io.WriteString(w, line)
			require.NoError(t, err)
		}
		require.LessOrEqual(t, len(w.waiting), maxWaitingBytes)
		require.EqualValues(t, lines-maxWaitingBytes>>10, w.dropped.Load())
		close(out.release)
		synctest.Wait()
		w.Close()
		text := out.text.String()
		require.Contains(t, text, "msg=first")
		require.Equal(t, maxWaitingBytes>>10, strings.Count(text, line))
		require.Equal(t, 1, strings.Count(text, fmt.Sprintf(`level=WARN msg="log lines were dropped" lines=%d`, w.dropped.Load())), text[len(text)-200:])
	})
}

// TestStalledOutputDelaysEndForAWhileOnly: the program must end, whoever reads what it says.
func TestStalledOutputDelaysEndForAWhileOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &stalled{release: make(chan struct{})}
		w := NewAsyncWriter(out)
		_, _ = io.WriteString(w, "last\n")
		began := time.Now()
		w.Close()
		require.Equal(t, outputFlushTime, time.Since(began))
		close(out.release)
		<-w.done
		require.Equal(t, "last\n", out.text.String())
	})
}

// broken takes a few bytes and fails.
type broken struct{ takes int }

func (b *broken) Write([]byte) (int, error) { return b.takes, errors.New("broken pipe") }

func TestBrokenOutputDropsLines(t *testing.T) {
	w := NewAsyncWriter(&broken{takes: 5})
	w.onDrops(func(uint64) { require.Fail(t, "nothing was written") })
	_, err := io.WriteString(w, "one\ntwo\nthree\n")
	require.NoError(t, err)
	w.Close()
	require.EqualValues(t, 2, w.dropped.Load(), "the first line is out, the second in part")
}

func BenchmarkAsyncWriter(b *testing.B) {
	w := NewAsyncWriter(io.Discard)
	defer w.Close()
	log := slog.New(slog.NewTextHandler(w, nil))
	for b.Loop() {
		log.Info("operation", "request_id", "request1", "status", 200)
	}
}
