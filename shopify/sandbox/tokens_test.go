package sandbox_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/shopify/sandbox"
)

// token asks for tokens and returns the status and the answer.
func (a *app) token(with map[string]string) (int, map[string]any) {
	body := map[string]string{"client_id": a.sandbox.APIKey(), "client_secret": a.sandbox.APISecret()}
	maps.Copy(body, with)
	text, err := json.Marshal(body)
	require.NoError(a.t, err)
	response, err := a.http.Post("https://"+store+"/admin/oauth/access_token", "application/json", bytes.NewReader(text))
	require.NoError(a.t, err)
	defer response.Body.Close()
	var answer map[string]any
	require.NoError(a.t, json.NewDecoder(response.Body).Decode(&answer))
	return response.StatusCode, answer
}

func exchangeOf(session, wanted string) map[string]string {
	return map[string]string{
		"grant_type":           "urn:ietf:params:oauth:grant-type:token-exchange",
		"subject_token":        session,
		"subject_token_type":   "urn:ietf:params:oauth:token-type:id_token",
		"requested_token_type": "urn:shopify:params:oauth:token-type:" + wanted + "-access-token",
		"expiring":             "1",
	}
}

func (a *app) exchange() int {
	status, answer := a.token(exchangeOf(a.sandbox.SessionToken(store), "offline"))
	a.keep(answer)
	return status
}

func (a *app) keep(answer map[string]any) {
	a.access, _ = answer["access_token"].(string)
	a.refresh, _ = answer["refresh_token"].(string)
}

func (a *app) refreshWith(refresh string) (int, map[string]any) {
	return a.token(map[string]string{"grant_type": "refresh_token", "refresh_token": refresh})
}

func (a *app) status() int {
	status, _, err := a.send("Shop", nil)
	require.NoError(a.t, err)
	return status
}

func TestOnlyTheLatestOfflineTokenIsGood(t *testing.T) {
	a := install(t, sandbox.Options{})
	first := a.access
	require.Equal(t, http.StatusOK, a.status())

	require.Equal(t, http.StatusOK, a.exchange())
	require.Equal(t, http.StatusOK, a.status())
	a.access = first
	require.Equal(t, http.StatusUnauthorized, a.status())
}

func TestAccessTokensExpire(t *testing.T) {
	a := install(t, sandbox.Options{})
	a.clock.pass(59 * time.Minute)
	require.Equal(t, http.StatusOK, a.status())
	a.clock.pass(2 * time.Minute)
	require.Equal(t, http.StatusUnauthorized, a.status())
}

func TestRefreshTokenStaysUsableUntilTheNewOneIsUsed(t *testing.T) {
	a := install(t, sandbox.Options{})
	old := a.refresh
	status, _ := a.refreshWith(old) // the answer is lost
	require.Equal(t, http.StatusOK, status)
	status, answer := a.refreshWith(old)
	require.Equal(t, http.StatusOK, status)
	a.keep(answer)
	require.Equal(t, http.StatusOK, a.status())

	status, answer = a.refreshWith(a.refresh)
	require.Equal(t, http.StatusOK, status)
	a.keep(answer)
	status, answer = a.refreshWith(old)
	require.Equal(t, http.StatusBadRequest, status)
	require.Equal(t, map[string]any{"error": "invalid_grant"}, answer)
	require.Equal(t, http.StatusOK, a.status())
}

func TestUsedRefreshTokenIsGoodFor30Days(t *testing.T) {
	a := install(t, sandbox.Options{})
	status, _ := a.refreshWith(a.refresh)
	require.Equal(t, http.StatusOK, status)
	a.clock.pass(29 * 24 * time.Hour)
	status, _ = a.refreshWith(a.refresh)
	require.Equal(t, http.StatusOK, status)
	a.clock.pass(2 * 24 * time.Hour)
	status, _ = a.refreshWith(a.refresh)
	require.Equal(t, http.StatusBadRequest, status)
}

