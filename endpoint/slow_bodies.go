package endpoint

import (
	"io"
	"net/http"
	"sync"
	"time"
)

// BodyTime is how long bodies may take.
type BodyTime struct {
	Grace time.Duration // without a byte
	Whole time.Duration // altogether
	// Stopping is closed when the program stops: bodies that are on their way have the grace then. Nil when it never does.
	Stopping <-chan struct{}
}

// bodyRate is how many bytes of a body earn a second, and never more than the grace, so that a fast beginning pays for no long pause.
const bodyRate = 4 << 10

// CutSlowBodies is a middleware that ends the reading of bodies which do not come along. Without it a client that sends nothing would
// hold what its request has, and a shutdown, until the server's ReadTimeout.
func CutSlowBodies(may BodyTime, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != nil && r.Body != http.NoBody {
			body := &timedBody{ReadCloser: r.Body, control: http.NewResponseController(w), may: may, left: may.Grace, end: time.Now().Add(may.Whole)}
			body.expectBy(time.Now().Add(may.Grace)) // for net/http, which reads what a handler leaves
			r.Body, w = body, bodyDeadline{w, body}
		}
		next.ServeHTTP(w, r)
	})
}

// bodyDeadline is a writer for handlers that give a body less time: what they set holds for all that is still to be read. They may set it
// while the body is being read.
type bodyDeadline struct {
	http.ResponseWriter

	body *timedBody
}

// SetReadDeadline is called by http.ResponseController.
func (w bodyDeadline) SetReadDeadline(deadline time.Time) error {
	w.body.mu.Lock()
	defer w.body.mu.Unlock()
	if !deadline.IsZero() && deadline.Before(w.body.end) {
		w.body.end = deadline
	}
	return w.body.control.SetReadDeadline(deadline)
}

// Unwrap leads http.ResponseController to all else that the writer can.
func (w bodyDeadline) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// timedBody is a body that must arrive in time. Only reading counts, not what the handler waits for in between.
type timedBody struct {
	io.ReadCloser

	control  *http.ResponseController
	may      BodyTime
	left     time.Duration // that the next bytes may take
	stopping bool          // and so the end is near

	mu  sync.Mutex
	end time.Time // when all of it must be there
}

// Read implements io.Reader.
func (b *timedBody) Read(p []byte) (int, error) {
	began := time.Now()
	b.hurry(began)
	b.expectBy(began.Add(b.left))
	n, err := b.ReadCloser.Read(p)
	b.left = min(b.left-time.Since(began)+time.Duration(n)*time.Second/bodyRate, b.may.Grace)
	if err == io.EOF {
		_ = b.control.SetReadDeadline(time.Time{}) // net/http goes on reading to notice a client that goes away
	}
	return n, err
}

// hurry brings the end near when the program stops.
func (b *timedBody) hurry(now time.Time) {
	select {
	case <-b.may.Stopping:
	default:
		return
	}
	if !b.stopping {
		b.stopping = true
		b.mu.Lock()
		defer b.mu.Unlock()
		if end := now.Add(b.may.Grace); end.Before(b.end) {
			b.end = end
		}
	}
}

// expectBy sets when reading ends in vain. A writer that knows no deadlines has none.
func (b *timedBody) expectBy(deadline time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if deadline.After(b.end) {
		deadline = b.end
	}
	_ = b.control.SetReadDeadline(deadline)
}
