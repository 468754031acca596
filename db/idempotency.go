package db

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"sync"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/handback/handback/models"
)

// Once carries out a request that its caller may send again. do does the work by calling one method of the repository
// that writes, with the context it is given, and as many that read; it returns the answer. The answer is stored in the
// transaction of that write, or in one of its own when do wrote nothing. A request of the same key and digest gets it
// again, for models.IdempotencyKeyLife, without do being called; one of the same key that is in flight is waited for.
//
// An error of do is returned as it is. With any error nothing was done and nothing is stored, unless it is
// models.ErrOutcomeUnknown; with models.ErrIdempotencyKeyMismatch the key has another request's answer.
//
// A store's answers may take so much a day. One that there is no room for is returned this once: of a request that has changed
// something only the key is stored, and its repetition fails with models.ErrAnswerDropped; of another one nothing is.
func (r *Repository) Once(ctx context.Context, caller models.Caller, request models.IdempotentRequest, do func(context.Context) ([]byte, error)) (answer []byte, replayed bool, err error) {
	unlock, err := r.writers.Lock(ctx, strings.Join([]string{caller.Store.ID, caller.ID, request.Key}, "\x00"))
	if err != nil {
		return nil, false, fault(err)
	}
	defer unlock()
	o := &once{repository: r, transaction: transaction{repository: r}, caller: caller, request: request}
	defer o.end()
	if err = o.lookUp(r.readerSession(ctx)); err == nil {
		answer, err = do(context.WithValue(ctx, onceKey{}, o))
	}
	if err == nil {
		err = o.save(ctx, answer)
	}
	if o.answered {
		return o.answer, true, o.dropped
	}
	if err != nil {
		return nil, false, err
	}
	return answer, false, nil
}

// ForgetIdempotencyKeys removes the keys whose time is over, and says how many there were.
func (r *Repository) ForgetIdempotencyKeys(ctx context.Context) (int64, error) {
	over := clause.Lte{Column: "created_at", Value: r.Now().Add(-models.IdempotencyKeyLife)}
	return r.forget(ctx, forgettable{&idempotencyKey{}, "store_id, caller_id, key_hash", "created_at", "octet_length(answer)"}, over)
}

// once is a call of Once. What is called with its context writes and reads in its transaction, which begins with the
// first write: before that, the network may be waited for.
type once struct {
	repository *Repository
	caller     models.Caller
	request    models.IdempotentRequest

	mu          sync.Mutex // a transaction does one thing at a time
	transaction transaction
	changed     bool   // something was, by the request
	answered    bool   // somebody else was first
	answer      []byte // theirs
	dropped     error  // models.ErrAnswerDropped when there is none
}

type onceKey struct{}

// onceOf returns the call of Once that the context belongs to, nil when it belongs to none.
func onceOf(ctx context.Context) *once {
	o, _ := ctx.Value(onceKey{}).(*once)
	return o
}

// errAnswered ends a call of Once whose request has its answer already.
var errAnswered = errors.New("the request was answered before")

// writeStore is Repository's, in the transaction of the call. That stays open.
func (o *once) writeStore(ctx context.Context, do func(tx session) error) (err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.transaction.tx != nil {
		err = do(o.transaction.over(ofWrite(ctx)))
		o.transaction.failed = o.transaction.failed || err != nil && !isUnchanged(err)
	} else {
		err = o.transaction.carryOut(ctx, o.caller.Store.ID, func(tx session) error {
			if err := tx.lockStore(o.caller.Store.ID); err != nil {
				return err
			}
			if err := o.lookUp(tx); err != nil { // another process may have been first
				return err
			}
			return do(tx)
		})
	}
	if err != nil { // nothing was added
		o.transaction.use = o.transaction.counted
	}
	o.changed = o.changed || err == nil
	return withoutUnchanged(err)
}

// reading is Repository's.
func (o *once) reading(ctx context.Context) (tx session, done func()) {
	o.mu.Lock()
	if o.transaction.tx == nil {
		o.mu.Unlock()
		return o.repository.readerSession(ctx), func() {}
	}
	return o.transaction.over(ctx), o.mu.Unlock
}

// lookUp returns errAnswered when the request has its answer, and takes it.
func (o *once) lookUp(tx session) error {
	var found []idempotencyKey
	err := tx.alone(func(db *gorm.DB) *gorm.DB {
		return db.Where("store_id", o.caller.Store.ID).Where("caller_id", o.caller.ID).Where("key_hash", o.keyHash()).
			Where(clause.Gt{Column: "created_at", Value: o.repository.Now().Add(-models.IdempotencyKeyLife)}).Find(&found)
	}).Error
	switch {
	case err != nil:
		return fault(err)
	case len(found) == 0:
		return nil
	case found[0].Digest != o.request.Digest:
		return models.ErrIdempotencyKeyMismatch
	}
	o.answered, o.answer = true, found[0].Answer
	if found[0].AnswerDropped {
		o.answer, o.dropped = nil, models.ErrAnswerDropped
	}
	return errAnswered
}

// idempotencyKey is a row of the table.
type idempotencyKey struct {
	StoreID   string `gorm:"primaryKey"`
	CallerID  string `gorm:"primaryKey"`
	KeyHash   string `gorm:"primaryKey"`
	Digest    string
	Answer    []byte
	CreatedAt time.Time
	// AnswerDropped says that there was no room for the answer.
	AnswerDropped bool
}

// keyHash is what is stored in place of the key: clients take what they like for one, secrets too.
func (o *once) keyHash() string {
	sum := sha256.Sum256([]byte(o.request.Key))
	return hex.EncodeToString(sum[:])
}

// save stores the answer, if there is room for it, and commits it with what was done.
func (o *once) save(ctx context.Context, answer []byte) error {
	changed := o.changed
	err := o.writeStore(ctx, func(tx session) error {
		row := &idempotencyKey{
			StoreID: o.caller.Store.ID, CallerID: o.caller.ID, KeyHash: o.keyHash(),
			Digest: o.request.Digest, Answer: answer, CreatedAt: o.repository.Now(),
		}
		switch stored := tx.addAnswer(row); {
		case !stored && !changed:
			return errUnchanged
		case !stored:
			row.Answer, row.AnswerDropped = []byte{}, true
			tx.add(models.AnswerBytes(nil), row.CreatedAt)
		}
		return tx.upsertIdempotencyKey(row)
	})
	if err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return fault(o.transaction.commit(ctx))
}

// upsertIdempotencyKey adds the key, or replaces one that is the same: its time is over.
func (s session) upsertIdempotencyKey(row *idempotencyKey) error {
	primary := []clause.Column{{Name: "store_id"}, {Name: "caller_id"}, {Name: "key_hash"}}
	replacing := clause.OnConflict{Columns: primary, DoUpdates: clause.AssignmentColumns([]string{"digest", "answer", "created_at", "answer_dropped"})}
	return s.orm().Clauses(replacing).Create(row).Error
}

func (o *once) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.transaction.end()
}
