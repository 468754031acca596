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

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

func revokeKey(tb testing.TB, repository *db.Repository, seller models.Caller, id string) *models.APIKey {
	tb.Helper()
	key, err := repository.RevokeAPIKey(context.Background(), seller, id)
	require.NoError(tb, err)
	return key
}

func TestAPIKeyLifecycle(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, rawTables := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		seller, neighbour := register(t, repository, "keys.myshopify.com"), register(t, repository, "next.myshopify.com")
		untouched := rawTables.of(t, neighbour.Store.ID)
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
			awaitLastUsed(t, repository, seller, key.ID)
		}

		require.Equal(t, first.ID, revokeKey(t, repository, seller, first.ID).ID)
		_, found := use(t, repository, firstSecret)
		require.False(t, found)
		_, found = use(t, repository, secondSecret)
		require.True(t, found)
		keys := listKeys(t, repository, seller)
		require.Len(t, keys, 1)
		require.Equal(t, second.ID, keys[0].ID)
		again, _ := createKey(t, repository, seller, all)
		require.NotEqual(t, first.ID, again.ID, "a name is free again, and another key has it")
		require.Equal(t, untouched, rawTables.of(t, neighbour.Store.ID))
	})
}

func TestRefusedAPIKeysChangeNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, rawTables := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		seller, neighbour := register(t, repository, "refused.myshopify.com"), register(t, repository, "next.myshopify.com")
		mine, _ := createKey(t, repository, seller, partner("taken"))
		revoked, _ := createKey(t, repository, seller, partner("revoked"))
		revokeKey(t, repository, seller, revoked.ID)
		theirs, _ := createKey(t, repository, neighbour, partner("taken"))
		before, theirsBefore := rawTables.of(t, seller.Store.ID), rawTables.of(t, neighbour.Store.ID)

		for request, codes := range map[*models.APIKeyRequest][]models.CreateAPIKeyErrorCode{
			{Name: "taken", Scopes: models.AllAPIKeyScopes}: {models.NameTaken},
			{Name: "taken"}: {models.ScopesRequired},
			{Name: " "}:     {models.InvalidName, models.ScopesRequired},
		} {
			result, err := repository.CreateAPIKey(t.Context(), seller, *request)
			require.Nil(t, result)
			requireRefusals(t, err, codes...)
		}
		_, unknown := repository.RevokeAPIKey(t.Context(), seller, "apikey_00000000-0000-7000-8000-000000000000")
		requireRefusals(t, unknown, models.APIKeyNotFound)
		for _, id := range []string{theirs.ID, revoked.ID, "", "\x00", mine.ID + "\x00"} {
			key, err := repository.RevokeAPIKey(t.Context(), seller, id)
			require.Nil(t, key, id)
			require.Equal(t, unknown, err, id)
		}
		require.Equal(t, before, rawTables.of(t, seller.Store.ID))
		require.Equal(t, theirsBefore, rawTables.of(t, neighbour.Store.ID))
	})
}

func TestAPIKeysPerStoreAreLimited(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "many.myshopify.com")
		var last models.APIKey
		for i := range models.MaxAPIKeys {
			last, _ = createKey(t, repository, seller, partner(strconv.Itoa(i)))
		}
		_, err := repository.CreateAPIKey(t.Context(), seller, partner("more"))
		requireRefusals(t, err, models.TooManyKeys)
		revokeKey(t, repository, seller, last.ID)
		createKey(t, repository, seller, partner("more"))
		require.Len(t, listKeys(t, repository, seller), models.MaxAPIKeys)
	})
}

// TestConcurrentAPIKeysHaveUniqueNames lets two programs make keys of one name at the same moment.
func TestConcurrentAPIKeysHaveUniqueNames(t *testing.T) {
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
			made := 0
			for i, result := range results {
				if errs[i] == nil {
					made++
					continue
				}
				requireRefusals(t, errs[i], models.NameTaken)
				require.Nil(t, result)
			}
			require.Equal(t, 1, made)
			require.Len(t, listKeys(t, first, seller), round+1)
		}
	})
}

