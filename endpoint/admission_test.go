package endpoint

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

func TestSignInErrors(t *testing.T) {
	var fails error
	s := serveSQLite(t, func(o *Options) {
		o.Challenge = Challenge{Realm: "handback", Message: "Sign in with a Shopify session token or an API key: Authorization: Bearer …"}
		o.SignIn = func(*http.Request) (models.Caller, error) { return sellerOfA, fails }
	})
	for _, test := range []struct {
		fails                                error
		status                               int
		code, retryAfter, authenticate, logs string
	}{
		{models.ErrUnauthenticated, 401, codeUnauthenticated, "", `Bearer realm="handback"`, ""},
		{fmt.Errorf("planted: %w", models.ErrUnauthenticated), 401, codeUnauthenticated, "", `Bearer realm="handback"`, ""},
		{&models.APIKeyExpired{At: time.Now()}, 401, codeAPIKeyExpired, "", `Bearer realm="handback", error="invalid_token", error_description="The API key has expired"`, ""},
		{&models.TooManyAttempts{RetryAfter: 2500 * time.Millisecond}, 429, codeThrottled, "2", "", ""},
		{&models.TooManyAttempts{RetryAfter: time.Millisecond}, 429, codeThrottled, "1", "", ""},
		{errors.Join(models.ErrTryAgain, errors.New("planted")), 503, codeTryAgain, "1", "", "planted"},
		{errors.New("planted"), 500, codeInternal, "", "", "planted"},
	} {
		fails = test.fails
		for _, accept := range []string{mediaJSON, mediaGraphQL} {
			a := s.post(`mutation { disconnectTikTokShop(confirm: true) { userErrors { code } } }`, nil, "Accept", accept)
			require.Equal(t, test.status, a.Code)
			require.Equal(t, test.code, a.code())
			require.Equal(t, test.retryAfter, a.Header().Get("Retry-After"))
			require.Equal(t, test.authenticate, a.Header().Get("WWW-Authenticate"))
			require.Equal(t, test.code == codeUnauthenticated, a.Errors[0].Message == "Sign in with a Shopify session token or an API key: Authorization: Bearer …")
			require.NotContains(t, a.text, "planted")
			require.Nil(t, a.Extensions.Cost)
			if test.logs != "" {
				require.Contains(t, s.log.String(), a.Header().Get("X-Request-ID"))
			}
		}
	}
	require.Equal(t, 4, strings.Count(s.log.String(), "planted"))
}

// TestSignInIsSkippedForRejectedRequests: what cannot be answered at all is rejected before.
func TestSignInIsSkippedForRejectedRequests(t *testing.T) {
	s := serve(t, newBlocked(), sellerOfA, func(o *Options) {
		o.SignIn = func(*http.Request) (models.Caller, error) { panic("asked") }
	})
	require.Equal(t, http.StatusNotAcceptable, s.post(`{ store { id } }`, nil, "Accept", "text/html").Code)
	require.Equal(t, http.StatusUnsupportedMediaType, s.send(newPost(`{}`, "Content-Encoding", "br")).Code)
	require.Equal(t, codeInternal, s.post(`{ store { id } }`, nil).code())
}

// TestSignInAndOperationShareDeadline: an answer comes in time however long signing in takes.
func TestSignInAndOperationShareDeadline(t *testing.T) {
	for name, signingIn := range map[string]time.Duration{"at once": 0, "slowly": 5 * time.Second, "too slowly": operationTime} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBlocked()
				s := serve(t, b, sellerOfA, func(o *Options) {
					o.SignIn = func(r *http.Request) (models.Caller, error) {
						deadline, bound := r.Context().Deadline()
						require.True(t, bound)
						require.Equal(t, operationTime, time.Until(deadline))
						time.Sleep(signingIn)
						return sellerOfA, nil
					}
				})
				go func() { <-b.entered }()
				began := time.Now()
				a := s.post(`{ settings { key } }`, nil)
				require.Equal(t, operationTime, time.Since(began))
				require.NotEmpty(t, a.code())
				require.Equal(t, operationTime, s.lastObserved(1).Duration)
			})
		})
	}
}

// TestAdmissionWaitIsBounded: with signing in it takes no longer than an operation may. Nobody waits for what has not
// arrived, and no store has all the room.
func TestAdmissionWaitIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var caller atomic.Value // of the next request
		caller.Store(sellerOfA)
		s := serve(t, newBlocked(), sellerOfA, func(o *Options) {
			o.SignIn = func(*http.Request) (models.Caller, error) {
				current := caller.Load().(models.Caller)
				time.Sleep(2 * time.Second)
				return current, nil
			}
		})
		long := func() answer { return s.send(newPost(bodyOf(`{ __typename } #`+strings.Repeat("x", longBody), nil))) }
		var slow []*io.PipeWriter
		stall := func(by models.Caller, arrived int) {
			caller.Store(by)
			body, writer := io.Pipe()
			request := newPost("")
			request.Body, request.ContentLength = body, bodyBytes
			slow = append(slow, writer)
			go s.ServeHTTP(discardResponse{}, request)
			go func() { _, _ = writer.Write(make([]byte, arrived)) }()
			time.Sleep(3 * time.Second)
		}
		store := func(i int) models.Caller {
			return models.Caller{Store: models.Store{ID: strconv.Itoa(i)}, Actor: sellerOfA.Actor, ID: "user_1"}
		}
		const stores = bodiesBytes / bodyBytes / bodyWeight
		for i := range stores {
			stall(store(i), 1)
		}
		caller.Store(keyOfA)
		require.Equal(t, http.StatusOK, long().Code, "what has not arrived takes no room")
		caller.Store(store(0))
		require.Equal(t, codeOverloaded, long().code(), "one store's bodies wait for one another")
		for i := range stores {
			stall(store(stores+i), bodyBytes-1)
		}
		caller.Store(keyOfA)
		began := time.Now()
		a := long()
		require.Equal(t, http.StatusServiceUnavailable, a.Code)
		require.Equal(t, codeOverloaded, a.code())
		require.Equal(t, operationTime, time.Since(began))
		require.Equal(t, http.StatusOK, s.send(newPost(bodyOf(`{ __typename }`, nil))).Code, "short bodies need no room")
		for _, writer := range slow {
			require.NoError(t, writer.CloseWithError(context.DeadlineExceeded))
		}
		synctest.Wait()
		require.Equal(t, http.StatusOK, long().Code, "the room was given back")
	})
}

// discardResponse is where answers go that nobody looks at.
type discardResponse struct{}

func (discardResponse) Header() http.Header            { return http.Header{} }
func (discardResponse) WriteHeader(int)                {}
func (discardResponse) Write(text []byte) (int, error) { return len(text), nil }
