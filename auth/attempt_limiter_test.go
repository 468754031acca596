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

	"handback/auth"
	"handback/db/dbtest"
	"handback/models"
)

// attempt says how a sign-in ended: "in", "refused", "later" or "fault".
func attempt(door *auth.Auth, from, credential string) string {
	_, err := door.Caller(request(from, "Bearer "+credential))
	var later *models.TooManyAttempts
	switch {
	case err == nil:
		return "in"
	case errors.As(err, &later):
		return "later"
	case errors.Is(err, models.ErrUnauthenticated):
		return "refused"
	}
	return "fault"
}

// useUp leaves an address without failures.
func useUp(t *testing.T, door *auth.Auth, from string) {
	t.Helper()
	for range 20 {
		require.Equal(t, "refused", attempt(door, from, unknown))
	}
	require.Equal(t, "later", attempt(door, from, unknown))
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
			door, clock := door(open(t, dbtest.URL(t, "sqlite")))
			for range 20 {
				require.Equal(t, "refused", attempt(door, somebody, guess))
			}
			for range 3 { // being refused costs nothing more
				_, err := door.Caller(request(somebody, "Bearer "+guess))
				var later *models.TooManyAttempts
				require.ErrorAs(t, err, &later)
				require.InDelta(t, 3*time.Second, later.RetryAfter, float64(10*time.Millisecond))
			}
			clock.move(2900 * time.Millisecond)
			require.Equal(t, "later", attempt(door, somebody, guess))
			_, err := door.Caller(request(somebody, "Bearer "+guess))
			var later *models.TooManyAttempts
			require.ErrorAs(t, err, &later)
			clock.move(later.RetryAfter)
			require.Equal(t, "refused", attempt(door, somebody, guess))
			require.Equal(t, "later", attempt(door, somebody, guess))
			clock.move(time.Hour)
			for range 20 {
				require.Equal(t, "refused", attempt(door, somebody, guess))
			}
			require.Equal(t, "later", attempt(door, somebody, guess))
		})
	}
}

func TestAttemptLimiterBlocksRightCredentialsToo(t *testing.T) {
	t.Parallel()
	repository := open(t, dbtest.URL(t, "sqlite"))
	other, _ := door(repository)
	seller, err := other.Caller(bearer(goodToken()))
	require.NoError(t, err)
	_, secret := createKey(t, repository, seller, "Rithum")

	door, clock := door(repository)
	useUp(t, door, somebody)
	require.Equal(t, "later", attempt(door, somebody, secret), "nobody learns that this one is right")
	require.Equal(t, "later", attempt(door, somebody, goodToken()+"x"))
	require.Equal(t, "in", attempt(door, somebody, goodToken()), "sellers have a new token every minute")
	require.Equal(t, "in", attempt(door, "203.0.113.10:1", secret))
	clock.move(time.Minute)
	require.Equal(t, "in", attempt(door, somebody, secret))
}

func TestAttemptLimiterKeepsSignedInCallers(t *testing.T) {
	t.Parallel()
	repository := open(t, dbtest.URL(t, "sqlite"))
	door, clock := door(repository)
	seller, err := door.Caller(bearer(goodToken()))
	require.NoError(t, err)
	id, secret := createKey(t, repository, seller, "Rithum")
	require.Equal(t, "in", attempt(door, somebody, secret))

	useUp(t, door, somebody)
	require.Equal(t, "in", attempt(door, somebody, secret))
	require.Equal(t, "in", attempt(door, somebody, goodToken()))

	clock.move(10 * time.Minute)
	require.Equal(t, "refused", attempt(door, somebody, goodToken()), "it is over by now")
	require.Equal(t, "in", attempt(door, somebody, secret))
	clock.move(10*time.Minute + 1)
	useUp(t, door, somebody)
	require.Equal(t, "later", attempt(door, somebody, secret), "that was too long ago")

	clock.move(time.Hour)
	require.Equal(t, "in", attempt(door, somebody, secret))
	useUp(t, door, somebody)
	_, err = repository.RevokeAPIKey(t.Context(), seller, id)
	require.NoError(t, err)
	require.Equal(t, "refused", attempt(door, somebody, secret), "what was good is checked all the same")
	require.Equal(t, "later", attempt(door, somebody, secret))
}

func TestAttemptLimiterIgnoresOtherErrors(t *testing.T) {
	t.Parallel()
	repository := open(t, dbtest.URL(t, "sqlite"))
	door, _ := door(repository)
	require.Equal(t, "in", attempt(door, somebody, goodToken()))
	require.NoError(t, repository.Close())
	for i := range 100 {
		for name, token := range staleTokens {
			require.Equal(t, "refused", attempt(door, somebody, token), name)
		}
		require.Equal(t, "fault", attempt(door, somebody, unknown))
		require.Equal(t, "fault", attempt(door, somebody, at(fmt.Sprintf("store-%d.myshopify.com", i))))
		_, err := door.Caller(request(somebody))
		require.Same(t, models.ErrUnauthenticated, err)
	}
	require.Equal(t, "in", attempt(door, somebody, goodToken("sub", "43")))
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
		door, _ := door(open(t, dbtest.URL(t, "sqlite")))
		useUp(t, door, test.first)
		require.Equal(t, test.together, attempt(door, test.second, unknown) == "later", "%s %s", test.first, test.second)
	}
}

func TestAttemptLimiterCountsClientsBehindProxy(t *testing.T) {
	t.Parallel()
	door := auth.New(auth.Config{
		Stores: open(t, dbtest.URL(t, "sqlite")), Sessions: sessions, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
	})
	from := func(forwarded string) error {
		r := request("10.0.0.1:1", "Bearer "+unknown)
		r.Header.Set("X-Forwarded-For", forwarded)
		_, err := door.Caller(r)
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
		door, _ := door(open(t, databaseURL))
		ended := map[string]int{}
		var mu sync.Mutex
		var calls sync.WaitGroup
		for range 200 {
			calls.Go(func() {
				end := attempt(door, somebody, unknown)
				mu.Lock()
				defer mu.Unlock()
				ended[end]++
			})
		}
		calls.Wait()
		require.Equal(t, map[string]int{"refused": 20, "later": 180}, ended)
	})
}

func TestAttemptLimiterWaitEndsWithRequest(t *testing.T) {
	t.Parallel()
	proxy := dbtest.NewProxy(t, dbtest.Postgres(t))
	door, _ := door(open(t, proxy.URL()))
	require.Equal(t, "refused", attempt(door, somebody, unknown))
	proxy.BlackHole()
	var calls sync.WaitGroup
	for range 5 {
		calls.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			_, err := door.Caller(bearer(unknown).WithContext(ctx))
			if !errors.Is(err, models.ErrTryAgain) || errors.Is(err, models.ErrUnauthenticated) {
				t.Errorf("not to be tried again: %v", err)
			}
		})
	}
	calls.Wait()
}
