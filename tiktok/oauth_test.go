package tiktok_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/tiktok"
)

const (
	authCode     = "ROW_code_0123456789abcdef"
	refreshToken = "ROW_refresh_0123456789abcdef"
	newTokens    = `{"access_token":"` + firstToken + `","access_token_expire_in":1764892800,"refresh_token":"` + refreshToken +
		`","refresh_token_expire_in":1795824000,"open_id":"7010","seller_name":"Aurora","seller_base_region":"US","user_type":0,` +
		`"granted_scopes":["seller.order.info"],"unknown":{"member":1}}`
)

func TestTokens(t *testing.T) {
	api := newAPI(t).on("GET /api/v2/token/get", data(newTokens)).on("GET /api/v2/token/refresh", data(newTokens))
	oauth := tiktok.NewOAuth(api.options())
	want := tiktok.Token{
		AccessToken: models.NewSecret(firstToken), AccessExpiresAt: time.Unix(1764892800, 0).UTC(),
		RefreshToken: models.NewSecret(refreshToken), RefreshExpiresAt: time.Unix(1795824000, 0).UTC(),
		OpenID: "7010", SellerName: "Aurora", SellerRegion: "US", UserType: tiktok.UserSeller, Scopes: []string{"seller.order.info"},
	}

	for name, test := range map[string]struct {
		token func() (tiktok.Token, error)
		query url.Values
	}{
		"exchange": {
			func() (tiktok.Token, error) { return oauth.Exchange(t.Context(), models.NewSecret(authCode)) },
			url.Values{"app_key": {appKey}, "app_secret": {appSecret}, "auth_code": {authCode}, "grant_type": {"authorized_code"}},
		},
		"refresh": {
			func() (tiktok.Token, error) { return oauth.Refresh(t.Context(), models.NewSecret(refreshToken)) },
			url.Values{"app_key": {appKey}, "app_secret": {appSecret}, "refresh_token": {refreshToken}, "grant_type": {"refresh_token"}},
		},
	} {
		got, err := test.token()
		require.NoError(t, err, name)
		require.True(t, want.AccessToken.Equal(got.AccessToken) && want.RefreshToken.Equal(got.RefreshToken), name)
		got.AccessToken, got.RefreshToken = want.AccessToken, want.RefreshToken
		require.Equal(t, want, got, name)
		require.Equal(t, test.query, api.calls[len(api.calls)-1].URL.Query(), name)
	}
}

// TestUserOfUnknownTypeIsNoOwner: 0 is the type of owners.
func TestUserOfUnknownTypeIsNoOwner(t *testing.T) {
	api := newAPI(t).on("GET /api/v2/token/get", data(strings.Replace(newTokens, `"user_type":0,`, "", 1)))
	got, err := tiktok.NewOAuth(api.options()).Exchange(t.Context(), models.NewSecret(authCode))
	require.NoError(t, err)
	require.Equal(t, tiktok.UserUnknown, got.UserType)
}

func TestTokensThatAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, test := range []struct {
			reply reply
			want  tiktok.Kind
		}{
			{refused(36004001, "refresh token expired"), tiktok.Reauthorize},
			{refused(36004005, "can not find related auth record"), tiktok.Reauthorize},
			{refused(36009004, "app_key"), tiktok.Unexpected},
			{data(`{"access_token":"` + firstToken + `"}`), tiktok.Unexpected},
			{data(`{}`), tiktok.Unexpected},
			{status(http.StatusBadGateway, "<html>"), tiktok.Internal},
			{cut, tiktok.Unavailable},
		} {
			oauth := tiktok.NewOAuth(newAPI(t).on("GET /api/v2/token/refresh", test.reply).options())
			_, err := oauth.Refresh(t.Context(), models.NewSecret(refreshToken))
			requireKind(t, test.want, err)
		}
	})
}

func TestLostAnswerOfRefreshIsAskedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newAPI(t).on("GET /api/v2/token/refresh", cut, data(newTokens))
		_, err := tiktok.NewOAuth(api.options()).Refresh(t.Context(), models.NewSecret(refreshToken))
		require.NoError(t, err)
		require.Equal(t, 2, api.times())
	})
}

func TestAuthorizeURLHoldsNoSecret(t *testing.T) {
	for page, want := range map[string]string{
		"":                                 "https://auth.tiktok-shops.com/oauth/authorize?app_key=" + appKey + "&state=a+state%26more",
		"http://localhost/oauth/authorize": "http://localhost/oauth/authorize?app_key=" + appKey + "&state=a+state%26more",
		"https://services.us.tiktokshop.com/open/authorize?service_id=7": "https://services.us.tiktokshop.com/open/authorize?service_id=7&state=a+state%26more",
	} {
		options := newAPI(t).options()
		options.Authorize = page
		address, err := tiktok.NewOAuth(options).AuthorizeURL("a state&more")
		require.NoError(t, err)
		require.Equal(t, want, address)
	}
}
