package db

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
	"gorm.io/gorm/schema"

	"github.com/handback/handback/models"
)

// query is a SELECT that is written out, with parameters $1, $2 and so on. Its columns go into the fields of T which
// GORM's schema of T says they belong to; that is looked up once.
type query[T any] struct {
	text string
	plan atomic.Pointer[[]column]
}

// column is where a column of a query goes.
type column struct {
	field   *schema.Field
	hasText bool
}

// read is a query with its arguments, and what becomes of its rows.
type read struct {
	text string
	args []any
	// scanner finds out where the columns go. What it returns takes a row, and says how many bytes it has that count.
	scanner func(names func() ([]string, error)) (func(row) (bytes int, err error), error)
}

// row is one of pgx's, or of database/sql's.
type row interface{ Scan(targets ...any) error }

// into makes a read whose rows become elements of the list.
func (q *query[T]) into(list *[]T, args ...any) read {
	return read{text: q.text, args: args, scanner: func(names func() ([]string, error)) (func(row) (int, error), error) {
		columns, err := q.columns(names)
		if err != nil {
			return nil, err
		}
		var element T
		targets, texts := targetsOf(columns, reflect.ValueOf(&element).Elem())
		return func(r row) (int, error) {
			if err := r.Scan(targets...); err != nil {
				return 0, err
			}
			*list = append(*list, element)
			bytes := 0
			for _, text := range texts {
				bytes += textLen(text)
			}
			return bytes, nil
		}, nil
	}}
}

// all sends the query and returns its rows.
func (q *query[T]) all(s session, args ...any) ([]T, error) {
	list := []T{}
	if err := send(s, q.into(&list, args...)); err != nil {
		return nil, err
	}
	return list, nil
}

var schemas sync.Map // GORM's, by the type

func (q *query[T]) columns(names func() ([]string, error)) ([]column, error) {
	if plan := q.plan.Load(); plan != nil {
		return *plan, nil
	}
	named, err := names()
	if err != nil {
		return nil, err
	}
	parsed, err := schema.Parse(new(T), &schemas, schema.NamingStrategy{})
	if err != nil {
		return nil, err
	}
	columns := make([]column, len(named))
	for i, name := range named {
		field := parsed.LookUpField(name)
		if field == nil {
			return nil, fmt.Errorf("%T has no field for the column %s", *new(T), name)
		}
		counted, err := hasText(field.FieldType)
		if err != nil {
			return nil, fmt.Errorf("%T, column %s: %w", *new(T), name, err)
		}
		columns[i] = column{field: field, hasText: counted}
	}
	q.plan.Store(&columns)
	return columns, nil
}

var stringPointer = reflect.TypeFor[*string]()

// targetsOf returns pointers to the fields of the columns, which take NULL for the zero value, and those of the fields
// that have text.
func targetsOf(columns []column, element reflect.Value) (targets []any, texts []reflect.Value) {
	targets = make([]any, len(columns))
	texts = make([]reflect.Value, 0, len(columns))
	for i, column := range columns {
		value := column.field.ReflectValueOf(context.Background(), element)
		pointer := value.Addr()
		switch target := pointer.Interface().(type) {
		case *time.Time:
			targets[i] = nullableTime{target}
		default:
			targets[i] = target
			if value.Kind() == reflect.String {
				targets[i] = nullableText{pointer.Convert(stringPointer).Interface().(*string)}
			}
		}
		if column.hasText {
			texts = append(texts, value)
		}
	}
	return targets, texts
}

// scanRows scans every row, within the read budget of the context.
func (r read) scanRows(ctx context.Context, columns func() ([]string, error), rows interface {
	row
	Next() bool
}) error {
	scan, err := r.scanner(columns)
	if err != nil {
		return err
	}
	budget := models.ReadBudgetFrom(ctx)
	for rows.Next() {
		bytes, err := scan(rows)
		if err == nil && budget != nil {
			err = budget.Consume(bytes)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// nullableText takes a text, or NULL for an empty one. One that the row before has, too, is not copied again.
type nullableText struct{ target *string }

// ScanBytes implements pgtype.BytesScanner.
func (n nullableText) ScanBytes(text []byte) error {
	if string(text) != *n.target {
		*n.target = string(text)
	}
	return nil
}

// Scan implements sql.Scanner.
func (n nullableText) Scan(column any) error {
	switch column := column.(type) {
	case nil:
		*n.target = ""
	case string:
		if column != *n.target {
			*n.target = column
		}
	case []byte:
		*n.target = string(column)
	default:
		return fmt.Errorf("%T is no text", column)
	}
	return nil
}

// nullableTime takes a moment, or NULL for the zero one.
type nullableTime struct{ target *time.Time }

// ScanTimestamptz implements pgtype.TimestamptzScanner.
func (n nullableTime) ScanTimestamptz(moment pgtype.Timestamptz) error {
	*n.target = moment.Time
	return nil
}

// Scan implements sql.Scanner.
func (n nullableTime) Scan(column any) error {
	switch column := column.(type) {
	case nil:
		*n.target = time.Time{}
	case time.Time:
		*n.target = column
	default:
		return fmt.Errorf("%T is no time", column)
	}
	return nil
}
