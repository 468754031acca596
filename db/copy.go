package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"

	"github.com/handback/handback/models"
)

// Copied is what Copy has copied and compared.
type Copied struct {
	Rows      int64 // of all tables, without the jobs
	Jobs      int64 // that are still to be done
	Stores    int64 // whose settings have the same digest in both databases
	Snapshots int64 // that have the same digest in both
}

// Copy copies all that is in one database into another one that is empty, of the same kind or not, in one transaction there, and compares
// the two. It fails, and leaves nothing in the other one but its empty tables, when a program serves one of them, when the first one is
// not up to date, and when anything differs afterwards. While it copies, nothing can be written in the first one. Errors hold no password.
func Copy(ctx context.Context, fromURL, toURL string) (copied Copied, err error) {
	if err := checkToCopy(ctx, fromURL, toURL); err != nil {
		return Copied{}, err
	}
	from, err := Open(ctx, fromURL, models.Catalogue{})
	if err != nil {
		return Copied{}, err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	source, err := from.beginCopy(ctx, lockSource)
	if err != nil {
		return Copied{}, err
	}
	defer source.rollback()
	to, err := Open(ctx, toURL, models.Catalogue{})
	if err != nil {
		return Copied{}, ofTarget(err)
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	target, err := to.beginCopy(ctx, "")
	if err != nil {
		return Copied{}, ofTarget(err)
	}
	defer target.rollback()
	if err := target.requireEmpty(ctx); err != nil {
		return Copied{}, err
	}
	if copied, err = copyAll(ctx, source, target); err != nil {
		return Copied{}, fmt.Errorf("nothing was copied: %w", cause(err))
	}
	for _, end := range []copyEnd{source, target} { // one may have begun meanwhile
		if err := end.requireUnserved(ctx); err != nil {
			return Copied{}, fmt.Errorf("nothing was copied: %w", cause(err))
		}
	}
	if err := target.tx.Commit(); err != nil {
		return Copied{}, fmt.Errorf("it is not known whether everything or nothing was copied, so use another empty database: %w", cause(err))
	}
	return copied, nil
}

// checkToCopy compares the versions. A database to copy into may have none yet: it gets that of the program.
func checkToCopy(ctx context.Context, fromURL, toURL string) error {
	from, err := ReadSchemaVersion(ctx, fromURL)
	if err != nil {
		return err
	}
	to, err := ReadSchemaVersion(ctx, toURL)
	switch {
	case err != nil:
		return ofTarget(err)
	case sameDatabase(fromURL, toURL):
		return errors.New("the database to copy into is the one that DATABASE_URL names: name another one, that is empty")
	case from.Present == 0:
		return errors.New("there is nothing to copy: DATABASE_URL is no database of this program")
	case from.Present != from.Target:
		return fmt.Errorf("the database has version %d, and not this program's %d: bring it up to date, or use the program that did", from.Present, from.Target)
	case to.Present != 0 && to.Present != to.Target:
		return fmt.Errorf("the database to copy into has version %d, and not this program's %d: use an empty one", to.Present, to.Target)
	}
	return nil
}

// sameDatabase compares files, whatever their names, and addresses of PostgreSQL as they are written: behind two names of one host the
// database is found not to be empty.
func sameDatabase(oneURL, otherURL string) bool {
	one, embedded := EmbeddedPath(oneURL)
	other, otherEmbedded := EmbeddedPath(otherURL)
	if embedded != otherEmbedded {
		return false
	}
	if embedded {
		oneFile, err := os.Stat(one)
		otherFile, otherErr := os.Stat(other)
		return err == nil && otherErr == nil && os.SameFile(oneFile, otherFile)
	}
	oneConfig, err := parsePostgres(oneURL)
	otherConfig, otherErr := parsePostgres(otherURL)
	return err == nil && otherErr == nil && oneConfig.Host == otherConfig.Host && oneConfig.Port == otherConfig.Port && oneConfig.Database == otherConfig.Database
}

// ofTarget says which of the two databases an error is about. Only the other one's address is in DATABASE_URL.
func ofTarget(err error) error {
	return errors.New("the database to copy into: " + strings.ReplaceAll(err.Error(), "DATABASE_URL", "its address"))
}

// copyEnd is one of the two databases, in a transaction.
type copyEnd struct {
	dialect dialect
	tx      *sql.Tx
}

// lockSource lets others read, and nobody write. SQLite's transactions that write do so from the begin on.
var lockSource = "LOCK TABLE " + strings.Join(append(slices.Clone(copiedTables), "river_job"), ", ") + " IN SHARE MODE"

// beginCopy begins a transaction that may take long, with a statement that PostgreSQL is sent, "" for none.
func (r *Repository) beginCopy(ctx context.Context, lock string) (copyEnd, error) {
	pool, err := r.writer.DB()
	if err != nil {
		return copyEnd{}, err
	}
	tx, err := pool.BeginTx(ctx, r.dialect.writing)
	if err != nil {
		return copyEnd{}, cause(err)
	}
	end := copyEnd{r.dialect, tx}
	if !r.dialect.oneProcess {
		_, err = tx.ExecContext(ctx, setLocally(migrationLimits))
		if err == nil && lock != "" {
			_, err = tx.ExecContext(ctx, lock)
		}
	}
	if err == nil {
		err = end.requireUnserved(ctx)
	}
	if err != nil {
		end.rollback()
		return copyEnd{}, cause(err)
	}
	return end, nil
}

func (e copyEnd) rollback() { _ = e.tx.Rollback() } // of no effect after the commit

var errServed = errors.New("a program serves the database, or was killed a moment ago: stop it, and try again a minute later")

// requireUnserved looks for a leader: one of the processes that serve a database hands out its recurring jobs, and says every few seconds
// that it is there.
func (e copyEnd) requireUnserved(ctx context.Context) error {
	leader, err := e.jobs().LeaderGetElectedLeader(ctx, &riverdriver.LeaderGetElectedLeaderParams{})
	switch {
	case errors.Is(err, rivertype.ErrNotFound):
		return nil
	case err != nil:
		return err
	case leader.ExpiresAt.Before(time.Now()):
		return nil
	}
	return errServed
}

func (e copyEnd) jobs() riverdriver.Executor { return e.dialect.jobDriver(nil).UnwrapExecutor(e.tx) }

func (e copyEnd) requireEmpty(ctx context.Context) error {
	for _, table := range append(slices.Clone(copiedTables), "river_job") {
		var filled bool
		if err := e.tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM "+table+")").Scan(&filled); err != nil {
			return cause(err)
		}
		if filled {
			return fmt.Errorf("the database to copy into is not empty (its table %s has rows): nothing was copied", table)
		}
	}
	return nil
}

// copyAll copies every table and every job, and compares what is in both databases then.
func copyAll(ctx context.Context, source, target copyEnd) (Copied, error) {
	var copied Copied
	sums := map[string]tableSum{}
	for _, table := range copiedTables {
		sum, err := copyTable(ctx, source, target, table)
		if err != nil {
			return Copied{}, fmt.Errorf("%s: %w", table, err)
		}
		sums[table] = sum
		copied.Rows += sum.rows
	}
	var err error
	if copied.Jobs, err = copyJobs(ctx, source, target); err != nil {
		return Copied{}, fmt.Errorf("jobs: %w", err)
	}
	for _, table := range copiedTables {
		if err := compareTable(ctx, source, target, table, sums[table]); err != nil {
			return Copied{}, fmt.Errorf("%s: %w", table, err)
		}
	}
	copied.Stores, copied.Snapshots, err = compareDigests(ctx, source, target)
	return copied, err
}
