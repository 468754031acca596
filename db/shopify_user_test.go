package db_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// TestShopifyUserIsAskedAboutByOneProcess: once a day, of those who want to at the same moment.
func TestShopifyUserIsAskedAboutByOneProcess(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		repositories := [2]*db.Repository{}
		for i := range repositories {
			repositories[i] = open(t, databaseURL, models.DefaultCatalogue())
			repositories[i].Now = func() time.Time { return now }
		}
		store := register(t, repositories[0], "people.myshopify.com").Store
		claims := func() int32 {
			var count atomic.Int32
			var processes sync.WaitGroup
			for i := range 20 {
				processes.Go(func() {
					claimed, err := repositories[i%2].ClaimUser(t.Context(), store.ID, "42")
					if err != nil {
						t.Error(err)
					}
					if claimed {
						count.Add(1)
					}
				})
			}
			processes.Wait()
			return count.Load()
		}
		require.EqualValues(t, 1, claims())
		require.NoError(t, repositories[0].NameUser(t.Context(), store.ID, "42", "Ada Lovelace"))

		now = now.Add(models.UserNameLife - time.Second)
		require.Zero(t, claims())
		now = now.Add(time.Second)
		require.EqualValues(t, 1, claims())
		user, err := repositories[1].ShopifyUser(t.Context(), store.ID, "42")
		require.NoError(t, err)
		require.Equal(t, models.ShopifyUser{StoreID: store.ID, UserID: "42", Name: "Ada Lovelace", AskedAt: now}, user, "the name is good until there is another")
	})
}

func TestShopifyUserIsOfOneStore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		here, there := register(t, repository, "here.myshopify.com").Store, register(t, repository, "there.myshopify.com").Store
		for _, store := range []models.Store{here, there} {
			claimed, err := repository.ClaimUser(t.Context(), store.ID, "42")
			require.NoError(t, err)
			require.True(t, claimed)
		}
		require.NoError(t, repository.NameUser(t.Context(), here.ID, "42", "Ada Lovelace"))
		require.NoError(t, repository.NameUser(t.Context(), here.ID, "43", "Nobody"), "who is not known is not made known")

		for _, c := range []struct{ storeID, userID, name string }{{here.ID, "42", "Ada Lovelace"}, {there.ID, "42", ""}, {here.ID, "43", ""}, {"store_none", "42", ""}} {
			user, err := repository.ShopifyUser(t.Context(), c.storeID, c.userID)
			require.NoError(t, err)
			require.Equal(t, c.name, user.Name)
		}
		_, err := repository.ClaimUser(t.Context(), "store_none", "42")
		require.Error(t, err, "a store that was redacted stays so")
	})
}

func TestForgetUsersWhoDoNotComeBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		repository.Now = func() time.Time { return now }
		store := register(t, repository, "people.myshopify.com").Store
		come := func(userID string) {
			_, err := repository.ClaimUser(t.Context(), store.ID, userID)
			require.NoError(t, err)
		}
		come("42")
		come("43")
		now = now.Add(models.UserMemory - time.Second)
		come("43")
		count, err := repository.ForgetUsers(t.Context())
		require.NoError(t, err)
		require.Zero(t, count)
		now = now.Add(time.Second)
		count, err = repository.ForgetUsers(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 1, count)
		user, err := repository.ShopifyUser(t.Context(), store.ID, "43")
		require.NoError(t, err)
		require.False(t, user.AskedAt.IsZero())
	})
}
