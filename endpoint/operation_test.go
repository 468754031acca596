package endpoint

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// TestRequestsAreObservedOnce, whatever becomes of them.
func TestRequestsAreObservedOnce(t *testing.T) {
	repository, seller := openStore(t, dbtest.URL(t, "sqlite"))
	overview := func() error { return nil }
	signIn := func(*http.Request) error { return nil }
	var s *served
	s = serve(t, failing{repository, func() error { return overview() }}, seller, func(o *Options) {
		o.Throttle = Throttle{Maximum: MaxCost + 50, RestoreRate: 1e-9}
		o.SignIn = func(r *http.Request) (models.Caller, error) {
			caller, _ := s.signIn(r)
			return caller, signIn(r)
		}
	})
	key := []string{"Test-Scopes", "READ"}
	store := seller.Store.ID
	for i, test := range []struct {
		name   string
		send   *http.Request
		want   models.Operation
		before func()
	}{
		{name: "query", send: newPost(bodyOf(`query Mine { store { id } }`, nil)), want: models.Operation{StoreID: store, ActorKind: models.ActorSeller, Type: "query", Name: "Mine", Status: 200, Cost: 1}},
		{name: "by GET", send: newGet(map[string][]string{"query": {`{ store { id } settings { key } }`}}, key...), want: models.Operation{StoreID: store, ActorKind: models.ActorPartner, Type: "query", Status: 200, Cost: 46}},
		{name: "mutation", send: newPost(bodyOf(`mutation M { updateSettings(settings: []) { userErrors { code } } }`, nil)), want: models.Operation{StoreID: store, ActorKind: models.ActorSeller, Type: "mutation", Name: "M", Status: 200, Cost: 10}},
		{name: "bad argument", send: newPost(bodyOf(`{ store { id } auditTrail(first: 0) { nodes { id } } }`, nil)), want: models.Operation{StoreID: store, ActorKind: models.ActorSeller, Type: "query", Status: 200, Code: codeBadInput, Cost: 1}},
		{name: "method", send: httptest.NewRequest(http.MethodPut, "/graphql", nil), want: models.Operation{Status: 405, Code: codeMethodNotAllowed}},
		{name: "not acceptable", send: newPost("", "Accept", "a/b"), want: models.Operation{Status: 406, Code: codeNotAcceptable}},
		{name: "media type", send: newPost("", "Content-Encoding", "gzip"), want: models.Operation{Status: 415, Code: codeUnsupportedMediaType}},
		{name: "no body", send: newPost(""), want: models.Operation{StoreID: store, ActorKind: models.ActorSeller, Status: 400, Code: codeBadRequest, Cost: failedRequestCost}},
		{name: "no document", send: newPost(bodyOf(`{`, nil)), want: models.Operation{StoreID: store, ActorKind: models.ActorSeller, Status: 200, Code: codeParse, Cost: failedRequestCost}},
		{name: "no document, strictly", send: newPost(bodyOf(`query N {`, nil), "Accept", mediaGraphQL), want: models.Operation{StoreID: store, ActorKind: models.ActorSeller, Status: 400, Code: codeParse, Cost: failedRequestCost}},
		{name: "forbidden", send: newPost(bodyOf(`query K { apiKeys { id } }`, nil), key...), want: models.Operation{StoreID: store, ActorKind: models.ActorPartner, Type: "query", Name: "K", Status: 403, Code: codeForbidden, Cost: failedRequestCost}},
		{name: "variables", send: newPost(bodyOf(`query($id: ID!) { node(id: $id) { id } }`, nil)), want: models.Operation{StoreID: store, ActorKind: models.ActorSeller, Type: "query", Status: 200, Code: codeVariables, Cost: failedRequestCost}},
		{name: "too costly", send: newPost(bodyOf(auditPages(MaxCost+1), nil)), want: models.Operation{StoreID: store, ActorKind: models.ActorSeller, Type: "query", Status: 400, Code: codeTooCostly, Cost: failedRequestCost}},
		{
			name: "a fault", send: newPost(bodyOf(`{ overview { tikTokShop { status } } }`, nil)), before: func() { overview = func() error { return errors.New("fault") } },
			want: models.Operation{StoreID: store, ActorKind: models.ActorSeller, Type: "query", Status: 200, Code: codeInternal, Cost: 1},
		},
		{
			name: "a panic", send: newPost(bodyOf(`{ overview { tikTokShop { status } } }`, nil)), before: func() { overview = func() error { panic("resolver") } },
			want: models.Operation{StoreID: store, ActorKind: models.ActorSeller, Type: "query", Status: 200, Code: codeInternal, Cost: 1},
		},
		{name: "throttled", send: newPost(bodyOf(auditPages(MaxCost), nil)), want: models.Operation{StoreID: store, ActorKind: models.ActorSeller, Type: "query", Status: 429, Code: codeThrottled}},
		{
			name: "signed out", send: newPost(`{`), before: func() { signIn = func(*http.Request) error { return models.ErrUnauthenticated } },
			want: models.Operation{Status: 401, Code: codeUnauthenticated},
		},
		{
			name: "a panic while signing in", send: newPost(`{`), before: func() { signIn = func(*http.Request) error { panic("planted") } },
			want: models.Operation{Status: 500, Code: codeInternal},
		},
	} {
		if test.before != nil {
			test.before()
		}
		a := s.send(test.send)
		requireObserved(t, test.want, a, s.lastObserved(i+1), test.name)
	}
	require.NotContains(t, s.log.String(), "planted", "what was panicked with may be a part of the answer")
	require.Contains(t, s.log.String(), "operation_test.go", "but where it was is to be known")
}

