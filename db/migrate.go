package db

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrations embed.FS

// migrationPatience is how long a start waits for another process that is bringing the database up to date.
const migrationPatience = time.Minute

// migrationsTable lists the migrations the database has. The name is our own, because another program that uses goose
// may have the default one in the same schema.
const migrationsTable = "handback_migrations"

// migrationLimits take the place of postgresLimits while the database is brought up to date.
var migrationLimits = map[string]string{
	"lock_timeout":                        strconv.FormatInt(migrationPatience.Milliseconds(), 10),
	"statement_timeout":                   "0",
	"idle_in_transaction_session_timeout": "0",
}

// Both apply the migrations the database does not have yet, each in its own transaction, and change nothing in a
// database that is newer than the program, or another program's.

func migratePostgres(ctx context.Context, pool *sql.DB) error {
	provider, err := newPostgresProvider(pool)
	if err != nil {
		return err
	}
	unlock, err := lockMigrations(ctx, pool)
	if err != nil {
		return fmt.Errorf("cannot bring the database up to date: %w", cause(err))
	}
	defer unlock()
	return migrateUp(ctx, pool, provider, tableInPostgres)
}

// untilNoDeadlock begins a migration anew when PostgreSQL has broken it off: programs of an earlier edition, which go on meanwhile, may have
// locked what it locks, the other way round. What it had done is undone by then.
func untilNoDeadlock(migrate func() error) error {
	const attempts = 5
	for attempt := 1; ; attempt++ {
		err := migrate()
		if broken, ok := errors.AsType[*pgconn.PgError](err); !ok || broken.Code != deadlockDetected || attempt == attempts {
			return err
		}
	}
}

const deadlockDetected = "40P01"

func migrateSQLite(ctx context.Context, pool *sql.DB) error {
	provider, err := newProvider(goose.DialectSQLite3, pool, "migrations/sqlite", sqliteDialect)
	if err != nil {
		return err
	}
	const attempts = 5
	for attempt := 1; ; attempt++ {
		err := migrateUp(ctx, pool, provider, tableInSQLite)
		if err == nil || errors.Is(err, errNewer) || isForeign(err) || attempt == attempts {
			return err
		}
		// Another process may have applied the same migration at the same moment: look again.
		time.Sleep(time.Duration(attempt) * 50 * time.Millisecond)
	}
}

func newProvider(language goose.Dialect, pool *sql.DB, folder string, d dialect) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, folder)
	if err != nil {
		return nil, err
	}
	ofJobs, err := newJobMigrations(d.jobDriver(nil))
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(language, pool, files, goose.WithTableName(migrationsTable), goose.WithGoMigrations(ofJobs...))
}

func newPostgresProvider(pool *sql.DB) (*goose.Provider, error) {
	return newProvider(goose.DialectPostgres, pool, "migrations/postgres", postgresDialect)
}

// upToDate looks without making anything: goose would create its table to look.
func upToDate(ctx context.Context, pool *sql.DB) (bool, error) {
	provider, err := newPostgresProvider(pool)
	if err != nil {
		return false, err
	}
	begun, err := hasTable(ctx, pool, tableInPostgres, migrationsTable)
	switch {
	case err != nil:
		return false, versionError(err)
	case !begun:
		return false, nil
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return false, versionError(err)
	}
	return current == target, nil
}

// lockMigrations waits until no other process brings the database up to date. The lock belongs to a
// transaction of its own, not to a session, because a connection pooler would give that to others; and ends with it.
func lockMigrations(ctx context.Context, pool *sql.DB) (unlock func(), err error) {
	const handback = 0x68616e646261636b // the lock's number: the name in ASCII
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, setLocally(migrationLimits)); err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	// In the simple protocol a statement's snapshot ends with it. CREATE INDEX CONCURRENTLY waits for all that are older than itself.
	if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", pgx.QueryExecModeSimpleProtocol, handback); err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	return func() { _ = tx.Rollback() }, nil
}

var errNewer = errors.New("the database is newer than this program; run the version that last used it, or a later one")

func migrateUp(ctx context.Context, pool *sql.DB, provider *goose.Provider, hasTableQuery string) error {
	sources := provider.ListSources() // in ascending order
	if err := adoptMigrations(ctx, pool, sources[len(sources)-1].Version, hasTableQuery); err != nil {
		return err
	}
	current, target, err := provider.GetVersions(ctx)
	switch {
	case err != nil:
		return versionError(err)
	case current > target:
		return errNewer
	case current == target:
		return nil
	}
	if err := rejectForeignTables(ctx, pool, provider, current, hasTableQuery); err != nil {
		return err
	}
	if err := untilNoDeadlock(func() error { _, err := provider.Up(ctx); return err }); err != nil {
		return fmt.Errorf("cannot bring the database up to date: %w", cause(err))
	}
	return nil
}

func versionError(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("cannot read the database's version: %w", cause(err))
}

// formerTable is goose's default name, under which Handback once kept its list of migrations, and under which other
// programs keep theirs.
const formerTable = goose.DefaultTablename

