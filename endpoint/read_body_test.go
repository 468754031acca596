package endpoint

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

// TestStalledBodiesTakeNoPlaces: many bodies of one store that do not come along keep neither another store nor, where there is no body,
// their own from being answered.
func TestStalledBodiesTakeNoPlaces(t *testing.T) {
	const keys, bodiesOfKey = 5, 256
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, newBlocked(), sellerOfA, func(o *Options) {
			o.SignIn = func(r *http.Request) (models.Caller, error) {
				store, key, _ := strings.Cut(r.Header.Get("Test-Key"), "/")
				return models.Caller{Store: models.Store{ID: store}, Actor: keyOfA.Actor, ID: key, Scopes: []models.APIKeyScope{models.ScopeRead}}, nil
			}
		})
		var all sync.WaitGroup
		var bodies []*io.PipeWriter
		for key := range keys {
			for range bodiesOfKey {
				body, writer := io.Pipe()
				request := newPost("", "Test-Key", "a/"+strconv.Itoa(key))
				request.Body, request.ContentLength = body, 100
				bodies = append(bodies, writer)
				all.Go(func() { s.ServeHTTP(discardResponse{}, request) })
			}
		}
		synctest.Wait()
		time.Sleep(maxPause) // until those beyond are told
		synctest.Wait()
		rejected := s.countObserved(codeThrottled)
		require.Equal(t, keys*bodiesOfKey-storeArriving, rejected)
		require.Equal(t, http.StatusOK, s.post(`{ __typename }`, nil, "Test-Key", "b/0").Code)
		require.Equal(t, http.StatusOK, s.send(newGet(map[string][]string{"query": {`{ __typename }`}}, "Test-Key", "a/0")).Code)
		require.Equal(t, codeThrottled, s.post(`{ __typename }`, nil, "Test-Key", "a/new").code())
		for _, writer := range bodies {
			require.NoError(t, writer.Close())
		}
		all.Wait()
		require.Equal(t, http.StatusOK, s.post(`{ __typename }`, nil, "Test-Key", "a/0").Code, "the places were given back")
	})
}

// endless is a body without an end, which counts what is read of it.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	e.read += len(p)
	return len(p), nil
}

func (e *endless) Close() error { return nil }

// TestEndlessBodiesAreCut a little beyond the limit, whether they say how long they are or not.
func TestEndlessBodiesAreCut(t *testing.T) {
	s := serve(t, newBlocked(), sellerOfA, nil)
	for name, length := range map[string]int64{"chunked": -1, "long": 1 << 40} {
		body := &endless{}
		request := newPost("")
		request.Body, request.ContentLength = body, length
		a := s.send(request)
		require.Equal(t, http.StatusRequestEntityTooLarge, a.Code, name)
		require.Equal(t, codeBodyTooLarge, a.code(), name)
		require.Equal(t, "close", a.Header().Get("Connection"), name)
		require.InDelta(t, bodyBytes+drainedBytes, body.read, 64<<10, name)
	}
}

// TestSlowBodyIsLetInAgain: who was let in before the body came may have lost access since.
func TestSlowBodyIsLetInAgain(t *testing.T) {
	for name, test := range map[string]struct {
		took   time.Duration
		again  error
		status int
		code   string
		looks  int
	}{
		"at once":       {0, models.ErrUnauthenticated, http.StatusOK, "", 0},
		"slow":          {10 * time.Second, nil, http.StatusOK, "", 1},
		"revoked":       {10 * time.Second, models.ErrUnauthenticated, http.StatusUnauthorized, codeUnauthenticated, 1},
		"expired":       {10 * time.Second, &models.APIKeyExpired{}, http.StatusUnauthorized, codeAPIKeyExpired, 1},
		"nobody to ask": {10 * time.Second, models.ErrTryAgain, http.StatusServiceUnavailable, codeTryAgain, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				looks := 0
				s := serve(t, newBlocked(), keyOfA, func(o *Options) {
					o.SignInAgain = func(*http.Request) (models.Caller, error) {
						looks++
						return sellerOfA, test.again
					}
				})
				body, writer := io.Pipe()
				request := newPost("")
				request.Body, request.ContentLength = body, -1
				go func() {
					time.Sleep(test.took)
					_, _ = io.WriteString(writer, bodyOf(`{ __typename }`, nil))
					_ = writer.Close()
				}()
				a := s.send(request)
				require.Equal(t, test.status, a.Code)
				require.Equal(t, test.code, a.code())
				require.Equal(t, test.looks, looks)
			})
		})
	}
}

// TestInputIsCharged as output is, whatever comes of it, by its bytes and by its values.
func TestInputIsCharged(t *testing.T) {
	const megabytes = 2 << 20
	s := serveSQLite(t, func(o *Options) { o.Throttle = Throttle{Maximum: 1e6, RestoreRate: 1e-6} })
	ones := func(bytes int) string { return "[" + strings.Repeat("1,", bytes/2-1) + "1]" }
	available := s.post(`{ __typename }`, nil).Extensions.Cost.Throttle.Available
	for _, test := range []struct {
		name, body string
		code       string
		points     int
	}{
		{"short", bodyOf(`{ __typename }`, nil), "", 1},
		{"a comment", bodyOf(`{ __typename } #`+strings.Repeat("x", 4*megabytes-100), nil), "", 1 + 4*megabytes/pointBytes - 1},
		{"extensions", `{"query":"{ __typename }","extensions":{"other":"` + strings.Repeat("x", megabytes) + `"}}`, "", 1 + megabytes/pointBytes},
		{"values of extensions", `{"query":"{ __typename }","extensions":{"other":` + ones(megabytes) + `}}`, codeBodyTooLarge, failedRequestCost + megabytes/pointBytes + (bodyValues-fewValues)/valuesAPoint},
		{"values of variables", `{"query":"{ __typename }","variables":{"other":` + ones(megabytes/2) + `}}`, "", 1 + megabytes/2/pointBytes + (megabytes/4-fewValues)/valuesAPoint},
		{"no JSON", strings.Repeat("x", megabytes), codeBadRequest, failedRequestCost + megabytes/pointBytes},
		{"too long", strings.Repeat(" ", bodyBytes+1), codeBodyTooLarge, failedRequestCost + bodyBytes/pointBytes},
	} {
		a := s.send(newPost(test.body))
		require.Equal(t, test.code, a.code(), test.name)
		require.InDelta(t, test.points, *a.Extensions.Cost.Actual, 1, test.name)
		require.InDelta(t, available-float64(*a.Extensions.Cost.Actual), a.Extensions.Cost.Throttle.Available, 1, test.name)
		available = a.Extensions.Cost.Throttle.Available
	}
}

// TestUnusedExtensionsAreNotKept: nothing is made of what is not used.
func TestUnusedExtensionsAreNotKept(t *testing.T) {
	params, _, rejection := readParams([]byte(`{"query":"{ a }","extensions":{"other":{"a":[1,2,{"b":null}]},"persistedQuery":{"version":1},"more":"x"}}`))
	require.Nil(t, rejection)
	require.Len(t, params.Extensions, 1)
	require.Contains(t, params.Extensions, persistedQuery)
}
