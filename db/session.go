package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
)

// session sends statements to the database, in a transaction or outside one, until the context ends.
type session struct {
	ctx         context.Context //nolint:containedctx // as in a *gorm.DB
	pool        *gorm.DB
	transaction *transaction // nil outside one
	// snapshot are the options of a transaction that reads at one moment.
	snapshot *sql.TxOptions
}

func (r *Repository) readerSession(ctx context.Context) session {
	return session{ctx: ctx, pool: r.reader, snapshot: &r.dialect.snapshot}
}

// orm is GORM, in the transaction when there is one: its *sql.Tx is orm().Statement.ConnPool.
func (s session) orm() *gorm.DB {
	db := s.pool.WithContext(s.ctx)
	if s.transaction != nil {
		db.Statement.ConnPool = s.transaction.tx
	}
	return db
}

// exec carries out a statement that is written out, in a transaction.
func (s session) exec(text string, args ...any) error {
	_, err := s.transaction.tx.ExecContext(s.ctx, text, args...)
	return err
}

// send carries out reads, all of them of one moment.
//
// Outside a transaction they are sent by pgx itself where there is PostgreSQL, in one round trip: what database/sql does
// for every statement, row and value is eight times the allocations of a read of 45 rows (BenchmarkStatement).
func send(s session, reads ...read) error {
	if s.transaction != nil {
		return sendSequentially(s.ctx, s.transaction.tx, reads)
	}
	pool, err := s.pool.DB()
	if err != nil {
		return err
	}
	// That a connection was closed meanwhile is noticed when it is used. So many may be lying about.
	for range postgresConnections + 1 {
		if err = sendOverConn(s.ctx, pool, s.snapshot, reads); !errors.Is(err, driver.ErrBadConn) {
			break
		}
	}
	return err
}

func sendOverConn(ctx context.Context, pool *sql.DB, snapshot *sql.TxOptions, reads []read) error {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // which gives it back
	native, err := overPGX(conn, func(c *pgx.Conn) error { return sendBatch(ctx, c, reads) })
	switch {
	case !native && err == nil && len(reads) == 1:
		return sendSequentially(ctx, conn, reads)
	case !native && err == nil:
		return sendInSnapshot(ctx, conn, snapshot, reads)
	case err != nil && pgconn.SafeToRetry(err) && ctx.Err() == nil:
		return conn.Raw(func(any) error { return errors.Join(driver.ErrBadConn, err) }) // it is not taken back into the pool
	}
	return err
}

// overPGX calls do with the pgx connection below a connection of database/sql. native is false when there is none, or when
// a wrapper between them must see every statement.
func overPGX(conn *sql.Conn, do func(*pgx.Conn) error) (native bool, err error) {
	err = conn.Raw(func(below any) error {
		c, ok := below.(*pooledConn)
		if native = ok; !native {
			return nil
		}
		return do(c.Conn.Conn())
	})
	return native, err
}

// sendBatch sends the reads in one round trip, several of them within a transaction that sees one moment.
func sendBatch(ctx context.Context, conn *pgx.Conn, reads []read) error {
	if len(reads) == 1 {
		rows, err := conn.Query(ctx, reads[0].text, reads[0].args...)
		return reads[0].scanPGX(ctx, rows, err)
	}
	var batch pgx.Batch
	batch.Queue("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
	for _, r := range reads {
		batch.Queue(r.text, r.args...)
	}
	batch.Queue("COMMIT")
	answers := conn.SendBatch(ctx, &batch)
	err := scanBatch(ctx, answers, reads)
	if closed := answers.Close(); err == nil {
		err = closed
	}
	if err != nil && conn.PgConn().TxStatus() != 'I' {
		_ = conn.Close(ctx) // the transaction is open still
	}
	return err
}

func scanBatch(ctx context.Context, answers pgx.BatchResults, reads []read) error {
	if _, err := answers.Exec(); err != nil {
		return err
	}
	for _, r := range reads {
		rows, err := answers.Query()
		if err := r.scanPGX(ctx, rows, err); err != nil {
			return err
		}
	}
	return nil
}

func (r read) scanPGX(ctx context.Context, rows pgx.Rows, err error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	if err := r.scanRows(ctx, func() ([]string, error) { return columnsOf(rows), nil }, rows); err != nil {
		return err
	}
	return rows.Err()
}

func columnsOf(rows pgx.Rows) []string {
	fields := rows.FieldDescriptions()
	columns := make([]string, len(fields))
	for i := range fields {
		columns[i] = fields[i].Name
	}
	return columns
}

// querier is a *sql.Conn or a *sql.Tx.
type querier interface {
	QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error)
}

func sendSequentially(ctx context.Context, over querier, reads []read) error {
	for _, r := range reads {
		if err := r.sendOver(ctx, over); err != nil {
			return err
		}
	}
	return nil
}

func (r read) sendOver(ctx context.Context, over querier) error {
	rows, err := over.QueryContext(ctx, r.text, r.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	if err := r.scanRows(ctx, rows.Columns, rows); err != nil {
		return err
	}
	return rows.Err()
}

func sendInSnapshot(ctx context.Context, conn *sql.Conn, snapshot *sql.TxOptions, reads []read) error {
	tx, err := conn.BeginTx(ctx, snapshot)
	if err != nil {
		return err
	}
	if err := sendSequentially(ctx, tx, reads); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}
