package tiktok_test

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/tiktok"
)

func TestKinds(t *testing.T) {
	for _, test := range []struct {
		status, code int
		message      string
		want         tiktok.Kind
	}{
		{200, 105002, "Expired credentials", tiktok.TokenExpired},
		{401, 105002, "Expired credentials", tiktok.TokenExpired},
		{401, 105001, "Invalid credentials", tiktok.TokenExpired},
		{401, 105005, "Access denied", tiktok.NotGranted},
		{200, 36004001, "refresh token expired", tiktok.Reauthorize},
		{200, 36004005, "can not find related auth record", tiktok.Reauthorize},
		{200, 36004999, "of the same family", tiktok.Reauthorize},
		{200, 36009004, "Invalid timestamp", tiktok.ClockSkew},
		{200, 36009004, "Timestamp has expired", tiktok.ClockSkew},
		{200, 36009004, "Invalid app_key", tiktok.Unexpected},
		{200, 36009004, "Invalid access_token", tiktok.TokenExpired},
		{200, 106001, "Invalid sign", tiktok.Unexpected},
		{200, 106013, "Invalid shop_cipher", tiktok.ShopMismatch},
		{200, 12000000, "Invalid shop_cipher", tiktok.ShopMismatch},
		{200, 101000, "not of this shop", tiktok.ShopMismatch},
		{200, 36009043, "shop", tiktok.Deactivated},
		{200, 36009044, "seller", tiktok.Deactivated},
		{200, 36009002, "Too many requests", tiktok.RateLimited},
		{429, 36009002, "Too many requests", tiktok.RateLimited},
		{429, 0, "", tiktok.RateLimited},
		{200, 36009003, "Internal error", tiktok.Internal},
		{502, 0, "", tiktok.Internal},
		{200, 98001004, "what is this", tiktok.Unexpected},
		{404, 0, "", tiktok.Unexpected},
	} {
		synctest.Test(t, func(t *testing.T) {
			api := newAPI(t).on(warehousesEndpoint, refusedWith(test.status, test.code, test.message))

			_, err := api.client().Warehouses(t.Context(), shop)

			requireKind(t, test.want, err)
			failed := &tiktok.Error{}
			require.ErrorAs(t, err, &failed)
			require.Equal(t, test.status, failed.Status)
			require.Equal(t, test.code, failed.Code)
			require.Equal(t, "2026", failed.RequestID)
		})
	}
}

func TestPagesOfProxiesAreNoAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for code, want := range map[int]tiktok.Kind{
			http.StatusOK: tiktok.Unexpected, http.StatusForbidden: tiktok.Unexpected, http.StatusBadGateway: tiktok.Internal,
			http.StatusTooManyRequests: tiktok.RateLimited,
		} {
			_, err := newAPI(t).on(warehousesEndpoint, status(code, "<html>")).client().Warehouses(t.Context(), shop)
			requireKind(t, want, err)
		}
	})
}

func TestAnswersWithoutWhatIsNeededAreUnexpected(t *testing.T) {
	for _, text := range []string{`null`, `{}`, `{"seller_status_data":{}}`, `{"seller_status_data":{"seller_status":2}}`, `[]`} {
		_, err := newAPI(t).on("GET /seller/202508/status", data(text)).client().Seller(t.Context(), shop)
		requireKind(t, tiktok.Unexpected, err)
	}
	for _, text := range []string{`{"shops":[{"id":"1"}]}`, `{"shops":[{"id":"1","code":"C","region":"US"}]}`} {
		_, err := newAPI(t).on(shopsEndpoint, data(text)).client().Shops(t.Context(), shop)
		requireKind(t, tiktok.Unexpected, err)
	}
	for _, text := range []string{`{"orders":[{"id":"1"}]}`, `{"orders":[{"status":"ON_HOLD"}]}`} {
		_, err := newAPI(t).on("GET /order/202507/orders", data(text)).client().Orders(t.Context(), shop, ids(1))
		requireKind(t, tiktok.Unexpected, err)
	}
}

// TestSecretsAreInNoErrorAndNoLog has TikTok repeat all that a call told it, and the network fail with the address.
func TestSecretsAreInNoErrorAndNoLog(t *testing.T) {
	repeat := func(answer func(text string) reply) http.RoundTripper {
		return inProcess{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			text := r.Header.Get("X-Tts-Access-Token") + " " + appSecret + strings.Repeat(".", 230)
			for _, values := range r.URL.Query() {
				text += " " + values[0]
			}
			answer(text)(w, received{})
		})}
	}
	for name, transport := range map[string]http.RoundTripper{
		"message": repeat(func(text string) reply { return refused(1, text) }),
		"data":    repeat(func(text string) reply { return data(`{"shops":"` + text + `","access_token":["` + text + `"]}`) }),
		"no JSON": repeat(func(text string) reply { return data(`{` + text) }),
		"network": failing{},
	} {
		synctest.Test(t, func(t *testing.T) {
			options := newAPI(t).options()
			options.Transport = transport
			client, oauth := tiktok.New(options), tiktok.NewOAuth(options)
			var log strings.Builder
			logger := slog.New(slog.NewTextHandler(&log, nil))
			_, shopsErr := client.Shops(t.Context(), shop)
			_, warehousesErr := client.Warehouses(t.Context(), shop)
			_, exchangeErr := oauth.Exchange(t.Context(), models.NewSecret(authCode))
			_, refreshErr := oauth.Refresh(t.Context(), models.NewSecret(refreshToken))
			for _, err := range []error{shopsErr, exchangeErr, refreshErr, warehousesErr} {
				if err == nil && name == "data" {
					continue // nothing of the data was needed
				}
				require.Error(t, err, name)
				requireNoSecret(t, err)
				logger.Error("failed", "err", err, "options", options)
			}
			for _, secret := range []string{firstToken, cipher, appSecret, authCode, refreshToken} {
				for end := 12; end < len(secret); end++ {
					require.NotContains(t, log.String(), secret[:end], name)
				}
			}
		})
	}
}

// failing is a transport that cannot connect; the client of net/http adds the address to its error.
type failing struct{}

func (failing) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("connection refused")
}
