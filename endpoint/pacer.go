package endpoint

import (
	"context"
	"net/http"
	"time"

	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"
)

// Pacer keeps refusals back of clients that do not heed them: they would be refused as often as the processors can, and these are everybody's.
// Nothing is held meanwhile but the connection and the request's header.
type Pacer struct {
	stores    *semaphore.Weighted // refusals of stores' callers that are kept back
	strangers *semaphore.Weighted // likewise, of whom it is not known who they are
	free      *rate.Limiter       // refusals that cost no points, and are told at once
}

// NewPacer makes a Pacer, for all that one process answers.
func NewPacer() *Pacer {
	return &Pacer{stores: semaphore.NewWeighted(maxPaused), strangers: semaphore.NewWeighted(strangersPaused), free: rate.NewLimiter(freeRefusals, freeRefusals)}
}

// keep waits for so long, or until the client has gone. It reports false, at once, where too many are waiting.
func (p *Pacer) keep(ctx context.Context, wait time.Duration, places ...*semaphore.Weighted) bool {
	for _, place := range places {
		if !place.TryAcquire(1) {
			return false
		}
		defer place.Release(1)
	}
	select {
	case <-time.After(wait):
	case <-ctx.Done():
	}
	return true
}

// Pace is a middleware for what costs no points, whoever asks for it. Of more requests than are free each waits.
func (p *Pacer) Pace(next http.Handler) http.Handler {
	slowDown := Reject(http.StatusTooManyRequests, codeThrottled, "Too many requests are made at once. Try again later.")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !p.free.Allow() && !p.keep(r.Context(), maxPause, p.strangers) {
			w.Header().Set("Connection", "close")
			slowDown.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
