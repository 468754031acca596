package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"github.com/handback/handback/models"
)

// session sends statements to the database, in a transaction or outside one, until the context ends.
type session struct {
	ctx         context.Context //nolint:containedctx // as in a *gorm.DB
	pool        *gorm.DB
	transaction *transaction // nil outside one
	// options are those of a transaction that is begun for what is sent outside one.
	options     *sql.TxOptions
	limitsQuery string // the dialect's
	// readers has the share of the pool that one store's callers have; nil where there is none.
	readers *keyedMutex
}

func (r *Repository) readerSession(ctx context.Context) session {
	return session{ctx: ctx, pool: r.reader, options: &r.dialect.snapshot, limitsQuery: r.dialect.limitsQuery, readers: &r.readers}
}

// share waits for one of the connections that the store of the context's caller may have. release must be called when it is given back.
// Who calls for no store, as signing in and jobs do, has all there are. Many may have waited: whether anything may be read is asked when it
// is their turn.
func (s session) share() (release func(), err error) {
	caller, ok := models.CallerFrom(s.ctx)
	if s.readers == nil || !ok {
		return func() {}, nil
	}
	if release, err = s.readers.Lock(s.ctx, caller.Store.ID); err != nil {
		return nil, err
	}
	if err = models.MayRead(s.ctx); err != nil {
		release()
		return nil, err
	}
	return release, nil
}

// writerSession is for statements that are use cases of their own.
func (r *Repository) writerSession(ctx context.Context) session {
	return session{ctx: ctx, pool: r.writer, options: r.dialect.writing, limitsQuery: r.dialect.limitsQuery}
}

// orm is GORM, in the transaction when there is one: its *sql.Tx is orm().Statement.ConnPool.
func (s session) orm() *gorm.DB {
	db := s.pool.WithContext(s.ctx)
	if s.transaction != nil {
		db.Statement.ConnPool = s.transaction.tx
	}
	return db
}

// alone carries out one statement by GORM, in a transaction of its own when there is none and the limits need one.
func (s session) alone(do func(*gorm.DB) *gorm.DB) (done *gorm.DB) {
	if s.transaction != nil {
		return do(s.orm())
	}
	release, err := s.share()
	if err != nil {
		return &gorm.DB{Config: s.pool.Config, Error: err}
	}
	defer release()
	if s.limitsQuery == "" {
		return do(s.orm())
	}
	err = s.orm().Transaction(func(tx *gorm.DB) error {
		if done = tx.Exec(s.limitsQuery); done.Error == nil {
			done = do(tx)
		}
		return done.Error
	}, s.options)
	if done == nil || err != nil {
		return &gorm.DB{Config: s.pool.Config, Error: err}
	}
	return done
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
	release, err := s.share()
	if err != nil {
		return err
	}
	defer release()
	pool, err := s.pool.DB()
	if err != nil {
		return err
	}
	// That a connection was closed meanwhile is noticed when it is used. So many may be lying about.
	for range postgresConnections + 1 {
		if err = sendOverConn(s, pool, reads); !errors.Is(err, driver.ErrBadConn) {
			break
		}
	}
	return err
}

func sendOverConn(s session, pool *sql.DB, reads []read) error {
	ctx := s.ctx
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // which gives it back
	native, err := overPGX(ctx, conn, func(c *pgx.Conn) error { return sendBatch(s, c, reads) })
	switch {
	case native || err != nil:
	case len(reads) == 1 && s.limitsQuery == "":
		err = sendSequentially(ctx, conn, reads)
	default:
		err = sendInSnapshot(s, conn, reads)
	}
	if err != nil && ctx.Err() == nil && (pgconn.SafeToRetry(err) || isUnopened(err)) {
		return conn.Raw(func(any) error { return errors.Join(driver.ErrBadConn, err) }) // it is not taken back into the pool
	}
	return err
}

// overPGX calls do with the pgx connection below a connection of database/sql. native is false when there is none, or when
// a wrapper between them must see every statement.
func overPGX(ctx context.Context, conn *sql.Conn, do func(*pgx.Conn) error) (native bool, err error) {
	err = conn.Raw(func(below any) error {
		c, ok := below.(*pooledConn)
		if native = ok; !native {
			return nil
		}
		if err := c.begin(ctx); err != nil {
			return err
		}
		return do(c.Conn.Conn())
	})
	return native, err
}

// sendBatch sends the reads in one round trip, several of them within a transaction that sees one moment. So is one that
// needs limits.
func sendBatch(s session, conn *pgx.Conn, reads []read) error {
	ctx := s.ctx
	if len(reads) == 1 && s.limitsQuery == "" {
		rows, err := conn.Query(ctx, reads[0].text, reads[0].args...)
		return reads[0].scanPGX(ctx, rows, err)
	}
	var batch pgx.Batch
	batch.Queue(beginStatement(s.options))
	if s.limitsQuery != "" {
		batch.Queue(s.limitsQuery)
	}
	begun := batch.Len()
	for _, r := range reads {
		batch.Queue(r.text, r.args...)
	}
	batch.Queue("COMMIT")
	answers := conn.SendBatch(ctx, &batch)
	err := scanBatch(ctx, answers, begun, reads)
	if closed := answers.Close(); err == nil {
		err = closed
	}
	if err != nil && conn.PgConn().TxStatus() != 'I' {
		_ = conn.Close(ctx) // the transaction is open still
	}
	return err
}

// beginStatement is what begins a transaction of these options.
func beginStatement(options *sql.TxOptions) string {
	statement := "BEGIN ISOLATION LEVEL " + strings.ToUpper(options.Isolation.String())
	if options.ReadOnly {
		statement += " READ ONLY"
	}
	return statement
}

// scanBatch scans the answers that come after those to the statements that began the transaction.
func scanBatch(ctx context.Context, answers pgx.BatchResults, begun int, reads []read) error {
	for range begun {
		if _, err := answers.Exec(); err != nil {
			return err
		}
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

func sendInSnapshot(s session, conn *sql.Conn, reads []read) error {
	tx, err := beginTx(s.ctx, conn, s.options, s.limitsQuery)
	if err != nil {
		return err
	}
	if err := sendSequentially(s.ctx, tx, reads); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// beginTx begins a transaction, within the limits that its session may lack.
func beginTx(ctx context.Context, conn *sql.Conn, options *sql.TxOptions, limitsQuery string) (*sql.Tx, error) {
	tx, err := conn.BeginTx(ctx, options)
	if err != nil || limitsQuery == "" {
		return tx, err
	}
	if _, err := tx.ExecContext(ctx, limitsQuery); err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	return tx, nil
}
