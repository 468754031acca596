package tiktok_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/tiktok"
)

const (
	appKey      = "6a7b8c9d0e"
	appSecret   = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
	shop        = "aurora"
	firstToken  = "ROW_first_0123456789abcdef"
	secondToken = "ROW_second_0123456789abcdef"
	cipher      = "GCP_XF90igAAAABh00qsWgtvOiGFNqyubMt3"
)

// reply answers a call.
type reply func(http.ResponseWriter, received)

// received is a call as it arrived.
type received struct {
	*http.Request

	body string
}

// recordedAPI answers endpoints: each with its replies one after the other, and then with the last of them for good.
type recordedAPI struct {
	t       *testing.T
	mu      sync.Mutex
	replies map[string][]reply
	calls   []received
}

func newAPI(t *testing.T) *recordedAPI { return &recordedAPI{t: t, replies: map[string][]reply{}} }

// on takes a method and a path, such as "GET /authorization/202309/shops".
func (a *recordedAPI) on(endpoint string, replies ...reply) *recordedAPI {
	a.replies[endpoint] = replies
	return a
}

func (a *recordedAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	call := received{Request: r, body: string(body)}
	a.next(call)(w, call)
}

func (a *recordedAPI) next(call received) reply {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls = append(a.calls, call)
	endpoint := call.Method + " " + call.URL.Path
	replies := a.replies[endpoint]
	if len(replies) == 0 {
		return status(http.StatusNotFound, "")
	}
	if len(replies) > 1 {
		a.replies[endpoint] = replies[1:]
	}
	return replies[0]
}

func (a *recordedAPI) times() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.calls)
}

func (a *recordedAPI) options() tiktok.Options {
	return tiktok.Options{
		AppKey: appKey, AppSecret: models.NewSecret(appSecret), Tokens: &tokens{current: firstToken}, Transport: inProcess{a},
	}
}

func (a *recordedAPI) client() *tiktok.Client { return tiktok.New(a.options()) }

// inProcess is a transport that calls a handler.
type inProcess struct{ http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (response *http.Response, err error) {
	recorder := httptest.NewRecorder()
	defer func() {
		if recover() != nil { // the handler aborted, which cuts the connection
			response, err = nil, errors.New("connection reset by peer")
		}
	}()
	request := r.Clone(r.Context())
	if request.Body == nil {
		request.Body = http.NoBody
	}
	p.ServeHTTP(recorder, request)
	return recorder.Result(), nil
}

// tokens is a source that knows two tokens.
type tokens struct {
	mu       sync.Mutex
	current  string
	noCipher bool
	renewed  int
	err      error
}

func (s *tokens) Access(context.Context, string) (tiktok.Access, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.access(), nil
}

func (s *tokens) access() tiktok.Access {
	access := tiktok.Access{Token: models.NewSecret(s.current), Cipher: models.NewSecret(cipher)}
	if s.noCipher {
		access.Cipher = models.Secret{}
	}
	return access
}

func (s *tokens) Renew(_ context.Context, _ string, refused models.Secret) (tiktok.Access, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == refused.Reveal() {
		s.current = secondToken
		s.renewed++
	}
	return s.access(), s.err
}

func data(text string) reply {
	return status(http.StatusOK, `{"code":0,"message":"Success","request_id":"2026","data":`+text+`}`)
}

// refused is an answer that is none, with the status that TikTok gives most of them.
func refused(code int, message string) reply { return refusedWith(http.StatusOK, code, message) }

func refusedWith(httpStatus, code int, message string) reply {
	return status(httpStatus, fmt.Sprintf(`{"code":%d,"message":%q,"request_id":"2026"}`, code, message))
}

func status(code int, body string) reply {
	return func(w http.ResponseWriter, _ received) {
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	}
}

// cut ends the connection without an answer.
func cut(http.ResponseWriter, received) { panic(http.ErrAbortHandler) }

const (
	shopsEndpoint       = "GET /authorization/202309/shops"
	deauthorizeEndpoint = "DELETE /authorization/202403/shops"
	warehousesEndpoint  = "GET /logistics/202309/warehouses"
	searchEndpoint      = "POST /order/202309/orders/search"
	noShops             = `{"shops":[]}`
)

func requireKind(t *testing.T, kind tiktok.Kind, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, kind, tiktok.KindOf(err), "%v", err)
	requireNoSecret(t, err)
}

func requireNoSecret(t *testing.T, err error) {
	t.Helper()
	text := fmt.Sprintf("%v %+v %#v", err, err, err)
	for below := err; below != nil; below = errors.Unwrap(below) {
		text += fmt.Sprintf("%v %+v %#v", below, below, below)
	}
	for _, secret := range []string{firstToken, secondToken, cipher, appSecret, authCode, refreshToken} {
		require.NotContains(t, text, secret)
	}
}

var now = time.Unix(1764288000, 0)

func ids(count int) []string {
	list := make([]string, count)
	for i := range list {
		list[i] = fmt.Sprintf("5766840196%04d", i)
	}
	return list
}

func orders(list []string) string {
	var entries []string
	for _, id := range list {
		entries = append(entries, `{"id":"`+id+`","status":"AWAITING_SHIPMENT","rts_sla_time":1764291600,"buyer_email":"somebody@example.com"}`)
	}
	return "[" + strings.Join(entries, ",") + "]"
}
