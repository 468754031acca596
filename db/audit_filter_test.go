package db_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// lengthenTrail adds so many entries to a store's trail.
func lengthenTrail(t *testing.T, databaseURL string, seller models.Caller, entries int) {
	t.Helper()
	require.NoError(t, openTables(t, databaseURL).write(`INSERT INTO audit_entries (id, store_id, action, actor_kind, actor_name, occurred_at)
		WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < CAST(? AS integer))
		SELECT 'audit_' || n, first.store_id, 'API_KEY_CREATED', first.actor_kind, first.actor_name, first.occurred_at
		FROM numbers CROSS JOIN audit_entries first WHERE first.store_id = ? AND first.action = 'STORE_REGISTERED'`, entries, seller.Store.ID))
}

// TestFilterIsTriedOnSoManyEntries for one page, of its store, however many there are; each is charged. Following pages find all that the
// filter selects, each once.
func TestFilterIsTriedOnSoManyEntries(t *testing.T) {
	const added = 2*models.MaxTriedEntries + 1_000
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller, neighbour := register(t, repository, "long.myshopify.com"), register(t, repository, "next.myshopify.com")
		lengthenTrail(t, databaseURL, seller, added)
		for name, test := range map[string]struct {
			filter models.AuditFilter
			found  []int // on each page
		}{
			"nobody":               {models.AuditFilter{ActorName: "nobody"}, []int{0, 0, 0}},
			"no such kind":         {models.AuditFilter{ActorKinds: []models.ActorKind{models.ActorPartner}}, []int{0, 0, 0}},
			"none of the kinds":    {models.AuditFilter{ActorKinds: []models.ActorKind{}}, []int{0, 0, 0}},
			"the oldest":           {models.AuditFilter{Actions: []models.AuditAction{models.StoreRegistered}}, []int{0, 0, 1}},
			"both, which never is": {models.AuditFilter{Actions: []models.AuditAction{models.APIKeyCreated}, ActorName: "nobody"}, []int{0, 0, 0}},
		} {
			for changes, statements := range map[bool]int{false: 1, true: 2} {
				var found []int
				page := models.AuditPage{Count: 20, Filter: test.filter}
				for more := true; more; {
					var read countedRows
					trail, err := repository.AuditTrail(models.WithReadBudget(t.Context(), &read), seller, page, models.AccountDetails{Changes: changes})
					require.NoError(t, err)
					require.LessOrEqual(t, read.chargedRows, statements*models.MaxTriedEntries, name)
					if more = trail.More; more {
						require.Equal(t, statements*models.MaxTriedEntries, read.chargedRows, name)
						require.NotEmpty(t, trail.End, name)
					}
					found, page.Before = append(found, len(trail.Entries)), trail.End
				}
				require.Equal(t, test.found, found, name)
			}
		}

		var read countedRows
		ctx := models.WithReadBudget(t.Context(), &read)
		full, err := repository.AuditTrail(ctx, seller, models.AuditPage{Count: 20, Filter: models.AuditFilter{Actions: []models.AuditAction{models.APIKeyCreated}}}, models.AccountDetails{})
		require.NoError(t, err)
		require.Len(t, full.Entries, 20)
		require.True(t, full.More)
		require.Empty(t, full.End, "the next page begins after the last entry")

		read = countedRows{}
		_, err = repository.AuditTrail(ctx, seller, models.AuditPage{Count: 20}, everything)
		require.NoError(t, err)
		require.Zero(t, read.chargedRows, "without a filter no more is read than is given")
		short, err := repository.AuditTrail(ctx, neighbour, models.AuditPage{Count: 20, Filter: models.AuditFilter{ActorName: "nobody"}}, models.AccountDetails{})
		require.NoError(t, err)
		require.Empty(t, short.Entries)
		require.False(t, short.More)
		require.Less(t, read.chargedRows, 10, "another store's entries are not tried")
	})
}

// TestDetailsAreReadOfThePagesAccounts, and of no others.
func TestDetailsAreReadOfThePagesAccounts(t *testing.T) {
	snapshot := models.AccountDetails{Snapshot: true}
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, manySettings(4))
		seller := register(t, repository, "accounts.myshopify.com")
		for _, shop := range []string{"1", "2", "3"} {
			connect(t, repository, seller, shop)
			disconnect(t, repository, seller)
		}
		var trail, event countedRows
		page, err := repository.AuditTrail(models.WithReadBudget(t.Context(), &trail), seller, models.AuditPage{Count: 2}, snapshot)
		require.NoError(t, err)
		require.NotNil(t, page.Entries[1].Account.Snapshot)
		require.Equal(t, page.Entries[0].Account.ID, page.Entries[1].Account.ID)
		require.Equal(t, 3+2, trail.rows, "the page and one entry more; the account and its epoch")
		_, err = repository.Events(models.WithReadBudget(t.Context(), &event), seller, models.EventPage{Count: 2}, snapshot)
		require.NoError(t, err)
		require.Equal(t, 4+2+1, event.rows, "the page and two events more; the ads account and the first shop, which has an epoch")
	})
}
