package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/web"
)

func TestOnlyShopifyFramesPages(t *testing.T) {
	const admin = "frame-ancestors https://admin.shopify.com"
	r := httptest.NewRequest(http.MethodGet, "/graphiql?shop=evil.myshopify.com", nil)
	require.Equal(t, admin, framersOf(t, r))
	require.Equal(t, admin+" https://aurora-1.myshopify.com", framersOf(t, web.FramedBy(r, "aurora-1.myshopify.com")))
}

func framersOf(t *testing.T, r *http.Request) string {
	policy := policyOf(t, r)
	return policy[len(policy)-1]
}

func TestPagePolicyForbidsOtherOrigins(t *testing.T) {
	policy := policyOf(t, httptest.NewRequest(http.MethodGet, "/", nil))
	require.Equal(t, []string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self' data:",
		"connect-src 'self'", "base-uri 'none'", "form-action 'none'",
	}, policy[:len(policy)-1])
}

func policyOf(t *testing.T, r *http.Request) []string {
	t.Helper()
	w := httptest.NewRecorder()
	web.SecurePage(w, r)
	require.Len(t, w.Header().Values("Content-Security-Policy"), 1)
	require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
	require.Equal(t, "no-referrer", w.Header().Get("Referrer-Policy"))
	return strings.Split(w.Header().Get("Content-Security-Policy"), "; ")
}

// each is what there is to be served, with an address of it that is long enough to be compressed, and one that is not.
var each = []struct {
	handler     http.Handler
	long, short string
}{
	{web.GraphiQL("", examples...), "/graphiql/graphiql.min.js", "/graphiql/start.css"},
	{web.Admin(web.AdminConfig{}), "/assets/admin.js", "/favicon.svg"},
	{web.Admin(web.AdminConfig{ShopifyAPIKey: "key"}), "/assets/admin.js", "/settings"},
}

func TestHeadMatchesGet(t *testing.T) {
	for _, served := range each {
		for _, address := range []string{served.long, served.short} {
			for _, takes := range []string{"", "gzip"} {
				get := ask(t, served.handler, http.MethodGet, address, "Accept-Encoding", takes)
				head := ask(t, served.handler, http.MethodHead, address, "Accept-Encoding", takes)
				require.Equal(t, http.StatusOK, head.StatusCode)
				require.Empty(t, head.body)
				require.Equal(t, get.Header, head.Header)
				require.Equal(t, strconv.Itoa(len(get.body)), get.Header.Get("Content-Length"))
			}
		}
	}
}

// A browser that has the file in the coding it takes is told so, and one that has another gets this one.
func TestUnchangedFilesAreNotModified(t *testing.T) {
	for _, served := range each {
		tags := map[string]bool{}
		for _, takes := range []string{"", "gzip"} {
			first := ask(t, served.handler, http.MethodGet, served.long, "Accept-Encoding", takes)
			tag := first.Header.Get("ETag")
			require.Regexp(t, `^"[0-9a-f]{64}(-gzip)?"$`, tag)
			require.False(t, tags[tag], "what is sent differs")
			tags[tag] = true
			require.Equal(t, "no-cache", first.Header.Get("Cache-Control"))

			again := ask(t, served.handler, http.MethodGet, served.long, "Accept-Encoding", takes, "If-None-Match", tag)
			require.Equal(t, http.StatusNotModified, again.StatusCode)
			require.Empty(t, again.body)
			require.Equal(t, tag, again.Header.Get("ETag"))
			require.Equal(t, "Accept-Encoding", again.Header.Get("Vary"))
			for _, other := range []string{`"another"`, `"` + strings.Repeat("0", 64) + tag[65:]} {
				require.Equal(t, http.StatusOK, ask(t, served.handler, http.MethodGet, served.long, "Accept-Encoding", takes, "If-None-Match", other).StatusCode)
			}
		}
	}
	one := ask(t, web.GraphiQL("", examples...), http.MethodGet, "/graphiql/examples.json")
	two := ask(t, web.GraphiQL("", examples[:1]...), http.MethodGet, "/graphiql/examples.json")
	require.NotEqual(t, one.Header.Get("ETag"), two.Header.Get("ETag"))
}

