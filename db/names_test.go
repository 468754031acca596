package db_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
	"handback/models"
)

// TestNamesMayHaveAnything: they come back as they are, in every place.
func TestNamesMayHaveAnything(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "odd.myshopify.com")
		account := connect(t, repository, seller, "odd").Account
		seller.Actor.Name = "\x1eOdd\x1f, \"quoted\", <\x1f\x1e>"
		_, refusals, err := repository.UpdateSettings(t.Context(), seller, []models.SettingInput{{Key: "inventory.percent", Value: "7"}, {Key: "order.tags", Value: `["\u001e\u001f"]`}})
		require.NoError(t, err)
		require.Empty(t, refusals)
		found, err := repository.Account(t.Context(), seller, account.ID, models.AccountDetails{Preview: true})
		require.NoError(t, err)
		var edited []models.SettingChange
		for _, change := range found.DisconnectPreview.Changes {
			if change.LastChangedBy.Kind == models.ActorSeller {
				require.Equal(t, seller.Actor.Name, change.LastChangedBy.Name)
				edited = append(edited, change)
			}
		}
		require.Len(t, edited, 2)
		require.EqualValues(t, `["\u001e\u001f"]`, edited[1].Before)
		disconnect(t, repository, seller)
		trail, err := repository.AuditTrail(t.Context(), seller, models.AuditPage{Count: 2}, models.AccountDetails{Changes: true})
		require.NoError(t, err)
		require.Equal(t, found.DisconnectPreview.Changes, trail.Entries[0].Changes)
		require.Equal(t, seller.Actor.Name, trail.Entries[1].Actor.Name)
		require.Len(t, trail.Entries[1].Changes, 2)
	})
}
