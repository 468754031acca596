package telemetry

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/handback/handback/models"
)

// Livez says that the program runs, whatever it may be waiting for.
func Livez(w http.ResponseWriter, _ *http.Request) { sayState(w, http.StatusOK, "ok") }

// Why the program is not ready. Whoever asks is told no more: the details are in the log.
const (
	reasonStopping   = "stopping"
	reasonDatabase   = "database"
	reasonMigrations = "migrations"
)

// readyFor is how long an answer of the database stands, so that many who ask do not make it work.
const readyFor = 250 * time.Millisecond

// Readiness says whether requests should be sent here.
type Readiness struct {
	check    func(context.Context) error
	log      *slog.Logger
	stopping atomic.Bool
	stopped  chan struct{} // closed then

	mu     sync.Mutex
	asked  time.Time
	reason string // "" when the database was ready
}

// NewReadiness asks check, which should take a second at most.
func NewReadiness(check func(context.Context) error, log *slog.Logger) *Readiness {
	return &Readiness{check: check, log: log, stopped: make(chan struct{})}
}

// LastAnswers is a middleware that ends keep-alive connections once the program is stopping, so that their clients do
// not send another request on one that is about to be closed.
func (r *Readiness) LastAnswers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if r.stopping.Load() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, request)
	})
}

// Stop makes the program not ready for good. Call it before connections are refused.
func (r *Readiness) Stop() {
	if !r.stopping.Swap(true) {
		close(r.stopped)
	}
}

// Stopping is closed when the program is not ready for good: what lasts must end.
func (r *Readiness) Stopping() <-chan struct{} { return r.stopped }

// ServeHTTP answers 200, or 503 with the reason in a word.
func (r *Readiness) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	reason := reasonStopping
	if !r.stopping.Load() {
		reason = r.ask(request.Context())
	}
	if reason != "" {
		sayState(w, http.StatusServiceUnavailable, reason)
		return
	}
	sayState(w, http.StatusOK, "ready")
}

// ask asks for all who wait at the same time, so it must not end when one of them goes away.
func (r *Readiness) ask(ctx context.Context) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Since(r.asked) > readyFor {
		before, err := r.reason, r.check(context.WithoutCancel(ctx))
		r.reason, r.asked = reasonOf(err), time.Now()
		r.tell(ctx, before, err)
	}
	return r.reason
}

func reasonOf(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, models.ErrSchemaBehind):
		return reasonMigrations
	}
	return reasonDatabase
}

func (r *Readiness) tell(ctx context.Context, before string, err error) {
	switch r.reason {
	case before:
	case "":
		r.log.InfoContext(ctx, "ready again")
	default:
		r.log.WarnContext(ctx, "not ready", "reason", r.reason, "error", err)
	}
}

func sayState(w http.ResponseWriter, status int, state string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, state+"\n")
}
