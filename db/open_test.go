package db_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

func TestOpenSetsSessionTimeouts(t *testing.T) {
	t.Parallel()
	b := newProxiedStore(t)
	b.proxy.At(1, dbtest.BeforeRequest, func() {})
	requireDone(t, disconnecting(operationContext(t), b.proxied, b.seller))
	for _, limit := range []string{
		"tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count", "client_connection_check_interval",
		"idle_in_transaction_session_timeout", "lock_timeout", "statement_timeout",
	} {
		require.Contains(t, b.proxy.Fired(), limit)
	}
}

// TestOpenDoesNotWaitForJournalThatCannotBeMade, as in a folder that is read-only: waiting is for locks, which others release.
func TestOpenDoesNotWaitForJournalThatCannotBeMade(t *testing.T) {
	t.Parallel()
	url := dbtest.URL(t, "sqlite")
	repository, err := db.Open(t.Context(), url, models.DefaultCatalogue())
	require.NoError(t, err)
	require.NoError(t, repository.Close())
	_, err = direct(t, url).ExecContext(t.Context(), "PRAGMA journal_mode=DELETE") // as a backup has it
	require.NoError(t, err)
	require.NoError(t, os.Symlink("nowhere", strings.TrimPrefix(url, "sqlite:")+"-journal")) // SQLite follows none
	spans := tracetest.NewSpanRecorder()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))
	ctx, _ := provider.Tracer("test").Start(t.Context(), "start")
	_, err = db.Open(ctx, url, models.DefaultCatalogue(), db.WithTracing(provider))
	require.ErrorContains(t, err, "unable to open database file")
	attempts := 0
	for _, span := range spans.Ended() {
		if span.Name() == "PRAGMA" {
			attempts++
		}
	}
	require.Equal(t, 1, attempts)
}
