package tiktok_test

import (
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/tiktok"
)

// hostRecorder notes every host that a request reaches.
type hostRecorder struct {
	hosts []string
	next  http.RoundTripper
}

func (h *hostRecorder) RoundTrip(r *http.Request) (*http.Response, error) {
	h.hosts = append(h.hosts, r.URL.Scheme+"://"+r.URL.Host)
	return h.next.RoundTrip(r)
}

func TestNoHostIsCalledThatIsNotOnTheList(t *testing.T) {
	for _, origin := range []string{
		"https://business-api.tiktok.com",
		"https://aurora.myshopify.com",
		"http://open-api.tiktokglobalshop.com",
		"https://tiktokglobalshop.com",
		"https://a.open-api.tiktokglobalshop.com",
		"https://open-api.tiktokglobalshop.com:8443",
		"https://open-api.tiktokglobalshop.com.example",
		"https://open-api.tiktokglobalshop.com@evil.example",
		"https://evil.example/open-api.tiktokglobalshop.com",
	} {
		api := newAPI(t).on(shopsEndpoint, data(noShops))
		reached := &hostRecorder{next: inProcess{api}}
		options := api.options()
		options.Transport, options.API, options.Auth = reached, origin, origin

		_, err := tiktok.New(options).Shops(t.Context(), shop)
		requireKind(t, tiktok.Unexpected, err)
		_, err = tiktok.NewOAuth(options).Exchange(t.Context(), models.NewSecret(authCode))
		requireKind(t, tiktok.Unexpected, err)
		require.Empty(t, reached.hosts, origin)
	}
}

// TestRedirectsAreNotFollowed: not even to a host on the list, as the token would go along.
func TestRedirectsAreNotFollowed(t *testing.T) {
	api := newAPI(t).on(shopsEndpoint, func(w http.ResponseWriter, _ received) {
		w.Header().Set("Location", "/authorization/202309/shops")
		w.WriteHeader(http.StatusTemporaryRedirect)
	})
	_, err := api.client().Shops(t.Context(), shop)
	requireKind(t, tiktok.Unexpected, err)
	require.Equal(t, 1, api.times())
}

// TestEveryMethodKeepsToTheHosts calls all there is, and finds that only TikTok Shop's two hosts were reached, and that the
// cipher went where it belongs only.
func TestEveryMethodKeepsToTheHosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { callEverything(t) })
}

func callEverything(t *testing.T) {
	api := newAPI(t)
	reached := &hostRecorder{next: inProcess{api}}
	options := api.options()
	options.Transport = reached
	client, oauth, ctx := tiktok.New(options), tiktok.NewOAuth(options), t.Context()
	_, _ = oauth.Exchange(ctx, models.NewSecret(authCode))
	_, _ = oauth.Refresh(ctx, models.NewSecret(refreshToken))
	_, _ = client.Shops(ctx, shop)
	_, _ = client.Seller(ctx, shop)
	_ = client.Deauthorize(ctx, shop)
	_, _ = client.Webhooks(ctx, shop)
	_ = client.PutWebhook(ctx, shop, tiktok.TopicOrder, "https://handback.example/webhooks/tiktok")
	_ = client.DeleteWebhook(ctx, shop, tiktok.TopicOrder)
	for range client.SearchOrders(ctx, shop, tiktok.OrderSearch{}) {
	}
	_, _ = client.Orders(ctx, shop, ids(1))
	for range client.SearchCancellations(ctx, shop, tiktok.AfterSalesSearch{}) {
	}
	for range client.SearchReturns(ctx, shop, tiktok.AfterSalesSearch{}) {
	}
	_, _ = client.Warehouses(ctx, shop)
	_, _ = client.DeliveryOptions(ctx, shop, "7001")
	_, _ = client.ShippingProviders(ctx, shop, "7001")
	_, _ = client.SellerTemplates(ctx, shop)

	require.Len(t, api.calls, 16)
	for i, host := range reached.hosts {
		path := api.calls[i].URL.Path
		want := tiktok.APIOrigin
		if path == "/api/v2/token/get" || path == "/api/v2/token/refresh" {
			want = tiktok.AuthOrigin
		}
		require.Equal(t, want, host, path)
		shopless := want == tiktok.AuthOrigin || path == "/authorization/202309/shops" || path == "/seller/202508/status"
		require.Equal(t, !shopless, api.calls[i].URL.Query().Has("shop_cipher"), path)
		require.False(t, api.calls[i].URL.Query().Has("access_token"), path)
	}
}

func TestIdentifiersCannotLeadElsewhere(t *testing.T) {
	api := newAPI(t)
	for _, id := range []string{"", "../x", "7001/..", "70%2f01", "7001?a=b"} {
		_, err := api.client().DeliveryOptions(t.Context(), shop, id)
		requireKind(t, tiktok.Unexpected, err)
		_, err = api.client().ShippingProviders(t.Context(), shop, id)
		requireKind(t, tiktok.Unexpected, err)
	}
	require.Zero(t, api.times())
}