func TestLongFilesAreCompressed(t *testing.T) {
	for _, served := range each {
		plain := ask(t, served.handler, http.MethodGet, served.long)
		require.Empty(t, plain.Header.Get("Content-Encoding"))
		require.Equal(t, "Accept-Encoding", plain.Header.Get("Vary"))
		for takes, compressed := range map[string]bool{
			"gzip": true, "GZIP": true, "br;q=0, gzip;q=0.5": true, "deflate ; q=0.5 , gzip ; q=1.0": true, "gzip;q=0.001": true,
			"": false, "br;q=0": false, "identity": false, "*": false, "gzip;q=0": false, "gzip;q=0.000, brotli": false, "gzip;q=x": false, "x-gzipped": false, ";": false,
		} {
			got := ask(t, served.handler, http.MethodGet, served.long, "Accept-Encoding", takes)
			require.Equal(t, compressed, got.Header.Get("Content-Encoding") == "gzip", takes)
			require.Equal(t, plain.Header.Get("Content-Type"), got.Header.Get("Content-Type"))
			if compressed {
				require.Less(t, len(got.body), len(plain.body)/2)
				require.Equal(t, plain.body, decompressed(t, got.body), takes)
			} else {
				require.Equal(t, plain, got, takes)
			}
		}
		short := ask(t, served.handler, http.MethodGet, served.short, "Accept-Encoding", "gzip")
		require.Equal(t, http.StatusOK, short.StatusCode)
		require.Empty(t, short.Header.Get("Content-Encoding")+short.Header.Get("Vary"))
	}
}

// TestScriptsAreSmallerThanGzip for browsers that take Brotli: the copies that were built beside them are of the same text.
func TestScriptsAreSmallerThanGzip(t *testing.T) {
	handler := web.Admin(web.AdminConfig{})
	names, err := filepath.Glob("dist/assets/*.js")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		address := strings.TrimPrefix(name, "dist")
		plain := ask(t, handler, http.MethodGet, address)
		if len(plain.body) < 1024 {
			continue
		}
		zipped := ask(t, handler, http.MethodGet, address, "Accept-Encoding", "gzip")
		for _, takes := range []string{"br", "gzip, br", "br;q=0.5, gzip"} {
			got := ask(t, handler, http.MethodGet, address, "Accept-Encoding", takes)
			require.Equal(t, "br", got.Header.Get("Content-Encoding"), address)
			require.Less(t, len(got.body), len(zipped.body), address)
			content, err := io.ReadAll(brotli.NewReader(strings.NewReader(got.body)))
			require.NoError(t, err)
			require.Equal(t, plain.body, string(content), address)
			require.Equal(t, http.StatusNotModified, ask(t, handler, http.MethodGet, address, "Accept-Encoding", takes, "If-None-Match", got.Header.Get("ETag")).StatusCode)
		}
	}
	require.Equal(t, http.StatusNotFound, ask(t, handler, http.MethodGet, "/assets/admin.js.br").StatusCode)
}

// A part is one of what the tag is of.
func TestRangesOfCompressedFiles(t *testing.T) {
	for _, served := range each {
		for _, takes := range []string{"", "gzip"} {
			whole := ask(t, served.handler, http.MethodGet, served.long, "Accept-Encoding", takes)
			part := ask(t, served.handler, http.MethodGet, served.long, "Accept-Encoding", takes, "Range", "bytes=10-29", "If-Range", whole.Header.Get("ETag"))
			require.Equal(t, http.StatusPartialContent, part.StatusCode)
			require.Equal(t, whole.body[10:30], part.body)
			require.Equal(t, "20", part.Header.Get("Content-Length"))
			beyond := ask(t, served.handler, http.MethodGet, served.long, "Accept-Encoding", takes, "Range", "bytes=99999999-")
			require.Equal(t, http.StatusRequestedRangeNotSatisfiable, beyond.StatusCode)
			require.Empty(t, beyond.Header.Get("Content-Encoding"))
			require.Less(t, len(beyond.body), 100)
		}
	}
}

func decompressed(t *testing.T, text string) string {
	t.Helper()
	reader, err := gzip.NewReader(bytes.NewReader([]byte(text)))
	require.NoError(t, err)
	content, err := io.ReadAll(reader)
	require.NoError(t, err)
	return string(content)
}

// answer is what came back, with its whole body.
type answer struct {
	StatusCode int
	Header     http.Header
	body       string
}

// asIs sends no header and decompresses nothing on its own.
var asIs = &http.Transport{DisableCompression: true, DisableKeepAlives: true}

// ask sends the address as it stands, dots and all. An empty header is not sent.
func ask(t *testing.T, handler http.Handler, method, address string, headers ...string) answer {
	t.Helper()
	server := httptest.NewServer(handler)
	defer server.Close()
	r, err := http.NewRequest(method, server.URL+address, nil)
	require.NoError(t, err)
	for i := 0; i < len(headers); i += 2 {
		if headers[i+1] != "" {
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	response, err := asIs.RoundTrip(r)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	response.Header.Del("Date")
	return answer{response.StatusCode, response.Header, string(text)}
}
