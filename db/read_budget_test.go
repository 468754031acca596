package db_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// budget counts what is read, and ends after so many bytes.
type budget struct{ bytes, limit int }

var errBudget = errors.New("the budget is used up")

func (b *budget) Consume(bytes int) error {
	if b.bytes += bytes; b.bytes > b.limit {
		return errBudget
	}
	return nil
}

func (*budget) Charge(int, int) {}

func (*budget) Err() error { return nil }

// requireCounted fails unless the read consumes so many bytes, and fails when there is one less.
func requireCounted(t *testing.T, bytes int, read func(context.Context) error) {
	t.Helper()
	enough, scarce := &budget{limit: bytes}, &budget{limit: bytes - 1}
	require.NoError(t, read(models.WithReadBudget(t.Context(), enough)))
	require.Equal(t, bytes, enough.bytes)
	require.ErrorIs(t, read(models.WithReadBudget(t.Context(), scarce)), errBudget)
}

func TestReadBudgetCountsTextColumns(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "budget.myshopify.com")
		account := connect(t, repository, seller, "budget").Account
		store := seller.Store
		ofStore := len(store.ID + store.Domain + store.Name + store.Region)
		requireCounted(t, ofStore, func(ctx context.Context) error { return second(repository.StoreByDomain(ctx, store.Domain)) })

		ofKeys := 0
		for _, name := range []string{"one", "two"} {
			key, _ := createKey(t, repository, seller, partner(name))
			ofKeys += len(key.ID+store.ID+name+key.FoldedName+key.Prefix+"READ") + 32 // its hash
		}
		requireCounted(t, ofKeys, func(ctx context.Context) error { return second(repository.APIKeys(ctx, seller)) })

		ofAccount := len(account.ID+store.ID+string(account.Kind)+account.Name+account.ExternalID+account.Region+string(account.Status)) + len(*account.EpochID)
		requireCounted(t, ofAccount, func(ctx context.Context) error {
			return second(repository.Account(ctx, seller, account.ID, models.AccountDetails{}))
		})
		snapshot, err := json.Marshal(account.Snapshot.Settings)
		require.NoError(t, err)
		ofEpoch := len(*account.EpochID+store.ID+account.ID+account.Snapshot.Digest) + len(snapshot) + 32 // its salt
		requireCounted(t, ofAccount+ofEpoch, func(ctx context.Context) error {
			return second(repository.Account(ctx, seller, account.ID, models.AccountDetails{Snapshot: true}))
		})
	})
}

func TestReadBudgetCountsStoredAnswers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		k := newKeyed(t, databaseURL)
		answer := k.requireFirst(t, "key", "digest", editWork)
		ofRow := len(k.seller.Store.ID+k.seller.ID+"digest"+answer) + 64 // the key's hash, in hex
		requireCounted(t, ofRow, func(ctx context.Context) error {
			k.ctx = ctx
			_, _, err := k.once("key", "digest", editWork)
			return err
		})
	})
}

// TestReadBudgetRejectsUncountedTypes by whatever way.
func TestReadBudgetRejectsUncountedTypes(t *testing.T) {
	type row[T any] struct{ Name T }
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		store := register(t, repository, "types.myshopify.com").Store
		const read = `SELECT name FROM stores`
		requireCounted(t, len(store.Name), func(ctx context.Context) error {
			return second(db.ReadRows[row[[]byte]](ctx, repository, read))
		})
		requireCounted(t, len(store.Name), func(ctx context.Context) error { return second(db.ReadRows[row[*string]](ctx, repository, read)) })
		requireCounted(t, len(store.Name), func(ctx context.Context) error {
			return repository.ORM(ctx).Table("stores").Select("name").Find(&[]row[*[]byte]{}).Error
		})
		require.ErrorContains(t, second(db.ReadRows[row[sql.NullString]](t.Context(), repository, read)), "does not count it")
		require.ErrorContains(t, repository.ORM(t.Context()).Table("stores").Select("name").Find(&[]row[sql.NullString]{}).Error, "does not count it")
		require.ErrorContains(t, repository.ORM(t.Context()).Table("stores").Raw(read).Scan(&[]row[string]{}).Error, "not counted")
		var name string
		_, err := repository.ORM(t.Context()).Table("stores").Select("name").Rows() //nolint:rowserrcheck,sqlclosecheck // there are none
		require.ErrorContains(t, err, "not counted")
		requireCounted(t, len(store.Name), func(ctx context.Context) error {
			return repository.ORM(ctx).Table("stores").Select("name").Find(&name).Error
		})
	})
}

