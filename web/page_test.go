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
	admin := "frame-ancestors https://admin.shopify.com"
	for query, want := range map[string]string{
		"":                                           admin,
		"?shop=aurora-1.myshopify.com":               admin + " https://aurora-1.myshopify.com",
		"?embedded=1&shop=1a.myshopify.com":          admin + " https://1a.myshopify.com",
		"?shop=":                                     admin,
		"?shop=evil.example":                         admin,
		"?shop=myshopify.com":                        admin,
		"?shop=.myshopify.com":                       admin,
		"?shop=-a.myshopify.com":                     admin,
		"?shop=a.b.myshopify.com":                    admin,
		"?shop=A.myshopify.com":                      admin,
		"?shop=amyshopify.com":                       admin,
		"?shop=a.myshopifyXcom":                      admin,
		"?shop=a.myshopify.com.evil.example":         admin,
		"?shop=evil.example/a.myshopify.com":         admin,
		"?shop=a.myshopify.com%0A":                   admin,
		"?shop=x%0Aa.myshopify.com":                  admin,
		"?shop=*.myshopify.com":                      admin,
		"?shop=a.myshopify.com%20https:":             admin,
		"?shop=a.myshopify.com;script-src%20*":       admin,
		"?shop=a.myshopify.com%3Bscript-src%20":      admin,
		"?shop=a.myshopify.com&shop=b.myshopify.com": admin,
	} {
		policy := policyOf(t, "/graphiql"+query)
		require.Equal(t, want, policy[len(policy)-1], query)
	}
}

func TestAPageMayDoNothingElsewhere(t *testing.T) {
	policy := policyOf(t, "/")
	require.Equal(t, []string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self' data:",
		"connect-src 'self'", "base-uri 'none'", "form-action 'none'",
	}, policy[:len(policy)-1])
}

func policyOf(t *testing.T, address string) []string {
	t.Helper()
	w := httptest.NewRecorder()
	web.SecurePage(w, httptest.NewRequest(http.MethodGet, address, nil))
	require.Len(t, w.Header().Values("Content-Security-Policy"), 1)
	require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
	require.Equal(t, "no-referrer", w.Header().Get("Referrer-Policy"))
	return strings.Split(w.Header().Get("Content-Security-Policy"), "; ")
}
