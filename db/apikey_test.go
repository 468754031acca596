package db_test

import (
	"context"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"handback/db"
	"handback/db/dbtest"
	"handback/models"
)

// partner asks for a key that may read.
func partner(name string) models.APIKeyRequest {
	return models.APIKeyRequest{Name: name, Scopes: []models.APIKeyScope{models.ScopeRead}}
}

func createKey(tb testing.TB, repository *db.Repository, seller models.Caller, request models.APIKeyRequest) (models.APIKey, string) {
	tb.Helper()
	result, err := repository.CreateAPIKey(context.Background(), seller, request)
	require.NoError(tb, err)
	require.Empty(tb, result.Refusals)
	return *result.Key, *result.Secret
}

func revokeKey(tb testing.TB, repository *db.Repository, seller models.Caller, id string) *models.RevokeAPIKeyResult {
	tb.Helper()
	result, err := repository.RevokeAPIKey(context.Background(), seller, id)
	require.NoError(tb, err)
	return result
}

func listKeys(tb testing.TB, repository *db.Repository, seller models.Caller) []models.APIKey {
	tb.Helper()
	keys, err := repository.APIKeys(context.Background(), seller)
	require.NoError(tb, err)
	return keys
}

// use comes with the secret, as a partner does.
func use(tb testing.TB, repository *db.Repository, secret string) (models.Caller, bool) {
	tb.Helper()
	caller, found, err := repository.CallerByAPIKey(context.Background(), models.HashAPIKey(secret))
	require.NoError(tb, err)
	return caller, found
}

// awaitNote waits until it is written down that the key was used.
func awaitNote(tb testing.TB, repository *db.Repository, seller models.Caller, id string) {
	tb.Helper()
	require.Eventually(tb, func() bool {
		keys, err := repository.APIKeys(context.Background(), seller)
		return err == nil && slices.ContainsFunc(keys, func(k models.APIKey) bool { return k.ID == id && k.LastUsedAt != nil })
	}, answerTime, time.Millisecond)
}

func TestAPIKeys(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, past := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		seller, neighbour := register(t, repository, "keys.myshopify.com"), register(t, repository, "next.myshopify.com")
		untouched := past.of(t, neighbour.Store.ID)
		require.Empty(t, listKeys(t, repository, seller))
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		repository.Now = func() time.Time { now = now.Add(1500 * time.Microsecond); return now }

		all := models.APIKeyRequest{Name: "All", Scopes: slices.Repeat(models.AllAPIKeyScopes, 2)}
		first, firstSecret := createKey(t, repository, seller, all)
		second, secondSecret := createKey(t, repository, seller, partner("Reader"))
		require.Equal(t, []models.APIKey{second, first}, listKeys(t, repository, seller))
		require.Equal(t, models.AllAPIKeyScopes, first.Scopes)
		require.NotEqual(t, firstSecret, secondSecret)

		for _, key := range []struct {
			models.APIKey
			secret string
		}{{first, firstSecret}, {second, secondSecret}} {
			caller, found := use(t, repository, key.secret)
			require.True(t, found)
			require.Equal(t, models.Caller{
				Store: seller.Store, ID: key.ID, Scopes: key.Scopes, Actor: models.Actor{Kind: models.ActorPartner, Name: key.Name},
			}, caller)
			require.True(t, models.IsAPIKey(key.secret))
			require.True(t, strings.HasPrefix(key.secret, key.Prefix))
			_, found = use(t, repository, key.secret[:len(key.secret)-1]+"0")
			require.False(t, found)
			awaitNote(t, repository, seller, key.ID)
		}

		require.Equal(t, first.ID, revokeKey(t, repository, seller, first.ID).Key.ID)
		_, found := use(t, repository, firstSecret)
		require.False(t, found)
		_, found = use(t, repository, secondSecret)
		require.True(t, found)
		keys := listKeys(t, repository, seller)
		require.Len(t, keys, 1)
		require.Equal(t, second.ID, keys[0].ID)
		again, _ := createKey(t, repository, seller, all)
		require.NotEqual(t, first.ID, again.ID, "a name is free again, and another key has it")
		require.Equal(t, untouched, past.of(t, neighbour.Store.ID))
	})
}