// TestAPIKeySecretIsStoredAsHash looks through all that the database holds for any 8 characters of the secret that
// are not shown, and for the random bytes behind them.
func TestAPIKeySecretIsStoredAsHash(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "kept.myshopify.com")
		var random []byte
		newSecret := repository.NewSecret
		repository.NewSecret = func() []byte { random = newSecret(); return random }
		key, secret := createKey(t, repository, seller, partner("Rithum"))
		use(t, repository, secret)
		awaitLastUsed(t, repository, seller, key.ID)
		revoked, revokedSecret := createKey(t, repository, seller, partner("Other"))
		revokeKey(t, repository, seller, revoked.ID)

		stored := dump(t, databaseURL)
		hash := models.HashAPIKey(revokedSecret)
		require.True(t, has(stored, hash[:]), "the hash is not where the secret would be looked for")
		require.True(t, has(stored, []byte(revoked.Prefix)))
		require.False(t, has(stored, random[4:12]))
		for _, s := range []string{secret, revokedSecret} {
			unseen := s[len(key.Prefix):]
			for i := range len(unseen) - 8 {
				require.False(t, has(stored, []byte(unseen[i:i+8])), "%s", unseen[i:i+8])
			}
		}
	})
}

// dump is all that a database holds: its files, or every row of its tables.
func dump(t *testing.T, databaseURL string) string {
	t.Helper()
	var stored strings.Builder
	if path, ok := strings.CutPrefix(databaseURL, "sqlite:"); ok {
		require.NoError(t, filepath.WalkDir(filepath.Dir(path), func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			content, err := os.ReadFile(name)
			stored.Write(content)
			return err
		}))
		return stored.String()
	}
	conn := direct(t, databaseURL)
	tables, err := conn.Query(`SELECT quote_ident(table_name) FROM information_schema.tables WHERE table_schema = 'public'`)
	require.NoError(t, err)
	defer tables.Close()
	for tables.Next() {
		var table, rows string
		require.NoError(t, tables.Scan(&table))
		require.NoError(t, conn.QueryRow(`SELECT coalesce(string_agg(r::text, chr(10)), '') FROM `+table+` r`).Scan(&rows))
		stored.WriteString(rows)
	}
	require.NoError(t, tables.Err())
	return stored.String()
}

// has looks for bytes as they are, and as PostgreSQL writes them out.
func has(stored string, what []byte) bool {
	return strings.Contains(stored, string(what)) || strings.Contains(stored, hex.EncodeToString(what))
}

// A failed lookup is a fault, not an unknown key.
func TestAPIKeyLookupFailureIsAFault(t *testing.T) {
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

// TestAPIKeySecretsAreUnique even when the source is not random: the second key is not made.
func TestAPIKeySecretsAreUnique(t *testing.T) {
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

// TestTouchLastUsedOncePerMinute uses a key very often, in two programs at the same time, and counts the writes.
func TestTouchLastUsedOncePerMinute(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		maker := open(t, databaseURL, models.DefaultCatalogue())
		maker.Now = func() time.Time { return start.Add(-time.Hour) }
		seller := register(t, maker, "often.myshopify.com")
		_, secret := createKey(t, maker, seller, partner("Rithum"))
		rawTables := openTables(t, databaseURL)
		require.NoError(t, rawTables.countTouches())
		for minute := range 3 {
			for _, within := range []time.Duration{0, time.Minute - time.Microsecond} {
				now := start.Add(time.Duration(minute)*time.Minute + within)
				touchOften(t, databaseURL, secret, now)
				require.Equal(t, start.Add(time.Duration(minute)*time.Minute), *listKeys(t, maker, seller)[0].LastUsedAt)
				require.Len(t, rawTables.rows(t, `SELECT at FROM touched`), minute+1)
			}
		}
	})
}

// touchOften comes with the secret to two programs at one moment, and ends them.
func touchOften(t *testing.T, databaseURL, secret string, now time.Time) {
	t.Helper()
	var calls sync.WaitGroup
	for range 2 {
		repository, err := db.Open(context.Background(), databaseURL, models.DefaultCatalogue())
		require.NoError(t, err)
		defer func() { require.NoError(t, repository.Close()) }()
		repository.Now = func() time.Time { return now }
		for range 20 {
			calls.Go(func() {
				_, found, err := repository.CallerByAPIKey(context.Background(), models.HashAPIKey(secret))
				assert.NoError(t, err) //nolint:testifylint // this is not the goroutine of the test
				assert.True(t, found)
			})
		}
	}
	calls.Wait()
}

