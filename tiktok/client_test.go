package tiktok_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/tiktok"
)

func TestRefusedTokenIsRenewedOnce(t *testing.T) {
	api := newAPI(t).on(shopsEndpoint, refusedWith(http.StatusUnauthorized, 105002, "Expired credentials"), data(noShops))
	source := &tokens{current: firstToken}

	shops, err := api.client().With(source).Shops(t.Context(), shop)

	require.NoError(t, err)
	require.Empty(t, shops)
	require.Equal(t, 1, source.renewed)
	require.Equal(t, secondToken, api.calls[1].Header.Get("X-Tts-Access-Token"))
}

func TestTokenThatIsRefusedTwiceIsExpired(t *testing.T) {
	api := newAPI(t).on(shopsEndpoint, refused(105002, "Expired credentials"))
	_, err := api.client().Shops(t.Context(), shop)
	requireKind(t, tiktok.TokenExpired, err)
	require.Equal(t, 2, api.times())
}

func TestFailureToRenewIsReturned(t *testing.T) {
	dead := &tiktok.Error{Kind: tiktok.Reauthorize, Operation: "TokenRefresh"}
	for _, test := range []struct {
		err  error
		want tiktok.Kind
	}{{dead, tiktok.Reauthorize}, {errors.New("the database is away"), tiktok.Unavailable}} {
		synctest.Test(t, func(t *testing.T) {
			api := newAPI(t).on(shopsEndpoint, refused(105002, "Expired credentials"))
			_, err := api.client().With(&tokens{current: firstToken, err: test.err}).Shops(t.Context(), shop)
			requireKind(t, test.want, err)
			require.ErrorIs(t, err, test.err)
		})
	}
}

func TestShopsAreListedWithoutACipherAndNothingElseIs(t *testing.T) {
	api := newAPI(t).on(shopsEndpoint, data(`{"shops":[{"id":"7001","code":"USLC1","name":"Aurora","region":"US","seller_type":"LOCAL","cipher":"`+cipher+`"}]}`))
	client := api.client().With(&tokens{current: firstToken, noCipher: true})

	shops, err := client.Shops(t.Context(), shop)
	require.NoError(t, err)
	require.Len(t, shops, 1)
	require.True(t, shops[0].Cipher.Equal(models.NewSecret(cipher)))
	_, err = client.Warehouses(t.Context(), shop)
	requireKind(t, tiktok.ShopMismatch, err)
	require.Equal(t, 1, api.times())
}

// TestDeauthorizeIsSentOnce: what TikTok answers to a second one is unknown.
func TestDeauthorizeIsSentOnce(t *testing.T) {
	for name, test := range map[string]struct {
		replies []reply
		sent    int
		want    tiktok.Kind
	}{
		"done":           {[]reply{data(`{}`)}, 1, ""},
		"cut":            {[]reply{cut, data(`{}`)}, 1, tiktok.Unavailable},
		"internal error": {[]reply{refused(36009003, "Internal error"), data(`{}`)}, 1, tiktok.Internal},
		"gateway":        {[]reply{status(http.StatusBadGateway, ""), data(`{}`)}, 1, tiktok.Internal},
		"too many calls": {[]reply{refused(36009002, "Too many requests"), data(`{}`)}, 2, ""},
		"expired token":  {[]reply{refused(105002, "Expired credentials"), data(`{}`)}, 2, ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			api := newAPI(t).on(deauthorizeEndpoint, test.replies...)
			err := api.client().Deauthorize(t.Context(), shop)
			require.Equal(t, test.want, tiktok.KindOf(err), name)
			require.Equal(t, test.sent, api.times(), name)
		})
	}
}

func TestCallsAreRepeatedUntilTheySucceed(t *testing.T) {
	for name, failure := range map[string]reply{
		"too many calls":    refused(36009002, "Too many requests"),
		"too many requests": refusedWith(http.StatusTooManyRequests, 36009002, "Too many requests"),
		"internal error":    refused(36009003, "Internal error"),
		"bad gateway":       status(http.StatusBadGateway, "<html>"),
		"cut":               cut,
	} {
		synctest.Test(t, func(t *testing.T) {
			api := newAPI(t).on(shopsEndpoint, failure, failure, data(noShops))
			_, err := api.client().Shops(t.Context(), shop)
			require.NoError(t, err, name)
			require.Equal(t, 3, api.times(), name)
		})
	}
}

func TestCallsThatKeepFailingEnd(t *testing.T) {
	for _, test := range []struct {
		failure reply
		want    tiktok.Kind
		times   int
	}{{cut, tiktok.Unavailable, 8}, {refused(36009002, "Too many requests"), tiktok.RateLimited, 30}} {
		synctest.Test(t, func(t *testing.T) {
			api := newAPI(t).on(shopsEndpoint, test.failure)
			_, err := api.client().Shops(t.Context(), shop)
			requireKind(t, test.want, err)
			require.Equal(t, test.times, api.times())
		})
	}
}

func TestWaitsEndWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newAPI(t).on(shopsEndpoint, cut)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := api.client().Shops(ctx, shop)
		requireKind(t, tiktok.Unavailable, err)
		require.LessOrEqual(t, api.times(), 2)
	})
}