// TestReadBudgetIsForAnswers: what a use case reads in order to write takes nothing from it, and what is read afterwards does, within
// the transaction of a keyed call, too.
func TestReadBudgetIsForAnswers(t *testing.T) {
	work := func(ctx context.Context, k *keyed) (any, error) {
		_, err := k.DisconnectTikTokShop(ctx, k.seller, models.DisconnectRequest{Confirm: true})
		return nil, err
	}
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		k := newKeyed(t, databaseURL)
		none := &budget{limit: -1} // for no row
		ctx := models.WithReadBudget(t.Context(), none)
		for range 2 {
			requireDone(t, connecting(k.ctx, k.Repository, k.seller))
			require.NoError(t, second(work(ctx, k)))
			require.Zero(t, none.bytes)
			require.ErrorIs(t, second(k.Accounts(ctx, k.seller, models.AccountDetails{})), errBudget)
			none.bytes = 0
		}
		requireDone(t, connecting(k.ctx, k.Repository, k.seller))
		k.ctx = ctx
		_, _, err := k.once("key", "digest", func(ctx context.Context, k *keyed) (any, error) {
			require.NoError(t, second(work(ctx, k)))
			require.Zero(t, none.bytes)
			return nil, second(k.Accounts(ctx, k.seller, models.AccountDetails{}))
		})
		require.ErrorIs(t, err, errBudget)
	})
}

// TestReadsOfWritesAreCharged, also of those that are refused: an edit reads the values that it names and no others, and none where it is
// refused without them.
func TestReadsOfWritesAreCharged(t *testing.T) {
	const long, short = 100_000, 1_000
	stale, none := models.Value(`"another"`), ""
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, manySettings(4))
		seller := register(t, repository, "charged.myshopify.com")
		account := connect(t, repository, seller, "1").Account
		update(t, repository, seller, models.SettingInput{Key: "k0000", Value: models.Value(`"` + strings.Repeat("x", long) + `"`)})
		edit := func(input models.SettingInput) func(context.Context) error {
			return func(ctx context.Context) error {
				return second(repository.UpdateSettings(ctx, seller, []models.SettingInput{input}))
			}
		}
		disconnect := func(request models.DisconnectRequest) func(context.Context) error {
			request.Confirm = true
			return func(ctx context.Context) error { return second(repository.DisconnectTikTokShop(ctx, seller, request)) }
		}
		for _, test := range []struct {
			name    string
			refused bool
			least   int // bytes
			do      func(context.Context) error
		}{
			{"edit of a short value", false, 0, edit(models.SettingInput{Key: "k0001", Value: `"edited"`})},
			{"edit of what there is not", true, 0, edit(models.SettingInput{Key: "unknown", Value: `1`})},
			{"edit that is not let in", true, 0, edit(models.SettingInput{Key: "k0000", Value: `1`})},
			{"edit of a value that was not seen", true, long, edit(models.SettingInput{Key: "k0000", Value: `"edited"`, Expected: &stale})},
			{"stale preview", true, long, disconnect(models.DisconnectRequest{PreviewToken: &none})},
			{"no such account", true, 0, disconnect(models.DisconnectRequest{AccountID: &none})},
			{"disconnect", false, long, disconnect(models.DisconnectRequest{AccountID: &account.ID})},
		} {
			var read countedRows
			err := test.do(models.WithReadBudget(t.Context(), &read))
			if require.Equal(t, test.refused, err != nil, test.name); err != nil {
				require.NotErrorIs(t, err, models.ErrTryAgain, test.name)
			}
			require.Zero(t, read.rows, "%s: nothing is taken from what the answer may read", test.name)
			require.GreaterOrEqual(t, read.chargedBytes, test.least, test.name)
			require.Less(t, read.chargedBytes, 2*test.least+short, test.name)
			require.Positive(t, read.chargedRows, test.name)
		}
	})
}
