package db_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// letIn is an authorization for a shop with credentials of a name.
func letIn(repository *db.Repository, shopCode, name string) *models.Authorization {
	return &models.Authorization{
		ShopID: "7495-" + shopCode, ShopCode: shopCode, ShopName: "Shop " + shopCode, Region: "US", Role: models.ShopOwner, Seller: models.SellerActive,
		Credentials: models.TikTokCredentials{
			Credentials: tokens(name, repository.Now().Add(time.Hour)), Cipher: models.NewSecret("planted-cipher-" + name), ShopID: "7495-" + shopCode,
		},
	}
}

// connectWith connects the shop, and returns the account's id.
func connectWith(t *testing.T, repository *db.Repository, seller models.Caller, authorization *models.Authorization) string {
	t.Helper()
	result, err := repository.ConnectTikTokShop(t.Context(), seller, authorization)
	require.NoError(t, err)
	return result.Account.ID
}

func readTikTokCredentials(t *testing.T, repository *db.Repository, accountID string) models.TikTokCredentials {
	t.Helper()
	credentials, err := repository.TikTokCredentials(t.Context(), accountID)
	require.NoError(t, err)
	return credentials
}

func TestConnectingKeepsTikTokCredentials(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := openSealed(t, databaseURL, newKeyset(t))
		seller := register(t, repository, "kept.myshopify.com")
		wanted := letIn(repository, "USLCKEPT", "first")
		id := connectWith(t, repository, seller, wanted)

		wanted.Credentials.Version = 1
		require.Equal(t, wanted.Credentials, readTikTokCredentials(t, repository, id))
		account, ok, err := repository.TikTokAccountOfShop(t.Context(), "7495-USLCKEPT")
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, []any{id, models.AccountConnected}, []any{account.ID, account.Status})
		_, ok, err = repository.TikTokAccountOfShop(t.Context(), "7495")
		require.NoError(t, err)
		require.False(t, ok)
		require.False(t, has(dump(t, databaseURL), []byte("planted-")))

		require.NoError(t, repository.DeleteTikTokCredentials(t.Context(), id))
		require.Zero(t, readTikTokCredentials(t, repository, id).Version)
	})
}

// TestTikTokRefreshOfAnEarlierConnection does not come over what connecting again has obtained.
func TestTikTokRefreshOfAnEarlierConnection(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := openSealed(t, databaseURL, newKeyset(t))
		seller := register(t, repository, "again.myshopify.com")
		id := connectWith(t, repository, seller, letIn(repository, "USLCAGAIN", "first"))
		version, err := repository.ClaimTikTokRefresh(t.Context(), id, 1)
		require.NoError(t, err)
		_, err = repository.ClaimTikTokRefresh(t.Context(), id, 1)
		require.ErrorIs(t, err, models.ErrCredentialsChanged)
		_, err = repository.DisconnectTikTokShop(t.Context(), seller, models.DisconnectRequest{Confirm: true})
		require.NoError(t, err)
		require.Equal(t, id, connectWith(t, repository, seller, letIn(repository, "USLCAGAIN", "second")))

		require.ErrorIs(t, repository.SaveTikTokTokens(t.Context(), id, tokens("late", repository.Now()), version), models.ErrCredentialsChanged)
		require.ErrorIs(t, repository.ReleaseTikTokRefresh(t.Context(), id, version), models.ErrCredentialsChanged)
		kept := readTikTokCredentials(t, repository, id)
		require.Equal(t, "planted-access-second", kept.AccessToken.Reveal())
		require.Equal(t, "planted-cipher-second", kept.Cipher.Reveal())
		require.Nil(t, kept.RefreshingUntil)
	})
}