func TestRefusedAPIKeysLeaveNoTrace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, past := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		seller, neighbour := register(t, repository, "refused.myshopify.com"), register(t, repository, "next.myshopify.com")
		mine, _ := createKey(t, repository, seller, partner("taken"))
		revoked, _ := createKey(t, repository, seller, partner("revoked"))
		revokeKey(t, repository, seller, revoked.ID)
		theirs, _ := createKey(t, repository, neighbour, partner("taken"))
		before, theirsBefore := past.of(t, seller.Store.ID), past.of(t, neighbour.Store.ID)

		for request, codes := range map[*models.APIKeyRequest][]models.CreateAPIKeyErrorCode{
			{Name: "taken", Scopes: models.AllAPIKeyScopes}: {models.NameTaken},
			{Name: "taken"}: {models.ScopesRequired},
			{Name: " "}:     {models.InvalidName, models.ScopesRequired},
		} {
			result, err := repository.CreateAPIKey(t.Context(), seller, *request)
			require.NoError(t, err)
			require.Nil(t, result.Key)
			require.Nil(t, result.Secret)
			for i, code := range codes {
				require.Equal(t, code, result.Refusals[i].Code)
			}
			require.Len(t, result.Refusals, len(codes))
		}
		unknown := revokeKey(t, repository, seller, "apikey_00000000-0000-7000-8000-000000000000")
		require.Equal(t, models.APIKeyNotFound, unknown.Refusals[0].Code)
		for _, id := range []string{theirs.ID, revoked.ID, "", "\x00", mine.ID + "\x00"} {
			require.Equal(t, unknown, revokeKey(t, repository, seller, id), id)
		}
		require.Equal(t, before, past.of(t, seller.Store.ID))
		require.Equal(t, theirsBefore, past.of(t, neighbour.Store.ID))
	})
}

func TestAStoreHasSoManyAPIKeys(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "many.myshopify.com")
		var last models.APIKey
		for i := range models.MaxAPIKeys {
			last, _ = createKey(t, repository, seller, partner(strconv.Itoa(i)))
		}
		refused, err := repository.CreateAPIKey(t.Context(), seller, partner("more"))
		require.NoError(t, err)
		require.Equal(t, models.TooManyKeys, refused.Refusals[0].Code)
		revokeKey(t, repository, seller, last.ID)
		createKey(t, repository, seller, partner("more"))
		require.Len(t, listKeys(t, repository, seller), models.MaxAPIKeys)
	})
}

// TestOneNameOneAPIKey lets two programs make keys of one name at the same moment.
func TestOneNameOneAPIKey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		first, second := open(t, databaseURL, models.DefaultCatalogue()), open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, first, "race.myshopify.com")
		for round := range 5 {
			gate, results, errs := make(chan struct{}), make([]*models.CreateAPIKeyResult, 6), make([]error, 6)
			var calls sync.WaitGroup
			for i, repository := range slices.Repeat([]*db.Repository{first, second}, 3) {
				calls.Go(func() {
					<-gate
					results[i], errs[i] = repository.CreateAPIKey(context.Background(), seller, partner(strconv.Itoa(round)))
				})
			}
			close(gate)
			calls.Wait()
			require.NoError(t, errors.Join(errs...))
			made := 0
			for _, result := range results {
				if len(result.Refusals) == 0 {
					made++
					continue
				}
				require.Equal(t, models.NameTaken, result.Refusals[0].Code)
				require.Nil(t, result.Secret)
			}
			require.Equal(t, 1, made)
			require.Len(t, listKeys(t, first, seller), round+1)
		}
	})
}

// TestTheDatabaseKeepsNamesApart goes past the rule, and the lock that makes it hold.
func TestTheDatabaseKeepsNamesApart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, past := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		key, _ := createKey(t, repository, register(t, repository, "apart.myshopify.com"), partner("one"))
		copyOf := func(hash string) error {
			return past.write(`INSERT INTO api_keys (id, store_id, name, prefix, hash, scopes, created_at, revoked_at)
				SELECT id || '2', store_id, name || ?, prefix, `+hash+`, scopes, created_at, revoked_at FROM api_keys WHERE id = '`+key.ID+`'`, "")
		}
		other := map[string]string{"sqlite": "zeroblob(32)", "postgres": `decode(repeat('00', 32), 'hex')`}[past.dialect]
		require.Error(t, copyOf(other), "a second key of one name")
		require.NoError(t, past.write(`UPDATE api_keys SET revoked_at = created_at`))
		require.Error(t, copyOf("hash"), "a second key of one secret")
		require.NoError(t, copyOf(other))
	})
}

