// Package webhooks takes in what the platforms tell of what happens there, and sends partners what they are to be told of. Of the
// platforms it believes what is signed, stores it, and answers: what is to be done about it is done by a job. To partners it sends
// events, once for each call, and says what became of it: when to try again is for a job, too.
package webhooks

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/handback/handback/models"
)

// Requests are cheap until they are found to be signed: of a body no more is read than this, within this time. Who sends nothing takes a
// step of the memory for bodies until another one needs it, and none of the places of those that have arrived.
const (
	maxBody     = 1 << 20
	maxBodies   = 32 << 20 // bytes
	bodyStep    = 16 << 10
	maxInFlight = 32
	// answerTime is how long a request may take. Shopify waits for 5 seconds.
	answerTime = 4 * time.Second
	// complaintInterval is how often at most it is logged that signatures are wrong.
	complaintInterval = time.Minute
)

// Platform reads what one platform sends.
type Platform interface {
	// Complete reports whether the header has all that the platform sends, its signature among it.
	Complete(header http.Header) bool
	// Verify reports whether the platform has signed the body.
	Verify(header http.Header, body []byte) bool
	// Read reads a notification that is signed. An error says that it is none.
	Read(header http.Header, body []byte) (models.PlatformNotification, error)
}

// Inbox keeps what was told, and does something about it. A notification may come more than once.
type Inbox interface {
	NoteNotification(ctx context.Context, notification models.PlatformNotification) error
}

// Handler answers the requests of one platform.
type Handler struct {
	platform Platform
	inbox    Inbox
	log      *slog.Logger
	now      func() time.Time

	bodies   *semaphore.Weighted // bytes
	arrivals arrivals
	inFlight *semaphore.Weighted
	forged   atomic.Int64 // since it was logged
	loggedAt atomic.Int64 // in nanoseconds
}

// New makes a handler.
func New(platform Platform, inbox Inbox, now func() time.Time, log *slog.Logger) *Handler {
	return &Handler{platform: platform, inbox: inbox, log: log, now: now, bodies: semaphore.NewWeighted(maxBodies), inFlight: semaphore.NewWeighted(maxInFlight)}
}

// ServeHTTP answers 200 to a notification that was stored, or was stored before, or that nothing is to be done about. Any other
// answer has the platform send it again, or give up.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status := h.status(w, r)
	switch status {
	case http.StatusMethodNotAllowed:
		w.Header().Set("Allow", http.MethodPost)
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "1")
	}
	if status != http.StatusOK { // what was not read may be long
		w.Header().Set("Connection", "close")
	}
	w.WriteHeader(status)
}

func (h *Handler) status(w http.ResponseWriter, r *http.Request) int {
	switch {
	case r.Method != http.MethodPost:
		return http.StatusMethodNotAllowed
	case !h.platform.Complete(r.Header), r.ContentLength == 0:
		return http.StatusBadRequest
	case r.ContentLength > maxBody:
		return http.StatusRequestEntityTooLarge
	}
	ctx, cancel := context.WithTimeout(r.Context(), answerTime)
	defer cancel()
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(answerTime)) // which not every writer can
	arrival := h.arrivals.begin(w)
	body, held, status := h.readBody(r.WithContext(ctx), arrival)
	h.arrivals.end(arrival)
	defer h.bodies.Release(held)
	if status != http.StatusOK {
		return status
	}
	if h.inFlight.Acquire(ctx, 1) != nil {
		return http.StatusServiceUnavailable
	}
	defer h.inFlight.Release(1)
	if !h.platform.Verify(r.Header, body) {
		h.complain(ctx)
		return http.StatusUnauthorized
	}
	return h.note(ctx, r.Header, body)
}

// readBody reads as far as there is memory for it, of which it holds so much.
func (h *Handler) readBody(r *http.Request, arrival *arrival) (body []byte, held int64, status int) {
	var read bytes.Buffer
	for read.Len() <= maxBody {
		if !h.holdStep(r.Context(), arrival) {
			return nil, held, http.StatusServiceUnavailable
		}
		held += bodyStep
		_, err := io.CopyN(&read, r.Body, bodyStep)
		switch {
		case errors.Is(err, io.EOF) && read.Len() > 0 && read.Len() <= maxBody:
			return read.Bytes(), held, http.StatusOK
		case errors.Is(err, os.ErrDeadlineExceeded):
			return nil, held, http.StatusServiceUnavailable
		case err != nil && read.Len() <= maxBody:
			return nil, held, http.StatusBadRequest
		}
		h.arrivals.moved(arrival)
	}
	return nil, held, http.StatusRequestEntityTooLarge
}

// holdStep takes memory for more of a body, when there is none left from the one that has not come along for the longest time.
func (h *Handler) holdStep(ctx context.Context, arrival *arrival) bool {
	return h.bodies.TryAcquire(bodyStep) || h.arrivals.cutFor(arrival) && h.bodies.Acquire(ctx, bodyStep) == nil
}

func (h *Handler) note(ctx context.Context, header http.Header, body []byte) int {
	notification, err := h.platform.Read(header, body)
	if err != nil {
		h.log.WarnContext(ctx, "a platform sent what is no notification", "error", err)
		return http.StatusBadRequest
	}
	if now := h.now(); notification.TriggeredAt.IsZero() || notification.TriggeredAt.After(now) { // which is not known, or by another clock
		notification.TriggeredAt = now
	}
	notification.TriggeredAt = notification.TriggeredAt.UTC().Truncate(time.Microsecond)
	if err := h.inbox.NoteNotification(ctx, notification); err != nil {
		if errors.Is(context.Cause(ctx), context.Canceled) { // who has sent it does not wait any more
			return http.StatusServiceUnavailable
		}
		h.log.WarnContext(ctx, "a notification could not be stored", "topic", notification.Topic, "error", err)
		return http.StatusServiceUnavailable
	}
	return http.StatusOK
}

// complain logs that signatures are wrong, once a minute at most: the app's secret may be another one at the platform.
func (h *Handler) complain(ctx context.Context) {
	h.forged.Add(1)
	last, now := h.loggedAt.Load(), h.now().UnixNano()
	if now-last < int64(complaintInterval) || !h.loggedAt.CompareAndSwap(last, now) {
		return
	}
	h.log.WarnContext(ctx, "notifications with a wrong signature were refused", "count", h.forged.Swap(0))
}
