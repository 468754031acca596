package db

import (
	"context"
	"time"

	"github.com/handback/handback/models"
)

// DailyLimits reads what may be stored for the caller's store on one day, and what was on the present one. Within Once that is with what
// the request itself has added so far, which the database has when it is committed; without the answer, which is not made yet.
func (r *Repository) DailyLimits(ctx context.Context, caller models.Caller) (*models.DailyLimits, error) {
	tx, done := r.reading(ctx)
	defer done()
	use, err := tx.dailyUse(caller.Store.ID)
	if err != nil {
		return nil, fault(err)
	}
	return models.NewDailyLimits(use, r.LedgerBudget, r.Now()), nil
}

// dailyUse is of a store that may be gone: then nothing was stored for it. Of one that the transaction has locked it is known.
func (s session) dailyUse(storeID string) (models.DailyUse, error) {
	if s.transaction != nil && s.transaction.locked == storeID {
		return s.transaction.use, nil
	}
	found, err := selectDailyUse.all(s, storeID)
	return append(found, models.DailyUse{})[0], err
}

// add counts bytes that the transaction adds to what is stored for good of the store, which is locked. The commit stores the count.
func (s session) add(bytes int64, at time.Time) {
	s.transaction.use = s.transaction.use.With(bytes, at)
}

// addAnswer counts an answer that is to be stored, and reports whether the day has room for it.
func (s session) addAnswer(row *idempotencyKey) bool {
	use := s.transaction.use.WithAnswer(models.AnswerBytes(row.Answer), row.CreatedAt)
	if use.AnswersOn(row.CreatedAt) > models.AnswerBudget(s.transaction.repository.LedgerBudget) {
		return false
	}
	s.transaction.use = use
	return true
}

// refuseToday refuses what was counted of the store, which is locked, when the day had no room for it.
func refuseToday[Code ~string](tx session, code Code) error {
	repository := tx.transaction.repository
	if refusal := models.RefuseToday(code, tx.transaction.use.On(repository.Now()), repository.LedgerBudget); refusal != nil {
		return refusal
	}
	return nil
}

// lockStoreToAdd is lockStore for who adds so many bytes: the statement that locks the store counts them. Within Once, which has locked it
// before, they are counted with the answer.
func (s session) lockStoreToAdd(storeID string, bytes int64) error {
	at := s.transaction.repository.Now()
	if s.transaction.locked != "" {
		s.add(bytes, at)
		return nil
	}
	rows, err := lockAndCount.all(s, storeID, models.LedgerDay(at), bytes)
	if err != nil {
		return err
	}
	return s.noteLock(storeID, rows)
}

// selectDailyUse reads what was stored for the store on the last days that anything was.
var selectDailyUse = query[models.DailyUse]{text: `SELECT ledger_day, ledger_bytes, answers_day, answer_bytes FROM stores WHERE id = $1`}

// lockAndCount adds $3 bytes on the day $2.
var lockAndCount = query[lockedStore]{text: `UPDATE stores SET ledger_bytes = CASE WHEN ledger_day = $2 THEN ledger_bytes ELSE 0 END + $3, ledger_day = $2
WHERE id = $1
RETURNING linked, has_webhooks, ledger_day, ledger_bytes, answers_day, answer_bytes`}

const updateDailyUse = `UPDATE stores SET ledger_day = $2, ledger_bytes = $3, answers_day = $4, answer_bytes = $5 WHERE id = $1`