// TestOnlyTheHashOfASecretIsKept looks through all that the database holds for any 8 characters of the secret that
// are not shown, and for the random bytes behind them.
func TestOnlyTheHashOfASecretIsKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "kept.myshopify.com")
		var random []byte
		newSecret := repository.NewSecret
		repository.NewSecret = func() []byte { random = newSecret(); return random }
		key, secret := createKey(t, repository, seller, partner("Rithum"))
		use(t, repository, secret)
		awaitNote(t, repository, seller, key.ID)
		revoked, revokedSecret := createKey(t, repository, seller, partner("Other"))
		revokeKey(t, repository, seller, revoked.ID)

		kept := dump(t, databaseURL)
		hash := models.HashAPIKey(revokedSecret)
		require.True(t, has(kept, hash[:]), "the hash is not where the secret would be looked for")
		require.True(t, has(kept, []byte(revoked.Prefix)))
		require.False(t, has(kept, random[4:12]))
		for _, s := range []string{secret, revokedSecret} {
			unseen := s[len(key.Prefix):]
			for i := range len(unseen) - 8 {
				require.False(t, has(kept, []byte(unseen[i:i+8])), "%s", unseen[i:i+8])
			}
		}
	})
}

// dump is all that a database holds: its files, or every row of its tables.
func dump(t *testing.T, databaseURL string) string {
	t.Helper()
	var kept strings.Builder
	if path, ok := strings.CutPrefix(databaseURL, "sqlite:"); ok {
		require.NoError(t, filepath.WalkDir(filepath.Dir(path), func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			content, err := os.ReadFile(name)
			kept.Write(content)
			return err
		}))
		return kept.String()
	}
	conn := direct(t, databaseURL)
	tables, err := conn.Query(`SELECT quote_ident(table_name) FROM information_schema.tables WHERE table_schema = 'public'`)
	require.NoError(t, err)
	defer tables.Close()
	for tables.Next() {
		var table, rows string
		require.NoError(t, tables.Scan(&table))
		require.NoError(t, conn.QueryRow(`SELECT coalesce(string_agg(r::text, chr(10)), '') FROM `+table+` r`).Scan(&rows))
		kept.WriteString(rows)
	}
	require.NoError(t, tables.Err())
	return kept.String()
}

// has looks for bytes as they are, and as PostgreSQL writes them out.
func has(kept string, what []byte) bool {
	return strings.Contains(kept, string(what)) || strings.Contains(kept, hex.EncodeToString(what))
}

// TestAnAPIKeyThatCannotBeLookedUpIsAFault, not an unknown key.
func TestAnAPIKeyThatCannotBeLookedUpIsAFault(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		_, secret := createKey(t, repository, register(t, repository, "away.myshopify.com"), partner("Rithum"))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, found, err := repository.CallerByAPIKey(ctx, models.HashAPIKey(secret))
		require.False(t, found)
		require.ErrorIs(t, err, models.ErrTryAgain)
		nobody := models.Caller{Store: models.Store{ID: "store_none"}}
		result, err := repository.CreateAPIKey(t.Context(), nobody, partner("Rithum"))
		require.ErrorContains(t, err, "no store")
		require.Nil(t, result)
	})
}

// TestTwoKeysNeverShareASecret: even of a source that is not random, the second key is not made.
func TestTwoKeysNeverShareASecret(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "same.myshopify.com")
		repository.NewSecret = func() []byte { return make([]byte, models.APIKeyRandomBytes) }
		_, secret := createKey(t, repository, seller, partner("one"))
		_, err := repository.CreateAPIKey(t.Context(), seller, partner("two"))
		require.ErrorIs(t, err, models.ErrTryAgain)
		require.NotContains(t, err.Error(), secret)
		require.Len(t, listKeys(t, repository, seller), 1)
	})
}
