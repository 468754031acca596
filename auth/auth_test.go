package auth_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/auth"
	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify"
)

func TestAuthorizationHeaderForms(t *testing.T) {
	t.Parallel()
	repository := open(t, dbtest.URL(t, "sqlite"))
	for _, test := range []struct {
		headers []string
		good    bool
	}{
		{[]string{"Bearer " + goodToken()}, true},
		{[]string{"bearer " + goodToken()}, true},
		{[]string{"BEARER   " + goodToken()}, true},

		{nil, false},
		{[]string{""}, false},
		{[]string{"Bearer"}, false},
		{[]string{"Bearer "}, false},
		{[]string{goodToken()}, false},
		{[]string{"Bearer" + goodToken()}, false},
		{[]string{"Bearer\t" + goodToken()}, false},
		{[]string{"Bearer \t" + goodToken()}, false},
		{[]string{" Bearer " + goodToken()}, false},
		{[]string{"Basic " + goodToken()}, false},
		{[]string{"Token " + goodToken()}, false},
		{[]string{"Bearer Bearer " + goodToken()}, false},
		{[]string{`Bearer "` + goodToken() + `"`}, false},
		{[]string{"Bearer token=" + goodToken()}, false},
		{[]string{"Bearer " + goodToken() + ","}, false},
		{[]string{"Bearer " + goodToken() + ", Bearer " + goodToken()}, false},
		{[]string{"Bearer " + goodToken(), "Bearer " + goodToken()}, false},
		{[]string{"Bearer " + goodToken(), ""}, false},
		{[]string{"", "Bearer " + goodToken()}, false},
		{[]string{"Bearer " + strings.Repeat("a", 1<<20)}, false},
		{[]string{"Bearer " + strings.Repeat("=", 10)}, false},
	} {
		authenticator, _ := newAuth(repository)
		_, err := authenticator.Caller(request(somebody, test.headers...))
		if test.good {
			require.NoError(t, err, test.headers)
		} else {
			require.Same(t, models.ErrUnauthenticated, err, test.headers)
		}
	}
}

