package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/handback/handback/models"
)

// readyTime is how long the database may take to say that it is there.
const readyTime = time.Second

// Ready asks the database whether it is there, has the schema of this program, and takes writes: models.ErrSchemaBehind when
// the schema is older. A newer one will do, because programs are replaced one after the other. The embedded database must
// also be in the file of its name. It takes a second at most.
func (r *Repository) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	if err := r.probeSchema(ctx); err != nil {
		return err
	}
	pool, err := r.writer.DB()
	if err != nil {
		return err
	}
	if stats := pool.Stats(); stats.InUse >= stats.MaxOpenConnections {
		return nil // all are writing; waiting for one would say how busy they are
	}
	return schemaFault(r.dialect.probe(r.writerSession(ctx)))
}

// schemaFault is fault for a statement that is right if the tables are there.
func schemaFault(err error) error {
	if isUndefined(err) {
		return fmt.Errorf("%w: %w", models.ErrSchemaBehind, err)
	}
	return fault(err)
}

// probeSchema looks for every table and for the newest migration.
func (r *Repository) probeSchema(ctx context.Context) error {
	wanted, err := newestMigration(r.reader.Name())
	if err != nil {
		return err
	}
	if err := r.file.ready(); err != nil {
		return err
	}
	versions, err := selectVersion.all(r.readerSession(ctx))
	switch {
	case err != nil:
		return schemaFault(err)
	case versions[0].Version < wanted:
		return fmt.Errorf("%w: version %d, not %d", models.ErrSchemaBehind, versions[0].Version, wanted)
	}
	return nil
}

// isUndefined reports whether a statement names a table or a column that is not there.
func isUndefined(err error) bool {
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pgErr.Code == "42P01" || pgErr.Code == "42703"
	}
	sqliteErr, ok := errors.AsType[*sqlite.Error](err)
	return ok && sqliteErr.Code() == sqlite3.SQLITE_ERROR // the statement itself is right
}

type versionRow struct{ Version int64 }

// No row of the other tables is read: that they are there is seen when the statement is prepared. river_leader is left to
// the probes, because PostgreSQL keeps it out of its log, so that it cannot be read where there is only a standby.
var selectVersion = query[versionRow]{text: `SELECT COALESCE(MAX(version_id), 0) AS version FROM handback_migrations
WHERE NOT EXISTS (SELECT 1
    FROM stores, accounts, epochs, audit_entries, disconnections, settings, setting_changes, api_keys, idempotency_keys, shopify_credentials, tiktok_credentials,
        transitions, store_writes, restoration_exceptions, handoff_items, tiktok_authorization_states, platform_notifications, redactions,
        webhook_endpoints, webhook_secrets, webhook_deliveries, shopify_users, river_job, river_queue, river_notification, river_migration
    WHERE false)`}

// probePostgres looks for what keeps every write from being done.
func probePostgres(s session) error {
	found, err := selectObstacles.all(s)
	switch {
	case err != nil:
		return err
	case found[0].ReadOnly:
		return errors.New("the database is read-only")
	case found[0].Forbidden != "":
		return fmt.Errorf("the database's user lacks privileges: %s", found[0].Forbidden)
	case found[0].Behind != "":
		return fmt.Errorf("the sequence that numbers rows is behind the rows of %s: see docs/operations.md", found[0].Behind)
	}
	return nil
}

type obstaclesRow struct {
	ReadOnly          bool
	Forbidden, Behind string
}

