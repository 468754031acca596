package shopify_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify"
)

const (
	appSecret    = "shpss_0123456789abcdef"
	refreshToken = "shprt_0123456789abcdef"
	sessionToken = "eyJhbGciOiJIUzI1NiJ9.e30.signature"
)

// tokenServer answers the requests for tokens one after the other, the last for good, and notes them.
type tokenServer struct {
	t        *testing.T
	answers  []http.HandlerFunc
	received []map[string]string
}

func (s *tokenServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	assert.Equal(s.t, "/admin/oauth/access_token", r.URL.String()[len("https://"+store):])
	assert.Equal(s.t, "application/json", r.Header.Get("Content-Type"))
	fields := map[string]string{}
	assert.NoError(s.t, json.NewDecoder(r.Body).Decode(&fields))
	s.received = append(s.received, fields)
	answer := s.answers[0]
	if len(s.answers) > 1 {
		s.answers = s.answers[1:]
	}
	answer(w, r)
}

func answering(code int, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		fmt.Fprint(w, text)
	}
}

func newOAuth(t *testing.T, answers ...http.HandlerFunc) (*shopify.OAuth, *tokenServer) {
	server := &tokenServer{t: t, answers: answers}
	return shopify.NewOAuth("client", appSecret, shopify.Options{Transport: inProcess{server}}), server
}

const pair = `{"access_token":"shpat_first_0123456789abcdef","scope":"read_products,write_publications","expires_in":3600,"refresh_token":"shprt_0123456789abcdef","refresh_token_expires_in":7776000}`

func TestSessionTokenIsExchangedForTokensThatExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		oauth, server := newOAuth(t, answering(http.StatusOK, pair))

		got, err := oauth.Exchange(t.Context(), store, sessionToken)

		require.NoError(t, err)
		require.Equal(t, []string{firstToken, refreshToken}, []string{got.AccessToken.Reveal(), got.RefreshToken.Reveal()})
		require.Equal(t, []string{"read_products", "write_publications"}, got.Scopes)
		require.Equal(t, []time.Duration{time.Hour, 90 * 24 * time.Hour}, []time.Duration{got.ExpiresIn, got.RefreshExpiresIn})
		require.Equal(t, []map[string]string{{
			"client_id": "client", "client_secret": appSecret,
			"grant_type":           "urn:ietf:params:oauth:grant-type:token-exchange",
			"subject_token":        sessionToken,
			"subject_token_type":   "urn:ietf:params:oauth:token-type:id_token",
			"requested_token_type": "urn:shopify:params:oauth:token-type:offline-access-token",
			"expiring":             "1",
		}}, server.received)
	})
}

// TestTokensWithoutExpiry: the rule in models says how long they are believed.
func TestTokensWithoutExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		oauth, server := newOAuth(t, answering(http.StatusOK, `{"access_token":"a","scope":"","refresh_token":"r"}`))

		got, err := oauth.Refresh(t.Context(), store, models.NewSecret(refreshToken))

		require.NoError(t, err)
		require.Zero(t, got.ExpiresIn)
		require.Zero(t, got.RefreshExpiresIn)
		require.Equal(t, []map[string]string{{
			"client_id": "client", "client_secret": appSecret, "grant_type": "refresh_token", "refresh_token": refreshToken,
		}}, server.received)
	})
}

func TestRefreshWhoseAnswerIsLostIsRepeatedWithTheSameToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lost := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
		oauth, server := newOAuth(t, lost, answering(http.StatusServiceUnavailable, ""), answering(http.StatusOK, pair))

		_, err := oauth.Refresh(t.Context(), store, models.NewSecret(refreshToken))

		require.NoError(t, err)
		require.Len(t, server.received, 3)
		require.Equal(t, server.received[0], server.received[2])
	})
}

func TestRefusedTokensSayWhatIsToBeDone(t *testing.T) {
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		kind   shopify.Kind
		code   string
	}{
		"dead refresh token": {answering(http.StatusBadRequest, `{"error":"invalid_grant","error_description":"`+refreshToken+` is dead"}`), shopify.AccessLost, "invalid_grant"},
		"old session token":  {answering(http.StatusBadRequest, `{"error":"invalid_subject_token"}`), shopify.Rejected, shopify.CodeInvalidToken},
		"wrong credentials":  {answering(http.StatusUnauthorized, `{"error":"invalid_client"}`), shopify.Protocol, "invalid_client"},
		"not authorized":     {answering(http.StatusUnauthorized, ``), shopify.Protocol, ""},
		"frozen store":       {answering(http.StatusPaymentRequired, ``), shopify.AccessLost, ""},
		"secret repeated":    {answering(http.StatusBadRequest, `{"error":"`+appSecret+refreshToken+`"}`), shopify.Protocol, "[redacted][redacted]"},
		"no token":           {answering(http.StatusOK, `{"refresh_token":"`+refreshToken+`"}`), shopify.Protocol, ""},
		"cut token":          {answering(http.StatusOK, pair[:40]), shopify.Protocol, ""},
	} {
		t.Run(name, func(t *testing.T) {
			oauth, _ := newOAuth(t, test.answer)

			_, err := oauth.Refresh(t.Context(), store, models.NewSecret(refreshToken))

			requireKind(t, test.kind, err)
			require.Equal(t, test.code, shopify.CodeOf(err))
			require.Equal(t, test.kind == shopify.AccessLost, errors.Is(err, models.ErrAccessLost))
			require.NotContains(t, err.Error(), refreshToken)
			require.NotContains(t, err.Error(), appSecret)
		})
	}
}
