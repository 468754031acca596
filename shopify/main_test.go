package shopify_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/shopify"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const (
	store       = "aurora-outfitters.myshopify.com"
	firstToken  = "shpat_first_0123456789abcdef"
	secondToken = "shpat_second_0123456789abcdef"
	publication = "gid://shopify/Publication/1"
)

// reply answers a call.
type reply func(http.ResponseWriter, call)

// call is a call as it arrived.
type call struct {
	Query         string
	OperationName string
	Variables     map[string]any
	Token         string
}

// recordedAPI answers operations with what was recorded of the Admin API: each with its replies one after the other,
// and then with the last of them for good.
type recordedAPI struct {
	t       *testing.T
	mu      sync.Mutex
	replies map[string][]reply
	calls   []call
}

func newAPI(t *testing.T) *recordedAPI { return &recordedAPI{t: t, replies: map[string][]reply{}} }

func (a *recordedAPI) on(operation string, replies ...reply) *recordedAPI {
	a.replies[operation] = replies
	return a
}

func (a *recordedAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	received := call{Token: r.Header.Get("X-Shopify-Access-Token")}
	assert.Equal(a.t, "/admin/api/2026-10/graphql.json", r.URL.Path)
	assert.NoError(a.t, json.NewDecoder(r.Body).Decode(&received))
	a.next(received)(w, received)
}

func (a *recordedAPI) next(received call) reply {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls = append(a.calls, received)
	replies := a.replies[received.OperationName]
	if len(replies) == 0 {
		return status(http.StatusNotImplemented)
	}
	if len(replies) > 1 {
		a.replies[received.OperationName] = replies[1:]
	}
	return replies[0]
}

// sent lists the names of the operations that arrived.
func (a *recordedAPI) sent() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var names []string
	for _, received := range a.calls {
		names = append(names, received.OperationName)
	}
	return names
}

func (a *recordedAPI) times(operation string) int {
	return len(slices.DeleteFunc(a.sent(), func(name string) bool { return name != operation }))
}

// client serves the API on a port and returns a client of it.
func (a *recordedAPI) client() *shopify.Client {
	server := httptest.NewServer(a)
	a.t.Cleanup(server.Close)
	return shopify.New(optionsFor(server.URL))
}

func optionsFor(origin string) shopify.Options {
	return shopify.Options{
		Tokens:   &tokens{current: firstToken},
		Endpoint: func(string) string { return origin },
		Hosts:    []string{origin},
	}
}

// timeless returns a client that hands its requests to the API without a network, for tests that hold the clock.
func (a *recordedAPI) timeless() *shopify.Client {
	return shopify.New(shopify.Options{Tokens: &tokens{current: firstToken}, Transport: inProcess{a}})
}

// inProcess is a transport that calls a handler.
type inProcess struct{ http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (response *http.Response, err error) {
	recorder := httptest.NewRecorder()
	defer func() {
		if recover() != nil { // the handler aborted, which cuts the connection
			response, err = nil, errors.New("connection reset by peer")
		}
	}()
	p.ServeHTTP(recorder, r)
	return recorder.Result(), nil
}

// tokens is a source that knows two tokens.
type tokens struct {
	mu      sync.Mutex
	current string
	renewed int
	err     error
}

func (s *tokens) Token(context.Context, string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current, nil
}

func (s *tokens) Renew(_ context.Context, _, refused string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == refused {
		s.current = secondToken
		s.renewed++
	}
	return s.current, s.err
}

func data(text string) reply {
	return body(`{"data":` + text + `,"extensions":` + costOf(10, 1990) + `}`)
}

func body(text string) reply {
	return func(w http.ResponseWriter, _ call) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		fmt.Fprint(w, text)
	}
}

func costOf(requested, available int) string {
	return fmt.Sprintf(`{"cost":{"requestedQueryCost":%d,"actualQueryCost":%d,"throttleStatus":{"maximumAvailable":2000.0,"currentlyAvailable":%d,"restoreRate":100.0}}}`, requested, requested, available)
}

// topLevel is an error beside the data, with status 200.
func topLevel(message, extensions string) reply {
	return body(`{"errors":[{"message":"` + message + `","extensions":` + extensions + `}],"data":null}`)
}

func throttled(available int) reply {
	return body(`{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED","documentation":"https://shopify.dev/api/usage/rate-limits"}}],"extensions":` +
		costOf(10, available) + `}`)
}

func status(code int, header ...string) reply {
	return func(w http.ResponseWriter, _ call) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		fmt.Fprint(w, "<html>no JSON</html>")
	}
}

func unauthorized(w http.ResponseWriter, _ call) {
	w.WriteHeader(http.StatusUnauthorized)
	fmt.Fprint(w, `{"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"}`)
}

// cut ends the connection without an answer.
func cut(http.ResponseWriter, call) { panic(http.ErrAbortHandler) }

// cutInside ends the connection in the middle of the answer.
func cutInside(w http.ResponseWriter, _ call) {
	w.Header().Set("Content-Length", "1000")
	fmt.Fprint(w, `{"data":{"shop"`)
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

const published = `{"publishablePublish":{"publishable":{"id":"gid://shopify/Product/1","publishedOnPublication":true},"userErrors":[]}}`

const product = "gid://shopify/Product/1"

func requireKind(t *testing.T, kind shopify.Kind, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, kind, shopify.KindOf(err), "%v", err)
	for _, secret := range []string{firstToken, secondToken} {
		require.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), secret)
	}
}

func requireContains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		require.Contains(t, text, part)
	}
}