func TestCredentialsComeFromTheHeaderOnly(t *testing.T) {
	t.Parallel()
	authenticator, _ := newAuth(open(t, dbtest.URL(t, "sqlite")))
	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(url.Values{"access_token": {goodToken()}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Authorization", "Bearer "+goodToken())
	r.Header.Set("Proxy-Authorization", "Bearer "+goodToken())
	r.Header.Set("X-Shopify-Access-Token", goodToken())
	for _, name := range []string{"Authorization", "session", "access_token", "id_token"} {
		r.AddCookie(&http.Cookie{Name: name, Value: goodToken()})
	}
	_, err := authenticator.Caller(r)
	require.Same(t, models.ErrUnauthenticated, err)
}

func TestCredentialsInTheURLAreRejected(t *testing.T) {
	t.Parallel()
	repository := open(t, dbtest.URL(t, "sqlite"))
	for query, good := range map[string]bool{
		"": true,
		"query=%7Boverview%7Bx%7D%7D&variables=%7B%22token%22%3A%22x%22%7D&extensions={}&operationName=Token": true,
		"previewToken=BfqE62K1e-IHZOZPLAFOIKTD8RntCBl1YiDSyo-cpr0&tokens=1&query=eyJ.x":                       true,
		"key=hb_short&version=1.2.3": true,

		"access_token=x":                         false,
		"ACCESS_TOKEN=":                          false,
		"id_token=x":                             false,
		"token=x":                                false,
		"token":                                  false,
		"api_key=x":                              false,
		"session=x":                              false,
		"authorization=x":                        false,
		"query={x}&Authorization=x":              false,
		"query={x};token=x":                      false,
		"%74oken=x":                              false,
		"x=" + goodToken():                       false,
		"x=" + goodToken() + "&x=1":              false,
		"x=1&x=" + goodToken():                   false,
		"x=" + goodToken() + ";y":                false,
		"x=Bearer+" + goodToken():                false,
		"query=" + unknown:                       false,
		"x=hb%5F" + unknown[3:]:                  false,
		"x=bearer%20" + unknown:                  false,
		"%zz=" + unknown:                         false,
		"x=eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.": false,
	} {
		authenticator, _ := newAuth(repository)
		r := bearer(goodToken())
		r.URL.RawQuery = query
		_, err := authenticator.Caller(r)
		if good {
			require.NoError(t, err, query)
		} else {
			require.Same(t, models.ErrUnauthenticated, err, query)
		}
	}
	authenticator, _ := newAuth(repository)
	r := bearer(goodToken())
	r.URL.User = url.UserPassword("x", goodToken())
	_, err := authenticator.Caller(r)
	require.Same(t, models.ErrUnauthenticated, err)
}

func TestSellerIsTheUserOfTheStore(t *testing.T) {
	t.Parallel()
	authenticator, _ := newAuth(open(t, dbtest.URL(t, "sqlite")))
	first, err := authenticator.Caller(bearer(goodToken()))
	require.NoError(t, err)
	require.NotEmpty(t, first.Store.ID)
	require.Equal(t, models.Caller{
		Store: models.Store{ID: first.Store.ID, Domain: domain, Name: "Aurora Outfitters", Region: "US"},
		Actor: models.Actor{Kind: models.ActorSeller, Name: "Shopify user 42"}, ID: "user_42",
	}, first)

	colleague, err := authenticator.Caller(bearer(goodToken("sub", "18446744073709551615")))
	require.NoError(t, err)
	require.Equal(t, first.Store, colleague.Store)
	require.Equal(t, "user_18446744073709551615", colleague.ID)

	elsewhere, err := authenticator.Caller(bearer(at("borealis.myshopify.com")))
	require.NoError(t, err)
	require.Equal(t, "Borealis", elsewhere.Store.Name)
	require.NotEqual(t, first.Store.ID, elsewhere.Store.ID)

	shouting, err := authenticator.Caller(bearer(at(strings.ToUpper(domain))))
	require.NoError(t, err)
	require.Equal(t, first.Store, shouting.Store)
}

// people answers for a store's people: their names by their numbers.
type people map[string]string

func (p people) User(_ context.Context, store models.Store, userID, sessionToken string) models.ShopifyUser {
	return models.ShopifyUser{StoreID: store.ID, UserID: userID, Name: p[userID+" of "+store.Domain+", "+sessionToken]}
}

func TestSellerHasTheNameThatIsKnown(t *testing.T) {
	t.Parallel()
	repository := open(t, dbtest.URL(t, "sqlite"))
	token := goodToken()
	authenticator := auth.New(auth.Config{
		Stores: repository, Platform: shopify.Sandbox{Catalogue: repository.Catalogue}, Sessions: sessions, Now: func() time.Time { return start },
		Users: people{"42 of " + domain + ", " + token: "Ada Lovelace"},
	})
	caller, err := authenticator.Caller(bearer(token))
	require.NoError(t, err)
	require.Equal(t, models.Actor{Kind: models.ActorSeller, Name: "Ada Lovelace"}, caller.Actor)
	require.Equal(t, "user_42", caller.ID, "the name is nobody's proof of anything")
	colleague, err := authenticator.Caller(bearer(goodToken("sub", "43")))
	require.NoError(t, err)
	require.Equal(t, "Shopify user 43", colleague.Actor.Name)
	elsewhere, err := authenticator.Caller(bearer(at("borealis.myshopify.com")))
	require.NoError(t, err)
	require.Equal(t, "Shopify user 42", elsewhere.Actor.Name)
}

func TestDemoModeSignsInAnonymousCallers(t *testing.T) {
	t.Parallel()
	repository := open(t, dbtest.URL(t, "sqlite"))
	full, _ := newAuth(repository)
	seller, err := full.Caller(bearer(goodToken()))
	require.NoError(t, err)
	_, secret := createKey(t, repository, seller, "Rithum")
	demo := models.Caller{Store: seller.Store, Actor: seller.Store.Seller()}
	open := auth.New(auth.Config{Stores: repository, Demo: &demo})

	caller, err := open.Caller(request(somebody))
	require.NoError(t, err)
	require.Equal(t, demo, caller)

	caller, err = open.Caller(bearer(secret))
	require.NoError(t, err)
	require.Equal(t, models.Actor{Kind: models.ActorPartner, Name: "Rithum"}, caller.Actor)

	for _, r := range []*http.Request{
		bearer(unknown), bearer(signWith("", header, claims("aud", ""))), bearer("x"), request(somebody, ""), request(somebody, "Basic eDp5"),
		bearer(signWith("", header, claims("exp", time.Now().Unix()+60, "nbf", time.Now().Unix(), "iat", nil, "aud", ""))),
	} {
		_, err = open.Caller(r)
		require.Same(t, models.ErrUnauthenticated, err)
	}
	r := request(somebody)
	r.URL.RawQuery = "token=x"
	_, err = open.Caller(r)
	require.Same(t, models.ErrUnauthenticated, err)
}

func TestSessionTokensDisableAnonymousCallers(t *testing.T) {
	t.Parallel()
	demo := models.Caller{Store: models.Store{ID: "store_1"}}
	authenticator := auth.New(auth.Config{Stores: open(t, dbtest.URL(t, "sqlite")), Sessions: sessions, Demo: &demo})
	_, err := authenticator.Caller(request(somebody))
	require.Same(t, models.ErrUnauthenticated, err)
}

func TestFirstTokenRegistersStoreOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL)
		authenticator, _ := newAuth(repository)
		callers := make([]models.Caller, 20)
		var calls sync.WaitGroup
		for i := range callers {
			calls.Go(func() {
				caller, err := authenticator.Caller(bearer(goodToken()))
				assert.NoError(t, err)
				callers[i] = caller
			})
		}
		calls.Wait()
		for _, caller := range callers {
			require.Equal(t, callers[0], caller)
		}
		requireRegisteredOnce(t, repository, callers[0])
	})
}

