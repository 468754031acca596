package shopify_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify"
)

func TestShopTellsOfItselfAndOfTheApp(t *testing.T) {
	api := newAPI(t).on("Shop", data(`{"shop":{"id":"gid://shopify/Shop/1","name":"Aurora Outfitters","email":"hello@aurora.example","shopOwnerName":"Ada Aurora",
		"myshopifyDomain":"aurora-outfitters.myshopify.com","currencyCode":"USD","weightUnit":"KILOGRAMS","taxesIncluded":false,
		"shopAddress":{"countryCodeV2":"US"},"plan":{"publicDisplayName":"Basic"}},
		"currentAppInstallation":{"id":"gid://shopify/AppInstallation/2","accessScopes":[{"handle":"read_products"},{"handle":"write_publications"}],
		"app":{"id":"gid://shopify/App/3","handle":"handback"}}}`))

	profile, err := api.client().Shop(t.Context(), store)

	require.NoError(t, err)
	require.Equal(t, models.ShopProfile{
		ID: "gid://shopify/Shop/1", Domain: store, Name: "Aurora Outfitters", Email: "hello@aurora.example", OwnerName: "Ada Aurora",
		Region: "US", Currency: "USD", WeightUnit: "KILOGRAMS", Plan: "Basic", InstallationID: "gid://shopify/AppInstallation/2",
		AppID: "gid://shopify/App/3", AppHandle: "handback", Scopes: []string{"read_products", "write_publications"},
	}, profile)
}

const refundURL = "https://checkout.shopify.com/1/policies/7.html?locale=en"

func TestRefundPolicyIsOneWithText(t *testing.T) {
	for policies, shown := range map[string]bool{
		``: false,
		`{"type":"REFUND_POLICY","url":"` + refundURL + `","body":"<p>Within 30 days.</p>"}`:                   true,
		`{"type":"REFUND_POLICY","url":"` + refundURL + `","body":"<p></p>"}`:                                  false,
		`{"type":"REFUND_POLICY","url":"` + refundURL + `","body":"<p class=\"a\">&nbsp;</p>\n<span></span>"}`: false,
		`{"type":"PRIVACY_POLICY","url":"` + refundURL + `","body":"<p>We keep nothing.</p>"}`:                 false,
		`{"type":"PRIVACY_POLICY","url":"` + refundURL + `","body":"<p>We keep nothing.</p>"},` +
			`{"type":"REFUND_POLICY","url":"` + refundURL + `","body":"None."}`: true,
	} {
		client := newAPI(t).on("ShopPolicies", data(`{"shop":{"shopPolicies":[`+policies+`]}}`)).client()

		found, err := client.RefundPolicy(t.Context(), store)

		require.NoError(t, err)
		require.Equal(t, shown, found, policies)
	}
}

func TestRefundPolicyNeedsTheScope(t *testing.T) {
	client := newAPI(t).on("ShopPolicies", topLevel("Access denied for shopPolicies field.", `{"code":"ACCESS_DENIED","requiredAccess":"`+"`read_legal_policies`"+` access scope."}`)).client()

	_, err := client.RefundPolicy(t.Context(), store)

	requireKind(t, shopify.ScopeMissing, err)
}
