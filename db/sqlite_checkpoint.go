package db

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"sync"
	"time"
)

const (
	// checkpointPatience is how long a checkpoint waits for reads to end. No edit can begin meanwhile.
	checkpointPatience = time.Second
	// walLimit is the size in bytes of the write-ahead log at which the next edit waits for a checkpoint.
	walLimit = 16 << 20
)

// checkpoints bring the write-ahead log into the embedded database's file.
//
// SQLite does so by itself when the log has a thousand pages, but it begins the log anew only at a moment at which nobody
// reads from it. While reads overlap there is none, and the log grows. A truncating checkpoint makes that moment: edits
// wait, new reads need the file only, and old ones end.
type checkpoints struct {
	// conns has one connection, which stays open: with the last connection SQLite would delete the log.
	conns *sql.DB

	mu    sync.Mutex
	retry int64 // the size of the log at which to try again, after an attempt that reads prevented
}

// Checkpoint brings what was committed into the embedded database's file and empties its log, so that a copy of the file
// holds it. Reads of more than a second prevent that, which is no error. PostgreSQL does the like by itself.
func (r *Repository) Checkpoint(ctx context.Context) error {
	if r.file == nil {
		return nil
	}
	pool, err := r.writer.DB()
	if err != nil {
		return err
	}
	conn, err := pool.Conn(ctx) // so that this process writes nothing meanwhile
	if err != nil {
		return fault(err)
	}
	return fault(errors.Join(r.file.checkpoint(ctx), conn.Close()))
}

// beforeWrite refuses a write to files that were taken away, and keeps the log small. The caller holds the writer's
// connection.
func (f *sqliteFile) beforeWrite(ctx context.Context) error {
	if f == nil {
		return nil
	}
	if err := f.check(); err != nil {
		return err
	}
	if f.walSize() < f.checkpoints.due() {
		return nil
	}
	return f.checkpoint(ctx)
}

// checkpoint empties the log if reads let it. The database is not to be written to by this process meanwhile.
func (f *sqliteFile) checkpoint(ctx context.Context) error {
	if err := f.check(); err != nil || f.walSize() == 0 {
		return err
	}
	// It waits for a bounded time; an interrupted connection would be closed.
	_, err := f.checkpoints.conns.ExecContext(context.WithoutCancel(ctx), "PRAGMA wal_checkpoint(TRUNCATE)")
	f.checkpoints.done(f.walSize())
	return err
}

func (f *sqliteFile) walSize() int64 {
	info, err := os.Stat(f.path + walSuffix)
	if err != nil { // which check tells
		return 0
	}
	return info.Size()
}

// due is the size of the log at which a write has to wait for a checkpoint.
func (c *checkpoints) due() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return max(walLimit, c.retry)
}

// done says how much is left of the log, so that reads that go on and on do not make every write wait.
func (c *checkpoints) done(left int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.retry = 0
	if left >= walLimit {
		c.retry = left + walLimit
	}
}
