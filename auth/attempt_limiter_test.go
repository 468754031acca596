package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/auth"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// attempt says how a sign-in ended: "in", "rejected", "throttled" or "fault".
func attempt(authenticator *auth.Auth, from, credential string) string {
	_, err := authenticator.Caller(request(from, "Bearer "+credential))
	var later *models.TooManyAttempts
	switch {
	case err == nil:
		return "in"
	case errors.As(err, &later):
		return "throttled"
	case errors.Is(err, models.ErrUnauthenticated):
		return "rejected"
	}
	return "fault"
}

// useUp leaves an address without failures.
func useUp(t *testing.T, authenticator *auth.Auth, from string) {
	t.Helper()
	for range 20 {
		require.Equal(t, "rejected", attempt(authenticator, from, unknown))
	}
	require.Equal(t, "throttled", attempt(authenticator, from, unknown))
}

func TestAttemptLimiterSlowsGuessing(t *testing.T) {
	t.Parallel()
	for name, guess := range map[string]string{
		"key": unknown, "short key": "hb_a", "rubbish": "x", "not one word": "x y", "unsigned": encode(header) + "." + encode(claims()) + ".",
		"wrong signature": signWith("x", header, claims()), "wrong signature, outdated": signWith("x", header, claims("exp", 60, "nbf", 1)),
		"wrong claims": goodToken("aud", "x"), "times of no use": goodToken("exp", now+1<<36+60, "nbf", now+1<<36, "iat", nil), "wrong claims, outdated": goodToken("aud", "x", "exp", now-60, "nbf", now-120, "iat", nil),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			authenticator, clock := newAuth(open(t, dbtest.URL(t, "sqlite")))
			for range 20 {
				require.Equal(t, "rejected", attempt(authenticator, somebody, guess))
			}
			for range 3 { // a rejected attempt costs nothing more
				_, err := authenticator.Caller(request(somebody, "Bearer "+guess))
				var later *models.TooManyAttempts
				require.ErrorAs(t, err, &later)
				require.InDelta(t, 3*time.Second, later.RetryAfter, float64(10*time.Millisecond))
			}
			clock.move(2900 * time.Millisecond)
			require.Equal(t, "throttled", attempt(authenticator, somebody, guess))
			_, err := authenticator.Caller(request(somebody, "Bearer "+guess))
			var later *models.TooManyAttempts
			require.ErrorAs(t, err, &later)
			clock.move(later.RetryAfter)
			require.Equal(t, "rejected", attempt(authenticator, somebody, guess))
			require.Equal(t, "throttled", attempt(authenticator, somebody, guess))
			clock.move(time.Hour)
			for range 20 {
				require.Equal(t, "rejected", attempt(authenticator, somebody, guess))
			}
			require.Equal(t, "throttled", attempt(authenticator, somebody, guess))
		})
	}
}

func TestAttemptLimiterBlocksRightCredentialsToo(t *testing.T) {
	t.Parallel()
	repository := open(t, dbtest.URL(t, "sqlite"))
	other, _ := newAuth(repository)
	seller, err := other.Caller(bearer(goodToken()))
	require.NoError(t, err)
	_, secret := createKey(t, repository, seller, "Rithum")

	authenticator, clock := newAuth(repository)
	useUp(t, authenticator, somebody)
	require.Equal(t, "throttled", attempt(authenticator, somebody, secret), "nobody learns that this one is right")
	require.Equal(t, "throttled", attempt(authenticator, somebody, goodToken()+"x"))
	require.Equal(t, "in", attempt(authenticator, somebody, goodToken()), "sellers have a new token every minute")
	require.Equal(t, "in", attempt(authenticator, "203.0.113.10:1", secret))
	clock.move(time.Minute)
	require.Equal(t, "in", attempt(authenticator, somebody, secret))
}

func TestAttemptLimiterKeepsSignedInCallers(t *testing.T) {
	t.Parallel()
	repository := open(t, dbtest.URL(t, "sqlite"))
	authenticator, clock := newAuth(repository)
	seller, err := authenticator.Caller(bearer(goodToken()))
	require.NoError(t, err)
	id, secret := createKey(t, repository, seller, "Rithum")
	require.Equal(t, "in", attempt(authenticator, somebody, secret))

	useUp(t, authenticator, somebody)
	require.Equal(t, "in", attempt(authenticator, somebody, secret))
	require.Equal(t, "in", attempt(authenticator, somebody, goodToken()))

	clock.move(10 * time.Minute)
	require.Equal(t, "rejected", attempt(authenticator, somebody, goodToken()), "it is over by now")
	require.Equal(t, "in", attempt(authenticator, somebody, secret))
	clock.move(10*time.Minute + 1)
	useUp(t, authenticator, somebody)
	require.Equal(t, "throttled", attempt(authenticator, somebody, secret), "that was too long ago")

	clock.move(time.Hour)
	require.Equal(t, "in", attempt(authenticator, somebody, secret))
	useUp(t, authenticator, somebody)
	_, err = repository.RevokeAPIKey(t.Context(), seller, id)
	require.NoError(t, err)
	require.Equal(t, "rejected", attempt(authenticator, somebody, secret), "what was good is checked all the same")
	require.Equal(t, "throttled", attempt(authenticator, somebody, secret))
}

