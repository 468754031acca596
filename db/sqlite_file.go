package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"modernc.org/sqlite"

	"github.com/handback/handback/models"
)

// sqliteFiles are the suffixes of the files that an open SQLite database consists of: the main file, the write-ahead
// log with what was committed lately, and the log's index.
var sqliteFiles = []string{"", walSuffix, "-shm"}

const walSuffix = "-wal"

// sqliteFile is the embedded database's file. A nil one is of a database that has none: PostgreSQL.
//
// A file can be moved, replaced or deleted while it is open. SQLite does not notice: it goes on writing to what is open,
// and the next start finds something else. So the program compares what is open with what has the name.
type sqliteFile struct {
	name        string                        // the path that was given, from the root
	path        string                        // of what the name stands for, without links: SQLite has the log beside that
	opened      atomic.Pointer[[]fs.FileInfo] // by sqliteFiles; nil until all are open
	checkpoints checkpoints
}

// newSQLiteFile finds the file now, whatever the program's folder or a link will be called later.
func newSQLiteFile(path string) (*sqliteFile, error) {
	if strings.HasPrefix(path, "//") && !strings.HasPrefix(path, "///") {
		return nil, errors.New("a path begins with one slash, or with three") // two begin a host name
	}
	name, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	file := &sqliteFile{name: name, path: name}
	if resolved, err := filepath.EvalSymlinks(name); err == nil {
		file.path = resolved
	} else if folder, err := filepath.EvalSymlinks(filepath.Dir(name)); err == nil { // there is no such file yet
		file.path = filepath.Join(folder, filepath.Base(name))
	}
	return file, nil
}

// create makes an empty database file that only the program's user can read, unless there is one. The log and the
// index get the mode of the file from SQLite. A file that is there keeps its mode: somebody may have widened it.
func (f *sqliteFile) create() error {
	if _, err := os.Stat(f.path); err == nil || !errors.Is(err, fs.ErrNotExist) {
		return withoutPath(err)
	}
	if err := f.creatable(); err != nil {
		return err
	}
	// Never open a file that was there: to close it would drop the locks that this process has on it.
	created, err := os.OpenFile(f.path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) { // another start was faster
		return nil
	}
	if err != nil {
		return withoutPath(err)
	}
	return errors.Join(created.Chmod(0o600), created.Close()) // whatever the umask
}

// creatable says why no file can be made where there is none.
func (f *sqliteFile) creatable() error {
	folder := filepath.Dir(f.path)
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no folder %s: make it, or name another one in DATABASE_URL", folder)
	}
	if err := mayWrite(folder); err != nil {
		return fmt.Errorf("no file can be made in the folder %s: %w", folder, err)
	}
	// SQLite would delete the log of a database that is empty.
	if log, err := os.Stat(f.path + walSuffix); err == nil && log.Size() > 0 {
		return fmt.Errorf("it is missing, and its log %s is there: bring the file back that belongs to it", f.path+walSuffix)
	}
	return nil
}

// withoutPath is the reason of an error alone, for sentences that name the file already.
func withoutPath(err error) error {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err
	}
	return err
}

// writable fails when one of the files cannot be written to. SQLite would open such a file for reading only.
func (f *sqliteFile) writable() error {
	for _, suffix := range sqliteFiles {
		if err := mayWrite(f.path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s cannot be written to: %w", f.path+suffix, err)
		}
	}
	return nil
}

// watch takes down which files are open, after the log was.
func (f *sqliteFile) watch() error {
	opened := make([]fs.FileInfo, len(sqliteFiles))
	for i, suffix := range sqliteFiles {
		var err error
		if opened[i], err = os.Stat(f.path + suffix); err != nil {
			return err
		}
	}
	f.opened.Store(&opened)
	return nil
}

// check fails with ErrTryAgain when the database's files are no longer those that were opened.
func (f *sqliteFile) check() error {
	if f == nil || f.opened.Load() == nil {
		return nil
	}
	opened := *f.opened.Load()
	for i, suffix := range sqliteFiles {
		if err := checkFile(f.path+suffix, opened[i]); err != nil {
			return err
		}
	}
	return checkFile(f.name, opened[0]) // a link may lead elsewhere now
}

func checkFile(path string, opened fs.FileInfo) error {
	if now, err := os.Stat(path); err != nil || !os.SameFile(opened, now) {
		return fmt.Errorf("%w: the file %s was moved, replaced or deleted since it was opened", models.ErrTryAgain, path)
	}
	return nil
}

// ready fails when the database cannot be written to, or not where the next start will look for it.
func (f *sqliteFile) ready() error {
	if f == nil {
		return nil
	}
	if err := f.check(); err != nil {
		return err
	}
	if err := f.writable(); err != nil {
		return fmt.Errorf("%w: %w", models.ErrTryAgain, err)
	}
	return nil
}

// connector opens connections to the file, and neither makes one nor opens another that has come into its place.
func (f *sqliteFile) connector(patience time.Duration, more string) driver.Connector {
	dsn := fmt.Sprintf("file:%s?mode=rw&_pragma=busy_timeout(%d)&_time_format=sqlite&_timezone=UTC%s",
		(&url.URL{Path: f.path}).EscapedPath(), patience.Milliseconds(), more)
	return sqliteConnector{dsn, f}
}

type sqliteConnector struct {
	dsn  string
	file *sqliteFile
}

// Connect implements driver.Connector.
func (c sqliteConnector) Connect(ctx context.Context) (driver.Conn, error) {
	if err := c.file.check(); err != nil {
		return nil, err
	}
	connector, err := sqlite.NewConnector(c.dsn)
	if err != nil {
		return nil, err
	}
	return connector.Connect(ctx)
}

// Driver implements driver.Connector.
func (c sqliteConnector) Driver() driver.Driver { return &sqlite.Driver{} }

// close brings the log into the file, even when other processes have the file open. When none has, SQLite deletes the log
// with this last connection.
func (f *sqliteFile) close() error {
	if f == nil {
		return nil
	}
	err := f.checkpoint(context.Background())
	if errors.Is(err, models.ErrTryAgain) { // the files were taken away: leave them alone
		err = nil
	}
	return errors.Join(err, f.checkpoints.conns.Close())
}
