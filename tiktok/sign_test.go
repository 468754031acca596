package tiktok_test

import (
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/tiktok"
)

// TestSign holds signatures that several independent implementations agree on.
func TestSign(t *testing.T) {
	common := func(more ...string) url.Values {
		query := url.Values{"app_key": {appKey}, "timestamp": {"1764288000"}}
		for i := 0; i < len(more); i += 2 {
			query.Set(more[i], more[i+1])
		}
		return query
	}
	for _, test := range []struct {
		path, secret, body, want string
		query                    url.Values
	}{
		{
			path: "/test-api", secret: "app_secret", query: url.Values{"foo": {"bar"}},
			want: "d3cb7fe11ecae942802ceeca67e7cf10120cc12f1517d45fbc1c8cfe5413c80f",
		},
		{
			path: "/authorization/202309/shops", query: common(),
			want: "34d27394332d15393b41a52762dba55f7c1d4a316f5d215786636ab2d6429c71",
		},
		{
			path:  "/order/202309/orders/search",
			query: common("shop_cipher", cipher, "page_size", "100", "sort_field", "update_time", "sort_order", "ASC"),
			body:  `{"order_status":"AWAITING_SHIPMENT","update_time_ge":1764000000}`,
			want:  "377848d958e6283f048255275d340c0796deb0f4e7fe405fb6510ad2a0350ce6",
		},
		{
			path: "/event/202309/webhooks", query: common("shop_cipher", cipher), body: `{"event_type":"ORDER_STATUS_CHANGE"}`,
			want: "7998c978c1428e9d737fd590334b1f42c1c8ec25e21750a327878a814ed6ba03",
		},
		{
			path: "/authorization/202403/shops", query: common("shop_cipher", cipher, "access_token", firstToken, "sign", "other"),
			want: "fbc62086252b5085f0ceeb38d795beb50da28d897ea3d907bc2f320d0671006a",
		},
		{
			path:  "/product/202502/products/search",
			query: common("shop_cipher", "a+b/c==", "page_size", "1", "page_token", "a b&c=d%20é"), body: `{"seller_skus":["größe/ä"]}`,
			want: "ca9dad74ac0ee9e6adf90534a253bf5fd8ee3d928132d970fbbd532c94fd1105",
		},
	} {
		secret := test.secret
		if secret == "" {
			secret = appSecret
		}
		require.Equal(t, test.want, tiktok.Sign(secret, test.path, test.query, []byte(test.body)), test.path)
	}
}

func TestVerifyWebhook(t *testing.T) {
	for _, test := range []struct{ key, secret, body, want string }{
		{
			"fake_app_key", "fake_app_secret",
			`{"type":1,"shop_id":"7494726673780148744","timestamp":1664095733,"data":{"order_id":"576684019603311365","order_status":"AWAITING_SHIPMENT","update_time":1664095610}}`,
			"21109834de72ec53c9959716d8514ae388ce1f123e5ffdcafc46713fcdf62b27",
		},
		{
			appKey, appSecret,
			`{"type":6,"tts_notification_id":"7327112393057371910","shop_id":"7494726673780148744","timestamp":1764288000,"data":{"message":"The seller has deauthorized your app."}}`,
			"019ff341b80d7701f43f5148f33b951f36183c7d2722e4f627080dd63e20c350",
		},
	} {
		require.Equal(t, test.want, tiktok.SignWebhook(test.key, test.secret, []byte(test.body)))
		require.True(t, tiktok.VerifyWebhook(test.key, test.secret, []byte(test.body), test.want))
		for _, forged := range []string{"", "0", test.want[1:], test.want + "0"} {
			require.False(t, tiktok.VerifyWebhook(test.key, test.secret, []byte(test.body), forged))
		}
		require.False(t, tiktok.VerifyWebhook(test.key, test.secret, []byte(test.body+" "), test.want))
		require.False(t, tiktok.VerifyWebhook(test.key, "other", []byte(test.body), test.want))
	}
}

// TestRequestsAreSignedAsSent takes signatures of known requests from what the client sends.
func TestRequestsAreSignedAsSent(t *testing.T) {
	api := newAPI(t).on(searchEndpoint, data(`{"orders":[]}`)).on("DELETE /event/202309/webhooks", data(`{}`)).
		on(deauthorizeEndpoint, data(`{}`)).on(shopsEndpoint, data(noShops))
	options := api.options()
	options.Now = func() time.Time { return now }
	client := tiktok.New(options)

	for _, err := range client.SearchOrders(t.Context(), shop, tiktok.OrderSearch{Status: "AWAITING_SHIPMENT", UpdatedFrom: 1764000000}) {
		require.NoError(t, err)
	}
	require.NoError(t, client.DeleteWebhook(t.Context(), shop, tiktok.TopicOrder))
	require.NoError(t, client.Deauthorize(t.Context(), shop))
	_, err := client.Shops(t.Context(), shop)
	require.NoError(t, err)

	var signatures []string
	for _, call := range api.calls {
		require.Equal(t, firstToken, call.Header.Get("X-Tts-Access-Token"))
		require.Equal(t, "application/json", call.Header.Get("Content-Type"))
		signatures = append(signatures, call.URL.Query().Get("sign"))
	}
	require.Equal(t, []string{
		"377848d958e6283f048255275d340c0796deb0f4e7fe405fb6510ad2a0350ce6",
		"7998c978c1428e9d737fd590334b1f42c1c8ec25e21750a327878a814ed6ba03",
		"fbc62086252b5085f0ceeb38d795beb50da28d897ea3d907bc2f320d0671006a",
		"34d27394332d15393b41a52762dba55f7c1d4a316f5d215786636ab2d6429c71",
	}, signatures)
}

// TestParametersArriveAsSigned: a token of a page may hold any character.
func TestParametersArriveAsSigned(t *testing.T) {
	const token = "a b&c=d%20é+/"
	api := newAPI(t).on(searchEndpoint, data(`{"orders":[],"next_page_token":"`+token+`"}`), data(`{"orders":[]}`))
	synctest.Test(t, func(t *testing.T) {
		for _, err := range api.client().SearchOrders(t.Context(), shop, tiktok.OrderSearch{}) {
			require.NoError(t, err)
		}
	})
	require.Len(t, api.calls, 2)
	last := api.calls[1]
	require.Equal(t, http.MethodPost, last.Method)
	require.Equal(t, token, last.URL.Query().Get("page_token"))
	require.Equal(t, last.URL.Query().Get("sign"), tiktok.Sign(appSecret, last.URL.Path, last.URL.Query(), []byte(last.body)))
}
