package db_test

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
	"github.com/handback/handback/secrets"
)

func newKeyset(t *testing.T) string {
	t.Helper()
	keyset, err := secrets.New()
	require.NoError(t, err)
	return keyset
}

// promote adds a key to the keyset and makes it the primary one.
func promote(t *testing.T, keyset string) string {
	t.Helper()
	added, err := secrets.Add(keyset)
	require.NoError(t, err)
	promoted, err := secrets.Promote(added)
	require.NoError(t, err)
	return promoted
}

func keyring(t *testing.T, keyset string) *secrets.Keyring {
	t.Helper()
	keys, err := secrets.Parse(keyset)
	require.NoError(t, err)
	return keys
}

// tokens are credentials of a name whose access token is good until then.
func tokens(name string, expires time.Time) models.Credentials {
	return models.Credentials{
		AccessToken: models.NewSecret("planted-access-" + name), RefreshToken: models.NewSecret("planted-refresh-" + name),
		AccessExpiresAt: expires, RefreshExpiresAt: expires.Add(24 * time.Hour), Scopes: []string{"read_products", "write_publications"},
	}
}

// openSealed opens a database with a keyset.
func openSealed(t *testing.T, databaseURL, keyset string) *db.Repository {
	t.Helper()
	repository := open(t, databaseURL, models.DefaultCatalogue())
	repository.Sealer = keyring(t, keyset)
	return repository
}

func readCredentials(t *testing.T, repository *db.Repository, storeID string) models.Credentials {
	t.Helper()
	credentials, err := repository.Credentials(t.Context(), storeID)
	require.NoError(t, err)
	return credentials
}

func TestCredentialsComeBackAsTheyWereSaved(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := openSealed(t, databaseURL, newKeyset(t))
		id := register(t, repository, "saved.myshopify.com").Store.ID
		require.Zero(t, readCredentials(t, repository, id).Version)
		for version := range int64(3) {
			saved := tokens(strconv.FormatInt(version, 10), repository.Now().Add(time.Hour))
			require.NoError(t, repository.SaveCredentials(t.Context(), id, saved, version))
			saved.Version = version + 1
			require.Equal(t, saved, readCredentials(t, repository, id))
		}
		require.NoError(t, repository.SaveCredentials(t.Context(), id, models.Credentials{}, 3))
		gone := readCredentials(t, repository, id)
		require.True(t, gone.AccessToken.IsEmpty() && gone.RefreshToken.IsEmpty())
		require.EqualValues(t, 4, gone.Version)
	})
}

// TestCredentialsOfAnotherVersionAreNotReplaced: whoever read before somebody else wrote is told so, and reads again.
func TestCredentialsOfAnotherVersionAreNotReplaced(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := openSealed(t, databaseURL, newKeyset(t))
		id := register(t, repository, "changed.myshopify.com").Store.ID
		late := tokens("late", repository.Now())
		require.ErrorIs(t, repository.SaveCredentials(t.Context(), id, late, 1), models.ErrCredentialsChanged, "there are none")
		require.NoError(t, repository.SaveCredentials(t.Context(), id, tokens("first", repository.Now()), 0))
		for _, version := range []int64{0, 2, -1} {
			require.ErrorIs(t, repository.SaveCredentials(t.Context(), id, late, version), models.ErrCredentialsChanged)
			_, err := repository.ClaimRefresh(t.Context(), id, version)
			require.ErrorIs(t, err, models.ErrCredentialsChanged)
			require.ErrorIs(t, repository.ReleaseRefresh(t.Context(), id, version), models.ErrCredentialsChanged)
		}
		require.Equal(t, "planted-access-first", readCredentials(t, repository, id).AccessToken.Reveal())
	})
}

// TestOneOfManyClaimsTheRefresh, of a store that has tokens and of one that has none yet.
func TestOneOfManyClaimsTheRefresh(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		keyset := newKeyset(t)
		repositories := []*db.Repository{openSealed(t, databaseURL, keyset), openSealed(t, databaseURL, keyset)}
		id := register(t, repositories[0], "claimed.myshopify.com").Store.ID
		requireOneClaim(t, repositories, id, 0)
		require.NoError(t, repositories[0].SaveCredentials(t.Context(), id, tokens("kept", repositories[0].Now()), 1))
		require.Nil(t, readCredentials(t, repositories[1], id).RefreshingUntil, "saving ends a claim")
		requireOneClaim(t, repositories, id, 2)
		require.Equal(t, "planted-access-kept", readCredentials(t, repositories[1], id).AccessToken.Reveal())
		require.NoError(t, repositories[1].ReleaseRefresh(t.Context(), id, 3))
		require.Nil(t, readCredentials(t, repositories[0], id).RefreshingUntil)
		require.Equal(t, "planted-refresh-kept", readCredentials(t, repositories[0], id).RefreshToken.Reveal())
	})
}

