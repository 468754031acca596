package db_test

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	sdk "go.opentelemetry.io/otel/sdk/trace"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// sentLimits are the settings that a session of Handback has, when it may have them.
var sentLimits = []string{
	"lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout", "client_connection_check_interval",
	"default_transaction_isolation", "tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count",
}

// ignoredByMany are the settings sent at connect that PgBouncer is often told to drop, beside extra_float_digits.
var ignoredByMany = []string{"search_path", "options"}

// eachPooler runs a test through PgBouncer in transaction mode, which refuses what is sent at connect, or drops it.
func eachPooler(t *testing.T, test func(t *testing.T, directURL, pooledURL string)) {
	t.Helper()
	for name, ignored := range map[string][]string{
		"refuses settings": nil, "drops a few": ignoredByMany, "drops settings": slices.Concat(ignoredByMany, sentLimits),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			databaseURL := dbtest.Postgres(t)
			test(t, databaseURL, dbtest.PgBouncer(t, databaseURL, "transaction", ignored...))
		})
	}
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

// TestPoolerGetsEveryStatementWithinLimits: one outside a transaction would wait for a lock for ever.
func TestPoolerGetsEveryStatementWithinLimits(t *testing.T) {
	t.Parallel()
	c := newCosted(t, dbtest.PgBouncer(t, dbtest.Postgres(t), "transaction"), 10, 1)
	c.eachTakes = 4 // with BEGIN, the limits and COMMIT
	for _, cost := range costs {
		requireWithinLimits(t, cost.name, c.recorder.during(func() { require.NoError(t, cost.call(c)) }))
	}
}

func requireWithinLimits(t *testing.T, call string, statements []string) {
	t.Helper()
	inside := false
	for i, statement := range statements {
		switch {
		case strings.HasPrefix(statement, "BEGIN"):
			require.Less(t, i+1, len(statements), call)
			require.Contains(t, statements[i+1], "set_config('lock_timeout'", call)
			inside = true
		case !inside:
			require.Fail(t, "a statement outside a transaction", "%s: %s", call, statement)
		case statement == "COMMIT", statement == "ROLLBACK":
			inside = false
		}
	}
}

type limitsRow struct{ Lock, Statement, Idle, Isolation, Zone string }

const limitsNow = `SELECT current_setting('lock_timeout') AS lock, current_setting('statement_timeout') AS statement,
	current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('transaction_isolation') AS isolation, current_setting('TimeZone') AS zone`

// TestPoolerIsGivenTheLimits: also when the database has the same ones, so that they do not show what a session gets.
func TestPoolerIsGivenTheLimits(t *testing.T) {
	t.Parallel()
	databaseURL := dbtest.Postgres(t)
	for _, setting := range []string{"lock_timeout = '4s'", "statement_timeout = '7s'", "default_transaction_isolation = 'serializable'"} {
		_, err := direct(t, databaseURL).Exec(`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET ` + strings.ReplaceAll(setting, "'", "''") + `', current_database()); END $$`)
		require.NoError(t, err)
	}
	repository := open(t, dbtest.PgBouncer(t, databaseURL, "transaction", sentLimits...)+"&statement_timeout=6s", models.DefaultCatalogue())
	for range 12 {
		reads, err := db.ReadRows[limitsRow](t.Context(), repository, limitsNow)
		require.NoError(t, err)
		require.Equal(t, limitsRow{"4s", "6s", "5s", "repeatable read", reads[0].Zone}, reads[0])
		write, err := db.WriteRow[limitsRow](t.Context(), repository, limitsNow)
		require.NoError(t, err)
		require.Equal(t, limitsRow{"4s", "6s", "5s", "read committed", write.Zone}, write)
	}
}

func TestPoolerGivesUpALock(t *testing.T) {
	t.Parallel()
	eachPooler(t, func(t *testing.T, directURL, pooledURL string) {
		repository := open(t, pooledURL+"&lock_timeout=200ms&statement_timeout=0", models.DefaultCatalogue())
		seller := register(t, repository, "locked.myshopify.com")
		tx, err := direct(t, directURL).Begin()
		require.NoError(t, err)
		_, err = tx.Exec(`SELECT id FROM stores WHERE id = $1 FOR UPDATE`, seller.Store.ID)
		require.NoError(t, err)
		a := editing(operationContext(t), repository, seller)
		requireTryAgain(t, a)
		require.ErrorContains(t, a.err, "55P03")
		require.NoError(t, tx.Rollback())
		requireDone(t, editing(operationContext(t), repository, seller))
	})
}

