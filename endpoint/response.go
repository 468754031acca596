package endpoint

import (
	"encoding/json"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/handback/handback/models"
)

// statusClientGone is the status of an answer that nobody waits for.
const statusClientGone = 499

// responseWriter writes the answer to one request, and notes in the operation what it was.
type responseWriter struct {
	http.ResponseWriter
	media      string // of the answer; "" for application/json
	streamable bool   // the client takes a stream, too
	operation  *models.Operation
	log        *slog.Logger
}

// body is an answer as it is sent. A request that was not carried out has no data, not even null.
type body struct {
	Errors     gqlerror.List
	Data       json.RawMessage
	Extensions map[string]any
}

// writeResponse sends the answer of an operation that was carried out, whatever errors its fields had.
func (w *responseWriter) writeResponse(response *graphql.Response) {
	w.operation.Code = codeOf(response.Errors)
	w.write(http.StatusOK, body{Errors: response.Errors, Data: response.Data, Extensions: response.Extensions})
}

// writeNothing answers a client that has gone. What it asked for may have failed for that reason only.
func (w *responseWriter) writeNothing() {
	w.operation.Status = statusClientGone
	w.WriteHeader(statusClientGone)
}

// writeError sends why a request was not carried out. unread says that a part of its body is still to come.
func (w *responseWriter) writeError(r *http.Request, rejection *requestError, unread bool) {
	code := codeOf(rejection.errors)
	w.operation.Code = code
	answer := body{Errors: rejection.errors}
	for _, err := range answer.Errors {
		err.Extensions["requestId"] = w.operation.RequestID
	}
	if rejection.cost != nil {
		answer.Extensions = map[string]any{"cost": rejection.cost}
	}
	header := w.Header()
	if rejection.retryAfter > 0 {
		header.Set("Retry-After", strconv.Itoa(int(math.Ceil(rejection.retryAfter.Seconds()))))
	}
	if unread {
		header.Set("Connection", "close") // or net/http waits for the rest of the body before it answers
	}
	if rejection.challenge != "" {
		header.Set("WWW-Authenticate", rejection.challenge)
	}
	if code == codeMethodNotAllowed {
		header.Set("Allow", "GET, POST")
	}
	status := rejection.statusFor(w.media)
	if status >= http.StatusInternalServerError && rejection.cause != nil {
		w.log.LogAttrs(r.Context(), slog.LevelError, "fault", slog.String("code", code),
			slog.String("request_id", w.operation.RequestID), slog.Any("error", rejection.cause))
	}
	if status != http.StatusBadRequest && w.media == mediaStream {
		w.media = mediaJSON // what HTTP has a status for is told by it
	}
	w.write(status, answer)
}

func (w *responseWriter) write(status int, answer body) {
	switch w.media {
	case "":
		w.media = mediaJSON
	case mediaStream: // of which errors in the request are a part, as graphql-sse has it
		w.writeWholeStream(answer)
		return
	}
	parts := answer.parts()
	length := 0
	for _, part := range parts {
		length += len(part)
	}
	header := w.Header()
	header.Set("Content-Type", w.media+"; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(length))
	header.Set("Cache-Control", "no-store")
	header.Add("Vary", "Accept") // what is shared with other origins varies, too
	w.operation.Status = status
	w.WriteHeader(status)
	w.send(parts, length)
}

// send writes the answer piece by piece. A client that does not take one in time gets no more: it holds memory that others wait for. One
// that has gone needs no answer.
func (w *responseWriter) send(parts [][]byte, length int) {
	control, last := http.NewResponseController(w.ResponseWriter), time.Now().Add(answerTime)
	for _, part := range parts {
		for len(part) > 0 {
			piece := part[:min(len(part), pieceBytes)]
			part = part[len(piece):]
			if deadline := time.Now().Add(answerPieceTime); length > pieceBytes && deadline.Before(last) {
				_ = control.SetWriteDeadline(deadline) // a writer that knows no deadlines has none
			}
			if _, err := w.Write(piece); err != nil {
				return
			}
		}
	}
}

// parts is the answer as JSON, in pieces: data is long, and JSON already.
func (b body) parts() [][]byte {
	parts, before := [][]byte{}, "{"
	member := func(name string, text []byte) {
		parts = append(parts, []byte(before+`"`+name+`":`), text)
		before = ","
	}
	if len(b.Errors) > 0 {
		member("errors", marshal(b.Errors))
	}
	if len(b.Data) > 0 {
		member("data", b.Data)
	}
	if len(b.Extensions) > 0 {
		member("extensions", marshal(b.Extensions))
	}
	return append(parts, []byte("}"))
}

func marshal(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic("endpoint: an answer that is not JSON")
	}
	return text
}

// Reject answers every request with one error, in the form of the API's other errors.
func Reject(status int, code, message string) http.Handler {
	return WithRequestIDs(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rejection := newRequestError(code, message)
		rejection.status = status
		response := responseWriter{ResponseWriter: w, operation: &models.Operation{RequestID: requestID(r.Context())}}
		response.writeError(r, rejection, r.ContentLength != 0)
	}))
}

// statusFor is the status of an answer of the media type.
func (e *requestError) statusFor(media string) int {
	switch {
	case e.status != 0:
		return e.status
	case media == mediaJSON:
		return http.StatusOK
	}
	return http.StatusBadRequest
}
