package db_test

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

func TestDatabaseEnforcesUniqueConnections(t *testing.T) {
	dbtest.EachEmpty(t, func(t *testing.T, databaseURL string) {
		repository, rawTables := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		seller, other := register(t, repository, "one.myshopify.com"), register(t, repository, "two.myshopify.com")
		connect(t, repository, seller, "1")
		insert := func(id, storeID, kind, shopCode, status, disconnectedAt string) error {
			return rawTables.write(`INSERT INTO accounts (id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at)
				VALUES (?, ?, ?, 'Shop', ?, 'US', ?, '2026-03-01 12:00:00+00:00', `+disconnectedAt+`)`, id, storeID, kind, shopCode, status)
		}
		require.ErrorContains(t, insert("a", seller.Store.ID, "TIKTOK_SHOP", "2", "CONNECTED", "NULL"), "accounts", "a second shop of the store")
		require.ErrorContains(t, insert("b", other.Store.ID, "TIKTOK_SHOP", "1", "CONNECTED", "NULL"), "accounts", "the shop in a second store")
		require.Error(t, insert("c", other.Store.ID, "TIKTOK_SHOP", "3", "DISCONNECTED", "NULL"), "disconnected, but never")

		const then = "'2026-03-02 12:00:00+00:00'"
		require.NoError(t, insert("d", seller.Store.ID, "TIKTOK_SHOP", "2", "DISCONNECTED", then))
		require.NoError(t, insert("e", other.Store.ID, "TIKTOK_SHOP", "1", "DISCONNECTED", then))
		require.NoError(t, insert("f", seller.Store.ID, "TIKTOK_FOR_BUSINESS", "1", "CONNECTED", "NULL"))
		require.Error(t, rawTables.write(`UPDATE accounts SET status = 'CONNECTED', disconnected_at = NULL WHERE id = 'd'`))
		require.Error(t, rawTables.write(`UPDATE accounts SET status = 'CONNECTED', disconnected_at = NULL WHERE id = 'e'`))
	})
}

// TestDatabaseEnforcesUniqueAPIKeys without the rule in models and the lock of the store.
func TestDatabaseEnforcesUniqueAPIKeys(t *testing.T) {
	dbtest.EachEmpty(t, func(t *testing.T, databaseURL string) {
		repository, rawTables := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		key, _ := createKey(t, repository, register(t, repository, "apart.myshopify.com"), partner("one"))
		copyOf := func(hash string) error {
			return rawTables.write(`INSERT INTO api_keys (id, store_id, name, folded_name, prefix, hash, scopes, created_at, revoked_at)
				SELECT id || '2', store_id, name || ?, folded_name, prefix, `+hash+`, scopes, created_at, revoked_at FROM api_keys WHERE id = '`+key.ID+`'`, "")
		}
		other := map[string]string{"sqlite": "zeroblob(32)", "postgres": `decode(repeat('00', 32), 'hex')`}[rawTables.dialect]
		require.Error(t, copyOf(other), "a second key of one name")
		require.NoError(t, rawTables.write(`UPDATE api_keys SET revoked_at = created_at`))
		require.Error(t, copyOf("hash"), "a second key of one secret")
		require.NoError(t, copyOf(other))
	})
}

// makeList makes a list of migrations by goose's own name for it, as another program that uses goose has. Nothing was
// migrated yet.
func makeList(t *testing.T, conns *sql.DB) {
	t.Helper()
	for _, statement := range []string{
		`CREATE TABLE goose_db_version (id integer, version_id bigint, is_applied boolean)`,
		`INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, true)`,
	} {
		_, err := conns.ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
}

// readColumn reads a column.
func readColumn(t *testing.T, conns *sql.DB, query string) (list []string) {
	t.Helper()
	rows, err := conns.QueryContext(t.Context(), query)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var text string
		require.NoError(t, rows.Scan(&text))
		list = append(list, text)
	}
	require.NoError(t, rows.Err())
	return list
}