// TestConcurrentProcessesRegisterStoreOnce: each has a memory of its own.
func TestConcurrentProcessesRegisterStoreOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		callers := make([]models.Caller, 4)
		var calls sync.WaitGroup
		for i := range callers {
			authenticator, _ := newAuth(open(t, databaseURL))
			calls.Go(func() {
				caller, err := authenticator.Caller(bearer(goodToken()))
				assert.NoError(t, err)
				callers[i] = caller
			})
		}
		calls.Wait()
		for _, caller := range callers {
			require.Equal(t, callers[0], caller)
		}
		requireRegisteredOnce(t, open(t, databaseURL), callers[0])
	})
}

func TestKnownSellerNeedsNoDatabase(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL)
		authenticator, _ := newAuth(repository)
		first, err := authenticator.Caller(bearer(goodToken()))
		require.NoError(t, err)
		require.NoError(t, repository.Close())
		again, err := authenticator.Caller(bearer(goodToken("jti", "another")))
		require.NoError(t, err)
		require.Equal(t, first, again)
	})
}

func TestAPIKeyWorksUntilRevoked(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL)
		authenticator, _ := newAuth(repository)
		keys := map[string]models.Caller{}
		for _, host := range []string{"a.myshopify.com", "b.myshopify.com"} {
			seller, err := authenticator.Caller(bearer(at(host)))
			require.NoError(t, err)
			for _, name := range []string{"Rithum", "ChannelAdvisor"} {
				id, secret := createKey(t, repository, seller, name)
				keys[secret] = models.Caller{
					Store: seller.Store, Actor: models.Actor{Kind: models.ActorPartner, Name: name}, ID: id, Scopes: []models.APIKeyScope{models.ScopeRead},
				}
			}
		}
		for secret, want := range keys {
			for range 2 {
				caller, err := authenticator.Caller(bearer(secret))
				require.NoError(t, err)
				require.Equal(t, want, caller)
			}
		}
		for secret, caller := range keys {
			_, err := repository.RevokeAPIKey(t.Context(), caller, caller.ID)
			require.NoError(t, err)
			_, err = authenticator.Caller(bearer(secret))
			require.Same(t, models.ErrUnauthenticated, err)
			delete(keys, secret)
			for others := range keys {
				_, err := authenticator.Caller(bearer(others))
				require.NoError(t, err)
			}
		}
	})
}

