package db

import (
	"context"
	"math"
	"time"

	"github.com/handback/handback/models"
)

// DailyLimits reads what may be stored for the caller's store on one day, and what was on the present one.
func (r *Repository) DailyLimits(ctx context.Context, caller models.Caller) (*models.DailyLimits, error) {
	tx, done := r.reading(ctx)
	defer done()
	use, err := tx.dailyUse(caller.Store.ID)
	if err != nil {
		return nil, fault(err)
	}
	return models.NewDailyLimits(use, r.LedgerBudget, r.Now()), nil
}

// dailyUse is of a store that may be gone: then nothing was stored for it.
func (s session) dailyUse(storeID string) (models.DailyUse, error) {
	found, err := selectDailyUse.all(s, storeID)
	return append(found, models.DailyUse{})[0], err
}

// countEdit adds what an edit writes to what the store's ledger has taken on the day, or refuses it and writes nothing.
func (r *Repository) countEdit(tx session, edit *settingsEdit) error {
	bytes := models.LedgerBytes(edit.atOnce) + models.LedgerBytes(edit.inStore)
	counted, err := tx.count(countLedger, edit.entry.StoreID, edit.entry.OccurredAt, bytes, r.LedgerBudget)
	if err != nil || counted {
		return err
	}
	return models.RefuseLedger(r.LedgerBudget)
}

// countConnect adds what a connect writes. It was refused before when the day had no room for it; what it writes is known only now.
func (s session) countConnect(epoch *models.Epoch, changes []models.SettingChange) error {
	_, err := s.count(countLedger, epoch.StoreID, epoch.OpenedAt, models.ConnectBytes(epoch, changes), math.MaxInt64)
	return err
}

// countAnswer adds a stored answer to those of the day, and reports whether there is room for it.
func (r *Repository) countAnswer(tx session, row *idempotencyKey) (counted bool, err error) {
	return tx.count(countAnswer, row.StoreID, row.CreatedAt, models.AnswerBytes(row.Answer), models.AnswerBudget(r.LedgerBudget))
}

// count adds bytes to what a store has taken on the day of a moment, unless that is more than the budget then.
func (s session) count(statement, storeID string, at time.Time, bytes, budget int64) (counted bool, err error) {
	done, err := s.transaction.tx.ExecContext(s.ctx, statement, storeID, models.LedgerDay(at), bytes, budget)
	if err != nil {
		return false, err
	}
	rows, err := done.RowsAffected()
	return rows == 1, err
}

// selectDailyUse reads what was stored for the store on the last days that anything was.
var selectDailyUse = query[models.DailyUse]{text: `SELECT ledger_day, ledger_bytes, answers_day, answer_bytes FROM stores WHERE id = $1`}

// Of each, $2 is the day, $3 how many bytes are added, $4 how many there may be.
const (
	countLedger = `UPDATE stores SET ledger_bytes = CASE WHEN ledger_day = $2 THEN ledger_bytes ELSE 0 END + $3, ledger_day = $2
WHERE id = $1 AND CASE WHEN ledger_day = $2 THEN ledger_bytes ELSE 0 END + $3 <= $4`
	countAnswer = `UPDATE stores SET answer_bytes = CASE WHEN answers_day = $2 THEN answer_bytes ELSE 0 END + $3, answers_day = $2
WHERE id = $1 AND CASE WHEN answers_day = $2 THEN answer_bytes ELSE 0 END + $3 <= $4`
)
