package main

import (
	"bytes"
	"encoding/json"
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

	"handback/models"
)

func TestOperationLog(t *testing.T) {
	operation := models.Operation{
		RequestID: "request1", StoreID: "store_1", ActorKind: models.ActorSeller, Type: "mutation", Name: "Disconnect",
		Status: 200, Cost: 12, Duration: 1234567 * time.Nanosecond,
	}
	rejected := operation
	rejected.Code, rejected.Name = "TRY_AGAIN", strings.Repeat("x", 1<<20)
	for format, wanted := range map[string]string{
		"":     `level=INFO msg=operation request_id=request1 store=store_1 actor_kind=SELLER operation=Disconnect type=mutation status=200 duration_ms=1.234 cost=12`,
		"text": `level=INFO msg=operation request_id=request1 store=store_1 actor_kind=SELLER operation=Disconnect type=mutation status=200 duration_ms=1.234 cost=12`,
		"json": `"level":"INFO","msg":"operation","request_id":"request1","store":"store_1","actor_kind":"SELLER","operation":"Disconnect","type":"mutation","status":200,"duration_ms":1.234,"cost":12}`,
	} {
		var text bytes.Buffer
		log, err := newLogger(&text, format)
		require.NoError(t, err)
		observe := observeOperations(log, newMetrics(nil))
		observe(t.Context(), operation)
		observe(t.Context(), rejected)
		lines := strings.Split(strings.TrimSpace(text.String()), "\n")
		require.Len(t, lines, 2)
		_, rest, _ := strings.Cut(lines[0], wanted[:6])
		require.Equal(t, wanted, wanted[:6]+rest)
		require.Less(t, len(lines[1]), 500)
		if format == "json" {
			var fields map[string]any
			require.NoError(t, json.Unmarshal([]byte(lines[1]), &fields))
			require.Equal(t, "TRY_AGAIN", fields["code"])
		}
	}
}

// TestRefusalsAreLogged by their codes: at the level of errors where an operator has to do something.
func TestRefusalsAreLogged(t *testing.T) {
	refusal := func(code string) models.RefusedMutation {
		return models.RefusedMutation{Mutation: "disconnectTikTokShop", Code: code}
	}
	for _, test := range []struct {
		refusals []models.RefusedMutation
		wanted   string
	}{
		{[]models.RefusedMutation{refusal("PREVIEW_STALE")}, "level=INFO msg=operation request_id=request1"},
		{[]models.RefusedMutation{refusal("PREVIEW_STALE")}, "refusals=disconnectTikTokShop:PREVIEW_STALE\n"},
		{[]models.RefusedMutation{refusal("PREVIEW_STALE"), refusal("SNAPSHOT_DAMAGED")}, "level=ERROR msg=operation request_id=request1"},
		{[]models.RefusedMutation{refusal("PREVIEW_STALE"), refusal("SNAPSHOT_DAMAGED")}, "refusals=disconnectTikTokShop:PREVIEW_STALE,disconnectTikTokShop:SNAPSHOT_DAMAGED\n"},
	} {
		var text bytes.Buffer
		log, err := newLogger(&text, "")
		require.NoError(t, err)
		observeOperations(log, newMetrics(nil))(t.Context(), models.Operation{RequestID: "request1", Type: "mutation", Refusals: test.refusals})
		require.Contains(t, text.String(), test.wanted)
	}
}

// TestReplayIsLogged: whoever follows a request id learns that what happened stands under an earlier one.
func TestReplayIsLogged(t *testing.T) {
	for replayed, wanted := range map[bool]string{true: " cost=0 replayed=true\n", false: " cost=0\n"} {
		var text bytes.Buffer
		log, err := newLogger(&text, "")
		require.NoError(t, err)
		observeOperations(log, newMetrics(nil))(t.Context(), models.Operation{RequestID: "request1", Type: "mutation", Replayed: replayed})
		require.Contains(t, text.String(), wanted)
	}
}

func TestUnknownLogFormat(t *testing.T) {
	_, err := newLogger(&bytes.Buffer{}, "xml")
	require.ErrorContains(t, err, "LOG_FORMAT")
}

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
	w := newAsyncWriter(&out)
	var wanted strings.Builder
	for i := range 1000 {
		line := fmt.Sprintf("line %d\n", i)
		wanted.WriteString(line)
		n, err := io.WriteString(w, line)
		require.NoError(t, err)
		require.Equal(t, len(line), n)
	}
	w.close()
	require.Equal(t, wanted.String(), out.String())
	require.Zero(t, w.dropped.Load())
	_, err := io.WriteString(w, "after the end\n")
	require.NoError(t, err)
	w.close()
	require.Equal(t, wanted.String(), out.String())
	require.EqualValues(t, 1, w.dropped.Load())
}

// TestStalledOutputDropsLines: nobody waits for it, no more than the bound is held, and what was dropped is counted and
// said once it goes on.
func TestStalledOutputDropsLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &stalled{release: make(chan struct{})}
		w := newAsyncWriter(out)
		log, err := newLogger(w, "")
		require.NoError(t, err)
		w.onDrops(func(lines uint64) { reportDrops(log, lines) })
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
		w.close()
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
		w := newAsyncWriter(out)
		_, _ = io.WriteString(w, "last\n")
		began := time.Now()
		w.close()
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
	w := newAsyncWriter(&broken{takes: 5})
	w.onDrops(func(uint64) { require.Fail(t, "nothing was written") })
	_, err := io.WriteString(w, "one\ntwo\nthree\n")
	require.NoError(t, err)
	w.close()
	require.EqualValues(t, 2, w.dropped.Load(), "the first line is out, the second in part")
}

func BenchmarkAsyncWriter(b *testing.B) {
	w := newAsyncWriter(io.Discard)
	defer w.close()
	log := slog.New(slog.NewTextHandler(w, nil))
	for b.Loop() {
		log.Info("operation", "request_id", "request1", "status", 200)
	}
}
