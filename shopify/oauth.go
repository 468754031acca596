package shopify

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/handback/handback/models"
	"github.com/handback/handback/platform"
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
func (o *OAuth) Exchange(ctx context.Context, store, sessionToken string) (models.TokenPair, error) {
	body := exchangeFor(sessionToken, "urn:shopify:params:oauth:token-type:offline-access-token")
	body["expiring"] = "1"
	return o.tokens(ctx, store, "exchange token", body, sessionToken)
}

// UserName asks for a token of the person that a session token is of, because Shopify says with it what the person is called. The
// token is not looked at; it ends none of the store's. It is "" where Shopify tells of another person than that one.
func (o *OAuth) UserName(ctx context.Context, store, userID, sessionToken string) (string, error) {
	const operation = "exchange token for a name"
	body := exchangeFor(sessionToken, "urn:shopify:params:oauth:token-type:online-access-token")
	var answer struct {
		User struct {
			ID        jsontext.Value `json:"id"`
			FirstName string         `json:"first_name"`
			LastName  string         `json:"last_name"`
		} `json:"associated_user"`
	}
	err := o.post(ctx, store, operation, body, sessionToken, func(text []byte) error {
		if json.Unmarshal(text, &answer, jsontext.AllowInvalidUTF8(true)) != nil {
			return unexpected(operation, "the answer has no user", nil) // and no error that may quote it
		}
		return nil
	})
	if err != nil || string(answer.User.ID) != userID {
		return "", err
	}
	return models.NewUserName(answer.User.FirstName, answer.User.LastName), nil
}

// exchangeFor is a request for a type of token in exchange for a session token.
func exchangeFor(sessionToken, requested string) map[string]string {
	return map[string]string{
		"grant_type":           "urn:ietf:params:oauth:grant-type:token-exchange",
		"subject_token":        sessionToken,
		"subject_token_type":   "urn:ietf:params:oauth:token-type:id_token",
		"requested_token_type": requested,
	}
}

// Refresh implements TokenEndpoint: it makes a new pair of tokens. When its answer is lost, the same refresh token may be
// used again. The kind of the error is AccessLost when it may not be used any more.
func (o *OAuth) Refresh(ctx context.Context, store string, refreshToken models.Secret) (models.TokenPair, error) {
	return o.tokens(ctx, store, "refresh token", map[string]string{
		"grant_type":    "refresh_token",
		"refresh_token": refreshToken.Reveal(),
	}, refreshToken.Reveal())
}

func (o *OAuth) tokens(ctx context.Context, store, operation string, body map[string]string, secret string) (models.TokenPair, error) {
	var answer tokenAnswer
	err := o.post(ctx, store, operation, body, secret, func(text []byte) error {
		if json.Unmarshal(text, &answer) != nil || answer.AccessToken == "" {
			return unexpected(operation, "the answer has no token", nil) // and no error that may quote one
		}
		return nil
	})
	if err != nil {
		return models.TokenPair{}, err
	}
	return answer.token(), nil
}

// post sends a request, again when that may help, and has the answer read. The secret of the request is in no error.
func (o *OAuth) post(ctx context.Context, store, operation string, body map[string]string, secret string, read func(text []byte) error) error {
	body["client_id"], body["client_secret"] = o.clientID, o.secret
	request, err := json.Marshal(body, json.Deterministic(true))
	if err != nil {
		return unexpected(operation, "encode request", nil)
	}
	return retry(ctx, func() error {
		text, err := o.send(ctx, store, operation, request)
		if err == nil {
			err = read(text)
		}
		return redact(err, o.secret, secret)
	})
}

type tokenAnswer struct {
	AccessToken           string `json:"access_token"`
	Scope                 string `json:"scope"`
	ExpiresIn             int64  `json:"expires_in"`
	RefreshToken          string `json:"refresh_token"`
	RefreshTokenExpiresIn int64  `json:"refresh_token_expires_in"`
}

func (a tokenAnswer) token() models.TokenPair {
	return models.TokenPair{
		AccessToken: models.NewSecret(a.AccessToken), RefreshToken: models.NewSecret(a.RefreshToken), Scopes: splitScopes(a.Scope),
		ExpiresIn: time.Duration(a.ExpiresIn) * time.Second, RefreshExpiresIn: time.Duration(a.RefreshTokenExpiresIn) * time.Second,
	}
}

func splitScopes(scope string) []string {
	return strings.FieldsFunc(scope, func(r rune) bool { return r == ',' || r == ' ' })
}

func (o *OAuth) send(ctx context.Context, store, operation string, body []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, o.endpoint(store)+"/admin/oauth/access_token", bytes.NewReader(body))
	if err != nil {
		return nil, unexpected(operation, "make request", platform.WithoutURL(err))
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	text, err := exchange(o.http, request, operation)
	if err != nil {
		return nil, refusedToken(err, text)
	}
	return text, nil
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