// TestTikTokTokensAreSavedBesideTheCipher, which outlives them; without an account there is nothing to save them with.
func TestTikTokTokensAreSavedBesideTheCipher(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := openSealed(t, databaseURL, newKeyset(t))
		id := connectWith(t, repository, register(t, repository, "beside.myshopify.com"), letIn(repository, "USLCBESIDE", "first"))
		version, err := repository.ClaimTikTokRefresh(t.Context(), id, 1)
		require.NoError(t, err)
		require.NoError(t, repository.SaveTikTokTokens(t.Context(), id, tokens("next", repository.Now()), version))
		require.NoError(t, repository.SaveTikTokTokens(t.Context(), id, models.Credentials{}, version+1))

		kept := readTikTokCredentials(t, repository, id)
		require.True(t, kept.AccessToken.IsEmpty())
		require.Equal(t, []string{"planted-cipher-first", "7495-USLCBESIDE"}, []string{kept.Cipher.Reveal(), kept.ShopID})
		_, err = repository.ClaimTikTokRefresh(t.Context(), "account_none", 0)
		require.ErrorIs(t, err, models.ErrCredentialsChanged)
		require.ErrorIs(t, repository.SaveTikTokTokens(t.Context(), "account_none", tokens("none", repository.Now()), 0), models.ErrCredentialsChanged)
	})
}

// TestTikTokCredentialsAreSealedAnew with the keyset's new key, and known to need the former one before.
func TestTikTokCredentialsAreSealedAnew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		keyset := newKeyset(t)
		repository := openSealed(t, databaseURL, keyset)
		id := connectWith(t, repository, register(t, repository, "anew.myshopify.com"), letIn(repository, "USLCANEW", "first"))
		repository.Sealer = keyring(t, newKeyset(t))
		require.ErrorContains(t, repository.CheckKeyset(t.Context()), "(stores: 1)")

		repository.Sealer = keyring(t, promote(t, keyset))
		requireResealed(t, repository, 1)
		requireResealed(t, repository, 0)
		kept := readTikTokCredentials(t, repository, id)
		require.Equal(t, []string{"planted-access-first", "planted-refresh-first", "planted-cipher-first"},
			[]string{kept.AccessToken.Reveal(), kept.RefreshToken.Reveal(), kept.Cipher.Reveal()})

		repository.Sealer = keyring(t, newKeyset(t))
		require.NoError(t, repository.ForgetCredentials(t.Context(), "anew.myshopify.com"))
		require.NoError(t, repository.CheckKeyset(t.Context()))
	})
}

// TestLaterConsentWins: of two consents to a shop at the same time one connects it. The other is refused, but its tokens are kept if it is
// the later one, whichever comes first; who is just refreshing the earlier one's is told.
func TestLaterConsentWins(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := openSealed(t, databaseURL, newKeyset(t))
		seller := register(t, repository, "twice.myshopify.com")
		first, later := letIn(repository, "USLCTWICE", "first"), letIn(repository, "USLCTWICE", "later")
		later.Credentials.RefreshExpiresAt = first.Credentials.RefreshExpiresAt.Add(time.Second)
		id := connectWith(t, repository, seller, first)
		claimed, err := repository.ClaimTikTokRefresh(t.Context(), id, 1)
		require.NoError(t, err)

		_, err = repository.ConnectTikTokShop(t.Context(), seller, later)
		requireRefusals(t, err, models.AlreadyConnected)
		require.True(t, readTikTokCredentials(t, repository, id).AccessToken.Equal(later.Credentials.AccessToken))
		err = repository.SaveTikTokTokens(t.Context(), id, tokens("refreshed", repository.Now().Add(time.Hour)), claimed)
		require.ErrorIs(t, err, models.ErrCredentialsChanged)

		_, err = repository.ConnectTikTokShop(t.Context(), seller, first)
		requireRefusals(t, err, models.AlreadyConnected)
		require.True(t, readTikTokCredentials(t, repository, id).AccessToken.Equal(later.Credentials.AccessToken), "the earlier one comes late")
		_, err = repository.ConnectTikTokShop(t.Context(), seller, letIn(repository, "USLCOTHER", "other"))
		requireRefusals(t, err, models.AlreadyConnected)
		require.True(t, readTikTokCredentials(t, repository, id).AccessToken.Equal(later.Credentials.AccessToken), "that is another shop's")
	})
}

