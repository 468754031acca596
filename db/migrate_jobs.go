package db

import (
	"context"
	"database/sql"
	"log/slog"

	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivermigrate"
)

// Which migrations of ours apply which of River's, of its line main. They are two, because PostgreSQL does not let a
// transaction use the value of an enum that it has added. A later edition of River may want a third.
var jobMigrations = []struct {
	version int64
	target  int // River's version
}{{6, 5}, {7, 8}}

// jobTables are River's: two programs that share them would do each other's jobs.
var jobTables = []string{"river_job", "river_leader", "river_queue", "river_notification", "river_migration"}

func newJobMigrations(driver riverdriver.Driver[*sql.Tx]) ([]*goose.Migration, error) {
	migrator, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	migrations := make([]*goose.Migration, len(jobMigrations))
	for i, migration := range jobMigrations {
		migrations[i] = goose.NewGoMigration(migration.version, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			_, err := migrator.MigrateTx(ctx, tx, rivermigrate.DirectionUp, &rivermigrate.MigrateOpts{TargetVersion: migration.target}) //nolint:staticcheck // deprecated for those who take one transaction for all; goose's list must be of the same transaction
			return err
		}}, nil)
	}
	return migrations, nil
}
