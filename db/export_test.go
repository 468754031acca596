package db

import (
	"context"
	"database/sql"
	"errors"

	"gorm.io/gorm"
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
