package test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/test/program"
)

// TestSecurityHeadersOnEveryRoute: every response has them, whatever it answers.
func TestSecurityHeadersOnEveryRoute(t *testing.T) {
	t.Parallel()
	demo, full := program.Start(t, program.Shipped), program.Start(t, program.Shipped, program.WithSignIn()...)
	for _, p := range []*program.Process{demo, full} {
		for _, path := range []string{"/graphql", "/graphql?query=%7Bstore%7Bid%7D%7D", "/graphql/", "/graphiql", "/graphiql/", "/graphiql/start.js", "/graphiql/x",
			"/livez", "/readyz", "/metrics", "/", "/nothing", "//graphql", "/graphql/../livez"} {
			for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodHead, http.MethodOptions, http.MethodPut} {
				for _, host := range []string{"localhost", "evil.example"} {
					answer, err := p.TrySend(program.NoRedirects, method, path, "", "Host", host, "X-Request-Id", "mine.1")
					require.NoError(t, err)
					about := []any{method, path, host, answer.Status}
					require.Equal(t, "mine.1", answer.Header.Get("X-Request-ID"), about...)
					require.Equal(t, "nosniff", answer.Header.Get("X-Content-Type-Options"), about...)
					require.Equal(t, "no-referrer", answer.Header.Get("Referrer-Policy"), about...)
					require.Equal(t, "same-origin", answer.Header.Get("Cross-Origin-Resource-Policy"), about...)
					policy := answer.Header.Values("Content-Security-Policy")
					require.Len(t, policy, 1, about...)
					require.Contains(t, policy[0], "default-src 'none'", about...)
					require.Contains(t, policy[0], "frame-ancestors", about...)
					require.Equal(t, p == full, answer.Header.Get("Strict-Transport-Security") != "", about...)
					require.Empty(t, answer.Header.Values("Set-Cookie"), about...)
					require.Empty(t, answer.Header.Values("Server"), about...)
					if p == demo {
						require.Equal(t, host != "localhost", answer.Status == http.StatusMisdirectedRequest, about...)
					} else {
						require.NotEqual(t, http.StatusMisdirectedRequest, answer.Status, about...)
					}
				}
			}
		}
	}
	require.Equal(t, "MISDIRECTED", demo.Send(http.MethodGet, "/livez", "", "Host", "evil.example").Code(t))
	for _, odd := range []string{"", "hb_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", program.SessionToken(aurora, "42"), "a b", strings.Repeat("a", 65)} {
		id := demo.Send(http.MethodGet, "/livez", "", "X-Request-Id", odd).Header.Get("X-Request-ID")
		require.Regexp(t, `^[0-9a-f-]{36}$`, id)
	}
}
