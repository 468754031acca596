package db_test

import (
	"database/sql"
	"fmt"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
	sdk "go.opentelemetry.io/otel/sdk/trace"

	"handback/db"
	"handback/db/dbtest"
	"handback/models"
)

// sentLimits are the settings that a session of Handback has, when it may have them.
var sentLimits = []string{
	"lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout", "client_connection_check_interval",
	"default_transaction_isolation", "tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count",
}

// eachPooler runs a test through PgBouncer in transaction mode, which refuses what is sent at connect, or drops it.
func eachPooler(t *testing.T, test func(t *testing.T, directURL, pooledURL string)) {
	t.Helper()
	for name, ignored := range map[string][]string{"refuses settings": nil, "drops settings": sentLimits} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			databaseURL := dbtest.Postgres(t)
			test(t, databaseURL, dbtest.PgBouncer(t, databaseURL, "transaction", ignored...))
		})
	}
}

func withParam(databaseURL, name, value string) string {
	return databaseURL + "&" + name + "=" + url.QueryEscape(value)
}

func TestPoolerConnectsAndDisconnects(t *testing.T) {
	t.Parallel()
	eachPooler(t, func(t *testing.T, directURL, pooledURL string) {
		repository := open(t, pooledURL, models.DefaultCatalogue())
		requireRoundTrip(t, repository, direct(t, directURL))
	})
}

func TestPoolerConnectsAndDisconnectsWithTracing(t *testing.T) {
	t.Parallel()
	eachPooler(t, func(t *testing.T, directURL, pooledURL string) {
		repository, err := db.Open(t.Context(), pooledURL, models.DefaultCatalogue(), db.WithTracing(sdk.NewTracerProvider()))
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, repository.Close()) })
		requireRoundTrip(t, repository, direct(t, directURL))
	})
}

// requireRoundTrip does everything that sends statements of its own, more often than there are server connections.
func requireRoundTrip(t *testing.T, repository *db.Repository, conn *sql.DB) {
	t.Helper()
	seller := register(t, repository, "pooled.myshopify.com")
	before := readFacts(t, conn)
	for round := range 12 {
		connect(t, repository, seller, fmt.Sprintf("SHOP-%d", round))
		overview, err := repository.Overview(t.Context(), seller, models.AccountDetails{Preview: true, Snapshot: true})
		require.NoError(t, err)
		require.Len(t, overview.TikTokShop.Accounts, 1)
		disconnect(t, repository, seller)
		require.NoError(t, repository.Ready(t.Context()))
	}
	after := readFacts(t, conn)
	require.Zero(t, after.Connected)
	require.Zero(t, after.OpenEpochs)
	require.Zero(t, after.NotInLedger)
	require.Equal(t, 12, after.Records)
	require.Equal(t, before.Digest, after.Digest)
}
