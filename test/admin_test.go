package test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/test/program"
)

var adminAddress = regexp.MustCompile(`http://\S+/(\n|$)`)

// TestAdminIsServed: at the first address that the program prints, to everybody, whatever page of it is asked for.
func TestAdminIsServed(t *testing.T) {
	t.Parallel()
	for _, p := range []*program.Process{program.Start(t, program.Shipped), program.Start(t, program.Shipped, program.WithSignIn()...)} {
		first, _, _ := strings.Cut(p.Stdout.String(), "\n")
		require.Equal(t, p.Base()+"/", adminAddress.FindString(first))
		index := p.Send(http.MethodGet, "/", "")
		require.Equal(t, http.StatusOK, index.Status)
		require.Contains(t, index.Body, `src="/assets/admin.js"`)
		for path, status := range map[string]int{
			"/settings": 200, "/settings/accounts/account_1/disconnect": 200, "/activity?after=x": 200, "/activity/disconnections/disconnection_1": 200,
			"/nothing": 404, "/admin": 404, "/livez/x": 404,
		} {
			page := p.Send(http.MethodGet, path, "")
			require.Equal(t, status, page.Status, path)
			require.Equal(t, index.Body, page.Body, path)
		}
		for _, path := range []string{"/assets/none.js", "/graphql/", "/graphql/x", "/graphiql.html"} {
			none := p.Send(http.MethodGet, path, "")
			require.Equal(t, http.StatusNotFound, none.Status, path)
			require.Equal(t, "text/plain; charset=utf-8", none.Header.Get("Content-Type"), path)
		}
		for path, allow := range map[string]string{"/": "GET, HEAD", "/settings": "GET, HEAD", "/livez": "GET, HEAD", "/graphql": "GET, POST"} {
			rejected := p.Send(http.MethodDelete, path, "")
			require.Equal(t, http.StatusMethodNotAllowed, rejected.Status, path)
			require.Equal(t, allow, rejected.Header.Get("Allow"), path)
		}
		require.Equal(t, http.StatusNotFound, p.Send(http.MethodPost, "/graphql/", `{"query":"{ store { name } }"}`).Status)
		p.Stop()
	}
}

// TestOnlyShopifyFramesAdmin: only pages of Shopify may frame the admin, and without sign-in none may.
func TestOnlyShopifyFramesAdmin(t *testing.T) {
	t.Parallel()
	demo, full := program.Start(t, program.Shipped), program.Start(t, program.Shipped, program.WithSignIn()...)
	policy := func(p *program.Process, path string) []string {
		return strings.Split(p.Send(http.MethodGet, path, "").Header.Get("Content-Security-Policy"), "; ")
	}
	for _, path := range []string{"/", "/settings?shop=" + aurora, "/assets/admin.js?shop=" + aurora, "/nothing?shop=" + aurora} {
		require.Contains(t, policy(demo, path), "frame-ancestors 'none'", path)
		require.NotRegexp(t, `https?:|cdn\.`, strings.Join(policy(demo, path), ";"))
		framers := "frame-ancestors https://admin.shopify.com"
		if strings.Contains(path, "?shop=") {
			framers += " https://" + aurora
		}
		require.Contains(t, policy(full, path), framers, path)
		require.Contains(t, policy(full, path), "script-src 'self' https://cdn.shopify.com")
		require.Contains(t, policy(full, path), "connect-src 'self'")
	}
	require.Contains(t, policy(full, "/?shop=evil.example"), "frame-ancestors https://admin.shopify.com")
	const bridge = `<head><meta name="shopify-api-key" content="` + program.AppKey + `"><script src="https://cdn.shopify.com/shopifycloud/app-bridge.js"></script>`
	require.Contains(t, full.Send(http.MethodGet, "/", "").Body, bridge)
	require.NotRegexp(t, `https?:|shopify`, demo.Send(http.MethodGet, "/", "").Body)
	require.NotContains(t, full.Send(http.MethodGet, "/", "").Body, program.AppSecret)
}

// TestPagesAreCompressed: pages are, and answers are not: what is in them could be guessed by how short they become.
func TestPagesAreCompressed(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped)
	const query = `/graphql?query=%7Bsettings%7Bkey%20value%20updatedAt%20definition%7Bdescription%7D%7D%7D`
	for path, compressed := range map[string]bool{"/assets/admin.js": true, "/assets/admin.css": true, "/graphiql/graphiql.min.js": true, query: false} {
		whole := p.Send(http.MethodGet, path, "", "Accept-Encoding", "identity")
		short := p.Send(http.MethodGet, path, "", "Accept-Encoding", "gzip, deflate, zstd")
		require.Equal(t, http.StatusOK, short.Status, path)
		require.Empty(t, whole.Header.Get("Content-Encoding"), path)
		require.Equal(t, compressed, short.Header.Get("Content-Encoding") == "gzip", path)
		require.Equal(t, compressed, len(short.Body) < len(whole.Body)/2, path)
		if compressed {
			tag := short.Header.Get("ETag")
			require.NotEqual(t, whole.Header.Get("ETag"), tag)
			require.Equal(t, http.StatusNotModified, p.Send(http.MethodGet, path, "", "Accept-Encoding", "gzip", "If-None-Match", tag).Status, path)
		}
	}
}
