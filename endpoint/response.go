package endpoint

import (
	"encoding/json"
	"log/slog"
	"math"
	"net/http"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// statusClientGone is the status of an answer that nobody waits for.
const statusClientGone = 499

// cost is extensions.cost, in points.
type cost struct {
	Requested int            `json:"requested"` // what it was estimated at, 0 when it was not
	Actual    *int           `json:"actual"`    // what was charged; null when it was nothing
	Throttle  throttleStatus `json:"throttle"`
}

// body is an answer as it is sent. A request that was not carried out has no data, not even null.
type body struct {
	Errors     gqlerror.List
	Data       json.RawMessage
	Extensions map[string]any
}

// writeResponse sends the answer of an operation that was carried out, whatever errors its fields had.
func (x *exchange) writeResponse(response *graphql.Response) {
	x.operation.Code = codeOf(response.Errors)
	x.write(http.StatusOK, body{Errors: response.Errors, Data: response.Data, Extensions: response.Extensions})
}

// writeNothing answers a client that has gone. What it asked for may have failed for that reason only.
func (x *exchange) writeNothing() {
	x.operation.Status = statusClientGone
	x.w.WriteHeader(statusClientGone)
}

// writeRefusal sends why a request was not carried out.
func (x *exchange) writeRefusal(refusal *requestError) {
	code := codeOf(refusal.errors)
	x.operation.Code = code
	answer := body{Errors: refusal.errors}
	for _, err := range answer.Errors {
		err.Extensions["requestId"] = x.operation.RequestID
	}
	if refusal.cost != nil {
		answer.Extensions = map[string]any{"cost": refusal.cost}
	}
	header := x.w.Header()
	if refusal.retryAfter > 0 {
		header.Set("Retry-After", strconv.Itoa(int(math.Ceil(refusal.retryAfter.Seconds()))))
	}
	if !x.bodyRead && x.r.ContentLength != 0 {
		header.Set("Connection", "close") // or net/http waits for the rest of the body before it answers
	}
	switch code {
	case codeUnauthenticated:
		header.Set("WWW-Authenticate", `Bearer realm="handback"`)
	case codeMethodNotAllowed:
		header.Set("Allow", "GET, POST")
	}
	status := refusal.status
	if status == 0 {
		status = http.StatusBadRequest
		if x.media == mediaJSON {
			status = http.StatusOK
		}
	}
	if status >= http.StatusInternalServerError && refusal.cause != nil {
		x.options.Log.LogAttrs(x.r.Context(), slog.LevelError, "fault", slog.String("code", code),
			slog.String("request_id", x.operation.RequestID), slog.Any("error", refusal.cause))
	}
	x.write(status, answer)
}

func (x *exchange) write(status int, answer body) {
	if x.media == "" {
		x.media = mediaJSON
	}
	parts := answer.parts()
	length := 0
	for _, part := range parts {
		length += len(part)
	}
	header := x.w.Header()
	header.Set("Content-Type", x.media+"; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(length))
	header.Set("Cache-Control", "no-store")
	header.Add("Vary", "Accept") // what is shared with other origins varies, too
	x.operation.Status = status
	x.w.WriteHeader(status)
	for _, part := range parts {
		_, _ = x.w.Write(part) // a client that has gone needs no answer
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
	if its, ok := b.Extensions["cost"].(*cost); ok && len(b.Extensions) == 1 { // which is written faster than a map
		member("extensions", marshal(struct {
			Cost *cost `json:"cost"`
		}{its}))
	} else if len(b.Extensions) > 0 {
		member("extensions", marshal(b.Extensions))
	}
	return append(parts, []byte("}"))
}

func marshal(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic("graph: an answer that is not JSON")
	}
	return text
}

// Refuse answers every request with one error, in the form of the API's other errors.
func Refuse(status int, code, message string) http.Handler {
	return WithRequestIDs(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := &exchange{endpoint: &endpoint{}, w: w, r: r, operation: Operation{RequestID: requestID(r.Context())}}
		refusal := refuseRequest(code, message)
		refusal.status = status
		x.writeRefusal(refusal)
	}))
}