// countTouches makes the database keep a row for each write of a key's last use.
func (d tables) countTouches() error {
	if d.dialect == "sqlite" {
		return d.write(`CREATE TABLE touched (at text); CREATE TRIGGER touch AFTER UPDATE ON api_keys BEGIN
			INSERT INTO touched VALUES (NEW.last_used_at); END`)
	}
	return errors.Join(d.write(`CREATE TABLE touched (at text)`),
		d.write(`CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO touched VALUES (NEW.last_used_at::text); RETURN NEW; END $$`),
		d.write(`CREATE TRIGGER touch BEFORE UPDATE ON api_keys FOR EACH ROW EXECUTE FUNCTION touch()`))
}

// TestTouchLastUsedBlocksNobody locks what the touch writes: the key opens the store all the same, over and over, one
// touch waits however often, and it is written although the request is over and the program ends.
func TestTouchLastUsedBlocksNobody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		maker := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, maker, "held.myshopify.com")
		_, secret := createKey(t, maker, seller, partner("Rithum"))
		repository, err := db.Open(t.Context(), databaseURL, models.DefaultCatalogue())
		require.NoError(t, err)
		recorder := recordStatements(t, repository)

		release := openTables(t, databaseURL).hold(t)
		statements := recorder.during(func() {
			for range 10 {
				ctx, cancel := context.WithCancel(context.Background())
				caller, found, err := repository.CallerByAPIKey(ctx, models.HashAPIKey(secret))
				cancel()
				require.NoError(t, err)
				require.True(t, found)
				require.Equal(t, seller.Store, caller.Store)
			}
			closed := make(chan error)
			go func() { closed <- repository.Close() }()
			require.Nil(t, listKeys(t, maker, seller)[0].LastUsedAt)
			release()
			require.NoError(t, <-closed)
		})
		require.NotNil(t, listKeys(t, maker, seller)[0].LastUsedAt, "closing did not wait for the touch")
		updates := slices.DeleteFunc(statements, func(s string) bool { return !strings.HasPrefix(s, "UPDATE") })
		require.Len(t, updates, 1)
	})
}

// hold keeps others from writing to the keys.
func (d tables) hold(t *testing.T) (release func()) {
	t.Helper()
	conn, err := d.Conn(context.Background())
	require.NoError(t, err)
	for _, statement := range map[string][]string{
		"sqlite": {"BEGIN IMMEDIATE"}, "postgres": {"BEGIN", "SELECT id FROM api_keys FOR UPDATE"},
	}[d.dialect] {
		_, err := conn.ExecContext(context.Background(), statement)
		require.NoError(t, err)
	}
	return func() {
		_, err := conn.ExecContext(context.Background(), "ROLLBACK")
		require.NoError(t, err)
		require.NoError(t, conn.Close())
	}
}

// TestTouchLastUsedRetriesAfterFailure, which callers with the key do not notice.
func TestTouchLastUsedRetriesAfterFailure(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, rawTables := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		seller := register(t, repository, "fails.myshopify.com")
		_, secret := createKey(t, repository, seller, partner("Rithum"))
		mend := rawTables.rejectTouches(t)
		for range 3 {
			_, found := use(t, repository, secret)
			require.True(t, found)
		}
		require.Nil(t, listKeys(t, repository, seller)[0].LastUsedAt)
		mend()
		require.Eventually(t, func() bool { // the failed touch may still be in flight
			use(t, repository, secret)
			return listKeys(t, repository, seller)[0].LastUsedAt != nil
		}, answerTime, time.Millisecond)
	})
}

// rejectTouches makes every write of a key's last use fail.
func (d tables) rejectTouches(t *testing.T) (mend func()) {
	t.Helper()
	if d.dialect == "sqlite" {
		require.NoError(t, d.write(`CREATE TRIGGER reject BEFORE UPDATE ON api_keys BEGIN SELECT RAISE(ABORT, 'rejected'); END`))
		return func() { require.NoError(t, d.write(`DROP TRIGGER reject`)) }
	}
	require.NoError(t, d.write(`CREATE TRIGGER reject BEFORE UPDATE ON api_keys FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()`))
	return func() { require.NoError(t, d.write(`DROP TRIGGER reject ON api_keys`)) }
}
