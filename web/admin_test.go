package web_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/web"
)

const apiKey = "0123456789abcdef0123456789abcdef"

func TestAdminPages(t *testing.T) {
	index := ask(t, web.Admin(web.AdminConfig{}), http.MethodGet, "/")
	require.Equal(t, "text/html; charset=utf-8", index.Header.Get("Content-Type"))
	require.Contains(t, index.body, `<div id="app">`)
	for _, address := range []string{
		"/?shop=a.myshopify.com&host=YQ", "/settings", "/settings/", "/settings/connect", "/settings/accounts/account_1/disconnect",
		"/activity", "/api-keys", "/api-keys/new", "/api-keys/apikey_1/rotate", "/webhook-endpoints", "/webhook-endpoints/webhook_1/delete", "/activity?after=x.y", "/activity/disconnections/disconnection_1",
	} {
		got := ask(t, web.Admin(web.AdminConfig{}), http.MethodGet, address)
		require.Equal(t, index, got, address)
		require.Equal(t, http.StatusOK, got.StatusCode, address)
	}
}

func TestAdminFiles(t *testing.T) {
	page := ask(t, web.Admin(web.AdminConfig{}), http.MethodGet, "/").body
	for address, contentType := range map[string]string{
		"/assets/admin.js":  "text/javascript; charset=utf-8",
		"/assets/admin.css": "text/css; charset=utf-8",
		"/favicon.svg":      "image/svg+xml",
		"/licenses.md":      "text/plain; charset=utf-8",
	} {
		got := ask(t, web.Admin(web.AdminConfig{}), http.MethodGet, address)
		require.Equal(t, http.StatusOK, got.StatusCode, address)
		require.Equal(t, contentType, got.Header.Get("Content-Type"), address)
		require.NotEmpty(t, got.body, address)
		if address != "/licenses.md" {
			require.Contains(t, page, `"`+address+`"`)
		}
	}
}

// TestAdminDocumentsAreListed for the program; they are no file of the admin's.
func TestAdminDocumentsAreListed(t *testing.T) {
	var listed map[string]string
	require.NoError(t, json.Unmarshal(web.Documents(), &listed))
	require.NotEmpty(t, listed)
	for hash, text := range listed {
		require.Equal(t, fmt.Sprintf("%x", sha256.Sum256([]byte(text))), hash)
	}
	require.Equal(t, http.StatusNotFound, ask(t, web.Admin(web.AdminConfig{}), http.MethodGet, "/documents.json").StatusCode)
}

// The page itself says that there is none, where somebody may have typed the address. A file that is not there must not
// be taken for one.
func TestAdminNotFound(t *testing.T) {
	index := ask(t, web.Admin(web.AdminConfig{ShopifyAPIKey: apiKey}), http.MethodGet, "/")
	for _, address := range []string{"/nothing", "/settingsx", "/Settings", "/assets/", "/assets/admin", "/a/settings", "//"} {
		got := ask(t, web.Admin(web.AdminConfig{ShopifyAPIKey: apiKey}), http.MethodGet, address)
		require.Equal(t, http.StatusNotFound, got.StatusCode, address)
		require.Equal(t, index.body, got.body, address)
		require.Equal(t, index.Header.Get("Content-Type"), got.Header.Get("Content-Type"))
		require.Equal(t, index.Header.Get("Content-Security-Policy"), got.Header.Get("Content-Security-Policy"))
		require.Equal(t, "no-cache", got.Header.Get("Cache-Control"))
		require.Empty(t, got.Header.Get("ETag"))
		require.Equal(t, got.Header.Get("Content-Length"), ask(t, web.Admin(web.AdminConfig{ShopifyAPIKey: apiKey}), http.MethodHead, address).Header.Get("Content-Length"))
	}
	for _, address := range []string{"/index.html", "/assets/other.js", "/settings/assets/admin.js", "/favicon.ico", "/../admin.go", "/assets/../admin.go", "/robots.txt", "/."} {
		got := ask(t, web.Admin(web.AdminConfig{ShopifyAPIKey: apiKey}), http.MethodGet, address)
		require.Equal(t, http.StatusNotFound, got.StatusCode, address)
		require.Equal(t, "text/plain; charset=utf-8", got.Header.Get("Content-Type"), address)
		require.Less(t, len(got.body), 30, address)
	}
}

func TestAdminIsReadOnly(t *testing.T) {
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, "QUERY"} {
		for _, address := range []string{"/", "/settings", "/assets/admin.js", "/nothing", "/nothing.js"} {
			got := ask(t, web.Admin(web.AdminConfig{}), method, address)
			require.Equal(t, http.StatusMethodNotAllowed, got.StatusCode, method+" "+address)
			require.Equal(t, "GET, HEAD", got.Header.Get("Allow"))
		}
	}
}

// TestAdminNamesNoOtherOrigin where nobody signs in: it works without a network, and nobody may frame it.
func TestAdminNamesNoOtherOrigin(t *testing.T) {
	for _, address := range []string{"/", "/?shop=aurora.myshopify.com", "/settings", "/nothing", "/nothing.js", "/assets/admin.js"} {
		got := ask(t, web.Admin(web.AdminConfig{}), http.MethodGet, address)
		require.Equal(t, "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; "+
			"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", got.Header.Get("Content-Security-Policy"), address)
		require.Equal(t, "nosniff", got.Header.Get("X-Content-Type-Options"))
		require.Equal(t, "no-referrer", got.Header.Get("Referrer-Policy"))
	}
	page := ask(t, web.Admin(web.AdminConfig{}), http.MethodGet, "/").body
	require.NotContains(t, page, "shopify")
	require.NotRegexp(t, `(?i)https?:|["'=]//|<script[^>]*>[^<]|<style|style=|\son[a-z]+=|javascript:`, page)
}

