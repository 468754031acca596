package db

import (
	"errors"
	"fmt"
	"reflect"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"

	"github.com/handback/handback/models"
)

// hasText reports whether values of the type hold text or bytes, which count against the budget of a read. Others must have
// a fixed size: a type of which that is not known is an error, so that no column is read without being counted.
func hasText(t reflect.Type) (bool, error) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch kind := t.Kind(); {
	case kind == reflect.String, kind == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		return true, nil
	case kind >= reflect.Bool && kind <= reflect.Float64, t == reflect.TypeFor[time.Time]():
		return false, nil
	}
	return false, fmt.Errorf("no column can be read as %s: the budget of a read does not count it", t)
}

// textLen is how many bytes a value has of a type that has text; none when it is NULL.
func textLen(value reflect.Value) int {
	for value.Kind() == reflect.Pointer {
		if value.IsNil() {
			return 0
		}
		value = value.Elem()
	}
	return value.Len()
}

// countReads makes what GORM reads come out of the budget of the context, row by row.
func countReads(pool *gorm.DB) error {
	return errors.Join(
		pool.Callback().Query().Replace("gorm:query", countedQuery),
		pool.Callback().Row().Replace("gorm:row", func(db *gorm.DB) {
			_ = db.AddError(errors.New("the rows of Row, Rows and Raw are not counted: use Find, or a query"))
		}))
}

// countedQuery is GORM's callback of this name, which has no other place to see a row.
func countedQuery(db *gorm.DB) {
	if db.Error != nil {
		return
	}
	callbacks.BuildQuerySQL(db)
	if db.Error != nil || db.DryRun {
		return
	}
	statement := db.Statement
	rows, err := statement.ConnPool.QueryContext(statement.Context, statement.SQL.String(), statement.Vars...) //nolint:rowserrcheck // gorm.Scan does
	if err != nil {
		_ = db.AddError(err)
		return
	}
	defer func() { _ = db.AddError(rows.Close()) }()
	gorm.Scan(&countedRows{Rows: rows, budget: models.ReadBudgetFrom(statement.Context)}, db, 0)
}

// countedRows are rows that end when the budget does.
type countedRows struct {
	gorm.Rows
	budget models.ReadBudget
	err    error
}

// Next implements gorm.Rows: GORM would go on after an error of Scan.
func (r *countedRows) Next() bool { return r.err == nil && r.Rows.Next() }

// Scan implements gorm.Rows.
func (r *countedRows) Scan(targets ...any) error {
	if r.err = r.Rows.Scan(targets...); r.err == nil {
		r.err = r.count(targets)
	}
	return r.err
}

func (r *countedRows) count(targets []any) error {
	bytes := 0
	for _, target := range targets {
		value := reflect.ValueOf(target)
		counted, err := hasText(value.Type())
		if err != nil {
			return err
		}
		if counted {
			bytes += textLen(value)
		}
	}
	if r.budget == nil {
		return nil
	}
	return r.budget.Consume(bytes)
}