// requireOneClaim lets many claim at once what has the expected version.
func requireOneClaim(t *testing.T, repositories []*db.Repository, id string, expected int64) {
	t.Helper()
	errs := make([]error, 8)
	var claims sync.WaitGroup
	for i := range errs {
		claims.Go(func() { _, errs[i] = repositories[i%len(repositories)].ClaimRefresh(operationContext(t), id, expected) })
	}
	claims.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			require.ErrorIs(t, err, models.ErrCredentialsChanged)
		}
	}
	require.Equal(t, 1, won)
	claimed := readCredentials(t, repositories[0], id)
	require.Equal(t, expected+1, claimed.Version)
	require.True(t, claimed.IsRefreshing(repositories[0].Now()))
}

// TestSavingCredentialsWaitsForNoLockOfTheStore: whoever holds it may be waiting for the tokens.
func TestSavingCredentialsWaitsForNoLockOfTheStore(t *testing.T) {
	t.Parallel()
	databaseURL := dbtest.URL(t, "postgres")
	repository := openSealed(t, databaseURL, newKeyset(t))
	id := register(t, repository, "locked.myshopify.com").Store.ID
	lock, err := direct(t, databaseURL).BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer lock.Rollback()
	_, err = lock.ExecContext(t.Context(), `SELECT id FROM stores WHERE id = $1 FOR NO KEY UPDATE`, id)
	require.NoError(t, err)
	require.NoError(t, repository.SaveCredentials(operationContext(t), id, tokens("a", repository.Now()), 0))
	require.NoError(t, repository.SaveCredentials(operationContext(t), id, tokens("b", repository.Now()), 1))
}

// TestDumpHasNoToken, neither plain nor in PostgreSQL's form of bytes, and another row's token does not open.
func TestDumpHasNoToken(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		keyset := newKeyset(t)
		repository := openSealed(t, databaseURL, keyset)
		one, two := register(t, repository, "one.myshopify.com").Store.ID, register(t, repository, "two.myshopify.com").Store.ID
		require.NoError(t, repository.SaveCredentials(t.Context(), one, tokens("one", repository.Now()), 0))
		require.NoError(t, repository.SaveCredentials(t.Context(), two, tokens("two", repository.Now()), 0))
		stored := dump(t, databaseURL)
		require.True(t, has(stored, []byte("write_publications")))
		for _, planted := range []string{"planted-access", "planted-refresh", keyset, keyset[16:64]} {
			require.False(t, has(stored, []byte(planted)))
		}

		rawTables := openTables(t, databaseURL)
		require.NoError(t, rawTables.write(`UPDATE shopify_credentials SET access_token = (SELECT access_token FROM shopify_credentials WHERE store_id = ?) WHERE store_id = ?`, one, two))
		_, err := repository.Credentials(t.Context(), two)
		require.ErrorContains(t, err, "shopify_credentials.access_token of "+two+" was changed, or sealed in another place")
		require.NoError(t, rawTables.write(`UPDATE shopify_credentials SET access_token = refresh_token WHERE store_id = ?`, one))
		_, err = repository.Credentials(t.Context(), one)
		require.ErrorContains(t, err, "sealed in another place")
		requireNoToken(t, err.Error())
	})
}

func requireNoToken(t *testing.T, text string) {
	t.Helper()
	require.NotContains(t, text, "planted-")
}

// TestKeysetIsRotatedWithoutDowntime goes through the steps of docs/operations.md. Between two steps, programs with the keyset
// of the one run beside those with the next: each reads what the others save, and none seals by a key that others lack.
func TestKeysetIsRotatedWithoutDowntime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		first := newKeyset(t)
		former, latter := openSealed(t, databaseURL, first), openSealed(t, databaseURL, first)
		var ids []string
		for i := range 3 {
			ids = append(ids, register(t, former, fmt.Sprintf("rotated-%d.myshopify.com", i)).Store.ID)
			require.NoError(t, former.SaveCredentials(t.Context(), ids[i], tokens("0", former.Now()), 0))
		}
		saves := int64(1)
		exchange := func(step string) { // each saves what the other reads
			for _, one := range []struct{ writer, reader *db.Repository }{{former, latter}, {latter, former}} {
				name := fmt.Sprint(step, saves)
				require.NoError(t, one.writer.SaveCredentials(t.Context(), ids[0], tokens(name, former.Now()), saves), step)
				require.Equal(t, "planted-access-"+name, readCredentials(t, one.reader, ids[0]).AccessToken.Reveal(), step)
				require.NoError(t, one.writer.CheckKeyset(t.Context()), step)
				for _, id := range ids {
					readCredentials(t, one.reader, id)
				}
				saves++
			}
		}
		exchange("before")

		added, err := secrets.Add(first)
		require.NoError(t, err)
		latter.Sealer = keyring(t, added)
		exchange("adding")
		former.Sealer = keyring(t, added)
		exchange("added")

		promoted, err := secrets.Promote(added)
		require.NoError(t, err)
		latter.Sealer = keyring(t, promoted)
		exchange("promoting")
		requireResealed(t, latter, 2) // what the latter has saved was sealed by the new key
		requireResealed(t, former, 0) // and is not sealed by the old one again
		requireResealed(t, latter, 0)
		require.NoError(t, former.SaveCredentials(t.Context(), ids[0], tokens("late", former.Now()), saves))
		saves++
		removed, err := secrets.Remove(promoted)
		require.NoError(t, err)
		early := openSealed(t, databaseURL, removed)
		require.EqualError(t, early.CheckKeyset(t.Context()),
			fmt.Sprintf("the keyset lacks what credentials in the database are sealed with: key %x (stores: 1): use a keyset that has it, see docs/operations.md", keyring(t, first).KeyIDs()[0][1:]))
		former.Sealer = keyring(t, promoted)
		requireResealed(t, former, 1)
		exchange("promoted")

		latter.Sealer = keyring(t, removed)
		exchange("removing")
		former.Sealer = keyring(t, removed)
		exchange("removed")
	})
}

