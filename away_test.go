package main

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
	"handback/test/program"
)

// TestSigningInWhileTheDatabaseIsAway is nobody's fault: whoever asks is told to try again, in time, and never that the
// credential is bad.
func TestSigningInWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	for name, away := range map[string]func(*dbtest.Proxy){"refusing": (*dbtest.Proxy).Refuse, "silent": (*dbtest.Proxy).BlackHole} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := dbtest.NewProxy(t, dbtest.Postgres(t))
			p := program.Start(t, program.Shipped, program.WithSignIn("DATABASE_URL="+proxy.URL())...)
			seller := p.As(program.SessionToken(aurora, "42"))
			_, key := seller.CreateKey("Rithum", allScopes)
			away(proxy)
			newcomer := program.SessionToken(borealis, "42")
			requests := []struct{ method, path, authorization, says string }{
				{http.MethodPost, "/graphql", "Bearer " + key, "TRY_AGAIN"},
				{http.MethodPost, "/graphql", "Bearer hb_" + strings.Repeat("a", 40), "TRY_AGAIN"},
				{http.MethodPost, "/graphql", "Bearer " + newcomer, "TRY_AGAIN"},
				{http.MethodGet, "/graphiql", "Bearer " + key, "Try again"},
				{http.MethodGet, "/readyz", "", "database"},
			}
			began, answers := time.Now(), make([]program.Response, len(requests))
			errs := make([]error, len(requests))
			program.Concurrently(len(requests), func(i int) {
				r := requests[i]
				answers[i], errs[i] = p.TrySend(http.DefaultClient, r.method, r.path, `{"query":"{ accounts { id } }"}`, "Authorization", r.authorization)
			})
			require.Less(t, time.Since(began), program.Patience)
			for i, answer := range answers {
				require.NoError(t, errs[i])
				require.Equal(t, http.StatusServiceUnavailable, answer.Status, "%v: %s", requests[i], answer.Body)
				require.Contains(t, answer.Body, requests[i].says)
				if requests[i].path != "/readyz" {
					require.NotEmpty(t, answer.Header.Get("Retry-After"), requests[i].path)
				}
			}
			require.Equal(t, http.StatusOK, p.Send(http.MethodGet, "/livez", "").Status)
			proxy.Heal()
			require.Eventually(t, func() bool {
				answer, err := p.TrySend(http.DefaultClient, http.MethodPost, "/graphql", `{"query":"{ store { domain } }"}`, "Authorization", "Bearer "+key)
				return err == nil && answer.Status == http.StatusOK
			}, program.Patience, 50*time.Millisecond)
			require.Equal(t, http.StatusUnauthorized, p.As("hb_"+strings.Repeat("a", 40)).Call(`{ store { domain } }`).Status)
		})
	}
}

// TestGraphiQLIsForThoseWhoSignIn, with what a browser can send; in demo mode it is open.
func TestGraphiQLIsForThoseWhoSignIn(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped, program.WithSignIn()...)
	seller := p.As(program.SessionToken(aurora, "42"))
	id, key := seller.CreateKey("Rithum", "READ")
	page := func(user, password string) program.Response {
		request, err := http.NewRequest(http.MethodGet, p.Base(), http.NoBody)
		require.NoError(t, err)
		request.SetBasicAuth(user, password)
		return p.Send(http.MethodGet, "/graphiql", "", "Authorization", request.Header.Get("Authorization"))
	}
	refused := func(answer program.Response) {
		t.Helper()
		require.Equal(t, http.StatusUnauthorized, answer.Status)
		require.Equal(t, []string{`Basic realm="Handback: an API key as the password", charset="UTF-8"`, `Bearer realm="handback"`},
			answer.Header.Values("Www-Authenticate"))
		require.NotContains(t, answer.Body, "<")
	}
	for _, path := range []string{"/graphiql", "/graphiql/", "/graphiql/graphiql.min.js", "/graphiql/examples.json", "/graphiql/nothing"} {
		refused(p.Send(http.MethodGet, path, ""))
		refused(p.Send(http.MethodGet, path, "", "Authorization", "Bearer x"))
		refused(p.Send(http.MethodGet, path+"?token="+key, "", "Authorization", "Bearer "+key))
	}
	refused(page(key, ""))
	refused(page("", key[:len(key)-1]))
	for _, answer := range []program.Response{
		page("", key), page("anybody", key), page("", seller.Credential),
		p.Send(http.MethodGet, "/graphiql", "", "Authorization", "Bearer "+key), p.Send(http.MethodGet, "/graphiql", "", "Authorization", "Bearer "+seller.Credential),
	} {
		require.Equal(t, http.StatusOK, answer.Status)
		require.Contains(t, answer.Body, "<html")
		require.Contains(t, answer.Header.Get("Content-Security-Policy"), "frame-ancestors https://admin.shopify.com")
	}
	seller.RevokeKey(id)
	refused(page("", key))
	require.Equal(t, http.StatusUnauthorized, p.Send(http.MethodPost, "/graphql", `{"query":"{ store { id } }"}`, "Authorization", "Basic eDp5").Status)

	demo := program.Start(t, program.Shipped)
	require.Contains(t, demo.Send(http.MethodGet, "/graphiql", "").Body, "<html")
	require.Equal(t, http.StatusUnauthorized, demo.Send(http.MethodGet, "/graphiql", "", "Authorization", "Bearer x").Status)
}

// TestGuessingIsSlowedDown for the address that it comes from, and for nobody who is known to be good.
func TestGuessingIsSlowedDown(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped, program.WithSignIn("TRUSTED_PROXIES=127.0.0.1/32")...)
	seller := p.As(program.SessionToken(aurora, "42"))
	_, known := seller.CreateKey("Known", "READ")
	_, fresh := seller.CreateKey("Fresh", "READ")
	ask := func(credential, from string) program.Response {
		return p.Send(http.MethodPost, "/graphql", `{"query":"{ store { domain } }"}`, "Authorization", "Bearer "+credential, "X-Forwarded-For", from)
	}
	const guesser, neighbour = "203.0.113.9", "203.0.113.10"
	require.Equal(t, http.StatusOK, ask(known, guesser).Status)
	slowed := program.Response{}
	for i := 0; i < 40 && slowed.Status != http.StatusTooManyRequests; i++ {
		slowed = ask("hb_"+strings.Repeat(string('a'+rune(i%26)), 40), guesser)
	}
	require.Equal(t, http.StatusTooManyRequests, slowed.Status)
	require.Equal(t, "THROTTLED", slowed.Code(t))
	seconds, err := strconv.Atoi(slowed.Header.Get("Retry-After"))
	require.NoError(t, err)
	require.True(t, seconds >= 1 && seconds <= 5, seconds)
	require.Equal(t, http.StatusTooManyRequests, ask(fresh, guesser).Status, "a good guess is heard")
	require.Equal(t, http.StatusOK, ask(known, guesser).Status)
	require.Equal(t, http.StatusOK, ask(seller.Credential, guesser).Status)
	require.Equal(t, http.StatusOK, ask(fresh, neighbour).Status)
	page := p.Send(http.MethodGet, "/graphiql", "", "Authorization", "Bearer x", "X-Forwarded-For", guesser)
	require.Equal(t, http.StatusTooManyRequests, page.Status)
	require.Regexp(t, `^[1-5]$`, page.Header.Get("Retry-After"))
}
