package web_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"handback/web"
)

var examples = []web.Example{
	{Name: "Which store?", Query: "query Store { store { name } }"},
	{Query: "query N($n: Int) { __typename }", Variables: `{"n":1}`},
}

func TestGraphiQLAddresses(t *testing.T) {
	for address, contentType := range map[string]string{
		"/graphiql":                             "text/html; charset=utf-8",
		"/graphiql?shop=a.myshopify.com":        "text/html; charset=utf-8",
		"/graphiql/start.js":                    "text/javascript; charset=utf-8",
		"/graphiql/start.css":                   "text/css; charset=utf-8",
		"/graphiql/graphiql.min.js":             "text/javascript; charset=utf-8",
		"/graphiql/graphiql.min.css":            "text/css; charset=utf-8",
		"/graphiql/react.production.min.js":     "text/javascript; charset=utf-8",
		"/graphiql/react-dom.production.min.js": "text/javascript; charset=utf-8",
		"/graphiql/examples.json":               "application/json",
		"/graphiql/LICENSE-react.txt":           "text/plain; charset=utf-8",
	} {
		got := request(t, http.MethodGet, address)
		require.Equal(t, http.StatusOK, got.StatusCode, address)
		require.Equal(t, contentType, got.Header.Get("Content-Type"), address)
		require.Equal(t, "nosniff", got.Header.Get("X-Content-Type-Options"), address)
		require.Contains(t, got.Header.Get("Content-Security-Policy"), "default-src 'none'", address)
		require.NotEmpty(t, got.body, address)
	}
}

func TestGraphiQLServesNothingElse(t *testing.T) {
	for _, address := range []string{"/", "/graphiql/", "/graphiql/fetch", "/graphiql/SHA256SUMS", "/graphiql/no.js", "/graphiql/../web.go", "/start.js"} {
		got := request(t, http.MethodGet, address)
		require.Equal(t, http.StatusNotFound, got.StatusCode, address)
		require.Equal(t, "nosniff", got.Header.Get("X-Content-Type-Options"), address)
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions} {
		got := request(t, method, "/graphiql")
		require.Equal(t, http.StatusMethodNotAllowed, got.StatusCode, method)
		require.Equal(t, "GET, HEAD", got.Header.Get("Allow"), method)
	}
}

func TestGraphiQLExamples(t *testing.T) {
	require.JSONEq(t, `[
		{ "name": "Which store?", "query": "query Store { store { name } }", "variables": "" },
		{ "name": "", "query": "query N($n: Int) { __typename }", "variables": "{\"n\":1}" }
	]`, request(t, http.MethodGet, "/graphiql/examples.json").body)
	require.Equal(t, "[]", ask(t, web.GraphiQL(), http.MethodGet, "/graphiql/examples.json").body)
}

// TestGraphiQLFilesMatchPublishedOnes compares what is served with the sums of the files that were published.
func TestGraphiQLFilesMatchPublishedOnes(t *testing.T) {
	sums, err := os.ReadFile("graphiql/SHA256SUMS")
	require.NoError(t, err)
	published := map[string]bool{}
	for line := range strings.Lines(string(sums)) {
		sum, name, found := strings.Cut(strings.TrimSpace(line), "  ")
		require.True(t, found, line)
		published[name] = true
		got := sha256.Sum256([]byte(request(t, http.MethodGet, "/graphiql/"+name).body))
		require.Equal(t, sum, hex.EncodeToString(got[:]), name)
	}
	files, err := filepath.Glob("graphiql/*.min.*")
	require.NoError(t, err)
	require.Len(t, files, 4)
	for _, file := range files {
		require.True(t, published[filepath.Base(file)], "SHA256SUMS must have %s", file)
	}
}

// The browser blocks what the policy does not allow, and the page would be empty.
func TestGraphiQLHasNoInlineScript(t *testing.T) {
	page := request(t, http.MethodGet, "/graphiql").body
	require.NotRegexp(t, `<script[^>]*>[^<]`, page)
	require.NotRegexp(t, `(?i)<style|style=|\son[a-z]+=|javascript:|https?:`, page)
}

func request(t *testing.T, method, address string, headers ...string) answer {
	t.Helper()
	return ask(t, web.GraphiQL(examples...), method, address, headers...)
}
