package auth_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"handback/db"
	"handback/db/dbtest"
	"handback/models"
)

func TestTheFirstTokenRegistersTheStoreOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL)
		door, _ := door(repository)
		callers := make([]models.Caller, 20)
		var calls sync.WaitGroup
		for i := range callers {
			calls.Go(func() {
				caller, err := door.Caller(bearer(goodToken()))
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

// TestSeveralProgramsMeetAStoreAtOnce: each has a memory of its own.
func TestSeveralProgramsMeetAStoreAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		callers := make([]models.Caller, 4)
		var calls sync.WaitGroup
		for i := range callers {
			door, _ := door(open(t, databaseURL))
			calls.Go(func() {
				caller, err := door.Caller(bearer(goodToken()))
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

func TestAKnownSellerCostsTheDatabaseNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL)
		door, _ := door(repository)
		first, err := door.Caller(bearer(goodToken()))
		require.NoError(t, err)
		require.NoError(t, repository.Close())
		again, err := door.Caller(bearer(goodToken("jti", "another")))
		require.NoError(t, err)
		require.Equal(t, first, again)
	})
}

func TestAKeyOpensItsStoreUntilItIsRevoked(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL)
		door, _ := door(repository)
		keys := map[string]models.Caller{}
		for _, host := range []string{"a.myshopify.com", "b.myshopify.com"} {
			seller, err := door.Caller(bearer(at(host)))
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
				caller, err := door.Caller(bearer(secret))
				require.NoError(t, err)
				require.Equal(t, want, caller)
			}
		}
		for secret, caller := range keys {
			_, err := repository.RevokeAPIKey(t.Context(), caller, caller.ID)
			require.NoError(t, err)
			_, err = door.Caller(bearer(secret))
			require.Same(t, models.ErrUnauthenticated, err)
			delete(keys, secret)
			for others := range keys {
				_, err := door.Caller(bearer(others))
				require.NoError(t, err)
			}
		}
	})
}

func TestWhenTheDatabaseIsAwayNobodyIsCalledUnknown(t *testing.T) {
	t.Parallel()
	proxy := dbtest.NewProxy(t, dbtest.Postgres(t))
	repository := open(t, proxy.URL())
	door, _ := door(repository)
	seller, err := door.Caller(bearer(goodToken()))
	require.NoError(t, err)
	_, secret := createKey(t, repository, seller, "Rithum")
	newcomer := at("borealis.myshopify.com")

	proxy.Refuse()
	for range 30 { // a fault is no failure of the client
		for _, credential := range []string{secret, unknown, newcomer} {
			_, err := door.Caller(bearer(credential))
			require.ErrorIs(t, err, models.ErrTryAgain)
			require.NotErrorIs(t, err, models.ErrUnauthenticated)
		}
	}
	_, err = door.Caller(bearer(goodToken()))
	require.NoError(t, err)
	_, err = door.Caller(bearer(signWith("x", header, claims())))
	require.Same(t, models.ErrUnauthenticated, err, "no database is needed to see that")

	proxy.Heal()
	for _, credential := range []string{secret, newcomer} {
		_, err := door.Caller(bearer(credential))
		require.NoError(t, err)
	}
	_, err = door.Caller(bearer(unknown))
	require.Same(t, models.ErrUnauthenticated, err)
}

// requireRegisteredOnce looks at what registering leaves behind.
func requireRegisteredOnce(t *testing.T, repository *db.Repository, seller models.Caller) {
	t.Helper()
	settings, err := repository.Settings(t.Context(), seller, nil)
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
