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
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// migrate applies the migrations the database does not have yet, each in its own transaction. It changes nothing
// in a database that is newer than the program.
func migrate(ctx context.Context, dialect string, pool *sql.DB) error {
	files, err := fs.Sub(migrations, "migrations/"+dialect)
	if err != nil {
		return err
	}
	provider, err := newProvider(dialect, pool, files)
	if err != nil {
		return fmt.Errorf("cannot prepare the migrations: %w", err)
	}
	const attempts = 5
	for attempt := 1; ; attempt++ {
		err := bringUp(ctx, provider)
		if err == nil || errors.Is(err, errNewer) || attempt == attempts {
			return err
		}
		// Another process may have applied the same migration at the same moment: look again.
		time.Sleep(time.Duration(attempt) * 50 * time.Millisecond)
	}
}

func newProvider(dialect string, pool *sql.DB, files fs.FS) (*goose.Provider, error) {
	if dialect == sqliteDialect.name {
		return goose.NewProvider(goose.DialectSQLite3, pool, files)
	}
	// Tried once a second, for a minute: as long as another process's migrations may take.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, pool, files, goose.WithSessionLocker(locker))
}

var errNewer = errors.New("the database is newer than this program; run the version that last used it, or a later one")

func bringUp(ctx context.Context, provider *goose.Provider) error {
	current, target, err := provider.GetVersions(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("cannot read the database's version: %w", cause(err))
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