// TestPoolerRecoversFromReadOnlyDatabase: a pooler keeps the connections to it while those to the database are made anew.
func TestPoolerRecoversFromReadOnlyDatabase(t *testing.T) {
	t.Parallel()
	eachPooler(t, func(t *testing.T, directURL, pooledURL string) {
		repository := open(t, pooledURL, models.DefaultCatalogue())
		seller := register(t, repository, "readonly.myshopify.com")
		conn := direct(t, directURL)
		alter := func(change string) {
			var database string
			require.NoError(t, conn.QueryRowContext(t.Context(), `SELECT current_database()`).Scan(&database))
			_, err := conn.ExecContext(t.Context(), `ALTER DATABASE `+database+` `+change)
			require.NoError(t, err)
			endOtherSessions(t, conn)
		}
		alter(`SET default_transaction_read_only = on`)
		for range 3 {
			requireTryAgain(t, editing(operationContext(t), repository, seller))
		}
		requireDone(t, reading(operationContext(t), repository, seller))
		require.ErrorIs(t, repository.Ready(t.Context()), models.ErrTryAgain)
		alter(`RESET default_transaction_read_only`)
		requireReady(t, repository)
		requireDone(t, editing(operationContext(t), repository, seller))
	})
}

// endOtherSessions ends those of the connection's database until none is left.
func endOtherSessions(t *testing.T, conn *sql.DB) {
	t.Helper()
	const end = `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`
	require.Eventually(t, func() bool {
		var ended int
		err := conn.QueryRowContext(t.Context(), end).Scan(&ended)
		return err == nil && ended == 0
	}, time.Minute, 10*time.Millisecond, "sessions do not end")
}

func TestPoolerMigratesForSeveralProgramsAtOnce(t *testing.T) {
	t.Parallel()
	eachPooler(t, func(t *testing.T, directURL, pooledURL string) {
		var programs sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			programs.Go(func() {
				repository, err := db.Open(context.Background(), pooledURL, models.DefaultCatalogue())
				if errs[i] = err; err == nil {
					errs[i] = repository.Close()
				}
			})
		}
		programs.Wait()
		for _, err := range errs {
			require.NoError(t, err)
		}
		var locks int
		require.NoError(t, direct(t, directURL).QueryRow(`SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`).Scan(&locks))
		require.Zero(t, locks)
	})
}

func TestPoolerThatCannotBeUsedIsAnErrorAtStart(t *testing.T) {
	t.Parallel()
	databaseURL := dbtest.Postgres(t)
	lost := func(setting string) string {
		return "DATABASE_URL has " + setting + ", which the connection pooler it leads to does not pass on: leave it out and use ALTER ROLE … SET instead"
	}
	for name, c := range map[string]struct {
		poolMode, more, says string
		ignored              []string
	}{
		"a setting that is refused": {"transaction", "&search_path=apps", lost("search_path"), nil},
		"a setting that is lost":    {"transaction", "&search_path=apps", lost("search_path"), slices.Concat(ignoredByMany, sentLimits)},
		"options":                   {"transaction", "&options=-csearch_path%3Dapps", lost("options"), nil},
		"options that are lost":     {"transaction", "&options=-csearch_path%3Dapps", lost("options"), ignoredByMany},
		"a limit that is no time":   {"transaction", "&lock_timeout=soon", `invalid value for parameter "lock_timeout"`, nil},
		"single statements":         {"statement", "", "statement pooling mode", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := db.Open(t.Context(), dbtest.PgBouncer(t, databaseURL, c.poolMode, c.ignored...)+c.more, models.DefaultCatalogue())
			require.ErrorContains(t, err, c.says)
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestPoolerInSessionModeConnectsAndDisconnects(t *testing.T) {
	t.Parallel()
	databaseURL := dbtest.Postgres(t)
	repository := open(t, dbtest.PgBouncer(t, databaseURL, "session", sentLimits...), models.DefaultCatalogue())
	requireRoundTrip(t, repository, direct(t, databaseURL))
}
