package db_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

func TestUnknownStoreIsAFault(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		nobody := models.Caller{Store: models.Store{ID: "store_none", Region: "US"}}
		_, err := repository.ConnectTikTokShop(t.Context(), nobody, owner("1"))
		require.ErrorContains(t, err, "no store")
		_, err = repository.DisconnectTikTokShop(t.Context(), nobody, models.DisconnectRequest{Confirm: true})
		require.ErrorContains(t, err, "no store")
		_, err = repository.UpdateSettings(t.Context(), nobody, nil)
		require.ErrorContains(t, err, "no store")
	})
}

// TestRegisterStoreKeepsExistingStore as it is: it may have been edited since.
func TestRegisterStoreKeepsExistingStore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, rawTables := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		unknown, err := repository.StoreByDomain(t.Context(), "kept.myshopify.com")
		require.NoError(t, err)
		require.Empty(t, unknown.ID)

		registered := register(t, repository, "kept.myshopify.com").Store
		before := rawTables.of(t, registered.ID)
		again, err := repository.RegisterStore(t.Context(), models.Registration{
			Store: models.Store{Domain: "kept.myshopify.com", Name: "Another name", Region: "GB"}, Settings: repository.Catalogue.Before()[:1],
		})
		require.NoError(t, err)
		require.Equal(t, registered, again)
		require.Equal(t, before, rawTables.of(t, registered.ID))
	})
}
