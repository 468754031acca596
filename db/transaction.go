package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"github.com/handback/handback/models"
)

// errUnchanged ends a transaction that has nothing to do, without being a fault. So does a refusal.
var errUnchanged = errors.New("nothing to do")

// isUnchanged reports whether an error says that nothing was written, and that this is the answer.
func isUnchanged(err error) bool {
	var refusal interface{ Refused() }
	return errors.Is(err, errUnchanged) || errors.As(err, &refusal)
}

// withoutUnchanged gives the error of a write its meaning: a refusal stays what it is.
func withoutUnchanged(err error) error {
	switch {
	case errors.Is(err, errUnchanged):
		return nil
	case isUnchanged(err):
		return err
	}
	return fault(err)
}

// commitGrace is how long a commit may take that was sent when the caller's time was nearly up.
const commitGrace = time.Second

// writeStore carries out one use case: alone on its store, in one transaction, begun again when it lost against
// another. do locks the store first, and returns a refusal or errUnchanged when nothing is to be changed, before it
// writes. The error is a fault, or the refusal.
func (r *Repository) writeStore(ctx context.Context, storeID string, do func(tx session) error) error {
	if o := onceOf(ctx); o != nil {
		return o.writeStore(ctx, do)
	}
	return r.write(ctx, storeID, do)
}

// writeStoreResult is Repository.writeStore for a use case that has a result. There is none with an error.
func writeStoreResult[T any](ctx context.Context, r *Repository, storeID string, do func(tx session) (T, error)) (T, error) {
	var result, none T
	err := r.writeStore(ctx, storeID, func(tx session) (err error) {
		result, err = do(tx)
		return err
	})
	if err != nil {
		return none, err
	}
	return result, nil
}

// lockStore waits until no other writer works on the store: what is read of it stays as it is until the transaction
// ends. SQLite knows no such lock; there the transaction has the whole database. It fails for a caller who may do nothing any more.
func (s session) lockStore(storeID string) error {
	if s.transaction.locked != "" {
		return nil
	}
	var rows []lockedStore
	err := s.orm().Model(&models.Store{}).Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).
		Select("linked", "has_webhooks", "ledger_day", "ledger_bytes", "answers_day", "answer_bytes").Where("id", storeID).Limit(1).Find(&rows).Error
	if err != nil {
		return err
	}
	return s.noteLock(storeID, rows)
}

// lockedStore is what a transaction knows of the store that it has locked.
type lockedStore struct {
	Linked, HasWebhooks bool
	models.DailyUse
}

// noteLock notes that the store is locked, of which there is one row.
func (s session) noteLock(storeID string, rows []lockedStore) error {
	if len(rows) == 0 {
		return fmt.Errorf("no store %s", storeID)
	}
	t := s.transaction
	t.locked, t.linked, t.hasWebhooks, t.counted, t.use = storeID, rows[0].Linked, rows[0].HasWebhooks, rows[0].DailyUse, rows[0].DailyUse
	return s.requireLiveKey()
}

// write is writeStore outside Once, for what needs no lock in the database, too: writers wait for the lock of their key within
// this process only.
func (r *Repository) write(ctx context.Context, key string, do func(tx session) error) error {
	t := transaction{repository: r}
	defer t.end()
	err := t.carryOut(ctx, key, do)
	if err == nil {
		err = t.commit(ctx)
	}
	return withoutUnchanged(err)
}

// reading returns the session of a read: in the transaction of the call of Once that the context belongs to, as soon as
// that has begun. done must be called when everything is read.
func (r *Repository) reading(ctx context.Context) (tx session, done func()) {
	if o := onceOf(ctx); o != nil {
		return o.reading(ctx)
	}
	return r.readerSession(ctx), func() {}
}

// transaction is the lock of a use case's key and its transaction, which stays open until it is committed or ended.
type transaction struct {
	repository *Repository
	unlock     func()    // lets the next writer of the key begin; nil before this one has the lock
	conn       *sql.Conn // of tx
	tx         *sql.Tx   // nil when none is open
	// cancel ends the context of the transaction, which outlasts the caller's: a caller that goes away cancels
	// statements, but must not cut a commit in two.
	cancel func()
	failed bool   // the work has, so that nothing is to be committed
	locked string // the id of the store that is, by this transaction; "" when none is
	linked bool   // the store that is locked has let the app in at Shopify
	// hasWebhooks says that the events of the store that is locked are sent to webhook endpoints.
	hasWebhooks bool
	counted     models.DailyUse // of the store that is locked, as the database has it
	use         models.DailyUse // likewise, with what this transaction has added since
	// promised says that jobs were, in this transaction.
	promised bool
	eventful []string // the stores that have new events of this transaction
}

