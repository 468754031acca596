package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"time"

	"github.com/pressly/goose/v3"
)

// readyTime is how long the database may take to say that it is there.
const readyTime = time.Second

// ErrSchemaBehind says that the database's schema is older than this program.
var ErrSchemaBehind = errors.New("the database's schema is older than this program")

// Ready asks the database whether it is there and has the schema of this program: ErrSchemaBehind when it is older. A
// newer one will do, because programs are replaced one after the other. It takes a second at most.
func (r *Repository) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	wanted, err := newestMigration(r.reader.Name())
	if err != nil {
		return err
	}
	versions, err := selectVersion.all(r.readerSession(ctx))
	switch {
	case err != nil:
		return fault(err)
	case versions[0].Version < wanted:
		return fmt.Errorf("%w: version %d, not %d", ErrSchemaBehind, versions[0].Version, wanted)
	}
	return nil
}

type versionRow struct{ Version int64 }

var selectVersion = query[versionRow]{text: `SELECT COALESCE(MAX(version_id), 0) AS version FROM handback_migrations`}

// newestMigration is the number of the last file in a dialect's folder.
func newestMigration(dialect string) (newest int64, err error) {
	files, err := fs.Glob(migrations, path.Join("migrations", dialect, "*.sql"))
	for _, file := range files {
		version, err := goose.NumericComponent(file)
		if err != nil {
			return 0, err
		}
		newest = max(newest, version)
	}
	return newest, err
}