func requireResealed(t *testing.T, repository *db.Repository, want int64) {
	t.Helper()
	count, err := repository.ResealCredentials(t.Context())
	require.NoError(t, err)
	require.Equal(t, want, count)
}

// TestResealingKeepsTokensAndVersions, of more rows than a batch has. Who is obtaining new tokens meanwhile can save them.
func TestResealingKeepsTokensAndVersions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		keyset := newKeyset(t)
		repository := openSealed(t, databaseURL, keyset)
		rawTables := openTables(t, databaseURL)
		first := register(t, repository, "first.myshopify.com").Store.ID
		require.NoError(t, repository.SaveCredentials(t.Context(), first, tokens("first", repository.Now()), 0))
		const more = 250
		for i := range more {
			id := fmt.Sprintf("store_more%03d", i)
			require.NoError(t, rawTables.write(`INSERT INTO stores (id, domain, name, region) VALUES (?, ?, 'More', 'US')`, id, id))
			require.NoError(t, repository.SaveCredentials(t.Context(), id, tokens(id, repository.Now()), 0))
		}
		require.NoError(t, rawTables.write(`UPDATE shopify_credentials SET refresh_token = access_token WHERE store_id = 'store_more007'`))
		version, err := repository.ClaimRefresh(t.Context(), first, 1)
		require.NoError(t, err)

		repository.Sealer = keyring(t, promote(t, keyset))
		count, err := repository.ResealCredentials(t.Context())
		require.ErrorContains(t, err, "shopify_credentials.refresh_token of store_more007")
		require.NotContains(t, err.Error(), "\n")
		require.EqualValues(t, more, count)
		for i := range more {
			if id := fmt.Sprintf("store_more%03d", i); i != 7 {
				credentials := readCredentials(t, repository, id)
				require.Equal(t, "planted-refresh-"+id, credentials.RefreshToken.Reveal())
				require.EqualValues(t, 1, credentials.Version)
			}
		}
		require.NoError(t, repository.SaveCredentials(t.Context(), first, tokens("next", repository.Now()), version))
		for _, key := range rawTables.rows(t, `SELECT DISTINCT substr(access_token, 1, 5) FROM shopify_credentials WHERE store_id <> 'store_more007'`) {
			require.Contains(t, key, strings.Trim(fmt.Sprintf("%#v", repository.Sealer.KeyIDs()[1]), "[]"))
		}
	})
}

// TestResealingLeavesNewerTokensAlone: those that another process saves between the reading and the writing.
func TestResealingLeavesNewerTokensAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		keyset := newKeyset(t)
		repository, other := openSealed(t, databaseURL, keyset), openSealed(t, databaseURL, keyset)
		id := register(t, repository, "newer.myshopify.com").Store.ID
		require.NoError(t, repository.SaveCredentials(t.Context(), id, tokens("former", repository.Now()), 0))
		between := sync.OnceFunc(func() {
			require.NoError(t, other.SaveCredentials(t.Context(), id, tokens("newer", other.Now()), 1))
		})
		promoted := keyring(t, promote(t, keyset))
		repository.Sealer = interruptedSealer{promoted, between}
		requireResealed(t, repository, 0)
		repository.Sealer = promoted
		require.Equal(t, "planted-access-newer", readCredentials(t, repository, id).AccessToken.Reveal())
		requireResealed(t, repository, 1)
		require.Equal(t, "planted-access-newer", readCredentials(t, repository, id).AccessToken.Reveal())
	})
}

// interruptedSealer does something else before it seals.
type interruptedSealer struct {
	db.Sealer

	before func()
}

func (s interruptedSealer) Seal(secret models.Secret, table, column, rowID string) (models.Sealed, error) {
	s.before()
	return s.Sealer.Seal(secret, table, column, rowID)
}

// rotate makes another key the primary one.
func (c *costed) rotate() {
	c.keyset = promote(c.t, c.keyset)
	c.Sealer = keyring(c.t, c.keyset)
}