// TestAdminInShopify: what Shopify demands of an embedded app stands first, and is all that is added.
func TestAdminInShopify(t *testing.T) {
	const added = `<meta name="shopify-api-key" content="` + apiKey + `"><script src="https://cdn.shopify.com/shopifycloud/app-bridge.js"></script>`
	alone, embedded := ask(t, web.Admin(web.AdminConfig{}), http.MethodGet, "/"), ask(t, web.Admin(web.AdminConfig{ShopifyAPIKey: apiKey}), http.MethodGet, "/")
	require.Regexp(t, `^<!doctype html>\s*<html lang="en">\s*<head>`+regexp.QuoteMeta(added), embedded.body)
	require.Equal(t, alone.body, strings.Replace(embedded.body, added, "", 1))
	require.NotEqual(t, alone.Header.Get("ETag"), embedded.Header.Get("ETag"))
	require.NotEqual(t, embedded.Header.Get("ETag"), ask(t, web.Admin(web.AdminConfig{ShopifyAPIKey: "another"}), http.MethodGet, "/").Header.Get("ETag"))
	require.Contains(t, ask(t, web.Admin(web.AdminConfig{ShopifyAPIKey: `"><script>`}), http.MethodGet, "/").body, `content="&#34;&gt;&lt;script&gt;">`)
	require.Equal(t, "default-src 'none'; script-src 'self' https://cdn.shopify.com; style-src 'self'; img-src 'self' data:; font-src 'self' data:; "+
		"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors https://admin.shopify.com", embedded.Header.Get("Content-Security-Policy"))
}

func TestStoreMayFrameAdmin(t *testing.T) {
	const shopify = "frame-ancestors https://admin.shopify.com"
	framers := func(query string) string {
		policies := ask(t, web.Admin(web.AdminConfig{ShopifyAPIKey: apiKey}), http.MethodGet, "/settings"+query).Header.Values("Content-Security-Policy")
		require.Len(t, policies, 1)
		parts := strings.Split(policies[0], "; ")
		require.Len(t, parts, 9, query)
		return parts[8]
	}
	for query, store := range map[string]string{
		"?shop=aurora-outfitters.myshopify.com":          "aurora-outfitters.myshopify.com",
		"?host=YQ&shop=1.myshopify.com&hmac=x&locale=en": "1.myshopify.com",
		"?shop=%61.myshopify.com":                        "a.myshopify.com",
	} {
		require.Equal(t, shopify+" https://"+store, framers(query), query)
	}
	for _, query := range []string{
		"", "?shop=", "?shop=*.myshopify.com", "?shop=myshopify.com", "?shop=.myshopify.com", "?shop=-a.myshopify.com", "?shop=a.b.myshopify.com",
		"?shop=A.myshopify.com", "?shop=a.myshopify.com.evil.example", "?shop=evil.example", "?shop=https://a.myshopify.com", "?shop=a.myshopify.com:8443",
		"?shop=a.myshopify.com/", "?shop=a.myshopifyxcom", "?shop=a.myshopify.com%0A", "?shop=a.myshopify.com%20https://evil.example",
		"?shop=a.myshopify.com%3B%20script-src%20*", "?shop=a%0D%0AX-Evil:1.myshopify.com", "?shop=a.myshopify.com%00", "?shop=evil.example/.myshopify.com",
		"?shop=a_b.myshopify.com", "?shop=%C3%A4.myshopify.com", "?shop=a.myshopify.com&shop=b.myshopify.com", "?Shop=a.myshopify.com", "?shop=a.myshopify.com;x",
	} {
		require.Equal(t, shopify, framers(query), query)
	}
}

// TestAdminShowsSupportURL: the address stands in the page for everybody to read, and cannot break out of its place.
func TestAdminShowsSupportURL(t *testing.T) {
	require.NotContains(t, ask(t, web.Admin(web.AdminConfig{}), http.MethodGet, "/").body, "support-url")
	for address, written := range map[string]string{
		"mailto:help@example.com": "mailto:help@example.com", `https://example.com/?a="><script>&b`: "https://example.com/?a=&#34;&gt;&lt;script&gt;&amp;b",
	} {
		for _, key := range []string{"", apiKey} {
			body := ask(t, web.Admin(web.AdminConfig{ShopifyAPIKey: key, SupportURL: address}), http.MethodGet, "/settings").body
			require.Contains(t, body, `<meta name="support-url" content="`+written+`">`)
			require.Equal(t, key != "", strings.Contains(body, "app-bridge.js"))
		}
	}
}

// TestAdminTellsOfSandbox: where stores sign in and the platforms are stand-ins, the page knows; and nowhere else.
func TestAdminTellsOfSandbox(t *testing.T) {
	const told = `<meta name="sandbox" content="true">`
	for _, key := range []string{"", apiKey} {
		for _, address := range []string{"/", "/settings", "/nothing"} {
			require.Contains(t, ask(t, web.Admin(web.AdminConfig{ShopifyAPIKey: key, Sandbox: true}), http.MethodGet, address).body, told, address)
			require.NotContains(t, ask(t, web.Admin(web.AdminConfig{ShopifyAPIKey: key}), http.MethodGet, address).body, `name="sandbox"`, address)
		}
	}
}
