package store

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Request is what the log and the metrics tell of a request. Handlers fill in what they know.
type Request struct{ Operation, Store string }

type requestKey struct{}

// RequestOf returns what is told of the request of a context.
func RequestOf(ctx context.Context) *Request { return ctx.Value(requestKey{}).(*Request) }

// Observed writes a line into the log for each request that a handler answers, and counts it. /metrics tells what was counted.
// stop writes the last lines.
func Observed(next http.Handler) (handler http.Handler, stop func()) {
	lines := newBufferedWriter(os.Stderr)
	log := slog.New(slog.NewTextHandler(lines, nil))
	count := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "requests_total", Help: "Requests answered."}, []string{"operation", "status"})
	duration := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "request_duration_seconds", Help: "Until the answer's last byte."}, []string{"operation"})
	registry := prometheus.NewRegistry()
	registry.MustRegister(count, duration)
	metrics := promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/metrics" {
			metrics.ServeHTTP(w, r)
			return
		}
		began, told, answer := time.Now(), &Request{}, &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(answer, r.WithContext(context.WithValue(r.Context(), requestKey{}, told)))
		took := time.Since(began)
		count.WithLabelValues(told.Operation, strconv.Itoa(answer.status)).Inc()
		duration.WithLabelValues(told.Operation).Observe(took.Seconds())
		log.LogAttrs(r.Context(), slog.LevelInfo, "request", slog.String("operation", told.Operation), slog.String("store", told.Store),
			slog.Int("status", answer.status), slog.Duration("took", took))
	}), lines.stop
}

type statusWriter struct {
	http.ResponseWriter

	status int
}

// WriteHeader implements http.ResponseWriter.
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// bufferedWriter writes lines a second later at most.
type bufferedWriter struct {
	mu    sync.Mutex
	to    *bufio.Writer
	timer *time.Ticker
}

func newBufferedWriter(to io.Writer) *bufferedWriter {
	w := &bufferedWriter{to: bufio.NewWriterSize(to, 64<<10), timer: time.NewTicker(time.Second)}
	go func() {
		for range w.timer.C {
			w.flush()
		}
	}()
	return w
}

// Write implements io.Writer.
func (w *bufferedWriter) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.to.Write(line)
}

func (w *bufferedWriter) flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.to.Flush()
}

func (w *bufferedWriter) stop() {
	w.timer.Stop()
	w.flush()
}
