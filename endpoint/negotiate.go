package endpoint

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/elnormous/contenttype"
	"github.com/vektah/gqlparser/v2/ast"
	"golang.org/x/sync/semaphore"
)

const (
	mediaJSON    = "application/json"
	mediaGraphQL = "application/graphql-response+json"
)

// offered is what answers can be; the first is for clients that take anything.
var offered = []contenttype.MediaType{
	contenttype.NewMediaType(mediaJSON), contenttype.NewMediaType(mediaGraphQL),
	contenttype.NewMediaType(mediaJSON + "; charset=utf-8"), contenttype.NewMediaType(mediaGraphQL + "; charset=utf-8"),
}

// negotiate picks the media type of the answer, and refuses requests whose headers say that they cannot be answered.
func negotiate(r *http.Request) (media string, refusal *requestError) {
	media = mediaJSON
	if accept := acceptOf(r.Header); accept != "" {
		accepted, _, err := contenttype.GetAcceptableMediaTypeFromHeader(accept, offered)
		switch {
		case errors.Is(err, contenttype.ErrNoAcceptableTypeFound):
			return media, refuseRequest(codeNotAcceptable, "Answers are "+mediaGraphQL+" or "+mediaJSON+", in UTF-8.")
		case err == nil: // what cannot be read asks for nothing
			media = accepted.MIME()
		}
	}
	switch r.Method {
	case http.MethodGet:
		return media, nil
	case http.MethodPost:
		return media, refuseContentType(r.Header)
	}
	return media, refuseRequest(codeMethodNotAllowed, "Send operations by POST, or queries by GET.")
}

// acceptOf is the list of all Accept headers without its empty elements, which have no meaning.
func acceptOf(header http.Header) string {
	var elements []string
	for element := range strings.SplitSeq(strings.Join(header.Values("Accept"), ","), ",") {
		if strings.TrimSpace(element) != "" {
			elements = append(elements, strings.ToLower(element))
		}
	}
	return strings.Join(elements, ",")
}

func refuseContentType(header http.Header) *requestError {
	if header.Get("Content-Type") == mediaJSON && header.Get("Content-Encoding") == "" { // as nearly all say
		return nil
	}
	media, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	charset, given := params["charset"]
	if err != nil || media != mediaJSON || given && !strings.EqualFold(charset, "utf-8") || header.Get("Content-Encoding") != "" {
		return refuseRequest(codeUnsupportedMediaType, "Send Content-Type: application/json, in UTF-8 and not compressed.")
	}
	return nil
}

// readBody reads the whole body, as there is room for it.
func (x *exchange) readBody() ([]byte, *requestError) {
	if x.r.ContentLength > bodyBytes {
		return nil, refuseBody(x.r)
	}
	if refusal := x.waitForTurn(); refusal != nil {
		return nil, refusal
	}
	x.bodyRead = true
	reader := &roomyReader{body: http.MaxBytesReader(nil, x.r.Body, bodyBytes), room: longBody, more: x.makeRoom}
	body := bytes.NewBuffer(make([]byte, 0, bytes.MinRead+min(max(x.r.ContentLength, 0), longBody)))
	_, err := body.ReadFrom(reader)
	var tooLarge *http.MaxBytesError
	var refusal *requestError
	switch {
	case errors.As(err, &refusal):
		return nil, refusal
	case errors.As(err, &tooLarge):
		return nil, refuseBody(x.r)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, refuseRequest(codeRequestTimeout, "The body did not arrive in time.")
	case err != nil:
		return nil, refuseRequest(codeBadRequest, "The body did not arrive whole.")
	}
	return body.Bytes(), nil
}

// roomyReader reads as much as there is room for, and asks for more room then. A body that is slow to arrive has room
// for what has arrived only.
type roomyReader struct {
	body io.Reader
	room int
	more func(bytes int64) error
}