// What is only ever added to needs no UPDATE. Locking a store does. Of River's tables it is what doing a job needs. A sequence is behind its rows when these were
// copied without it; it is looked at where the user may do so, which writing does not need.
var selectObstacles = query[obstaclesRow]{text: `SELECT current_setting('transaction_read_only') = 'on' AS read_only,
    (SELECT string_agg(p.verb || ' ON ' || p.relation, ', ')
     FROM (VALUES ('stores', 'INSERT'), ('stores', 'UPDATE'), ('accounts', 'INSERT'), ('accounts', 'UPDATE'), ('epochs', 'INSERT'), ('epochs', 'UPDATE'),
         ('audit_entries', 'INSERT'), ('disconnections', 'INSERT'), ('settings', 'INSERT'), ('settings', 'UPDATE'),
         ('setting_changes', 'INSERT'), ('api_keys', 'INSERT'), ('api_keys', 'UPDATE'),
         ('idempotency_keys', 'INSERT'), ('idempotency_keys', 'UPDATE'),
         ('shopify_credentials', 'INSERT'), ('shopify_credentials', 'UPDATE'), ('tiktok_credentials', 'INSERT'),
         ('tiktok_credentials', 'UPDATE'), ('tiktok_credentials', 'DELETE'), ('transitions', 'INSERT'), ('transitions', 'UPDATE'),
         ('store_writes', 'INSERT'), ('store_writes', 'UPDATE'), ('store_writes', 'DELETE'), ('restoration_exceptions', 'INSERT'),
         ('handoff_items', 'INSERT'), ('handoff_items', 'UPDATE'),
         ('tiktok_authorization_states', 'INSERT'), ('tiktok_authorization_states', 'UPDATE'),
         ('platform_notifications', 'INSERT'), ('platform_notifications', 'UPDATE'), ('redactions', 'INSERT'), ('redactions', 'UPDATE'),
         ('webhook_endpoints', 'INSERT'), ('webhook_endpoints', 'UPDATE'), ('webhook_endpoints', 'DELETE'),
         ('webhook_secrets', 'INSERT'), ('webhook_secrets', 'UPDATE'), ('webhook_deliveries', 'INSERT'), ('shopify_users', 'INSERT'), ('shopify_users', 'UPDATE'),
         ('river_job', 'INSERT'), ('river_job', 'UPDATE'),
         ('river_job', 'DELETE'), ('river_leader', 'INSERT'), ('river_leader', 'UPDATE'), ('river_leader', 'DELETE'),
         ('river_queue', 'INSERT'), ('river_queue', 'UPDATE')) AS p (relation, verb)
     WHERE NOT CASE p.verb WHEN 'DELETE' THEN has_table_privilege(p.relation, p.verb)
         ELSE has_any_column_privilege(p.relation, p.verb) END) AS forbidden,
    (SELECT string_agg(s.relation, ', ')
     FROM (VALUES ('audit_entries', pg_get_serial_sequence('audit_entries', 'seq'), (SELECT MAX(seq) FROM audit_entries)),
         ('setting_changes', pg_get_serial_sequence('setting_changes', 'seq'), (SELECT MAX(seq) FROM setting_changes)),
         ('river_job', pg_get_serial_sequence('river_job', 'id'), (SELECT MAX(id) FROM river_job)))
         AS s (relation, sequence, newest)
     WHERE CASE WHEN has_sequence_privilege(s.sequence, 'SELECT')
         THEN s.newest > COALESCE(pg_sequence_last_value(s.sequence::regclass), 0) END) AS behind`}

// probeSQLite begins to write, and writes nothing. A writer that has the file for longer than the probe may take does
// not make it unwritable.
func probeSQLite(s session) error {
	err := s.orm().Exec(`UPDATE handback_migrations SET version_id = version_id WHERE false AND NOT EXISTS (SELECT 1 FROM river_leader)`).Error
	if isBusy(err) || s.ctx.Err() != nil {
		return nil
	}
	return err
}

// newestMigration is the number of the last migration of a dialect.
func newestMigration(dialect string) (newest int64, err error) {
	newest = jobMigrations[len(jobMigrations)-1].version
	files, err := fs.Glob(migrations, path.Join("migrations", dialect, "*.sql"))
	if err != nil {
		return 0, err
	}
	for _, file := range files {
		version, err := goose.NumericComponent(file)
		if err != nil {
			return 0, err
		}
		newest = max(newest, version)
	}
	return newest, nil
}
