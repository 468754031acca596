package db_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"handback/db"
	"handback/db/dbtest"
	"handback/models"
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
