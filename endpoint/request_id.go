package endpoint

import (
	"context"
	"net/http"
	"regexp"

	"github.com/google/uuid"

	"github.com/handback/handback/models"
)

// saneID is a request id that can be logged: it cannot break a line of a log.
var saneID = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._:/+=-]{0,63}$`)

type requestIDKey struct{}

// WithRequestIDs is a middleware that gives each request an id that its answer, its errors and the log share: the
// client's X-Request-Id, or a new one when that is missing, odd, or looks like a secret.
func WithRequestIDs(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if requestID(r.Context()) == "" {
			id := r.Header.Get("X-Request-ID")
			if !saneID.MatchString(id) || models.LooksSecret(id) {
				id = uuid.NewString()
			}
			w.Header().Set("X-Request-ID", id)
			r = r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id))
		}
		next.ServeHTTP(w, r)
	})
}

// RequestID is the id of the request that is being answered, "" when there is none.
func RequestID(ctx context.Context) string { return requestID(ctx) }

func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}
