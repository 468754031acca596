package db_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
	"handback/models"
)

// TestActorNamesAreKeptExactly in settings, previews and audit entries, whatever characters they have.
func TestActorNamesAreKeptExactly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "odd.myshopify.com")
		account := connect(t, repository, seller, "odd").Account
		seller.Actor.Name = "\x1eOdd\x1f, \"quoted\", <\x1f\x1e>"
		_, err := repository.UpdateSettings(t.Context(), seller, []models.SettingInput{{Key: "inventory.percent", Value: "7"}, {Key: "order.tags", Value: `["\u001e\u001f"]`}})
		require.NoError(t, err)
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

func TestAPIKeysWriteAuditEntries(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "audited.myshopify.com")
		key, _ := createKey(t, repository, seller, partner("Rithum"))
		revokeKey(t, repository, seller, key.ID)
		trail, err := repository.AuditTrail(t.Context(), seller, models.AuditPage{Count: 2}, everything)
		require.NoError(t, err)
		for i, action := range []models.AuditAction{models.APIKeyRevoked, models.APIKeyCreated} {
			require.Equal(t, action, trail.Entries[i].Action)
			require.Equal(t, seller.Actor, trail.Entries[i].Actor)
			require.Empty(t, trail.Entries[i].Changes)
			require.Nil(t, trail.Entries[i].Account)
		}
		require.Equal(t, key.CreatedAt, trail.Entries[1].OccurredAt)
	})
}

func TestDisconnectHistoryIsAppendOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, rawTables := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		seller := register(t, repository, "history.myshopify.com")
		connect(t, repository, seller, "1")
		disconnect(t, repository, seller)
		before := rawTables.of(t, seller.Store.ID)
		for _, statement := range []string{
			`UPDATE setting_changes SET after = NULL`,
			`DELETE FROM setting_changes`,
			`UPDATE audit_entries SET actor_name = 'nobody'`,
			`DELETE FROM audit_entries`,
			`UPDATE disconnections SET restored_digest = ''`,
			`DELETE FROM disconnections`,
		} {
			require.ErrorContains(t, rawTables.write(statement), "is only ever added to", statement)
		}
		require.Equal(t, before, rawTables.of(t, seller.Store.ID))
	})
}

func TestAuditTrailPagination(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller, neighbour := register(t, repository, "audit.myshopify.com"), register(t, repository, "next.myshopify.com")
		connect(t, repository, neighbour, "2")
		connect(t, repository, seller, "1")
		update(t, repository, seller, models.SettingInput{Key: "order.tags"})
		disconnect(t, repository, seller)

		wanted := []models.AuditAction{models.AccountDisconnectedAction, models.SettingsUpdated, models.AccountConnectedAction,
			models.AccountConnectedAction, models.StoreRegistered}
		for size := 1; size <= len(wanted)+1; size++ {
			actions, pages := readTrail(t, repository, seller, size)
			require.Equal(t, wanted, actions, "pages of %d", size)
			require.Equal(t, (len(wanted)+size-1)/size, pages, "pages of %d", size)
		}

		trail, err := repository.AuditTrail(t.Context(), seller, models.AuditPage{Count: 2, Before: "audit_00000000-0000-7000-8000-000000000000"}, everything)
		require.NoError(t, err)
		require.Empty(t, trail.Entries)
		require.False(t, trail.More)
	})
}

func readTrail(t *testing.T, repository interface {
	AuditTrail(context.Context, models.Caller, models.AuditPage, models.AccountDetails) (*models.AuditTrail, error)
}, seller models.Caller, size int) (actions []models.AuditAction, pages int) {
	t.Helper()
	page := models.AuditPage{Count: size}
	for more := true; more; pages++ {
		trail, err := repository.AuditTrail(t.Context(), seller, page, everything)
		require.NoError(t, err)
		require.LessOrEqual(t, len(trail.Entries), size)
		for _, entry := range trail.Entries {
			require.Equal(t, seller.Store.ID, entry.StoreID)
			require.Equal(t, entry.Action == models.AccountDisconnectedAction, entry.Disconnection != nil)
			actions = append(actions, entry.Action)
			page.Before = entry.ID
		}
		more = trail.More
	}
	return actions, pages
}

func TestAuditEntriesListChanges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "said.myshopify.com")
		connected := connect(t, repository, seller, "1")
		update(t, repository, seller, models.SettingInput{Key: "order.tags"})
		done := disconnect(t, repository, seller).Disconnection

		trail, err := repository.AuditTrail(t.Context(), seller, models.AuditPage{Count: 9}, models.AccountDetails{Changes: true})
		require.NoError(t, err)
		require.Len(t, trail.Entries, 5)
		require.Equal(t, done.Restoration.Changes, trail.Entries[0].Changes)
		require.Equal(t, done.Restoration, trail.Entries[0].Disconnection.Restoration)
		require.Equal(t, []models.SettingChange{{Key: "order.tags", Scope: models.ScopeStore, Kind: models.SettingRemoved,
			Before: `["web","priority","tiktok-shop"]`, LastChangedBy: models.Integration}}, trail.Entries[1].Changes)
		require.Equal(t, connected.Changes, trail.Entries[2].Changes)
		require.Equal(t, connected.Account.ID, trail.Entries[2].Account.ID)
		require.Empty(t, trail.Entries[3].Changes)
		require.Len(t, trail.Entries[4].Changes, len(repository.Catalogue.Before()))

		entry, err := repository.AuditEntry(t.Context(), seller, trail.Entries[0].ID, models.AccountDetails{Changes: true})
		require.NoError(t, err)
		require.Equal(t, trail.Entries[0], entry)
	})
}