// firstTables are those of the first migration. A database that has them all, and a list, is Handback's.
var firstTables = []string{"stores", "accounts", "epochs", "audit_entries", "disconnections", "settings", "setting_changes"}

// Whether there is a table of that name, or a view, where goose would make it.
const (
	tableInPostgres = `SELECT EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relname = $1 AND relkind IN ('r', 'p', 'v', 'm', 'f'))`
	tableInSQLite   = `SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type IN ('table', 'view') AND name = $1)`
)

// foreignError says that tables in the database are not Handback's.
type foreignError struct{ table string }

// Error implements error.
func (e *foreignError) Error() string {
	return fmt.Sprintf("the database holds the tables of another program (its table %s is not Handback's): give Handback a database or a schema of its own", e.table)
}

func isForeign(err error) bool {
	_, foreign := errors.AsType[*foreignError](err)
	return foreign
}

// adoptMigrations gives the list of migrations of a database of Handback's its present name, with all its rows. What is
// another program's is left as it is.
func adoptMigrations(ctx context.Context, pool *sql.DB, target int64, hasTableQuery string) error {
	if present, err := hasTable(ctx, pool, hasTableQuery, migrationsTable); err != nil || present {
		return versionError(err)
	}
	// SQLite begins it with the lock for writing; PostgreSQL's lock is held by the caller.
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return versionError(err)
	}
	defer func() { _ = tx.Rollback() }() // of no effect after the commit
	former, err := formerVersion(ctx, tx, hasTableQuery)
	switch {
	case err != nil || former == 0:
		return err
	case former > target:
		return errNewer
	}
	if _, err := tx.ExecContext(ctx, `ALTER TABLE `+formerTable+` RENAME TO `+migrationsTable); err != nil {
		return notRenamed(err)
	}
	if err := tx.Commit(); err != nil {
		return notRenamed(err)
	}
	return nil
}

func notRenamed(err error) error {
	return fmt.Errorf("cannot rename the database's list of migrations: %w", cause(err))
}

// formerVersion reads the version of a database whose list has its former name, 0 when it has none or is empty. It fails
// when the database is another program's.
func formerVersion(ctx context.Context, tx *sql.Tx, hasTableQuery string) (version int64, err error) {
	found := map[string]bool{}
	for _, table := range append([]string{migrationsTable, formerTable}, newTables(0)...) {
		if found[table], err = hasTable(ctx, tx, hasTableQuery, table); err != nil {
			return 0, versionError(err)
		}
	}
	if found[migrationsTable] { // another process was first
		return 0, nil
	}
	if found[formerTable] {
		err := tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(version_id), 0) FROM `+formerTable).Scan(&version)
		if err != nil && !isUndefined(err) { // the list of a program that does not use goose is not ours either
			return 0, versionError(err)
		}
	}
	return version, rejectForeign(version, found)
}

// rejectForeign compares the version of the list with the tables found. goose begins every list with version 0, before
// anything is made.
func rejectForeign(version int64, found map[string]bool) error {
	if version == 0 {
		for _, table := range newTables(0) {
			if found[table] {
				return &foreignError{table}
			}
		}
		return nil
	}
	for _, table := range firstTables {
		if !found[table] {
			return &foreignError{formerTable}
		}
	}
	return nil
}

// rejectForeignTables fails when there are tables already that migrations of ours are still to make: another program has
// them, and would be surprised by what Handback does to them, or Handback by what is in them.
func rejectForeignTables(ctx context.Context, pool *sql.DB, provider *goose.Provider, current int64, hasTableQuery string) error {
	for _, table := range newTables(current) {
		found, err := hasTable(ctx, pool, hasTableQuery, table)
		if err != nil {
			return versionError(err)
		}
		if !found {
			continue
		}
		now, _, err := provider.GetVersions(ctx)
		switch {
		case err != nil:
			return versionError(err)
		case now == current:
			return &foreignError{table}
		}
		return rejectForeignTables(ctx, pool, provider, now, hasTableQuery) // another process has made it meanwhile
	}
	return nil
}

var createsTable = regexp.MustCompile(`\nCREATE TABLE (\w+)`)

// newTables lists the tables that are made by the migrations after a version.
func newTables(version int64) (tables []string) {
	files, err := fs.Glob(migrations, "migrations/postgres/*.sql") // SQLite's make the same
	if err != nil {
		panic("db: " + err.Error())
	}
	for _, file := range files {
		number, err := goose.NumericComponent(file)
		text, readErr := migrations.ReadFile(file)
		if err := errors.Join(err, readErr); err != nil {
			panic("db: " + err.Error())
		}
		if number > version {
			for _, match := range createsTable.FindAllStringSubmatch(string(text), -1) {
				tables = append(tables, match[1])
			}
		}
	}
	if version < jobMigrations[0].version {
		tables = append(tables, jobTables...)
	}
	return tables
}

type rowQuerier interface {
	QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row
}

func hasTable(ctx context.Context, in rowQuerier, hasTableQuery, name string) (has bool, err error) {
	err = in.QueryRowContext(ctx, hasTableQuery, name).Scan(&has)
	return has, err
}
