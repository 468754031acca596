package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

// SchemaVersion is how far a database is up to date.
type SchemaVersion struct {
	Present int64    // of the database; 0 where it has no table of Handback's
	Target  int64    // that this program brings it to
	Pending []string // the migrations in between, in turn
}

// ReadSchemaVersion looks at the database that the URL names, and makes and changes nothing: not even an embedded one's file, which must
// be there or be possible to make. Errors are
// sentences for whoever starts the program; they hold no password.
func ReadSchemaVersion(ctx context.Context, databaseURL string) (SchemaVersion, error) {
	read := postgresVersion
	if _, embedded := EmbeddedPath(databaseURL); embedded {
		read = sqliteVersion
	}
	present, err := read(ctx, databaseURL)
	if err != nil {
		return SchemaVersion{}, err
	}
	names := migrationNames()
	version := SchemaVersion{Present: present}
	for _, number := range slices.Sorted(maps.Keys(names)) {
		version.Target = number
		if number > present {
			version.Pending = append(version.Pending, names[number])
		}
	}
	return version, nil
}

// migrationNames are those of all migrations, by version. Those of jobs are River's, and in no file.
func migrationNames() map[int64]string {
	names := map[int64]string{}
	for _, of := range jobMigrations {
		names[of.version] = fmt.Sprintf("%05d_jobs", of.version)
	}
	files, _ := fs.Glob(migrations, "migrations/postgres/*.sql") // the pattern is right; SQLite's have the same names
	for _, file := range files {
		number, err := goose.NumericComponent(file)
		if err != nil {
			panic("db: " + err.Error())
		}
		names[number] = strings.TrimSuffix(path.Base(file), ".sql")
	}
	return names
}

func sqliteVersion(ctx context.Context, databaseURL string) (int64, error) {
	name, _ := EmbeddedPath(databaseURL)
	fail := func(err error) (int64, error) {
		return 0, fmt.Errorf("cannot open the database file %s: %w", name, err)
	}
	file, err := newSQLiteFile(name)
	if err != nil {
		return fail(err)
	}
	if _, err := os.Stat(file.path); errors.Is(err, fs.ErrNotExist) {
		if err := file.creatable(); err != nil {
			return fail(err)
		}
		return 0, nil
	}
	pool := sql.OpenDB(file.connector(sqlitePatience, "&_pragma=query_only(1)"))
	defer pool.Close()
	version, err := presentVersion(ctx, pool, tableInSQLite)
	if err != nil && !isForeign(err) {
		return fail(err)
	}
	return version, err
}

func postgresVersion(ctx context.Context, databaseURL string) (int64, error) {
	config, err := parsePostgres(databaseURL)
	if err != nil {
		return 0, err
	}
	if _, err := chooseDialect(ctx, config); err != nil { // which takes from the configuration what a pooler refuses
		return 0, err
	}
	pool := stdlib.OpenDB(*config)
	defer pool.Close()
	return presentVersion(ctx, pool, tableInPostgres)
}

// presentVersion reads the version from the list of migrations, under its present name or its former one.
func presentVersion(ctx context.Context, pool *sql.DB, hasTableQuery string) (version int64, err error) {
	tx, err := pool.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return 0, versionError(err)
	}
	defer func() { _ = tx.Rollback() }()
	present, err := hasTable(ctx, tx, hasTableQuery, migrationsTable)
	if err != nil {
		return 0, versionError(err)
	}
	if !present {
		return formerVersion(ctx, tx, hasTableQuery)
	}
	err = tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(version_id), 0) FROM `+migrationsTable).Scan(&version)
	return version, versionError(err)
}