// carryOut waits for the lock of the key and does the work. The transaction is open after it unless the work failed; a refusal
// is no failure.
func (t *transaction) carryOut(ctx context.Context, key string, do func(tx session) error) (err error) {
	if t.unlock == nil {
		if t.unlock, err = t.repository.writers.Lock(ctx, key); err != nil {
			return err
		}
		if err = models.MayRead(ctx); err != nil { // it may have waited for long, and nothing was done yet
			return err
		}
	}
	const attempts = 3
	for attempt := 1; ; attempt++ {
		if err = t.open(ctx); err != nil {
			return err
		}
		if err = do(t.over(ofWrite(ctx))); err == nil || isUnchanged(err) {
			return err
		}
		t.rollBack()
		if !isConflict(err) || attempt == attempts {
			return err
		}
	}
}

// ofWrite is the context of what a use case reads in order to write. It is charged, and takes nothing from what the answer may read, or
// what is done would depend on what is asked of it.
func ofWrite(ctx context.Context) context.Context { return models.WithChargedReads(ctx) }

func (t *transaction) open(ctx context.Context) error {
	pool, err := t.repository.writer.DB()
	if err != nil {
		return err
	}
	for range postgresConnections + 1 { // as many as may be found unfit
		if err = t.begin(ctx, pool); !errors.Is(err, driver.ErrBadConn) {
			break
		}
	}
	return err
}

func (t *transaction) begin(ctx context.Context, pool *sql.DB) (err error) {
	if t.conn, err = pool.Conn(ctx); err != nil {
		return err
	}
	if err := t.repository.file.beforeWrite(ctx); err != nil {
		return errors.Join(err, t.conn.Close())
	}
	whole, cancel := withGrace(ctx, commitGrace)
	callerGone := context.AfterFunc(ctx, cancel) // nothing is to be begun for it
	t.tx, err = beginTx(whole, t.conn, t.repository.dialect.writing, t.repository.dialect.limitsQuery)
	if !callerGone() && err == nil {
		err = errors.Join(ctx.Err(), t.tx.Rollback())
	}
	if err != nil {
		cancel()
		t.tx = nil
		return errors.Join(err, t.conn.Close())
	}
	t.cancel = cancel
	return nil
}

// over returns a session in the transaction, whose statements end with the context.
func (t *transaction) over(ctx context.Context) session {
	return session{ctx: ctx, pool: t.repository.writer, transaction: t}
}

// commit fails, too, when PostgreSQL says that it has rolled back.
func (t *transaction) commit(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if t.failed {
		return errors.New("the work of the transaction has failed")
	}
	// Again, because a transaction may have waited for a lock, or for the other fields of its request.
	if err := t.repository.file.check(); err != nil {
		return err
	}
	if t.use != t.counted {
		use := t.use
		if _, err := t.tx.ExecContext(ctx, updateDailyUse, t.locked, use.LedgerDay, use.LedgerBytes, use.AnswersDay, use.AnswerBytes); err != nil {
			return err
		}
	}
	err := t.tx.Commit()
	if err == nil && t.promised {
		t.repository.promises.tell()
	}
	if err == nil && len(t.eventful) > 0 {
		t.repository.watch.tell(t.eventful)
	}
	t.release()
	return commitFault(err)
}

// rollBack takes back what was done. A connection that cannot do that in time is used no more.
func (t *transaction) rollBack() {
	if t.tx == nil {
		return
	}
	late := time.AfterFunc(commitGrace, t.cancel)
	defer late.Stop()
	if err := t.tx.Rollback(); err != nil {
		_ = t.conn.Raw(func(any) error { return driver.ErrBadConn })
	}
	t.release()
}

// release returns the connection to the pool after the transaction.
func (t *transaction) release() {
	t.cancel()
	_ = t.conn.Close()
	t.tx, t.locked, t.linked, t.hasWebhooks, t.failed, t.promised, t.eventful = nil, "", false, false, false, false, nil
	t.counted, t.use = models.DailyUse{}, models.DailyUse{}
}

// end leaves no trace of what was not committed, and lets go of everything.
func (t *transaction) end() {
	t.rollBack()
	if t.unlock != nil {
		t.unlock()
		t.unlock = nil
	}
}

// withGrace returns a context that is not cancelled with ctx, and ends a while after it would.
func withGrace(ctx context.Context, by time.Duration) (context.Context, context.CancelFunc) {
	free := context.WithoutCancel(ctx)
	if deadline, ok := ctx.Deadline(); ok {
		return context.WithDeadline(free, deadline.Add(by))
	}
	return context.WithCancel(free)
}