// Read implements io.Reader.
func (r *roomyReader) Read(p []byte) (int, error) {
	if r.room == 0 {
		if err := r.more(bodyStep); err != nil {
			return 0, err
		}
		r.room = bodyStep
	}
	n, err := r.body.Read(p[:min(len(p), r.room)])
	r.room -= n
	return n, err
}

// waitForTurn keeps the long bodies of one store from taking room from one another until none of them gets on.
func (x *exchange) waitForTurn() *requestError {
	length := x.r.ContentLength
	if length < 0 { // it does not say how long it is
		length = bodyBytes
	}
	if length > longBody && !x.wait(x.buckets.share(x.caller).bodies, length) {
		return refuseOverload()
	}
	return nil
}

// makeRoom waits for room for more of a long body.
func (x *exchange) makeRoom(bytes int64) error {
	if !x.wait(x.bodies, bytes*bodyWeight) {
		return refuseOverload()
	}
	return nil
}

// makeRoomForValues waits for room for what is made of a body: many small values take many times their text.
func (x *exchange) makeRoomForValues(body []byte) *requestError {
	values, refusal := measureJSON(body)
	if refusal == nil && values > fewValues && !x.wait(x.bodies, int64(values)*valueBytes) {
		refusal = refuseOverload()
	}
	return refusal
}

// wait takes so much of what others use too, until the answer is out.
func (x *exchange) wait(shared *semaphore.Weighted, much int64) (ok bool) {
	if ok = x.acquire(shared, much); ok {
		x.atEnd(func() { shared.Release(much) })
	}
	return ok
}

// acquire waits no longer than the operation may take.
func (x *exchange) acquire(shared *semaphore.Weighted, much int64) (ok bool) {
	if shared.TryAcquire(much) {
		return true
	}
	began := time.Now()
	waiting, cancel := context.WithTimeout(x.r.Context(), operationTime-x.waited)
	defer cancel()
	err := shared.Acquire(waiting, much)
	x.waited += time.Since(began)
	return err == nil
}

// refuseBody refuses a body that is too long. Clients that are still sending do not look for an answer.
func refuseBody(r *http.Request) *requestError {
	_, _ = io.CopyN(io.Discard, r.Body, drainedBytes)
	return refuseLimit(codeBodyTooLarge, "The body has more bytes than are read", bodyBytes)
}

func refuseOverload() *requestError {
	refusal := refuseRequest(codeOverloaded, "Too many requests are under way. Nothing was done; try again.")
	refusal.retryAfter = time.Second
	return refusal
}

// readURL reads a request from the parameters of its address.
func readURL(address *url.URL) (params *graphql.RawParams, variablesSize int, refusal *requestError) {
	refuse := func(message string) (*graphql.RawParams, int, *requestError) {
		return nil, 0, refuseRequest(codeBadRequest, message)
	}
	values, err := url.ParseQuery(address.RawQuery)
	if err != nil || !utf8.ValidString(values.Get("query")) || !utf8.ValidString(values.Get("operationName")) {
		return refuse("The address cannot be read: write its parameters in UTF-8, percent-encoded.")
	}
	for _, name := range []string{"query", "operationName", "variables", "extensions"} {
		if len(values[name]) > 1 {
			return refuse("The parameter " + name + " stands in the address more than once.")
		}
	}
	params = &graphql.RawParams{Query: values.Get("query"), OperationName: values.Get("operationName")}
	if params.Variables, err = readObject(values.Get("variables")); err != nil {
		return refuse("The parameter variables is not a JSON object.")
	}
	if params.Extensions, err = readObject(values.Get("extensions")); err != nil {
		return refuse("The parameter extensions is not a JSON object.")
	}
	if params.Query == "" && params.Extensions["persistedQuery"] == nil {
		return refuse("The parameter query is missing.")
	}
	return params, len(values.Get("variables")), nil
}

// refuseByGet refuses what GET must not do.
func refuseByGet(method string, operation *ast.OperationDefinition) *requestError {
	if method == http.MethodGet && operation.Operation != ast.Query {
		return refuseRequest(codeMethodNotAllowed, "Send mutations by POST.")
	}
	return nil
}
