package db_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
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

// readMeter counts what is read, and allows all of it.
type readMeter struct{ bytes int }

func (m *readMeter) Consume(bytes int) error {
	m.bytes += bytes
	return nil
}

func (*readMeter) Charge(int, int) {}

func (*readMeter) Err() error { return nil }

// measured returns a context that counts what is read with it.
func measured(t *testing.T) (context.Context, *readMeter) {
	t.Helper()
	meter := &readMeter{}
	return models.WithReadBudget(t.Context(), meter), meter
}

// text is a value of so many bytes.
func text(letter string, bytes int) models.Value {
	return models.Value(`"` + strings.Repeat(letter, bytes-2) + `"`)
}

// editOften makes an edit for each list of sizes: a setting gets a value of each size.
func editOften(t *testing.T, repository *db.Repository, seller models.Caller, edits [][]int) {
	t.Helper()
	for i, sizes := range edits {
		inputs := make([]models.SettingInput, len(sizes))
		for n, size := range sizes {
			inputs[n] = models.SettingInput{Key: fmt.Sprintf("k%04d", 2*n), Value: text(string(rune('a'+i)), size)}
		}
		update(t, repository, seller, inputs...)
	}
}

// TestAuditPagesShareBytesOfAccounts: each entry of a page tells all of the same account.
func TestAuditPagesShareBytesOfAccounts(t *testing.T) {
	detail := models.ChangeDetail{Copies: 100} // so that tests need not write many megabytes
	budget := int(detail.ListedBytes())
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, manySettings(10))
		seller := register(t, repository, "shares.myshopify.com")
		for range 3 {
			requireDone(t, connecting(operationContext(t), repository, seller))
			requireDone(t, disconnecting(operationContext(t), repository, seller))
		}
		requireDone(t, connecting(operationContext(t), repository, seller))
		editOften(t, repository, seller, [][]int{{budget / 2}})
		page := models.AuditPage{Count: 20}
		for over, details := range map[bool]models.AccountDetails{true: {Preview: true}, false: {Preview: true, ChangeDetail: detail}} {
			trail, err := repository.AuditTrail(t.Context(), seller, page, details)
			require.NoError(t, err)
			bytes := 0
			for _, entry := range trail.Entries {
				if entry.Account != nil && entry.Account.DisconnectPreview != nil {
					for _, change := range entry.Account.DisconnectPreview.Changes {
						bytes += len(change.Before) + len(change.After)
						require.Positive(t, change.BeforeBytes()+change.AfterBytes())
					}
				}
			}
			require.Equal(t, over, bytes > budget, "%d bytes, not %d", bytes, budget)
		}
	})
}

// TestAuditPagesEndWhereBytesRunOut: whatever there is, a page comes, and paging on meets every entry once. Of an entry that
// fills more than a page by itself, the longest values are left out, and can be read one by one.
func TestAuditPagesEndWhereBytesRunOut(t *testing.T) {
	const kilobyte = 1000
	detail := models.ChangeDetail{Copies: 100} // so that tests need not write many megabytes
	budget := int(detail.ListedBytes())
	large := budget * 2 / 5
	edits := [][]int{
		{10}, {large, 20}, {large}, {30}, {kilobyte, large}, {large, large, large}, {40}, {budget}, {50, budget + 1}, {60},
	}
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, manySettings(10))
		seller := register(t, repository, "pages.myshopify.com")
		editOften(t, repository, seller, edits)
		whole, err := repository.AuditTrail(t.Context(), seller, models.AuditPage{Count: models.MaxPage}, models.AccountDetails{Changes: true})
		require.NoError(t, err)
		require.False(t, whole.More, "ten megabytes have room for all")
		require.Len(t, whole.Entries, len(edits)+2)

		for _, size := range []int{1, 2, 5, models.MaxPage} {
			var walked []*models.AuditEntry
			for before := ""; ; before = walked[len(walked)-1].ID {
				ctx, meter := measured(t)
				page, err := repository.AuditTrail(ctx, seller, models.AuditPage{Count: size, Before: before}, models.AccountDetails{Changes: true, ChangeDetail: detail})
				require.NoError(t, err)
				require.NotEmpty(t, page.Entries)
				require.Less(t, meter.bytes, budget+100*kilobyte)
				for _, entry := range page.Entries[1:] {
					require.False(t, detail.Incomplete(entry.Changes), "an entry after the first is whole")
				}
				walked = append(walked, page.Entries...)
				if !page.More {
					break
				}
			}
			require.Len(t, walked, len(whole.Entries))
			for i, entry := range walked {
				requireSameButLong(t, repository, seller, whole.Entries[i], entry, budget)
			}
		}
	})
}

