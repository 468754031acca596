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

	"handback/models"
)

// query is a SELECT that is written out, with parameters $1, $2 and so on. Its columns go into the fields of T which
// GORM's schema of T says they belong to; that is looked up once.
type query[T any] struct {
	text string
	plan atomic.Pointer[[]*schema.Field]
}

// read is a query with its arguments, and what becomes of its rows.
type read struct {
	text string
	args []any
	// scanner finds out where the columns go. What it returns takes a row, and says how many bytes of text it has.
	scanner func(columns func() ([]string, error)) (func(row) (bytes int, err error), error)
}

// row is one of pgx's, or of database/sql's.
type row interface{ Scan(targets ...any) error }

// into makes a read whose rows become elements of the list.
func (q *query[T]) into(list *[]T, args ...any) read {
	return read{text: q.text, args: args, scanner: func(columns func() ([]string, error)) (func(row) (int, error), error) {
		fields, err := q.fields(columns)
		if err != nil {
			return nil, err
		}
		var element T
		targets, texts := targetsOf(fields, reflect.ValueOf(&element).Elem())
		return func(r row) (int, error) {
			if err := r.Scan(targets...); err != nil {
				return 0, err
			}
			*list = append(*list, element)
			return texts.size(), nil
		}, nil
	}}
}

// all sends the query and returns its rows.
func (q *query[T]) all(s session, args ...any) ([]T, error) {
	list := []T{}
	err := send(s, q.into(&list, args...))
	return list, err
}

var schemas sync.Map // GORM's, by the type

func (q *query[T]) fields(named func() ([]string, error)) ([]*schema.Field, error) {
	if plan := q.plan.Load(); plan != nil {
		return *plan, nil
	}
	columns, err := named()
	if err != nil {
		return nil, err
	}
	parsed, err := schema.Parse(new(T), &schemas, schema.NamingStrategy{})
	if err != nil {
		return nil, err
	}
	fields := make([]*schema.Field, len(columns))
	for i, column := range columns {
		if fields[i] = parsed.LookUpField(column); fields[i] == nil {
			return nil, fmt.Errorf("%T has no field for the column %s", *new(T), column)
		}
	}
	q.plan.Store(&fields)
	return fields, nil
}

// textFields are the fields of a row that hold text, so that what is read can be bounded whatever is read.
type textFields []*string

func (t textFields) size() (bytes int) {
	for _, text := range t {
		bytes += len(*text)
	}
	return bytes
}

var stringPointer = reflect.TypeFor[*string]()

// targetsOf returns pointers to the fields, which take NULL for the zero value.
func targetsOf(fields []*schema.Field, element reflect.Value) (targets []any, texts textFields) {
	targets = make([]any, len(fields))
	texts = make(textFields, 0, len(fields))
	for i, field := range fields {
		pointer := field.ReflectValueOf(context.Background(), element).Addr()
		switch target := pointer.Interface().(type) {
		case *time.Time:
			targets[i] = nullableTime{target}
		default:
			targets[i] = target
			if pointer.Elem().Kind() == reflect.String {
				text := pointer.Convert(stringPointer).Interface().(*string)
				targets[i], texts = nullableText{text}, append(texts, text)
			}
		}
	}
	return targets, texts
}

// takeRows scans every row. What is read comes out of the context's budget.
func (r read) takeRows(ctx context.Context, columns func() ([]string, error), rows interface {
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
		*n.target = column
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
