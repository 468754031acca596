package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"handback/endpoint"
	"handback/models"
)

// loggedNameBytes bounds an operation's name in the log. A document may name its operation at any length.
const loggedNameBytes = 100

// newLogger writes the log as LOG_FORMAT says: text, which is the default, or json.
func newLogger(w io.Writer, format string) (*slog.Logger, error) {
	switch format {
	case "", "text":
		return slog.New(slog.NewTextHandler(w, nil)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, nil)), nil
	}
	return nil, errors.New("LOG_FORMAT is not understood: it must be text or json")
}

// reportDrops says how many lines are missing above.
func reportDrops(log *slog.Logger, lines uint64) {
	log.Warn("log lines were dropped", "lines", lines)
}

// observeOperations counts every operation and writes one line about it.
func observeOperations(log *slog.Logger, m *metrics) endpoint.Observe {
	return func(ctx context.Context, o models.Operation) {
		m.observe(o)
		attributes := []slog.Attr{
			slog.String("request_id", o.RequestID),
			slog.String("store", o.StoreID),
			slog.String("actor_kind", string(o.ActorKind)),
			slog.String("operation", o.Name[:min(len(o.Name), loggedNameBytes)]),
			slog.String("type", o.Type),
			slog.Int("status", o.Status),
			slog.Float64("duration_ms", float64(o.Duration.Microseconds())/1000),
			slog.Int("cost", o.Cost),
		}
		if o.Code != "" {
			attributes = append(attributes, slog.String("code", o.Code))
		}
		if o.Replayed {
			attributes = append(attributes, slog.Bool("replayed", true))
		}
		level := slog.LevelInfo
		if len(o.Refusals) > 0 {
			attributes = append(attributes, slog.String("refusals", refusalsText(o.Refusals)))
			level = refusalLevel(o.Refusals)
		}
		log.LogAttrs(ctx, level, "operation", attributes...)
	}
}

func refusalsText(refusals []models.RefusedMutation) string {
	texts := make([]string, len(refusals))
	for i, refusal := range refusals {
		texts[i] = refusal.Mutation + ":" + refusal.Code
	}
	return strings.Join(texts, ",")
}

// refusalLevel is higher for what callers cannot put right. A store whose snapshot is damaged is not given back until an
// operator does something.
func refusalLevel(refusals []models.RefusedMutation) slog.Level {
	damaged := func(refusal models.RefusedMutation) bool { return refusal.Code == string(models.SnapshotDamaged) }
	if slices.ContainsFunc(refusals, damaged) {
		return slog.LevelError
	}
	return slog.LevelInfo
}

// maxWaitingBytes is how much may wait to be written, some thousand lines: what is more is dropped.
const maxWaitingBytes = 1 << 20

// outputFlushTime is how long the last lines may take to be written when the program ends.
const outputFlushTime = 2 * time.Second

// asyncWriter has one goroutine write what is written to it, so that nobody else waits for whoever reads it: a reader of
// standard error that stalls, or has gone, must not keep requests from being answered. Lines that find no room, or that
// cannot be written, are dropped and counted.
type asyncWriter struct {
	to      io.Writer
	wake    chan struct{} // holds something while something waits
	done    chan struct{} // is closed when everything is written after close
	dropped atomic.Uint64 // lines

	mu         sync.Mutex
	waiting    []byte
	closed     bool
	afterDrops func(lines uint64) // may be nil
}

func newAsyncWriter(to io.Writer) *asyncWriter {
	w := &asyncWriter{to: to, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go w.run()
	return w
}

// onDrops has report called with the number of lines that were dropped, once lines can be written again.
func (w *asyncWriter) onDrops(report func(lines uint64)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.afterDrops = report
}

// Write takes whole lines. It neither waits nor fails.
func (w *asyncWriter) Write(lines []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed || len(w.waiting)+len(lines) > maxWaitingBytes {
		w.drop(lines)
		return len(lines), nil
	}
	w.waiting = append(w.waiting, lines...)
	select {
	case w.wake <- struct{}{}:
	default:
	}
	return len(lines), nil
}

func (w *asyncWriter) drop(lines []byte) { w.dropped.Add(uint64(bytes.Count(lines, []byte("\n")))) }

// close writes what waits, and gives up after outputFlushTime. What comes later is dropped.
func (w *asyncWriter) close() {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.wake)
	}
	w.mu.Unlock()
	select {
	case <-w.done:
	case <-time.After(outputFlushTime):
	}
}

func (w *asyncWriter) run() {
	defer close(w.done)
	var batch []byte
	var reported uint64
	writable := false // as far as is known
	for range w.wake {
		w.mu.Lock()
		batch, w.waiting = w.waiting, batch[:0]
		afterDrops := w.afterDrops
		w.mu.Unlock()
		// Before the batch is written, while there is room for the report behind it.
		if dropped := w.dropped.Load(); writable && dropped > reported && afterDrops != nil {
			afterDrops(dropped - reported)
			reported = dropped
		}
		n, err := w.to.Write(batch)
		if writable = err == nil; !writable {
			w.drop(batch[n:])
		}
	}
}

// logDamage tells operators of damaged snapshots that sellers met.
func logDamage(log *slog.Logger) func(context.Context, *models.Account) {
	return func(ctx context.Context, account *models.Account) {
		log.ErrorContext(ctx, "the snapshot of a connected account is damaged: disconnecting it will be refused",
			"code", string(models.SnapshotDamaged), "request_id", endpoint.RequestID(ctx), "account", account.ID)
	}
}
