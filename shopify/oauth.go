package shopify

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"handback/models"
)

// OAuth gets tokens for stores. It is safe for concurrent use, but a store's token must be got by one caller at a
// time: each new one ends those before.
type OAuth struct {
	clientID string
	secret   string
	http     *http.Client
	endpoint func(store string) string
}

// NewOAuth makes an OAuth of the app's credentials. Of the options it uses Transport, Endpoint and Hosts.
func NewOAuth(clientID, secret string, options Options) *OAuth {
	endpoint := options.Endpoint
	if endpoint == nil {
		endpoint = httpsOrigin
	}
	return &OAuth{clientID: clientID, secret: secret, http: newHTTPClient(options), endpoint: endpoint}
}

// Exchange makes offline tokens, which expire, of the session token that a page of the app sent. The code of the error
// is CodeInvalidToken when the page has to get a new session token.
func (o *OAuth) Exchange(ctx context.Context, store, sessionToken string) (models.ShopifyToken, error) {
	return o.tokens(ctx, store, "exchange token", map[string]string{
		"grant_type":           "urn:ietf:params:oauth:grant-type:token-exchange",
		"subject_token":        sessionToken,
		"subject_token_type":   "urn:ietf:params:oauth:token-type:id_token",
		"requested_token_type": "urn:shopify:params:oauth:token-type:offline-access-token",
		"expiring":             "1",
	}, sessionToken)
}

// Refresh implements TokenEndpoint: it makes a new pair of tokens. When its answer is lost, the same refresh token may be
// used again. The kind of the error is AccessLost when it may not be used any more.
func (o *OAuth) Refresh(ctx context.Context, store string, refreshToken models.Secret) (models.ShopifyToken, error) {
	return o.tokens(ctx, store, "refresh token", map[string]string{
		"grant_type":    "refresh_token",
		"refresh_token": refreshToken.Reveal(),
	}, refreshToken.Reveal())
}

func (o *OAuth) tokens(ctx context.Context, store, operation string, body map[string]string, secret string) (models.ShopifyToken, error) {
	body["client_id"], body["client_secret"] = o.clientID, o.secret
	text, err := json.Marshal(body, json.Deterministic(true))
	if err != nil {
		return models.ShopifyToken{}, unexpected(operation, "encode request", nil)
	}
	var answer tokenAnswer
	err = retry(ctx, func() error {
		answer, err = o.send(ctx, store, operation, text)
		return redact(err, o.secret, secret)
	})
	if err != nil {
		return models.ShopifyToken{}, err
	}
	return answer.token(), nil
}

type tokenAnswer struct {
	AccessToken           string `json:"access_token"`
	Scope                 string `json:"scope"`
	ExpiresIn             int64  `json:"expires_in"`
	RefreshToken          string `json:"refresh_token"`
	RefreshTokenExpiresIn int64  `json:"refresh_token_expires_in"`
}

func (a tokenAnswer) token() models.ShopifyToken {
	return models.ShopifyToken{
		AccessToken: models.NewSecret(a.AccessToken), RefreshToken: models.NewSecret(a.RefreshToken), Scopes: splitScopes(a.Scope),
		ExpiresIn: time.Duration(a.ExpiresIn) * time.Second, RefreshExpiresIn: time.Duration(a.RefreshTokenExpiresIn) * time.Second,
	}
}

func splitScopes(scope string) []string {
	return strings.FieldsFunc(scope, func(r rune) bool { return r == ',' || r == ' ' })
}

func (o *OAuth) send(ctx context.Context, store, operation string, body []byte) (tokenAnswer, error) {
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, o.endpoint(store)+"/admin/oauth/access_token", bytes.NewReader(body))
	if err != nil {
		return tokenAnswer{}, unexpected(operation, "make request", withoutURL(err))
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	text, err := exchange(o.http, request, operation)
	if err != nil {
		return tokenAnswer{}, refusedToken(err, text)
	}
	var answer tokenAnswer
	if json.Unmarshal(text, &answer) != nil || answer.AccessToken == "" {
		return tokenAnswer{}, unexpected(operation, "the answer has no token", nil) // and no error that may quote one
	}
	return answer, nil
}

// refusedToken reads why a token was refused, such as {"error":"invalid_grant"}.
func refusedToken(err error, text []byte) error {
	failed, ok := errors.AsType[*Error](err)
	if !ok || failed.Kind == Unavailable {
		return err
	}
	if failed.Status == http.StatusUnauthorized {
		failed.Kind = Protocol // the app's own credentials are wrong; the store has taken nothing back
	}
	var answer struct {
		Error string `json:"error"`
	}
	if json.Unmarshal(text, &answer) != nil {
		return err
	}
	failed.Code = answer.Error
	switch failed.Code {
	case "invalid_grant":
		failed.Kind = AccessLost
	case CodeInvalidToken:
		failed.Kind = Rejected
	}
	return failed
}
