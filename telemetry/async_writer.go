package telemetry

import (
	"bytes"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// maxWaitingBytes is how much may wait to be written, some thousand lines: what is more is dropped.
const maxWaitingBytes = 1 << 20

// outputFlushTime is how long the last lines may take to be written when the program ends.
const outputFlushTime = 2 * time.Second

// AsyncWriter has one goroutine write what is written to it, so that nobody else waits for whoever reads it: a reader of
// standard error that stalls, or has gone, must not keep requests from being answered. Lines that find no room, or that
// cannot be written, are dropped and counted.
type AsyncWriter struct {
	to      io.Writer
	wake    chan struct{} // holds something while something waits
	done    chan struct{} // is closed when everything is written after close
	dropped atomic.Uint64 // lines

	mu         sync.Mutex
	waiting    []byte
	closed     bool
	afterDrops func(lines uint64) // may be nil
}

// NewAsyncWriter makes one that writes to an output. Close must be called at the end.
func NewAsyncWriter(to io.Writer) *AsyncWriter {
	w := &AsyncWriter{to: to, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go w.run()
	return w
}

// ReportDrops has the log say how many lines are missing above.
func (w *AsyncWriter) ReportDrops(log *slog.Logger) {
	w.onDrops(func(lines uint64) { log.Warn("log lines were dropped", "lines", lines) })
}

// Dropped is how many lines were dropped.
func (w *AsyncWriter) Dropped() uint64 { return w.dropped.Load() }

// onDrops has report called with the number of lines that were dropped, once lines can be written again.
func (w *AsyncWriter) onDrops(report func(lines uint64)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.afterDrops = report
}

// Write takes whole lines. It neither waits nor fails.
func (w *AsyncWriter) Write(lines []byte) (int, error) {
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

func (w *AsyncWriter) drop(lines []byte) { w.dropped.Add(uint64(bytes.Count(lines, []byte("\n")))) }

// Close writes what waits, and gives up after outputFlushTime. What comes later is dropped.
func (w *AsyncWriter) Close() {
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

func (w *AsyncWriter) run() {
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
