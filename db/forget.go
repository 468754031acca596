package db

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// forgetBatch is how much is removed in one transaction: others write between two, what was removed stays so when the time is over, and
// each is over before a statement has to be, however long the rows are.
type forgetBatch struct {
	rows  int
	bytes int64 // of what is long in them; the row that reaches them goes, too
}

var defaultForgetBatch = forgetBatch{rows: 1000, bytes: 16 << 20}

// forgettable is a table whose rows have their time.
type forgettable struct {
	row        any
	primaryKey string
	age        string // the column that says how old a row is; an index finds the oldest
	bytes      string // how many there are of what may be long in a row, for which no value is read; "" where nothing is
}

// forget removes the rows that all of over is true of, and says how many there were. It works no more than half of the time, however
// many there are.
func (r *Repository) forget(ctx context.Context, table forgettable, over ...clause.Expression) (count int64, err error) {
	for {
		if err := r.file.check(); err != nil {
			return count, err
		}
		began := time.Now()
		removed := r.writerSession(ctx).alone(func(db *gorm.DB) *gorm.DB { return r.forgetting.remove(db, table, over) })
		count += removed.RowsAffected
		if removed.Error != nil || removed.RowsAffected == 0 {
			return count, fault(removed.Error)
		}
		select {
		case <-time.After(time.Since(began)):
		case <-ctx.Done():
			return count, ctx.Err()
		}
	}
}

// remove removes one batch: of so many rows, those before which there are fewer bytes than a batch may have. One goes at least. They are the
// oldest, so that what stays is not looked at.
func (b forgetBatch) remove(db *gorm.DB, table forgettable, over []clause.Expression) *gorm.DB {
	query := db.Session(&gorm.Session{NewDB: true})
	batch := query.Model(table.row).Select(table.primaryKey).Clauses(clause.Where{Exprs: over}).Limit(b.rows)
	if table.bytes != "" {
		old := batch.Select(table.primaryKey + ", " + table.age + ", " + table.bytes + " AS bytes").Order(table.age)
		summed := query.Table("(?) AS old", old).Select(table.primaryKey + ", SUM(bytes) OVER (ORDER BY " + table.age + ", " + table.primaryKey + ") - bytes AS bytes_before")
		batch = query.Table("(?) AS summed", summed).Select(table.primaryKey).Clauses(clause.Where{Exprs: []clause.Expression{clause.Lt{Column: "bytes_before", Value: b.bytes}}})
	}
	return db.Where("("+table.primaryKey+") IN (?)", batch).Delete(table.row)
}
