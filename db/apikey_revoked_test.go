package db_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// TestRevokedKeyWritesNothing, although it was live when its caller was let in; and what it waited with was not begun.
func TestRevokedKeyWritesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, rawTables := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		seller := register(t, repository, "keys.myshopify.com")
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		repository.Now = func() time.Time { return now }
		expires := now.Add(time.Hour)
		lasting, secret := createKey(t, repository, seller, models.APIKeyRequest{Name: "Lasting", Scopes: models.AllAPIKeyScopes})
		_, endingSecret := createKey(t, repository, seller, models.APIKeyRequest{Name: "Ending", Scopes: models.AllAPIKeyScopes, ExpiresAt: &expires})
		caller, found := use(t, repository, secret)
		require.True(t, found)
		ending, found := use(t, repository, endingSecret)
		require.True(t, found)
		edit := func(caller models.Caller) error {
			_, err := repository.UpdateSettings(models.WithCaller(context.Background(), caller), caller, []models.SettingInput{{Key: "product.published", Value: models.Value(`{}`)}})
			return err
		}
		require.NoError(t, edit(caller))
		require.NoError(t, edit(ending))
		revokeKey(t, repository, seller, lasting.ID)
		now = expires
		before := rawTables.of(t, seller.Store.ID)
		require.ErrorIs(t, edit(caller), models.ErrUnauthenticated)
		var expired *models.APIKeyExpired
		require.ErrorAs(t, edit(ending), &expired)
		require.Equal(t, before, rawTables.of(t, seller.Store.ID))
		require.NoError(t, edit(seller))
	})
}