// TestExpiredAPIKeyHasMessage: whoever has the secret may know; who comes over and over is slowed down as who guesses.
func TestExpiredAPIKeyHasMessage(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL)
		authenticator, clock := newAuth(repository)
		repository.Now = clock.Now
		seller, err := authenticator.Caller(bearer(goodToken()))
		require.NoError(t, err)
		end := start.Add(time.Hour)
		created, err := repository.CreateAPIKey(t.Context(), seller, models.APIKeyRequest{Name: "Rithum", Scopes: models.AllAPIKeyScopes, ExpiresAt: &end})
		require.NoError(t, err)
		require.Equal(t, "in", attempt(authenticator, somebody, created.Secret))
		clock.move(time.Hour)
		for range 20 {
			_, err = authenticator.Caller(bearer(created.Secret))
			var expired *models.APIKeyExpired
			require.ErrorAs(t, err, &expired)
			require.Equal(t, end, expired.At)
			require.ErrorIs(t, err, models.ErrUnauthenticated)
		}
		require.Equal(t, "throttled", attempt(authenticator, somebody, created.Secret))
		require.Equal(t, "rejected", attempt(authenticator, "203.0.113.10:1", created.Secret))
	})
}

func TestDatabaseFaultIsNotUnauthenticated(t *testing.T) {
	t.Parallel()
	proxy := dbtest.NewProxy(t, dbtest.Postgres(t))
	repository := open(t, proxy.URL())
	authenticator, _ := newAuth(repository)
	seller, err := authenticator.Caller(bearer(goodToken()))
	require.NoError(t, err)
	_, secret := createKey(t, repository, seller, "Rithum")
	newcomer := at("borealis.myshopify.com")

	proxy.RejectConnections()
	for range 30 { // a fault is no failure of the client
		for _, credential := range []string{secret, unknown, newcomer} {
			_, err := authenticator.Caller(bearer(credential))
			require.ErrorIs(t, err, models.ErrTryAgain)
			require.NotErrorIs(t, err, models.ErrUnauthenticated)
		}
	}
	_, err = authenticator.Caller(bearer(goodToken()))
	require.NoError(t, err)
	_, err = authenticator.Caller(bearer(signWith("x", header, claims())))
	require.Same(t, models.ErrUnauthenticated, err, "no database is needed to see that")

	proxy.Heal()
	for _, credential := range []string{secret, newcomer} {
		_, err := authenticator.Caller(bearer(credential))
		require.NoError(t, err)
	}
	_, err = authenticator.Caller(bearer(unknown))
	require.Same(t, models.ErrUnauthenticated, err)
}

// requireRegisteredOnce looks at what registering leaves behind.
func requireRegisteredOnce(t *testing.T, repository *db.Repository, seller models.Caller) {
	t.Helper()
	settings, err := repository.Settings(t.Context(), seller, models.SettingFilter{})
	require.NoError(t, err)
	var has []models.SnapshotSetting
	for _, s := range settings {
		has = append(has, models.SnapshotSetting{Key: s.Key, Scope: s.Scope, Value: s.Value})
	}
	require.Equal(t, models.DefaultCatalogue().Before(), has)
	accounts, err := repository.Accounts(t.Context(), seller, models.AccountDetails{})
	require.NoError(t, err)
	require.Len(t, accounts, 1)
	require.Equal(t, models.TikTokForBusiness, accounts[0].Kind)
	trail, err := repository.AuditTrail(t.Context(), seller, models.AuditPage{Count: 10}, models.AccountDetails{})
	require.NoError(t, err)
	require.Len(t, trail.Entries, 2, "registered, and its business account connected")
}