func TestTokenEndpointVerifiesSessionTokens(t *testing.T) {
	a := open(t, sandbox.Options{})
	session := a.sandbox.SessionToken(store)
	for name, bad := range map[string]string{
		"none": "", "another signature": session + "x", "another store": a.sandbox.SessionToken("borealis.myshopify.com"),
		"not signed": "e30.e30.", "half": session[:20],
	} {
		status, answer := a.token(exchangeOf(bad, "offline"))
		require.Equal(t, http.StatusBadRequest, status, name)
		require.Equal(t, map[string]any{"error": "invalid_subject_token"}, answer, name)
	}
	a.clock.pass(2 * time.Minute)
	status, _ := a.token(exchangeOf(session, "offline"))
	require.Equal(t, http.StatusBadRequest, status)
	require.Equal(t, http.StatusOK, a.exchange())
}

func TestTokenEndpointRefusesAnotherApp(t *testing.T) {
	a := open(t, sandbox.Options{})
	with := exchangeOf(a.sandbox.SessionToken(store), "offline")
	with["client_secret"] = "guessed"
	status, answer := a.token(with)
	require.Equal(t, http.StatusUnauthorized, status)
	require.NotContains(t, answer, "access_token")
}

func TestOnlineTokenTellsTheOwner(t *testing.T) {
	a := install(t, sandbox.Options{})
	offline := a.access
	status, answer := a.token(exchangeOf(a.sandbox.SessionToken(store), "online"))
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, map[string]any{
		"id": 1., "first_name": "Owner", "last_name": "of Aurora Outfitters", "email": "owner@" + store, "email_verified": true, "account_owner": true,
		"locale": "en", "collaborator": false,
	}, answer["associated_user"])
	require.NotContains(t, answer, "refresh_token")
	a.keep(answer)
	require.Equal(t, http.StatusOK, a.status())
	a.access = offline
	require.Equal(t, http.StatusOK, a.status(), "an online token ends no offline one")
}

// TestOnlineTokenTellsWhoSignedIn: whatever the person was named last, also after a restart.
func TestOnlineTokenTellsWhoSignedIn(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sandbox.jsonl")
	a := install(t, sandbox.Options{File: file, APISecret: "secret"})
	named := func() []any {
		status, answer := a.token(exchangeOf(a.sandbox.UserSessionToken(store, 42), "online"))
		require.Equal(t, http.StatusOK, status)
		user := answer["associated_user"].(map[string]any)
		return []any{user["id"], user["first_name"], user["last_name"], user["account_owner"]}
	}
	require.Equal(t, []any{42., "", "", false}, named())
	response := httptest.NewRecorder()
	a.sandbox.Control().ServeHTTP(response, httptest.NewRequest(http.MethodPost, "/sandbox/shopify/users", strings.NewReader(`{"id":42,"firstName":"Ada","lastName":"Byron"}`)))
	require.Equal(t, http.StatusNoContent, response.Code)
	require.Equal(t, []any{42., "Ada", "Byron", false}, named())
	a.sandbox.NameUser(store, 42, "Ada", "Lovelace")
	for range 2 { // from the lines that were appended, and from the file that was written anew
		require.NoError(t, a.sandbox.Close())
		a = open(t, sandbox.Options{File: file, APISecret: "secret"})
		require.Equal(t, []any{42., "Ada", "Lovelace", false}, named())
	}
	require.Equal(t, []string{"OK", "OK", "OK", "OK"}, a.outcomes("OnlineTokenExchange"))
}

func TestLostRefreshIsListedAndDone(t *testing.T) {
	a := install(t, sandbox.Options{})
	require.NoError(t, a.sandbox.AddFault(sandbox.Fault{Operation: "TokenRefresh", Kind: sandbox.CutAfter, Times: 1}))
	text := `{"client_id":"` + a.sandbox.APIKey() + `","client_secret":"` + a.sandbox.APISecret() + `","grant_type":"refresh_token","refresh_token":"` + a.refresh + `"}`
	response, err := a.http.Post("https://"+store+"/admin/oauth/access_token", "application/json", strings.NewReader(text))
	if err == nil {
		_ = response.Body.Close()
	}
	require.Error(t, err)
	require.Equal(t, http.StatusUnauthorized, a.status(), "the token before is ended")
	status, answer := a.refreshWith(a.refresh)
	require.Equal(t, http.StatusOK, status)
	a.keep(answer)
	require.Equal(t, http.StatusOK, a.status())
	require.Equal(t, []string{"CUT_AFTER", "OK"}, a.outcomes("TokenRefresh"))
}