// TestLostTokensAreTold: the shop stays connected and needs attention, until a later consent.
func TestLostTokensAreTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := openSealed(t, databaseURL, newKeyset(t))
		seller := register(t, repository, "lost.myshopify.com")
		first := letIn(repository, "USLCLOST", "first")
		id := connectWith(t, repository, seller, first)
		problem := func() models.ProblemCode {
			account, err := repository.Account(t.Context(), seller, id, models.AccountDetails{})
			require.NoError(t, err)
			return account.TikTokProblem
		}
		require.NoError(t, repository.SaveTikTokTokens(t.Context(), id, first.Credentials.Credentials, 1))
		require.Empty(t, problem())
		require.NoError(t, repository.SaveTikTokTokens(t.Context(), id, models.Credentials{}, 2))
		require.Equal(t, models.TikTokAccessLost, problem())
		require.NotContains(t, topics(t, repository, seller), models.TikTokLostEvent, "the store's lock is not waited for")
		entries := readColumn(t, direct(t, databaseURL), `SELECT args ->> 'entry' FROM river_job WHERE kind = 'tell_tiktok_lost'`)
		require.Len(t, entries, 1)
		job := models.TellTikTokLost{Account: id, Entry: entries[0]}
		for range 2 {
			require.NoError(t, repository.TellTikTokLost(t.Context(), job))
			require.Equal(t, models.TikTokLostEvent, topics(t, repository, seller)[2])
			require.Len(t, topics(t, repository, seller), 3)
		}
		_, err := repository.ConnectTikTokShop(t.Context(), seller, first)
		requireRefusals(t, err, models.AlreadyConnected)
		require.Empty(t, problem())
		require.True(t, readTikTokCredentials(t, repository, id).AccessToken.Equal(first.Credentials.AccessToken))
	})
}

// TestAuthorizationsThatEndAreCounted, two weeks before they end, and apart when they have ended, for as long as the shop is connected.
func TestAuthorizationsThatEndAreCounted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := openSealed(t, databaseURL, newKeyset(t))
		wanted := letIn(repository, "USLCENDS", "first")
		now := repository.Now()
		wanted.Credentials.RefreshExpiresAt = now.Add(30 * 24 * time.Hour)
		id := connectWith(t, repository, register(t, repository, "ends.myshopify.com"), wanted)
		lasting := letIn(repository, "USLCLAST", "second")
		lasting.Credentials.RefreshExpiresAt = now.Add(365 * 24 * time.Hour)
		connectWith(t, repository, register(t, repository, "lasts.myshopify.com"), lasting)
		stats := func(days int) models.AuthorizationStats {
			repository.Now = func() time.Time { return now.Add(time.Duration(days) * 24 * time.Hour) }
			stats, err := repository.AuthorizationStats(t.Context())
			require.NoError(t, err)
			return stats
		}
		require.Equal(t, models.AuthorizationStats{Shops: 2}, stats(15))
		require.Equal(t, models.AuthorizationStats{Shops: 2, Ending: 1}, stats(17))
		require.Equal(t, models.AuthorizationStats{Shops: 2, Ended: 1}, stats(30))
		kept, err := repository.TikTokCredentials(t.Context(), id)
		require.NoError(t, err)
		require.NoError(t, repository.SaveTikTokTokens(t.Context(), id, models.Credentials{}, kept.Version))
		require.Equal(t, models.AuthorizationStats{Shops: 2, Ended: 1}, stats(0), "its tokens are good for nothing")
		rawTables := openTables(t, databaseURL)
		require.NoError(t, rawTables.write(`UPDATE accounts SET status = 'DISCONNECTING' WHERE id = ?`, id))
		require.Equal(t, models.AuthorizationStats{Shops: 1}, stats(30))
	})
}
