package test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/test/program"
)

// TestCrossOriginRequests: pages of other origins may call the API when they are on the list, and read nothing otherwise.
func TestCrossOriginRequests(t *testing.T) {
	t.Parallel()
	const friend, stranger = "https://admin.example.com", "https://evil.example"
	listed, unlisted := program.Start(t, program.Shipped, "ALLOWED_ORIGINS="+friend+",http://localhost:3000"), program.Start(t, program.Shipped)
	for _, test := range []struct {
		p       *program.Process
		origin  string
		allowed bool
	}{
		{listed, friend, true}, {listed, "http://localhost:3000", true}, {listed, stranger, false}, {listed, "null", false},
		{listed, friend + ".evil.example", false}, {listed, "http://admin.example.com", false}, {listed, friend + ":444", false},
		{unlisted, friend, false}, {unlisted, stranger, false}, {unlisted, "null", false},
	} {
		expected, posted := "", http.StatusForbidden
		if test.allowed {
			expected, posted = test.origin, http.StatusOK
		}
		preflight := test.p.Send(http.MethodOptions, "/graphql", "", "Origin", test.origin, "Sec-Fetch-Site", "cross-site",
			"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type")
		require.Equal(t, expected, preflight.Header.Get("Access-Control-Allow-Origin"), test)
		require.Equal(t, test.allowed, preflight.Header.Get("Access-Control-Allow-Headers") == "authorization,content-type", test)
		answer := test.p.Send(http.MethodPost, "/graphql", `{"query":"{ store { name } }"}`, "Origin", test.origin, "Sec-Fetch-Site", "cross-site")
		require.Equal(t, posted, answer.Status, test)
		if posted == http.StatusForbidden {
			require.Equal(t, "CROSS_ORIGIN", answer.Code(t))
		}
		require.Equal(t, http.StatusForbidden, test.p.Send(http.MethodPost, "/graphiql", "", "Origin", stranger).Status)
		read := test.p.Send(http.MethodGet, "/graphql?query=%7Bstore%7Bname%7D%7D", "", "Origin", test.origin, "Sec-Fetch-Site", "cross-site")
		for _, w := range []program.Response{preflight, answer, read, test.p.Send(http.MethodGet, "/graphiql", "", "Origin", test.origin)} {
			require.Empty(t, w.Header.Get("Access-Control-Allow-Credentials"))
			if !test.allowed {
				require.Empty(t, w.Header.Values("Access-Control-Allow-Origin"), test)
			}
		}
		require.Equal(t, expected, read.Header.Get("Access-Control-Allow-Origin"), test)
		require.Contains(t, strings.Join(read.Header.Values("Vary"), ","), "Accept")
		if test.p == listed {
			require.Contains(t, strings.Join(read.Header.Values("Vary"), ","), "Origin")
		}
	}
	own := listed.Send(http.MethodPost, "/graphql", `{"query":"{ store { name } }"}`, "Origin", listed.Base(), "Sec-Fetch-Site", "same-origin")
	require.Equal(t, http.StatusOK, own.Status)
}
