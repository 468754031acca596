package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"handback/web"
)

func TestOnlyShopifyMayFrameAPage(t *testing.T) {
	const admin = "frame-ancestors https://admin.shopify.com"
	r := httptest.NewRequest(http.MethodGet, "/graphiql?shop=evil.myshopify.com", nil)
	require.Equal(t, admin, framersOf(t, r))
	require.Equal(t, admin+" https://aurora-1.myshopify.com", framersOf(t, web.FramedBy(r, "aurora-1.myshopify.com")))
}

func framersOf(t *testing.T, r *http.Request) string {
	policy := policyOf(t, r)
	return policy[len(policy)-1]
}

func TestAPageMayDoNothingElsewhere(t *testing.T) {
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
