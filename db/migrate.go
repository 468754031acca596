package db

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrations embed.FS

// migrationPatience is how long a start waits for another process that is bringing the database up to date.
const migrationPatience = time.Minute

// Both apply the migrations the database does not have yet, each in its own transaction, and change nothing in a
// database that is newer than the program.

func migratePostgres(ctx context.Context, pool *sql.DB) error {
	provider, err := newProvider(goose.DialectPostgres, pool, "migrations/postgres")
	if err != nil {
		return err
	}
	current, err := upToDate(ctx, pool, provider)
	if err != nil || current {
		return err
	}
	unlock, err := lockMigrations(ctx, pool)
	if err != nil {
		return fmt.Errorf("cannot bring the database up to date while another process does: %w", cause(err))
	}
	defer unlock()
	return migrateUp(ctx, provider)
}

func migrateSQLite(ctx context.Context, pool *sql.DB) error {
	provider, err := newProvider(goose.DialectSQLite3, pool, "migrations/sqlite")
	if err != nil {
		return err
	}
	const attempts = 5
	for attempt := 1; ; attempt++ {
		err := migrateUp(ctx, provider)
		if err == nil || errors.Is(err, errNewer) || attempt == attempts {
			return err
		}
		// Another process may have applied the same migration at the same moment: look again.
		time.Sleep(time.Duration(attempt) * 50 * time.Millisecond)
	}
}

func newProvider(dialect goose.Dialect, pool *sql.DB, folder string) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, folder)
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(dialect, pool, files)
}

// upToDate looks without making anything: goose would create its table to look.
func upToDate(ctx context.Context, pool *sql.DB, provider *goose.Provider) (bool, error) {
	var begun bool
	if err := pool.QueryRowContext(ctx, "SELECT to_regclass('goose_db_version') IS NOT NULL").Scan(&begun); err != nil {
		return false, versionError(err)
	}
	if !begun {
		return false, nil
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return false, versionError(err)
	}
	return current == target, nil
}

// lockMigrations waits until no other process brings the database up to date. The lock belongs to a connection of
// its own, and ends with it.
func lockMigrations(ctx context.Context, pool *sql.DB) (unlock func(), err error) {
	const handback = 0x68616e646261636b // the lock's number: the name in ASCII
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	unlock = func() {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", handback)
		_ = conn.Close()
	}
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", handback); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return unlock, nil
}

var errNewer = errors.New("the database is newer than this program; run the version that last used it, or a later one")

func migrateUp(ctx context.Context, provider *goose.Provider) error {
	current, target, err := provider.GetVersions(ctx)
	switch {
	case err != nil:
		return versionError(err)
	case current > target:
		return errNewer
	case current == target:
		return nil
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("cannot bring the database up to date: %w", cause(err))
	}
	return nil
}

func versionError(err error) error {
	return fmt.Errorf("cannot read the database's version: %w", cause(err))
}
