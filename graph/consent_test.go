package graph_test

import (
	"log/slog"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/endpoint"
	"github.com/handback/handback/models"
	"github.com/handback/handback/tiktok"
)

const beginConsent = `mutation($to: String) { beginTikTokAuthorization(returnTo: $to) { url userErrors { code message field } } }`

func (a *api) begin(returnTo any) object {
	a.t.Helper()
	return a.do(beginConsent, object{"to": returnTo}).(object)
}

func TestConsentBeginsAtTikToksPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		states := map[string]bool{}
		for _, page := range []any{nil, "/settings"} {
			payload := a.begin(page)
			require.Empty(t, codes(payload))
			address, err := url.Parse(payload["url"].(string))
			require.NoError(t, err)
			state := address.Query().Get("state")
			require.Len(t, state, 26)
			states[state] = true
			consent, err := a.repository.UseConsent(t.Context(), models.NewSecret(state))
			require.NoError(t, err)
			require.Equal(t, page == nil, consent.ReturnTo == "")
		}
		require.Len(t, states, 2)
	})
}

func TestConsentIsRefusedBeforeItIsBegun(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		for _, page := range []string{"//evil.example", "https://evil.example/", "settings"} {
			payload := a.begin(page)
			require.Equal(t, []string{"INVALID_RETURN_TO returnTo"}, codes(payload))
			require.Nil(t, payload["url"])
		}
		require.Empty(t, codes(a.connect("sandbox:US:owner:MINE")))
		require.Equal(t, []string{"ALREADY_CONNECTED"}, codes(a.begin(nil)))
	})
}

// TestConsentIsBegunOnce with a key: a repetition gets the same address.
func TestConsentIsBegunOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		const keyed = `mutation { beginTikTokAuthorization @idempotent(key: "once") { url } }`
		first, other := a.do(keyed, nil), a.begin(nil)["url"]
		require.Equal(t, first, a.do(keyed, nil))
		require.NotEqual(t, other, a.begin(nil)["url"])
	})
}

func TestConsentNeedsTikTok(t *testing.T) {
	a := newAPI(t, dbtest.URL(t, "sqlite"))
	server := httptest.NewServer(endpoint.New(schemaOf(a.repository, tiktok.None{}), endpoint.Options{
		SignIn: signInAs(models.Caller{Actor: models.Actor{Kind: models.ActorSeller}}), Log: slog.New(slog.DiscardHandler),
	}))
	defer server.Close()
	a.url = server.URL
	require.Equal(t, []string{"TIKTOK_UNAVAILABLE"}, codes(a.begin(nil)))
}
