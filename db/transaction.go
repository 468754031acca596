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
// another. do returns errRefused when nothing may be changed, before it writes. The error is a fault.
func (r *Repository) writeStore(ctx context.Context, storeID string, do func(tx *gorm.DB) error) error {
	if o := onceOf(ctx); o != nil {
		return o.writeStore(ctx, do)
	}
	return r.write(ctx, storeID, func(tx *gorm.DB) error {
		if err := r.lockStore(tx, storeID); err != nil {
			return err
		}
		return do(tx)
	})
}

func (r *Repository) lockStore(tx *gorm.DB, storeID string) error {
	locked, err := query(tx, scanString, r.dialect.lockStore, storeID)
	if err == nil && len(locked) == 0 {
		err = fmt.Errorf("no store %s", storeID)
	}
	return err
}

// write is writeStore without the lock in the database: writers wait for their turn within this process only.
func (r *Repository) write(ctx context.Context, turn string, do func(tx *gorm.DB) error) error {
	t := transaction{repository: r}
	defer t.end()
	err := t.carryOut(ctx, turn, do)
	if errors.Is(err, errRefused) {
		return nil
	}
	if err == nil {
		err = t.commit(ctx)
	}
	return fault(err)
}

// reading returns the way a read goes: within the call of Once that the context belongs to it is that call's
// transaction, as soon as that has begun. done must be called when everything is read.
func (r *Repository) reading(ctx context.Context) (tx *gorm.DB, done func()) {
	if o := onceOf(ctx); o != nil {
		return o.reading(ctx)
	}
	return r.reader.WithContext(ctx), func() {}
}

// transaction is a use case's turn and its transaction, which stays open until it is committed or ended.
type transaction struct {
	repository *Repository
	leave      func()  // gives the turn to the next; nil before it has come
	open       *sql.Tx // nil when none is open
	close      func()  // takes back what was not committed, and lets go of the connection
}

// carryOut waits for the turn and does the work. The transaction is open after it unless the work failed; a refusal
// is no failure.
func (t *transaction) carryOut(ctx context.Context, turn string, do func(tx *gorm.DB) error) (err error) {
	if t.leave == nil {
		if t.leave, err = t.repository.queue.enter(ctx, turn); err != nil {
			return err
		}
	}
	const attempts = 3
	for attempt := 1; ; attempt++ {
		if err = t.begin(ctx); err != nil {
			return err
		}
		if err = do(t.over(ctx)); err == nil || errors.Is(err, errRefused) {
			return err
		}
		t.rollBack()
		if !conflicting(err) || attempt == attempts {
			return err
		}
	}
}

func (t *transaction) begin(ctx context.Context) error {
	pool, err := t.repository.writer.DB()
	if err != nil {
		return err
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	// A caller that goes away cancels statements, but must not cut a commit in two.
	whole, cancel := outlasting(ctx, commitGrace)
	open, err := conn.BeginTx(whole, nil)
	if err != nil {
		cancel()
		return errors.Join(err, conn.Close())
	}
	t.open, t.close = open, func() {
		_ = open.Rollback() // does nothing after a commit
		cancel()
		_ = conn.Close()
	}
	return nil
}

// over returns the way of statements through the transaction, which end with the context.
func (t *transaction) over(ctx context.Context) *gorm.DB {
	tx := t.repository.writer.WithContext(ctx)
	tx.Statement.ConnPool = t.open
	return tx
}

func (t *transaction) commit(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return commitFault(t.open.Commit())
}

func (t *transaction) rollBack() {
	if t.open != nil {
		t.close()
		t.open = nil
	}
}

// end leaves no trace of what was not committed, and lets go of everything.
func (t *transaction) end() {
	t.rollBack()
	if t.leave != nil {
		t.leave()
		t.leave = nil
	}
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
	allowance := models.AllowanceFrom(tx.Statement.Context)
	for rows.Next() {
		row, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, row)
		if allowance != nil {
			if err := allowance.Take(sizeOf(&list[len(list)-1])); err != nil {
				return nil, err
			}
		}
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