func TestAttemptLimiterIgnoresOtherErrors(t *testing.T) {
	t.Parallel()
	repository := open(t, dbtest.URL(t, "sqlite"))
	authenticator, _ := newAuth(repository)
	require.Equal(t, "in", attempt(authenticator, somebody, goodToken()))
	require.NoError(t, repository.Close())
	for i := range 100 {
		for name, token := range staleTokens {
			require.Equal(t, "rejected", attempt(authenticator, somebody, token), name)
		}
		require.Equal(t, "fault", attempt(authenticator, somebody, unknown))
		require.Equal(t, "fault", attempt(authenticator, somebody, at(fmt.Sprintf("store-%d.myshopify.com", i))))
		_, err := authenticator.Caller(request(somebody))
		require.Same(t, models.ErrUnauthenticated, err)
	}
	require.Equal(t, "in", attempt(authenticator, somebody, goodToken("sub", "43")))
}

func TestAttemptLimiterCountsByAddress(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		first, second string
		together      bool
	}{
		{"203.0.113.9:1", "203.0.113.9:2", true},
		{"203.0.113.9:1", "[::ffff:203.0.113.9]:1", true},
		{"203.0.113.9:1", "203.0.113.10:1", false},
		{"[2001:db8::1]:1", "[2001:db8::ffff:1:2:3]:1", true},
		{"[2001:db8::1]:1", "[2001:db8:0:1::1]:1", false},
		{"@", "", true},
	} {
		authenticator, _ := newAuth(open(t, dbtest.URL(t, "sqlite")))
		useUp(t, authenticator, test.first)
		require.Equal(t, test.together, attempt(authenticator, test.second, unknown) == "throttled", "%s %s", test.first, test.second)
	}
}

func TestAttemptLimiterCountsClientsBehindProxy(t *testing.T) {
	t.Parallel()
	authenticator := auth.New(auth.Config{
		Stores: open(t, dbtest.URL(t, "sqlite")), Sessions: sessions, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
	})
	from := func(forwarded string) error {
		r := request("10.0.0.1:1", "Bearer "+unknown)
		r.Header.Set("X-Forwarded-For", forwarded)
		_, err := authenticator.Caller(r)
		return err
	}
	for i := range 20 {
		require.Same(t, models.ErrUnauthenticated, from(fmt.Sprintf("198.51.100.%d, 203.0.113.9", i)))
	}
	var later *models.TooManyAttempts
	require.ErrorAs(t, from("198.51.100.99, 203.0.113.9"), &later)
	require.Same(t, models.ErrUnauthenticated, from("203.0.113.10"))
}

func TestAttemptLimiterBoundsConcurrentGuesses(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		authenticator, _ := newAuth(open(t, databaseURL))
		ended := map[string]int{}
		var mu sync.Mutex
		var calls sync.WaitGroup
		for range 200 {
			calls.Go(func() {
				end := attempt(authenticator, somebody, unknown)
				mu.Lock()
				defer mu.Unlock()
				ended[end]++
			})
		}
		calls.Wait()
		require.Equal(t, map[string]int{"rejected": 20, "throttled": 180}, ended)
	})
}

func TestAttemptLimiterWaitEndsWithRequest(t *testing.T) {
	t.Parallel()
	proxy := dbtest.NewProxy(t, dbtest.Postgres(t))
	authenticator, _ := newAuth(open(t, proxy.URL()))
	require.Equal(t, "rejected", attempt(authenticator, somebody, unknown))
	proxy.BlackHole()
	var calls sync.WaitGroup
	for range 5 {
		calls.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			_, err := authenticator.Caller(bearer(unknown).WithContext(ctx))
			if !errors.Is(err, models.ErrTryAgain) || errors.Is(err, models.ErrUnauthenticated) {
				t.Errorf("not to be tried again: %v", err)
			}
		})
	}
	calls.Wait()
}

// TestLookingAgainIsNoAttempt: many who use a key when it is revoked are all told so, and the next key is let in from their address.
func TestLookingAgainIsNoAttempt(t *testing.T) {
	t.Parallel()
	repository := open(t, dbtest.URL(t, "sqlite"))
	authenticator, _ := newAuth(repository)
	seller, err := authenticator.Caller(bearer(at(domain)))
	require.NoError(t, err)
	id, revoked := createKey(t, repository, seller, "Rithum")
	_, next := createKey(t, repository, seller, "ChannelAdvisor")
	caller, err := authenticator.CallerAgain(bearer(revoked))
	require.NoError(t, err)
	require.Equal(t, id, caller.ID)
	_, err = repository.RevokeAPIKey(t.Context(), seller, id)
	require.NoError(t, err)
	for range 50 {
		_, err = authenticator.CallerAgain(bearer(revoked))
		require.Same(t, models.ErrUnauthenticated, err)
		_, err = authenticator.CallerAgain(bearer("x"))
		require.Same(t, models.ErrUnauthenticated, err)
	}
	require.Equal(t, "in", attempt(authenticator, somebody, next))
	useUp(t, authenticator, "203.0.113.10:1")
	_, err = authenticator.CallerAgain(request("203.0.113.10:1", "Bearer "+revoked))
	require.Same(t, models.ErrUnauthenticated, err)
}