func tablesOf(t *testing.T, databaseURL string, conns *sql.DB) []string {
	t.Helper()
	list := `SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1`
	if databaseURL[:6] == "sqlite" {
		list = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1`
	}
	return readColumn(t, conns, list)
}

// TestMigrateRejectsDatabaseOfAnotherProgram: whatever version its list says, and nothing in it is changed.
func TestMigrateRejectsDatabaseOfAnotherProgram(t *testing.T) {
	dbtest.EachEmpty(t, func(t *testing.T, databaseURL string) {
		conns := direct(t, databaseURL)
		makeList(t, conns)
		for _, version := range []string{"1", "4", "5", "20260101"} {
			_, err := conns.ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (`+version+`, true)`)
			require.NoError(t, err)
			_, err = db.Open(t.Context(), databaseURL, models.DefaultCatalogue())
			require.EqualError(t, err, "the database holds the tables of another program (its table goose_db_version is not Handback's): give Handback a database or a schema of its own")
			require.Equal(t, []string{"goose_db_version"}, tablesOf(t, databaseURL, conns))
		}
	})
}

// TestMigrateRejectsTableOfAnotherProgram: one of any name that Handback would use, without any list.
func TestMigrateRejectsTableOfAnotherProgram(t *testing.T) {
	dbtest.EachEmpty(t, func(t *testing.T, databaseURL string) {
		conns := direct(t, databaseURL)
		for _, table := range []string{"settings", "api_keys", "idempotency_keys", "shopify_credentials", "tiktok_credentials", "tiktok_authorization_states", "platform_notifications", "river_job"} {
			_, err := conns.ExecContext(t.Context(), `CREATE TABLE `+table+` (name text)`)
			require.NoError(t, err)
			_, err = db.Open(t.Context(), databaseURL, models.DefaultCatalogue())
			require.ErrorContains(t, err, "its table "+table+" is not Handback's")
			require.Equal(t, []string{table}, tablesOf(t, databaseURL, conns))
			_, err = conns.ExecContext(t.Context(), `DROP TABLE `+table)
			require.NoError(t, err)
		}
	})
}

// TestMigrateRejectsViewOfAnotherProgram: a table cannot have the name of a view.
func TestMigrateRejectsViewOfAnotherProgram(t *testing.T) {
	dbtest.EachEmpty(t, func(t *testing.T, databaseURL string) {
		conns := direct(t, databaseURL)
		_, err := conns.ExecContext(t.Context(), `CREATE VIEW stores AS SELECT 1 AS id`)
		require.NoError(t, err)
		_, err = db.Open(t.Context(), databaseURL, models.DefaultCatalogue())
		require.ErrorContains(t, err, "its table stores is not Handback's")
		require.Empty(t, tablesOf(t, databaseURL, conns))
	})
}

// TestMigrateLeavesListOfOtherColumns: the name is not goose's alone.
func TestMigrateLeavesListOfOtherColumns(t *testing.T) {
	dbtest.EachEmpty(t, func(t *testing.T, databaseURL string) {
		conns := direct(t, databaseURL)
		_, err := conns.ExecContext(t.Context(), `CREATE TABLE goose_db_version (revision text)`)
		require.NoError(t, err)
		requireReady(t, open(t, databaseURL, models.DefaultCatalogue()))
	})
}

// TestMigrateRejectsTableOfAnotherProgramLater: one that came after Handback, and that a later edition would make.
func TestMigrateRejectsTableOfAnotherProgramLater(t *testing.T) {
	dbtest.EachEmpty(t, func(t *testing.T, databaseURL string) {
		require.NoError(t, open(t, databaseURL, models.DefaultCatalogue()).Close())
		conns := direct(t, databaseURL)
		_, err := conns.ExecContext(t.Context(), `DELETE FROM handback_migrations WHERE version_id >= 9`)
		require.NoError(t, err)
		_, err = db.Open(t.Context(), databaseURL, models.DefaultCatalogue())
		require.ErrorContains(t, err, "its table transitions is not Handback's")
	})
}

