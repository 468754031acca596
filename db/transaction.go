package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"gorm.io/gorm"

	"handback/models"
)

// errRefused ends a transaction that must leave no trace, without being a fault.
var errRefused = errors.New("refused")

// commitGrace is how long a commit may take that was sent when the caller's time was nearly up.
const commitGrace = time.Second

// writeStore carries out one use case: alone on its store, in one transaction, begun again when it lost against
// another. do returns errRefused when nothing may be changed. The error is a fault.
func (r *Repository) writeStore(ctx context.Context, storeID string, do func(tx *gorm.DB) error) error {
	return r.write(ctx, storeID, func(tx *gorm.DB) error {
		locked, err := query(tx, scanString, r.dialect.lockStore, storeID)
		if err != nil {
			return err
		}
		if len(locked) == 0 {
			return fmt.Errorf("no store %s", storeID)
		}
		return do(tx)
	})
}

// write is writeStore without the lock in the database: writers wait for their turn within this process only.
func (r *Repository) write(ctx context.Context, turn string, do func(tx *gorm.DB) error) error {
	leave, err := r.queue.enter(ctx, turn)
	if err != nil {
		return fault(err)
	}
	defer leave()
	const attempts = 3
	for attempt := 1; ; attempt++ {
		err := r.attempt(ctx, do)
		if errors.Is(err, errRefused) {
			return nil
		}
		if !conflicting(err) || attempt == attempts {
			return fault(err)
		}
	}
}

func (r *Repository) attempt(ctx context.Context, do func(tx *gorm.DB) error) error {
	return r.writer.WithContext(ctx).Connection(func(conn *gorm.DB) error {
		// A caller that goes away cancels statements, but must not cut a commit in two.
		whole, cancel := outlasting(ctx, commitGrace)
		defer cancel()
		tx := conn.WithContext(whole).Begin()
		if tx.Error != nil {
			return tx.Error
		}
		defer tx.Rollback() // does nothing after a commit
		if err := do(tx.WithContext(ctx)); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		return commitFault(tx.Commit().Error)
	})
}

// outlasting returns a context that is not cancelled with ctx, and ends a while after it would.
func outlasting(ctx context.Context, by time.Duration) (context.Context, context.CancelFunc) {
	free := context.WithoutCancel(ctx)
	if deadline, ok := ctx.Deadline(); ok {
		return context.WithDeadline(free, deadline.Add(by))
	}
	return free, func() {}
}

// query runs one statement and scans its rows by hand: most are of no one model.
func query[T any](tx *gorm.DB, scan func(*sql.Rows) (T, error), statement string, args ...any) ([]T, error) {
	rows, err := tx.Raw(statement, args...).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []T{}
	for rows.Next() {
		row, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, row)
	}
	return list, rows.Err()
}

// orZero scans a column into its target, which becomes its zero value when the column is NULL.
func orZero[T any](target *T) sql.Scanner { return scanOrZero[T]{target} }

type scanOrZero[T any] struct{ target *T }

// Scan implements sql.Scanner.
func (s scanOrZero[T]) Scan(column any) error {
	var value sql.Null[T]
	err := value.Scan(column)
	*s.target = value.V
	return err
}

func scanString(rows *sql.Rows) (text string, err error) {
	return text, rows.Scan(&text)
}

// queue lets the writers of one store into the database one by one, so that many waiting for one store take one
// connection, not all of them. The database's own lock orders writers of different processes.
type queue struct {
	mu    sync.Mutex
	turns map[string]*turn
}

type turn struct {
	token chan struct{} // holds one element while somebody has the turn
	users int
}

// enter waits for the store's turn until the context ends. leave must be called once.
func (q *queue) enter(ctx context.Context, storeID string) (leave func(), err error) {
	t := q.join(storeID)
	select {
	case t.token <- struct{}{}:
		return func() { <-t.token; q.quit(storeID, t) }, nil
	case <-ctx.Done():
		q.quit(storeID, t)
		return nil, fmt.Errorf("%w: waiting for other calls on this store: %w", models.ErrTryAgain, ctx.Err())
	}
}

func (q *queue) join(storeID string) *turn {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.turns == nil {
		q.turns = map[string]*turn{}
	}
	t := q.turns[storeID]
	if t == nil {
		t = &turn{token: make(chan struct{}, 1)}
		q.turns[storeID] = t
	}
	t.users++
	return t
}

func (q *queue) quit(storeID string, t *turn) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if t.users--; t.users == 0 {
		delete(q.turns, storeID)
	}
}
