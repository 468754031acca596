package db

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"gorm.io/gorm"

	"handback/models"
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
