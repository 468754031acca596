package db_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
	"handback/models"
)

func TestUnknownStoreIsAFault(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		nobody := models.Caller{Store: models.Store{ID: "store_none", Region: "US"}}
		_, err := repository.ConnectTikTokShop(t.Context(), nobody, owner("1"))
		require.ErrorContains(t, err, "no store")
		_, err = repository.DisconnectTikTokShop(t.Context(), nobody, models.DisconnectRequest{Confirm: true})
		require.ErrorContains(t, err, "no store")
		_, _, err = repository.UpdateSettings(t.Context(), nobody, nil)
		require.ErrorContains(t, err, "no store")
	})
}
