package db

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/pressly/goose/v3"
	"gorm.io/gorm"

	"github.com/handback/handback/models"
)

// Rewire puts what wrap returns in the place of the reader's and the writer's connections, so that a test can
// listen to what goes over them.
func (r *Repository) Rewire(wrap func(*sql.DB) *sql.DB) error {
	var errs []error
	for _, pool := range []*gorm.DB{r.reader, r.writer} {
		conns, err := pool.DB()
		if err != nil {
			errs = append(errs, err)
			continue
		}
		wrapped := wrap(conns)
		pool.ConnPool, pool.Statement.ConnPool = wrapped, wrapped
	}
	return errors.Join(errs...)
}

// Fault is what gives errors their meaning.
func Fault(err error) error { return fault(err) }

// ReadRows reads by a statement that is written out.
func ReadRows[T any](ctx context.Context, r *Repository, text string) ([]T, error) {
	return (&query[T]{text: text}).all(r.readerSession(ctx))
}

// SelectAllSettings reads a store's settings by the statement that is written out.
func (r *Repository) SelectAllSettings(ctx context.Context, storeID string) (settings []models.Setting, err error) {
	err = send(r.readerSession(ctx), selectSettings.into(&settings, storeID, "", "", models.WholeValues.Longest()))
	return settings, err
}

// ReadingPool is that of the connections that read.
func (r *Repository) ReadingPool(tb testing.TB) *sql.DB {
	tb.Helper()
	pool, err := r.reader.DB()
	if err != nil {
		tb.Fatal(err)
	}
	return pool
}

// ORM is GORM, for reads.
func (r *Repository) ORM(ctx context.Context) *gorm.DB { return r.readerSession(ctx).orm() }

// WithConnLife makes PostgreSQL connections live shorter than they do.
func WithConnLife(life time.Duration) Option {
	return func(o *options) { o.connLife = life }
}

// ConnLife is how long a connection may be used, drawn as it is for each.
func ConnLife() time.Duration { return jittered(connLife) }

// TakeConns takes as many connections of the reader or the writer as there may be. release gives them back.
func (r *Repository) TakeConns(ctx context.Context, name string) (conns []*sql.Conn, release func(), err error) {
	pool, err := map[string]*gorm.DB{"read": r.reader, "write": r.writer}[name].DB()
	if err != nil {
		return nil, nil, err
	}
	release = func() {
		for _, conn := range conns {
			_ = conn.Close()
		}
	}
	for range pool.Stats().MaxOpenConnections {
		conn, err := pool.Conn(ctx)
		if err != nil {
			release()
			return nil, nil, err
		}
		conns = append(conns, conn)
	}
	return conns, release, nil
}

// WriteRow reads a row by a statement that is written out, in a transaction that writes.
func WriteRow[T any](ctx context.Context, r *Repository, text string) (row T, err error) {
	err = r.write(ctx, "row", func(tx session) error {
		rows, err := (&query[T]{text: text}).all(tx)
		if err == nil {
			row = rows[0]
		}
		return err
	})
	return row, err
}

// Promise is a use case that promises a job, and ends with err.
func (r *Repository) Promise(ctx context.Context, caller models.Caller, job models.Job, err error) error {
	return r.writeStore(ctx, caller.Store.ID, func(tx session) error {
		if failed := errors.Join(tx.lockStore(caller.Store.ID), tx.promise(job)); failed != nil {
			return failed
		}
		return err
	})
}

// LoseTellings has the repository tell no other process of events any more, as when the connection for that is lost.
func LoseTellings(r *Repository) {
	r.watch.mu.Lock()
	defer r.watch.mu.Unlock()
	r.watch.channel = nil
}

// PollEvery says how often the repository looks for events that nobody has told of, from the next time on that anybody follows some.
func PollEvery(r *Repository, interval time.Duration) {
	r.watch.mu.Lock()
	defer r.watch.mu.Unlock()
	r.watch.pollEvery = interval
}

// ForgetBatch says how much is forgotten in one transaction.
func ForgetBatch(r *Repository, rows int, bytes int64) { r.forgetting = forgetBatch{rows, bytes} }

// SelectAccountsToChange is the statement that finds the accounts a write looks at.
var SelectAccountsToChange = selectAccountsToChange.text

// SelectAdsAround is the statement that finds what the ads channel was around a disconnect.
var SelectAdsAround = selectAdsAround.text

// ReadersOf is how many of the store's callers read, or wait for that.
func (r *Repository) ReadersOf(storeID string) int {
	r.readers.mu.Lock()
	defer r.readers.mu.Unlock()
	if readers := r.readers.mutexes[storeID]; readers != nil {
		return readers.users
	}
	return 0
}

// Versions are those of the schema, the first one first.
func Versions() []int64 { return slices.Sorted(maps.Keys(migrationNames())) }

// MigrateTo brings an empty database as far as an earlier edition of the program did.
func MigrateTo(ctx context.Context, pool *sql.DB, embedded bool, version int64) error {
	provider, err := newPostgresProvider(pool)
	if embedded {
		provider, err = newProvider(goose.DialectSQLite3, pool, "migrations/sqlite", sqliteDialect)
	}
	if err != nil {
		return err
	}
	_, err = provider.UpTo(ctx, version)
	return err
}

// CopiedTables are the tables that Copy copies row by row.
var CopiedTables = copiedTables

// WriteAsSystem writes changes of settings as what is read in Seller Center is written.
func (r *Repository) WriteAsSystem(ctx context.Context, storeID, epochID string, changes []models.SettingChange) error {
	return r.write(ctx, storeID, func(tx session) error {
		if err := tx.lockStore(storeID); err != nil {
			return err
		}
		_, err := r.writeAsEdited(tx, storeID, &epochID, models.InSellerCenter, changes)
		return err
	})
}

// SystemWriteStatements are those that find what the app has written, by the names of their parameters.
var SystemWriteStatements = []string{selectSystemWrites.text, selectSystemWritesOfRecord.text}
