package main

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
)

// TestSigningInWhileTheDatabaseIsAway is nobody's fault: whoever asks is told to try again, in time, and never that the
// credential is bad.
func TestSigningInWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	for name, away := range map[string]func(*dbtest.Proxy){"refusing": (*dbtest.Proxy).Refuse, "silent": (*dbtest.Proxy).BlackHole} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := dbtest.NewProxy(t, dbtest.Postgres(t))
			p := start(t, shipped, withSignIn("DATABASE_URL="+proxy.URL())...)
			seller := p.as(sessionToken(aurora, "42"))
			_, key := seller.createKey("Rithum", allScopes)
			away(proxy)
			newcomer := sessionToken(borealis, "42")
			requests := []struct{ method, path, authorization, says string }{
				{http.MethodPost, "/graphql", "Bearer " + key, "TRY_AGAIN"},
				{http.MethodPost, "/graphql", "Bearer hb_" + strings.Repeat("a", 40), "TRY_AGAIN"},
				{http.MethodPost, "/graphql", "Bearer " + newcomer, "TRY_AGAIN"},
				{http.MethodGet, "/graphiql", "Bearer " + key, "Try again"},
				{http.MethodGet, "/readyz", "", "database"},
			}
			began, answers := time.Now(), make([]whole, len(requests))
			errs := make([]error, len(requests))
			together(len(requests), func(i int) {
				r := requests[i]
				answers[i], errs[i] = p.trySend(http.DefaultClient, r.method, r.path, `{"query":"{ accounts { id } }"}`, "Authorization", r.authorization)
			})
			require.Less(t, time.Since(began), patience)
			for i, answer := range answers {
				require.NoError(t, errs[i])
				require.Equal(t, http.StatusServiceUnavailable, answer.status, "%v: %s", requests[i], answer.body)
				require.Contains(t, answer.body, requests[i].says)
				if requests[i].path != "/readyz" {
					require.NotEmpty(t, answer.header.Get("Retry-After"), requests[i].path)
				}
			}
			require.Equal(t, http.StatusOK, p.send(http.MethodGet, "/livez", "").status)
			proxy.Heal()
			require.Eventually(t, func() bool {
				answer, err := p.trySend(http.DefaultClient, http.MethodPost, "/graphql", `{"query":"{ store { domain } }"}`, "Authorization", "Bearer "+key)
				return err == nil && answer.status == http.StatusOK
			}, patience, 50*time.Millisecond)
			require.Equal(t, http.StatusUnauthorized, p.as("hb_"+strings.Repeat("a", 40)).call(`{ store { domain } }`).status)
		})
	}
}

// TestGraphiQLIsForThoseWhoSignIn, with what a browser can send; in demo mode it is open.
func TestGraphiQLIsForThoseWhoSignIn(t *testing.T) {
	t.Parallel()
	p := start(t, shipped, withSignIn()...)
	seller := p.as(sessionToken(aurora, "42"))
	id, key := seller.createKey("Rithum", "READ")
	page := func(user, password string) whole {
		request, err := http.NewRequest(http.MethodGet, p.base(), http.NoBody)
		require.NoError(t, err)
		request.SetBasicAuth(user, password)
		return p.send(http.MethodGet, "/graphiql", "", "Authorization", request.Header.Get("Authorization"))
	}
	refused := func(answer whole) {
		t.Helper()
		require.Equal(t, http.StatusUnauthorized, answer.status)
		require.Equal(t, []string{`Basic realm="Handback: an API key as the password", charset="UTF-8"`, `Bearer realm="handback"`},
			answer.header.Values("Www-Authenticate"))
		require.NotContains(t, answer.body, "<")
	}
	for _, path := range []string{"/graphiql", "/graphiql/", "/graphiql/graphiql.min.js", "/graphiql/examples.json", "/graphiql/nothing"} {
		refused(p.send(http.MethodGet, path, ""))
		refused(p.send(http.MethodGet, path, "", "Authorization", "Bearer x"))
		refused(p.send(http.MethodGet, path+"?token="+key, "", "Authorization", "Bearer "+key))
	}
	refused(page(key, ""))
	refused(page("", key[:len(key)-1]))
	for _, answer := range []whole{
		page("", key), page("anybody", key), page("", seller.credential),
		p.send(http.MethodGet, "/graphiql", "", "Authorization", "Bearer "+key), p.send(http.MethodGet, "/graphiql", "", "Authorization", "Bearer "+seller.credential),
	} {
		require.Equal(t, http.StatusOK, answer.status)
		require.Contains(t, answer.body, "<html")
		require.Contains(t, answer.header.Get("Content-Security-Policy"), "frame-ancestors https://admin.shopify.com")
	}
	seller.revokeKey(id)
	refused(page("", key))
	require.Equal(t, http.StatusUnauthorized, p.send(http.MethodPost, "/graphql", `{"query":"{ store { id } }"}`, "Authorization", "Basic eDp5").status)

	demo := start(t, shipped)
	require.Contains(t, demo.send(http.MethodGet, "/graphiql", "").body, "<html")
	require.Equal(t, http.StatusUnauthorized, demo.send(http.MethodGet, "/graphiql", "", "Authorization", "Bearer x").status)
}

// TestGuessingIsSlowedDown for the address that it comes from, and for nobody who is known to be good.
func TestGuessingIsSlowedDown(t *testing.T) {
	t.Parallel()
	p := start(t, shipped, withSignIn("TRUSTED_PROXIES=127.0.0.1/32")...)
	seller := p.as(sessionToken(aurora, "42"))
	_, known := seller.createKey("Known", "READ")
	_, fresh := seller.createKey("Fresh", "READ")
	ask := func(credential, from string) whole {
		return p.send(http.MethodPost, "/graphql", `{"query":"{ store { domain } }"}`, "Authorization", "Bearer "+credential, "X-Forwarded-For", from)
	}
	const guesser, neighbour = "203.0.113.9", "203.0.113.10"
	require.Equal(t, http.StatusOK, ask(known, guesser).status)
	slowed := whole{}
	for i := 0; i < 40 && slowed.status != http.StatusTooManyRequests; i++ {
		slowed = ask("hb_"+strings.Repeat(string('a'+rune(i%26)), 40), guesser)
	}
	require.Equal(t, http.StatusTooManyRequests, slowed.status)
	require.Equal(t, "THROTTLED", slowed.code(t))
	seconds, err := strconv.Atoi(slowed.header.Get("Retry-After"))
	require.NoError(t, err)
	require.True(t, seconds >= 1 && seconds <= 5, seconds)
	require.Equal(t, http.StatusTooManyRequests, ask(fresh, guesser).status, "a good guess is heard")
	require.Equal(t, http.StatusOK, ask(known, guesser).status)
	require.Equal(t, http.StatusOK, ask(seller.credential, guesser).status)
	require.Equal(t, http.StatusOK, ask(fresh, neighbour).status)
	page := p.send(http.MethodGet, "/graphiql", "", "Authorization", "Bearer x", "X-Forwarded-For", guesser)
	require.Equal(t, http.StatusTooManyRequests, page.status)
	require.Regexp(t, `^[1-5]$`, page.header.Get("Retry-After"))
}