// TestMigrateLeavesListOfAnotherProgram: of a program that has only begun, or came later.
func TestMigrateLeavesListOfAnotherProgram(t *testing.T) {
	dbtest.EachEmpty(t, func(t *testing.T, databaseURL string) {
		conns := direct(t, databaseURL)
		makeList(t, conns)
		requireReady(t, open(t, databaseURL, models.DefaultCatalogue()))
		_, err := conns.ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, true)`)
		require.NoError(t, err)
		requireReady(t, open(t, databaseURL, models.DefaultCatalogue()))
		require.Equal(t, []string{"0", "99"}, readColumn(t, conns, `SELECT version_id FROM goose_db_version ORDER BY 1`))
	})
}

const listed = `SELECT CAST(id AS text) || ':' || CAST(version_id AS text) || ':' || CAST(tstamp AS text) FROM handback_migrations ORDER BY id`

// TestMigrateRenamesFormerList: Handback's own database of an earlier version keeps its data, and has every row of
// its list under the present name, however many processes start at once.
func TestMigrateRenamesFormerList(t *testing.T) {
	dbtest.EachEmpty(t, func(t *testing.T, databaseURL string) {
		seller := register(t, open(t, databaseURL, models.DefaultCatalogue()), "former.myshopify.com")
		conns := direct(t, databaseURL)
		before := readColumn(t, conns, listed)
		require.Greater(t, len(before), 5)
		_, err := conns.ExecContext(t.Context(), `ALTER TABLE handback_migrations RENAME TO goose_db_version`)
		require.NoError(t, err)

		var starts sync.WaitGroup
		repositories, errs := make([]*db.Repository, 4), make([]error, 4)
		for i := range repositories {
			starts.Go(func() { repositories[i], errs[i] = db.Open(t.Context(), databaseURL, models.DefaultCatalogue()) })
		}
		starts.Wait()
		for i, repository := range repositories {
			require.NoError(t, errs[i])
			requireReady(t, repository)
			requireDone(t, editing(operationContext(t), repository, seller))
			require.NoError(t, repository.Close())
		}
		require.Equal(t, before, readColumn(t, conns, listed))
		require.NotContains(t, tablesOf(t, databaseURL, conns), "goose_db_version")
	})
}

func TestMigrateLeavesNewerDatabase(t *testing.T) {
	dbtest.EachEmpty(t, func(t *testing.T, databaseURL string) {
		requireReady(t, open(t, databaseURL, models.DefaultCatalogue()))
		conns := direct(t, databaseURL)
		_, err := conns.ExecContext(t.Context(), `INSERT INTO handback_migrations (version_id, is_applied) VALUES (999, true)`)
		require.NoError(t, err)
		_, err = conns.ExecContext(t.Context(), `ALTER TABLE handback_migrations RENAME TO goose_db_version`)
		require.NoError(t, err)
		before := tablesOf(t, databaseURL, conns)
		_, err = db.Open(t.Context(), databaseURL, models.DefaultCatalogue())
		require.ErrorContains(t, err, "newer than this program")
		require.Equal(t, before, tablesOf(t, databaseURL, conns))
	})
}

// TestMigrateBringsJobsToEarlierDatabase: one that was made before there were jobs keeps its data, and takes jobs after
// the next start.
func TestMigrateBringsJobsToEarlierDatabase(t *testing.T) {
	dbtest.EachEmpty(t, func(t *testing.T, databaseURL string) {
		earlier := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, earlier, "earlier.myshopify.com")
		conns := direct(t, databaseURL)
		if databaseURL[:6] == "sqlite" {
			for _, table := range []string{"setting_changes", "audit_entries", "disconnections"} {
				_, err := conns.ExecContext(t.Context(), `DROP TRIGGER `+table+`_kept; CREATE TRIGGER `+table+`_kept BEFORE DELETE ON `+table+` BEGIN SELECT RAISE(ABORT, 'kept'); END`)
				require.NoError(t, err)
			}
		}
		for _, statement := range []string{
			`DROP INDEX accounts_by_connection`, `DROP INDEX accounts_not_disconnected`, `DROP INDEX accounts_disconnected_last`,
			`DROP INDEX setting_changes_of_ads`, `DROP INDEX setting_changes_by_system`,
			`DROP TABLE shopify_users`, `ALTER TABLE audit_entries DROP COLUMN shopify_user_id`,
			`DROP TABLE webhook_deliveries`, `DROP TABLE webhook_secrets`, `DROP TABLE webhook_endpoints`, `ALTER TABLE stores DROP COLUMN has_webhooks`, `ALTER TABLE stores DROP COLUMN ledger_day`, `ALTER TABLE stores DROP COLUMN ledger_bytes`,
			`ALTER TABLE stores DROP COLUMN answers_day`, `ALTER TABLE stores DROP COLUMN answer_bytes`, `ALTER TABLE idempotency_keys DROP COLUMN answer_dropped`,
			`DROP INDEX api_keys_by_revocation`, `DROP INDEX api_keys_by_end`,
			`DROP INDEX audit_entries_events`, `ALTER TABLE audit_entries DROP COLUMN event_number`, `ALTER TABLE audit_entries DROP COLUMN disconnection_id`,
			`DROP TABLE handoff_items`, `ALTER TABLE epochs DROP COLUMN open_orders`, `DROP TABLE restoration_exceptions`, `DROP TABLE store_writes`, `DROP TABLE transitions`, `ALTER TABLE stores DROP COLUMN linked`,
			`DROP TABLE platform_notifications`, `DROP TABLE redactions`, `ALTER TABLE stores DROP COLUMN installed_at`, `ALTER TABLE stores DROP COLUMN uninstalled_at`,
			`ALTER TABLE accounts DROP COLUMN shopify_problem`, `ALTER TABLE accounts DROP COLUMN shopify_problem_detail`, `ALTER TABLE accounts DROP COLUMN tiktok_problem`,
			`ALTER TABLE settings DROP COLUMN observed_at`, `ALTER TABLE epochs DROP COLUMN drift`, `ALTER TABLE disconnections DROP COLUMN exceptions`, `ALTER TABLE disconnections DROP COLUMN verified`,
			`ALTER TABLE disconnections DROP COLUMN accepted_by_kind`, `ALTER TABLE disconnections DROP COLUMN accepted_by_name`, `ALTER TABLE disconnections DROP COLUMN versions`,
			`DROP TABLE shopify_credentials`, `DROP TABLE tiktok_credentials`, `DROP TABLE tiktok_authorization_states`, `DROP TABLE river_job`, `DROP TABLE river_leader`, `DROP TABLE river_queue`, `DROP TABLE river_notification`, `DROP TABLE river_migration`,
			`DELETE FROM handback_migrations WHERE version_id > 5`,
		} {
			_, err := conns.ExecContext(t.Context(), statement)
			require.NoError(t, err)
		}
		if databaseURL[:6] != "sqlite" {
			_, err := conns.ExecContext(t.Context(), `DROP FUNCTION river_job_state_in_bitmask; DROP TYPE river_job_state`)
			require.NoError(t, err)
		}
		require.ErrorIs(t, earlier.Ready(t.Context()), models.ErrSchemaBehind)
		now := open(t, databaseURL, models.DefaultCatalogue())
		requireReady(t, now)
		requireReady(t, earlier)
		requireDone(t, editing(operationContext(t), now, seller))
		require.NoError(t, now.Promise(t.Context(), seller, errand{Name: "after"}, nil))
		require.Equal(t, []string{"after"}, errands(t, conns))
		require.Equal(t, []models.EventTopic{models.AccountConnectedEvent, models.SettingsUpdatedEvent}, topics(t, now, seller), "of before, and of after")
	})
}

// TestMigrateRejectsJobsOfAnotherProgram: two programs that share River's tables would do each other's jobs.
func TestMigrateRejectsJobsOfAnotherProgram(t *testing.T) {
	dbtest.EachEmpty(t, func(t *testing.T, databaseURL string) {
		conns := direct(t, databaseURL)
		_, err := conns.ExecContext(t.Context(), `CREATE TABLE river_queue (name text)`)
		require.NoError(t, err)
		_, err = db.Open(t.Context(), databaseURL, models.DefaultCatalogue())
		require.ErrorContains(t, err, "its table river_queue is not Handback's")
		require.NotContains(t, tablesOf(t, databaseURL, conns), "stores")
	})
}

// TestMigrateIsBegunAnewAfterDeadlock: what it locks, one after the other, others may have locked the other way round.
func TestMigrateIsBegunAnewAfterDeadlock(t *testing.T) {
	databaseURL := dbtest.EmptyURL(t, "postgres")
	conns := direct(t, databaseURL)
	require.NoError(t, db.MigrateTo(t.Context(), conns, false, 8))
	other, err := conns.Conn(t.Context())
	require.NoError(t, err)
	defer other.Close()
	do := func(statement string) {
		_, err := other.ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
	do(`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = ''3s''', current_database()); END $$`) // the migration finds it, after that time
	do(`SET deadlock_timeout = '1h'`)
	do(`BEGIN`)
	do(`LOCK TABLE epochs IN ACCESS SHARE MODE`)
	opened := make(chan error, 1)
	go func() {
		repository, err := db.Open(context.Background(), databaseURL, models.DefaultCatalogue())
		if err == nil {
			err = errors.Join(repository.Ready(context.Background()), repository.Close())
		}
		opened <- err
	}()
	require.Eventually(t, func() bool {
		return len(readColumn(t, conns, `SELECT CAST(pid AS text) FROM pg_locks WHERE relation = 'epochs'::regclass AND NOT granted`)) > 0
	}, time.Minute, time.Millisecond)
	do(`LOCK TABLE accounts IN ACCESS SHARE MODE`) // which waits for the migration
	do(`COMMIT`)
	require.NoError(t, <-opened)
}