// requireObserved compares what was observed with what was to be, and with the answer.
func requireObserved(t *testing.T, want models.Operation, a answer, o models.Operation, name string) {
	t.Helper()
	require.Equal(t, a.Header().Get("X-Request-ID"), o.RequestID)
	require.Equal(t, a.Code, o.Status)
	require.Positive(t, o.Duration)
	require.Less(t, o.Duration, time.Minute)
	o.RequestID, o.Duration = "", 0
	require.Equal(t, want, o, "%s: %s", name, a.text)
}

// TestCancelledRequestsGetNoAnswer, and are observed as cancelled: nothing is wrong here.
func TestCancelledRequestsGetNoAnswer(t *testing.T) {
	b := newBlocked()
	gone := func(ctx context.Context, s *served, body string) {
		answer := httptest.NewRecorder()
		s.ServeHTTP(answer, newPost(body).WithContext(ctx))
		require.Equal(t, statusClientGone, answer.Code)
		require.Empty(t, answer.Body.String())
		require.NotEmpty(t, answer.Header().Get("X-Request-ID"))
		o := s.lastObserved(1)
		require.Equal(t, statusClientGone, o.Status)
		require.Empty(t, o.Code)
		require.NotContains(t, s.log.String(), "level=ERROR")
	}
	t.Run("before", func(t *testing.T) {
		ctx, leave := context.WithCancel(t.Context())
		leave()
		gone(ctx, serve(t, b, sellerOfA, nil), bodyOf(`{ settings { key } }`, nil))
	})
	t.Run("while signing in", func(t *testing.T) {
		ctx, leave := context.WithCancel(t.Context())
		gone(ctx, serve(t, b, sellerOfA, func(o *Options) {
			o.SignIn = func(r *http.Request) (models.Caller, error) {
				leave()
				<-r.Context().Done()
				return models.Caller{}, r.Context().Err()
			}
		}), bodyOf(`{ settings { key } }`, nil))
	})
	t.Run("while it is answered", func(t *testing.T) {
		ctx, leave := context.WithCancel(t.Context())
		go func() { <-b.entered; leave() }()
		gone(ctx, serve(t, b, sellerOfA, nil), bodyOf(`query Q { settings { key } }`, nil))
	})
}

// TestDeferredPartsAreNotStreamed: a part that is deferred would never arrive, and would be read behind the answer's back.
func TestDeferredPartsAreNotStreamed(t *testing.T) {
	s := serveSQLite(t, nil)
	const mutation = `mutation { disconnectTikTokShop(confirm: false) { %s userErrors { code } } }`
	whole := s.post(fmt.Sprintf(mutation, `overview { tikTokShop { status } }`), nil)
	require.NotEmpty(t, whole.Data["disconnectTikTokShop"].(map[string]any)["overview"])
	for _, deferred := range []string{
		`... @defer { overview { tikTokShop { status } } }`,
		`... @defer(label: "a") { ... { ... @defer(if: true, label: "b") { overview { ... @defer { tikTokShop { status } } } } } }`,
	} {
		for range 2 { // read, then cached
			a := s.post(fmt.Sprintf(mutation, deferred), nil)
			require.Empty(t, a.Errors)
			require.Equal(t, whole.Data, a.Data, deferred)
			require.Equal(t, whole.Extensions.Cost.Actual, a.Extensions.Cost.Actual)
		}
	}
	spread := s.post(`mutation { disconnectTikTokShop(confirm: false) { ...f @defer userErrors { code } } } fragment f on DisconnectTikTokShopPayload { overview { tikTokShop { status } } }`, nil)
	require.Equal(t, whole.Data, spread.Data)
	require.Equal(t, codeValidation, s.post(`{ store @defer { id } }`, nil).code())
}

// failing is a repository whose overview fails.
type failing struct {
	*db.Repository
	overview func() error
}

func (f failing) Overview(context.Context, models.Caller, models.AccountDetails) (*models.Overview, error) {
	return nil, f.overview()
}
