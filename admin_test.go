package main

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var adminAddress = regexp.MustCompile(`http://\S+/(\n|$)`)

// TestTheAdminIsServed at the first address that the program prints, to everybody, whatever page of it is asked for.
func TestTheAdminIsServed(t *testing.T) {
	t.Parallel()
	for _, p := range []*program{start(t, shipped), start(t, shipped, withSignIn()...)} {
		first, _, _ := strings.Cut(p.stdout.String(), "\n")
		require.Equal(t, p.base()+"/", adminAddress.FindString(first))
		index := p.send(http.MethodGet, "/", "")
		require.Equal(t, http.StatusOK, index.status)
		require.Contains(t, index.body, `src="/assets/admin.js"`)
		for path, status := range map[string]int{
			"/settings": 200, "/settings/accounts/account_1/disconnect": 200, "/activity?after=x": 200, "/activity/disconnections/disconnection_1": 200,
			"/nothing": 404, "/admin": 404, "/livez/x": 404,
		} {
			page := p.send(http.MethodGet, path, "")
			require.Equal(t, status, page.status, path)
			require.Equal(t, index.body, page.body, path)
		}
		for _, path := range []string{"/assets/none.js", "/graphql/", "/graphql/x", "/graphiql.html"} {
			none := p.send(http.MethodGet, path, "")
			require.Equal(t, http.StatusNotFound, none.status, path)
			require.Equal(t, "text/plain; charset=utf-8", none.header.Get("Content-Type"), path)
		}
		for path, allow := range map[string]string{"/": "GET, HEAD", "/settings": "GET, HEAD", "/livez": "GET, HEAD", "/graphql": "GET, POST"} {
			refused := p.send(http.MethodDelete, path, "")
			require.Equal(t, http.StatusMethodNotAllowed, refused.status, path)
			require.Equal(t, allow, refused.header.Get("Allow"), path)
		}
		require.Equal(t, http.StatusNotFound, p.send(http.MethodPost, "/graphql/", `{"query":"{ store { name } }"}`).status)
		p.stop()
	}
}

// TestOnlyShopifyFramesTheAdmin, and without sign-in nobody does.
func TestOnlyShopifyFramesTheAdmin(t *testing.T) {
	t.Parallel()
	demo, full := start(t, shipped), start(t, shipped, withSignIn()...)
	policy := func(p *program, path string) []string {
		return strings.Split(p.send(http.MethodGet, path, "").header.Get("Content-Security-Policy"), "; ")
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
	const bridge = `<head><meta name="shopify-api-key" content="` + appKey + `"><script src="https://cdn.shopify.com/shopifycloud/app-bridge.js"></script>`
	require.Contains(t, full.send(http.MethodGet, "/", "").body, bridge)
	require.NotRegexp(t, `https?:|shopify`, demo.send(http.MethodGet, "/", "").body)
	require.NotContains(t, full.send(http.MethodGet, "/", "").body, appSecret)
}

// TestPagesAreCompressed and answers are not: what is in them could be guessed by how short they become.
func TestPagesAreCompressed(t *testing.T) {
	t.Parallel()
	p := start(t, shipped)
	const query = `/graphql?query=%7Bsettings%7Bkey%20value%20updatedAt%20definition%7Bdescription%7D%7D%7D`
	for path, compressed := range map[string]bool{"/assets/admin.js": true, "/assets/admin.css": true, "/graphiql/graphiql.min.js": true, query: false} {
		whole := p.send(http.MethodGet, path, "", "Accept-Encoding", "identity")
		short := p.send(http.MethodGet, path, "", "Accept-Encoding", "gzip, deflate, br, zstd")
		require.Equal(t, http.StatusOK, short.status, path)
		require.Empty(t, whole.header.Get("Content-Encoding"), path)
		require.Equal(t, compressed, short.header.Get("Content-Encoding") == "gzip", path)
		require.Equal(t, compressed, len(short.body) < len(whole.body)/2, path)
		if compressed {
			tag := short.header.Get("ETag")
			require.NotEqual(t, whole.header.Get("ETag"), tag)
			require.Equal(t, http.StatusNotModified, p.send(http.MethodGet, path, "", "Accept-Encoding", "gzip", "If-None-Match", tag).status, path)
		}
	}
}
