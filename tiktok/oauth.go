package tiktok

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/handback/handback/models"
	"github.com/handback/handback/platform"
)

// Types of users. There are others, which are not the main account of a seller either.
const (
	UserSeller  = 0  // the main account, who alone may let an app into shops
	UserUnknown = -1 // TikTok did not say
)

// Token is what a seller's consent becomes. It is for all of the seller's shops that were consented to.
type Token struct {
	AccessToken      models.Secret
	AccessExpiresAt  time.Time
	RefreshToken     models.Secret
	RefreshExpiresAt time.Time
	OpenID           string // of the user, in this app
	SellerName       string
	SellerRegion     string // ISO 3166-1 alpha-2, where the seller is at home
	UserType         int    // UserSeller, UserUnknown or another
	Scopes           []string
}

// OAuth gets tokens. It is safe for concurrent use, but a token must be refreshed by one caller at a time: each new one ends
// the one before.
type OAuth struct {
	appKey    string
	secret    models.Secret
	http      *http.Client
	origin    string
	authorize string
}

// NewOAuth makes an OAuth of the app's credentials. Of the options it uses AppKey, AppSecret, Transport, Auth, Authorize and
// Hosts.
func NewOAuth(options Options) *OAuth {
	return &OAuth{
		appKey: options.AppKey, secret: options.AppSecret, http: newHTTPClient(options), origin: cmp.Or(options.Auth, AuthOrigin),
		authorize: options.Authorize,
	}
}

// AuthorizeURL is where a seller consents. TikTok sends the browser back to the address that the app is registered with,
// with the parameters code and state.
func (o *OAuth) AuthorizeURL(state string) (string, error) {
	page, err := url.Parse(cmp.Or(o.authorize, o.origin+"/oauth/authorize"))
	if err != nil {
		return "", unexpected("AuthorizeURL", "the address of the consent page is none", nil)
	}
	query := page.Query()
	if !query.Has("service_id") { // which stands for the app
		query.Set("app_key", o.appKey)
	}
	query.Set("state", state)
	page.RawQuery = query.Encode()
	return page.String(), nil
}

// Exchange makes tokens of the code that the browser came back with. The code can be used once. The kind of the error is
// Reauthorize when it is none, or none any more.
func (o *OAuth) Exchange(ctx context.Context, code models.Secret) (Token, error) {
	return o.token(ctx, "TokenExchange", "/api/v2/token/get", "auth_code", "authorized_code", code)
}

// Refresh makes a new pair of tokens. The kind of the error is Reauthorize when only the seller can help.
func (o *OAuth) Refresh(ctx context.Context, refreshToken models.Secret) (Token, error) {
	return o.token(ctx, "TokenRefresh", "/api/v2/token/refresh", "refresh_token", "refresh_token", refreshToken)
}

// token asks for tokens. TikTok wants all secrets in the address, which therefore stands in no error and no log.
func (o *OAuth) token(ctx context.Context, operation, path, parameter, grant string, secret models.Secret) (Token, error) {
	query := url.Values{
		"app_key": {o.appKey}, "app_secret": {o.secret.Reveal()}, "grant_type": {grant}, parameter: {secret.Reveal()},
	}
	var answer tokenAnswer
	err := retry(ctx, anyFailure, func() (err error) {
		answer, err = o.send(ctx, operation, o.origin+path+"?"+query.Encode())
		return redact(err, o.secret, secret)
	})
	if err != nil {
		return Token{}, err
	}
	return answer.token(), nil
}

// tokenAnswer is an answer of the token endpoints. Moments are seconds since 1970, whatever their names say.
type tokenAnswer struct {
	AccessToken      string   `json:"access_token"`
	AccessExpiresAt  int64    `json:"access_token_expire_in"`
	RefreshToken     string   `json:"refresh_token"`
	RefreshExpiresAt int64    `json:"refresh_token_expire_in"`
	OpenID           string   `json:"open_id"`
	SellerName       string   `json:"seller_name"`
	SellerRegion     string   `json:"seller_base_region"`
	UserType         *int     `json:"user_type"`
	Scopes           []string `json:"granted_scopes"`
}

func (a tokenAnswer) token() Token {
	user := UserUnknown
	if a.UserType != nil {
		user = *a.UserType
	}
	return Token{
		AccessToken: models.NewSecret(a.AccessToken), AccessExpiresAt: time.Unix(a.AccessExpiresAt, 0).UTC(),
		RefreshToken: models.NewSecret(a.RefreshToken), RefreshExpiresAt: time.Unix(a.RefreshExpiresAt, 0).UTC(),
		OpenID: a.OpenID, SellerName: a.SellerName, SellerRegion: a.SellerRegion, UserType: user, Scopes: a.Scopes,
	}
}

func (o *OAuth) send(ctx context.Context, operation, address string) (tokenAnswer, error) {
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return tokenAnswer{}, unexpected(operation, "make request", platform.WithoutURL(err))
	}
	data, err := exchange(o.http, request, operation)
	if err != nil {
		return tokenAnswer{}, err
	}
	var answer tokenAnswer
	if json.Unmarshal(data, &answer) != nil || answer.AccessToken == "" || answer.RefreshToken == "" ||
		answer.AccessExpiresAt <= 0 || answer.RefreshExpiresAt <= 0 {
		return tokenAnswer{}, unexpected(operation, "the answer has no tokens, or none that end", nil)
	}
	return answer, nil
}