// requireSameButLong compares an entry as it came with what it is. What was left out is told, and comes when it is asked for.
func requireSameButLong(t *testing.T, repository *db.Repository, seller models.Caller, is, came *models.AuditEntry, budget int) {
	t.Helper()
	require.Equal(t, is.ID, came.ID)
	require.Len(t, came.Changes, len(is.Changes))
	bytes := 0
	for _, change := range is.Changes {
		bytes += len(change.Before) + len(change.After)
	}
	if bytes <= budget {
		require.Equal(t, is.Changes, came.Changes)
		return
	}
	require.True(t, models.ChangeDetail{}.Incomplete(came.Changes))
	for i, change := range came.Changes {
		whole := is.Changes[i]
		require.Equal(t, []any{whole.Key, whole.Kind, whole.LastChangedBy}, []any{change.Key, change.Kind, change.LastChangedBy})
		require.Equal(t, []int32{whole.BeforeBytes(), whole.AfterBytes()}, []int32{change.BeforeBytes(), change.AfterBytes()})
		alone, err := repository.AuditEntry(t.Context(), seller, is.ID, models.AccountDetails{Changes: true, ChangeDetail: models.ChangeDetail{Key: change.Key}})
		require.NoError(t, err)
		require.Equal(t, []models.SettingChange{whole}, alone.Changes)
		if change.OmittedBefore == 0 && change.OmittedAfter == 0 {
			require.Equal(t, whole, change)
		}
	}
}

// TestValuesAreReadOnlyWhereSelected: of a history, of a record, of previews and of settings.
func TestValuesAreReadOnlyWhereSelected(t *testing.T) {
	const long = 500_000
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, manySettings(10))
		seller := register(t, repository, "asked.myshopify.com")
		editOften(t, repository, seller, [][]int{{long, 100}})
		connect(t, repository, seller, "1")
		record := disconnect(t, repository, seller).Disconnection
		for values, most := range map[models.ValueDetail]int{models.NoValues: 10_000, models.ShortValues: 10_000, models.WholeValues: 5*long + 20_000} {
			details := models.AccountDetails{Changes: true, Disconnections: true, ChangeDetail: models.ChangeDetail{Values: values}}
			for name, read := range map[string]func(context.Context) error{
				"trail": func(ctx context.Context) error {
					return second(repository.AuditTrail(ctx, seller, models.AuditPage{Count: 250}, details))
				},
				"record": func(ctx context.Context) error {
					return second(repository.Disconnection(ctx, seller, record.ID, details))
				},
				"accounts": func(ctx context.Context) error { return second(repository.Accounts(ctx, seller, details)) },
				"settings": func(ctx context.Context) error {
					return second(repository.Settings(ctx, seller, models.SettingFilter{Values: values}))
				},
			} {
				ctx, meter := measured(t)
				require.NoError(t, read(ctx))
				require.Less(t, meter.bytes, most, name)
				require.Equal(t, values == models.WholeValues, meter.bytes >= long, name)
			}
		}
		short, err := repository.Settings(t.Context(), seller, models.SettingFilter{Values: models.ShortValues})
		require.NoError(t, err)
		require.Equal(t, models.Setting{Key: "k0000", Scope: models.ScopeStore, UpdatedAt: short[0].UpdatedAt, UpdatedBy: models.Integration, OmittedValue: long}, short[0])
		require.EqualValues(t, long, short[0].ValueBytes())
		require.Equal(t, text("a", 100), short[1].Value)
		one, err := repository.Settings(t.Context(), seller, models.SettingFilter{Key: "k0000"})
		require.NoError(t, err)
		require.Len(t, one, 1)
		require.Equal(t, text("a", long), one[0].Value)
		require.Zero(t, one[0].OmittedValue)
	})
}

// TestPreviewsReadTheSnapshotsOfConnectedAccountsOnly: the others' may be long, and have nothing to do with it.
func TestPreviewsReadTheSnapshotsOfConnectedAccountsOnly(t *testing.T) {
	const long = 500_000
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, manySettings(10))
		seller := register(t, repository, "snapshots.myshopify.com")
		editOften(t, repository, seller, [][]int{{long}})
		connect(t, repository, seller, "1")
		disconnect(t, repository, seller)
		update(t, repository, seller, models.SettingInput{Key: "k0000", Value: `"short"`})
		connected := connect(t, repository, seller, "2").Account
		ctx, meter := measured(t)
		accounts, err := repository.Accounts(ctx, seller, models.AccountDetails{Preview: true})
		require.NoError(t, err)
		require.Less(t, meter.bytes, long)
		require.Equal(t, connected.DisconnectPreview, accounts[0].DisconnectPreview)
		require.NotNil(t, accounts[0].DisconnectPreview)
	})
}
