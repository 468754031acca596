package db_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// TestConnectAllowsOneStorePerShop lets many stores connect the same shop at the same moment: one does, and the others are
// refused as they would be later, whichever of the rule and the unique index was first to see it.
func TestConnectAllowsOneStorePerShop(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		first, second := open(t, databaseURL, models.DefaultCatalogue()), open(t, databaseURL, models.DefaultCatalogue())
		const stores = 8
		sellers := make([]models.Caller, stores)
		for i := range sellers {
			sellers[i] = register(t, first, fmt.Sprintf("store-%d.myshopify.com", i))
		}
		for round := range 5 {
			shop, gate := fmt.Sprintf("shop-%d", round), make(chan struct{})
			results, errs := make([]*models.ConnectTikTokShopResult, stores), make([]error, stores)
			var calls sync.WaitGroup
			for i, repository := range slices.Repeat([]*db.Repository{first, second}, stores/2) {
				calls.Go(func() {
					<-gate
					results[i], errs[i] = repository.ConnectTikTokShop(context.Background(), sellers[i], owner(shop))
				})
			}
			close(gate)
			calls.Wait()
			winner := -1
			for i, result := range results {
				if errs[i] == nil {
					require.Equal(t, -1, winner, "two stores are connected to one shop")
					winner = i
					continue
				}
				require.Nil(t, result)
				requireRefusals(t, errs[i], models.AccountInUse)
				settings, err := first.Settings(context.Background(), sellers[i], models.SettingFilter{})
				require.NoError(t, err)
				require.Len(t, settings, len(first.Catalogue.Before()), "a refused connect wrote something")
			}
			require.NotEqual(t, -1, winner)
			disconnect(t, first, sellers[winner])
		}
	})
}

// TestConnectSnapshotIncludesConcurrentEdit lets an edit and a connect wait for the same store, on a server whose
// transactions would by default go on seeing what was there when they began to wait.
func TestConnectSnapshotIncludesConcurrentEdit(t *testing.T) {
	databaseURL, ctx := dbtest.Postgres(t), context.Background()
	admin, err := pgx.Connect(ctx, databaseURL)
	require.NoError(t, err)
	defer admin.Close(ctx)
	_, err = admin.Exec(ctx, `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = serializable', current_database()); END $$`)
	require.NoError(t, err)
	first, second := open(t, databaseURL, models.DefaultCatalogue()), open(t, databaseURL, models.DefaultCatalogue())
	seller := register(t, first, "waiting.myshopify.com")

	_, err = admin.Exec(ctx, "BEGIN; SELECT id FROM stores FOR UPDATE")
	require.NoError(t, err)
	observer := direct(t, databaseURL) // a transaction would see the same activity each time
	waiting := func(sessions int) {
		t.Helper()
		require.Eventually(t, func() bool {
			var locked int
			err := observer.QueryRow(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&locked)
			return err == nil && locked >= sessions
		}, answerTime, 5*time.Millisecond)
	}
	edited := make(chan error)
	go func() {
		_, err := first.UpdateSettings(ctx, seller, []models.SettingInput{{Key: "tax.handling", Value: `"MARKETPLACE"`}})
		edited <- err
	}()
	waiting(1) // the edit waits first
	connected := make(chan *models.ConnectTikTokShopResult)
	go func() { connected <- connect(t, second, seller, "shop") }()
	waiting(2)
	_, err = admin.Exec(ctx, "COMMIT")
	require.NoError(t, err)

	require.NoError(t, <-edited)
	require.Contains(t, (<-connected).Account.Snapshot.Settings,
		models.SnapshotSetting{Key: "tax.handling", Scope: models.ScopeStore, Value: `"MARKETPLACE"`})
}

func TestReconnectKeepsAccountAndSnapshot(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "again.myshopify.com")
		first := connect(t, repository, seller, "wrong").Account
		disconnect(t, repository, seller)
		second := connect(t, repository, seller, "right").Account
		disconnect(t, repository, seller)
		third := connect(t, repository, seller, "wrong").Account

		require.NotEqual(t, first.ID, second.ID)
		require.Equal(t, first.ID, third.ID)
		require.NotEqual(t, *first.EpochID, *third.EpochID)
		for _, later := range []*models.Account{second, third} {
			require.Equal(t, first.Snapshot.Digest, later.Snapshot.Digest)
			require.Equal(t, first.Snapshot.Settings, later.Snapshot.Settings)
		}

		accounts, err := repository.Accounts(t.Context(), seller, everything)
		require.NoError(t, err)
		require.Len(t, accounts, 3)
		require.Equal(t, []string{first.ID, second.ID}, []string{accounts[0].ID, accounts[1].ID})
		require.Len(t, accounts[0].Disconnections, 1)
		require.Len(t, accounts[1].Disconnections, 1)
		require.Empty(t, accounts[2].Disconnections)
	})
}
