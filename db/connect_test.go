package db_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
	"handback/models"
)

// TestASnapshotHasTheEditThatCameBefore lets an edit and a connect wait for the same store, on a server whose
// transactions would by default go on seeing what was there when they began to wait.
func TestASnapshotHasTheEditThatCameBefore(t *testing.T) {
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
	edited := make(chan []models.UpdateSettingsUserError)
	go func() {
		_, refusals, err := first.UpdateSettings(ctx, seller, []models.SettingInput{{Key: "tax.handling", Value: `"MARKETPLACE"`}})
		require.NoError(t, err)
		edited <- refusals
	}()
	time.Sleep(300 * time.Millisecond) // the edit waits first
	connected := make(chan *models.ConnectTikTokShopResult)
	go func() { connected <- connect(t, second, seller, "shop") }()
	time.Sleep(300 * time.Millisecond)
	_, err = admin.Exec(ctx, "COMMIT")
	require.NoError(t, err)

	require.Empty(t, <-edited)
	require.Contains(t, (<-connected).Account.Snapshot.Settings,
		models.SnapshotSetting{Key: "tax.handling", Scope: models.ScopeStore, Value: `"MARKETPLACE"`})
}
