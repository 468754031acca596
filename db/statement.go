package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/gorm"

	"handback/models"
)

// Statements that are written out are sent by pgx itself where there is PostgreSQL: several in one go, so that a
// disconnect takes three round trips for eleven statements, and their rows scanned as they come. What GORM and database/sql
// do for every statement, row and value is eight times the allocations of a read of 45 rows (BenchmarkStatement).

// statement is one that is written out, and what becomes of its rows.
type statement struct {
	text string // with parameters $1, $2 and so on
	args []any
	// row takes a row, and says how many bytes there are in it that sellers and partners have written. It is nil for
	// statements without rows.
	row func(row) (bytes int, err error)
}

// row is one of pgx's, or of database/sql's.
type row interface{ Scan(targets ...any) error }

// rows are pgx's, or database/sql's.
type rows interface {
	row
	Next() bool
}

// rowsInto makes a statement whose rows become elements of the list. targets says where the columns go.
func rowsInto[T any](list *[]T, targets func(*T) []any, text string, args ...any) statement {
	var element T
	columns := targets(&element)
	return statement{text: text, args: args, row: func(r row) (int, error) {
		if err := r.Scan(columns...); err != nil {
			return 0, err
		}
		*list = append(*list, element)
		return sizeOf(&element), nil
	}}
}

// query sends one statement and returns its rows.
func query[T any](tx session, targets func(*T) []any, text string, args ...any) ([]T, error) {
	list := []T{}
	err := send(tx, rowsInto(&list, targets, text, args...))
	return list, err
}

// session is the way of statements to the database, until the context ends.
type session struct {
	ctx  context.Context //nolint:containedctx // as in a *gorm.DB
	pool *gorm.DB
	of   *transaction // nil outside one
}

func (r *Repository) readerSession(ctx context.Context) session {
	return session{ctx: ctx, pool: r.reader}
}

// orm is the way for statements that GORM writes.
func (s session) orm() *gorm.DB {
	db := s.pool.WithContext(s.ctx)
	if s.of != nil {
		db.Statement.ConnPool = s.of.tx
	}
	return db
}

// send sends statements, and takes the rows of one after those of the other. The first failure is the error; nothing of
// what follows it is done.
func send(s session, statements ...statement) error {
	if s.of != nil {
		err := sendOver(s.ctx, s.of.conn, s.of.tx, statements)
		s.of.failed = s.of.failed || err != nil
		return err
	}
	pool, err := s.pool.DB()
	if err != nil {
		return err
	}
	// That a connection was closed meanwhile is noticed when it is used. So many may be lying about.
	for range postgresConnections + 1 {
		if err = sendOverOneOf(s.ctx, pool, statements); !errors.Is(err, driver.ErrBadConn) {
			break
		}
	}
	return err
}

func sendOverOneOf(ctx context.Context, pool *sql.DB, statements []statement) error {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // which gives it back
	err = sendOver(ctx, conn, conn, statements)
	if err != nil && pgconn.SafeToRetry(err) && ctx.Err() == nil {
		return conn.Raw(func(any) error { return errors.Join(driver.ErrBadConn, err) }) // it is not taken back into the pool
	}
	return err
}

// way is a *sql.Conn, or a *sql.Tx on one.
type way interface {
	ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error)
}

func sendOver(ctx context.Context, conn *sql.Conn, over way, statements []statement) error {
	native, err := overPGX(conn, func(its *pgx.Conn) error { return sendAtOnce(ctx, its, statements) })
	if native || err != nil {
		return err
	}
	for _, s := range statements {
		if err := sendOne(ctx, over, s); err != nil {
			return err
		}
	}
	return nil
}

// overPGX does something by pgx, if that is what is below the connection and nothing is between that must hear of
// statements.
func overPGX(conn *sql.Conn, do func(*pgx.Conn) error) (native bool, err error) {
	err = conn.Raw(func(below any) error {
		its, ok := below.(*stdlib.Conn)
		if native = ok; !native {
			return nil
		}
		return do(its.Conn())
	})
	return native, err
}

func sendOne(ctx context.Context, over way, s statement) error {
	if s.row == nil {
		_, err := over.ExecContext(ctx, s.text, s.args...)
		return err
	}
	rows, err := over.QueryContext(ctx, s.text, s.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	if err := s.take(ctx, rows); err != nil {
		return err
	}
	return rows.Err()
}

func sendAtOnce(ctx context.Context, conn *pgx.Conn, statements []statement) error {
	if len(statements) == 1 {
		rows, err := conn.Query(ctx, statements[0].text, statements[0].args...)
		return statements[0].takeAll(ctx, rows, err)
	}
	var batch pgx.Batch
	for _, s := range statements {
		batch.Queue(s.text, s.args...)
	}
	answers := conn.SendBatch(ctx, &batch)
	defer func() { _ = answers.Close() }()
	for _, s := range statements {
		rows, err := answers.Query()
		if err := s.takeAll(ctx, rows, err); err != nil {
			return err
		}
	}
	return answers.Close()
}

func (s statement) takeAll(ctx context.Context, rows pgx.Rows, err error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	if s.row != nil {
		err = s.take(ctx, rows)
	}
	rows.Close() // before that, a statement without rows has no error
	return errors.Join(err, rows.Err())
}

func (s statement) take(ctx context.Context, rows rows) error {
	allowance := models.AllowanceFrom(ctx)
	for rows.Next() {
		bytes, err := s.row(rows)
		if err == nil && allowance != nil {
			err = allowance.Take(bytes)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// orEmpty takes a text, or NULL for an empty one. One that the row before has, too, is not copied again.
func orEmpty[T ~string](target *T) any { return emptyText[T]{target} }

type emptyText[T ~string] struct{ target *T }

// ScanBytes implements pgtype.BytesScanner.
func (e emptyText[T]) ScanBytes(text []byte) error {
	if string(text) != string(*e.target) {
		*e.target = T(text)
	}
	return nil
}

// Scan implements sql.Scanner.
func (e emptyText[T]) Scan(column any) error {
	switch column := column.(type) {
	case nil:
		*e.target = ""
	case string:
		*e.target = T(column)
	case []byte:
		*e.target = T(column)
	default:
		return fmt.Errorf("%T is no text", column)
	}
	return nil
}

// orZeroTime takes a moment, or NULL for the zero one.
func orZeroTime(target *time.Time) any { return zeroTime{target} }

type zeroTime struct{ target *time.Time }

// ScanTimestamptz implements pgtype.TimestamptzScanner.
func (z zeroTime) ScanTimestamptz(moment pgtype.Timestamptz) error {
	*z.target = moment.Time
	return nil
}

// Scan implements sql.Scanner.
func (z zeroTime) Scan(column any) error {
	var moment sql.NullTime
	err := moment.Scan(column)
	*z.target = moment.Time
	return err
}

func text(target *string) []any { return []any{target} }
