package db_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

func TestReadyChecksSchemaVersion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		require.NoError(t, repository.Ready(t.Context()))

		conns := direct(t, databaseURL)
		_, err := conns.ExecContext(t.Context(), `INSERT INTO handback_migrations (version_id, is_applied) VALUES (99999, true)`)
		require.NoError(t, err)
		require.NoError(t, repository.Ready(t.Context()), "a newer program has been here")

		_, err = conns.ExecContext(t.Context(), `DELETE FROM handback_migrations WHERE version_id > 0`)
		require.NoError(t, err)
		require.ErrorIs(t, repository.Ready(t.Context()), models.ErrSchemaBehind)
	})
}

// TestReadyFailsWithoutTable: the list of migrations may be there without what it lists.
func TestReadyFailsWithoutTable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		conns := direct(t, databaseURL)
		tables := tablesOf(t, databaseURL, conns)
		require.Len(t, tables, 28)
		for _, table := range tables {
			_, err := conns.ExecContext(t.Context(), `ALTER TABLE `+table+` RENAME TO elsewhere`)
			require.NoError(t, err)
			require.ErrorIs(t, repository.Ready(t.Context()), models.ErrSchemaBehind, table)
			_, err = conns.ExecContext(t.Context(), `ALTER TABLE elsewhere RENAME TO `+table)
			require.NoError(t, err)
			requireReady(t, repository)
		}
	})
}

func TestReadyFailsWithoutPrivileges(t *testing.T) {
	t.Parallel()
	o := newOwned(t)
	owner := direct(t, o.url)
	for _, right := range []string{"UPDATE ON settings", "INSERT ON setting_changes", "UPDATE ON stores", "INSERT ON audit_entries", "INSERT ON idempotency_keys",
		"UPDATE ON river_job", "DELETE ON river_leader", "UPDATE ON shopify_credentials", "DELETE ON tiktok_credentials", "INSERT ON tiktok_authorization_states",
		"DELETE ON webhook_endpoints", "INSERT ON webhook_deliveries"} {
		_, err := owner.ExecContext(t.Context(), `REVOKE `+right+` FROM `+o.role)
		require.NoError(t, err)
		require.EqualError(t, o.repository.Ready(t.Context()), "the database's user lacks privileges: "+right)
		_, err = owner.ExecContext(t.Context(), `GRANT `+right+` TO `+o.role)
		require.NoError(t, err)
		requireReady(t, o.repository)
	}
}

// TestReadyFailsWithSequenceBehind: rows that were copied without the sequence that numbers them take its next numbers.
// Trying again would not help, so that is not what callers are told.
func TestReadyFailsWithSequenceBehind(t *testing.T) {
	t.Parallel()
	for _, table := range []string{"audit_entries", "setting_changes"} {
		o := newOwned(t)
		owner := direct(t, o.url)
		_, err := owner.ExecContext(t.Context(), `ALTER SEQUENCE `+table+`_seq_seq RESTART`)
		require.NoError(t, err)
		require.ErrorContains(t, o.repository.Ready(t.Context()), "behind the rows of "+table)
		a := editing(operationContext(t), o.repository, o.seller)
		require.ErrorContains(t, a.err, table+"_pkey")
		require.NotErrorIs(t, a.err, models.ErrTryAgain)
		require.NotErrorIs(t, a.err, models.ErrOutcomeUnknown)
		_, err = owner.ExecContext(t.Context(), `SELECT setval(pg_get_serial_sequence('`+table+`', 'seq'), (SELECT max(seq) FROM `+table+`))`)
		require.NoError(t, err)
		requireReady(t, o.repository)
		requireDone(t, editing(operationContext(t), o.repository, o.seller))
	}
}

func TestReadyWhileAllConnectionsWrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		_, release, err := repository.TakeConns(t.Context(), "write")
		require.NoError(t, err)
		defer release()
		requireReady(t, repository)
	})
}

func TestReadyFailsOnReadOnlyFile(t *testing.T) {
	t.Parallel()
	repository := open(t, dbtest.URL(t, "sqlite"), models.DefaultCatalogue())
	seller := register(t, repository, "readonly.myshopify.com")
	for _, readOnly := range []string{"1", "0"} {
		conns, release, err := repository.TakeConns(t.Context(), "write")
		require.NoError(t, err)
		_, err = conns[0].ExecContext(t.Context(), `PRAGMA query_only = `+readOnly)
		require.NoError(t, err)
		release()
		requireDone(t, reading(operationContext(t), repository, seller))
		if readOnly == "1" {
			require.ErrorContains(t, repository.Ready(t.Context()), "readonly")
			requireTryAgain(t, editing(operationContext(t), repository, seller))
		}
	}
	requireReady(t, repository)
	requireDone(t, editing(operationContext(t), repository, seller))
}

// TestReadyWhileFileIsLocked: it will be done.
func TestReadyWhileFileIsLocked(t *testing.T) {
	t.Parallel()
	databaseURL := dbtest.URL(t, "sqlite")
	repository := open(t, databaseURL, models.DefaultCatalogue())
	other, err := direct(t, databaseURL).Conn(t.Context())
	require.NoError(t, err)
	defer other.Close()
	_, err = other.ExecContext(t.Context(), `BEGIN IMMEDIATE`)
	require.NoError(t, err)
	requireReady(t, repository)
}

func TestReadyFailsWithoutDatabase(t *testing.T) {
	proxy := dbtest.NewProxy(t, dbtest.Postgres(t))
	repository := open(t, proxy.URL(), models.DefaultCatalogue())
	require.NoError(t, repository.Ready(t.Context()))

	proxy.RejectConnections()
	require.ErrorIs(t, repository.Ready(t.Context()), models.ErrTryAgain)
	proxy.Heal()
	require.NoError(t, repository.Ready(t.Context()))

	proxy.BlackHole()
	began := time.Now()
	require.ErrorIs(t, repository.Ready(t.Context()), models.ErrTryAgain)
	require.Less(t, time.Since(began), 10*time.Second, "a second is promised")
}
