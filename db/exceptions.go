package db

import (
	"context"

	"github.com/handback/handback/models"
)

// restorationException is a row of the table: an entry of a snapshot that could not be restored.
type restorationException struct {
	DisconnectionID string `gorm:"primaryKey"`
	Seq             int    `gorm:"primaryKey"`
	Key             string
	Entry           *string
	Reason          models.RestorationExceptionReason
	Recorded        *models.Value
	Present         *models.Value
}

func (s session) storeExceptions(id string, exceptions []models.RestorationException) error {
	if len(exceptions) == 0 {
		return nil
	}
	rows := make([]restorationException, len(exceptions))
	for i, e := range exceptions {
		rows[i] = restorationException{
			DisconnectionID: id, Seq: i + 1, Key: e.Key, Entry: e.Entry, Reason: e.Reason,
			Recorded: optionalValue(e.Recorded), Present: optionalValue(e.Present),
		}
	}
	return s.orm().CreateInBatches(rows, rowBatch).Error
}

// RestorationExceptions reads a page of what could not be restored by a disconnect of the caller's store: count of them after
// the one with the number, which is 0 for the first page.
func (r *Repository) RestorationExceptions(ctx context.Context, caller models.Caller, disconnectionID string, count, after int) ([]models.RestorationException, error) {
	tx, done := r.reading(ctx)
	defer done()
	rows, err := selectExceptions.all(tx, caller.Store.ID, disconnectionID, after, count)
	exceptions := make([]models.RestorationException, len(rows))
	for i, row := range rows {
		exceptions[i] = models.RestorationException{Seq: row.Seq, Key: row.Key, Entry: row.Entry, Reason: row.Reason}
		if row.Recorded != nil {
			exceptions[i].Recorded = *row.Recorded
		}
		if row.Present != nil {
			exceptions[i].Present = *row.Present
		}
	}
	return orFault(exceptions, err)
}

var selectExceptions = query[restorationException]{text: `SELECT x.seq, x.key, x.entry, x.reason, x.recorded, x.present
FROM restoration_exceptions x
JOIN disconnections d ON d.id = x.disconnection_id
WHERE d.store_id = $1 AND d.id = $2 AND x.seq > $3
ORDER BY x.seq LIMIT $4`}
