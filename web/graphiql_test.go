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

	"github.com/handback/handback/web"
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
	require.Equal(t, "[]", ask(t, web.GraphiQL(""), http.MethodGet, "/graphiql/examples.json").body)
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

// TestGraphiQLInShopify: what Shopify demands of an embedded page stands first, and is all that is added.
func TestGraphiQLInShopify(t *testing.T) {
	const added = `<meta name="shopify-api-key" content="` + apiKey + `"><script src="https://cdn.shopify.com/shopifycloud/app-bridge.js"></script>`
	for _, address := range []string{"/graphiql", "/graphiql/index.html"} {
		alone, embedded := request(t, http.MethodGet, address), ask(t, web.GraphiQL(apiKey, examples...), http.MethodGet, address+"?shop=a.myshopify.com")
		require.Contains(t, embedded.body, "<head>"+added)
		require.Equal(t, alone.body, strings.Replace(embedded.body, added, "", 1))
		require.Equal(t, "default-src 'none'; script-src 'self' https://cdn.shopify.com; style-src 'self'; img-src 'self' data:; font-src 'self' data:; "+
			"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors https://admin.shopify.com https://a.myshopify.com", embedded.Header.Get("Content-Security-Policy"))
	}
	policy := ask(t, web.GraphiQL(apiKey), http.MethodGet, "/graphiql?shop=a.example").Header.Get("Content-Security-Policy")
	require.True(t, strings.HasSuffix(policy, "; frame-ancestors https://admin.shopify.com"), policy)
}

func request(t *testing.T, method, address string, headers ...string) answer {
	t.Helper()
	return ask(t, web.GraphiQL("", examples...), method, address, headers...)
}
