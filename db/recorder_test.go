package db_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
)

// statementRecorder hears the statements that go to a database.
type statementRecorder struct {
	mu          sync.Mutex
	statements  []string
	rows, bytes int // that were read, of text in them
}

func (e *statementRecorder) record(statement string) {
	if strings.Contains(statement, "PGGetProductAndVersion") { // which River asks for once
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.statements = append(e.statements, statement)
}

// during returns what was heard while do ran.
func (e *statementRecorder) during(do func()) []string {
	e.mu.Lock()
	e.statements, e.rows, e.bytes = nil, 0, 0
	e.mu.Unlock()
	do()
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.statements
}

// await waits until so many statements were heard, of which some are sent in the background.
func (e *statementRecorder) await(count int) error {
	heard := func() int {
		e.mu.Lock()
		defer e.mu.Unlock()
		return len(e.statements)
	}
	for deadline := time.Now().Add(answerTime); heard() < count; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			return fmt.Errorf("%d statements, not %d", heard(), count)
		}
	}
	return nil
}

func recordStatements(t *testing.T, repository *db.Repository) *statementRecorder {
	t.Helper()
	e := &statementRecorder{}
	require.NoError(t, repository.Rewire(func(conns *sql.DB) *sql.DB {
		recorder := sql.OpenDB(recordingConnector{conns, e})
		recorder.SetMaxOpenConns(conns.Stats().MaxOpenConnections)
		t.Cleanup(func() { require.NoError(t, errors.Join(recorder.Close(), conns.Close())) })
		return recorder
	}))
	return e
}

// recordingConnector opens connections of another pool, with an ear on them.
type recordingConnector struct {
	conns    *sql.DB
	recorder *statementRecorder
}

func (c recordingConnector) Driver() driver.Driver { return c.conns.Driver() }

func (c recordingConnector) Connect(ctx context.Context) (driver.Conn, error) {
	held, err := c.conns.Conn(ctx)
	if err != nil {
		return nil, err
	}
	conn := &recordingConn{held: held, recorder: c.recorder}
	return conn, held.Raw(func(raw any) error {
		conn.Conn = raw.(driver.Conn)
		return nil
	})
}

type recordingConn struct {
	driver.Conn
	held     *sql.Conn
	recorder *statementRecorder
}

func (c *recordingConn) QueryContext(ctx context.Context, statement string, args []driver.NamedValue) (driver.Rows, error) {
	c.recorder.record(statement)
	rows, err := c.Conn.(driver.QueryerContext).QueryContext(ctx, statement, args)
	if err != nil {
		return nil, err
	}
	return recordingRows{rows, c.recorder}, nil
}

// recordingRows counts what is read of an answer.
type recordingRows struct {
	driver.Rows
	recorder *statementRecorder
}

func (r recordingRows) Next(values []driver.Value) error {
	err := r.Rows.Next(values)
	if err != nil {
		return err
	}
	r.recorder.mu.Lock()
	defer r.recorder.mu.Unlock()
	r.recorder.rows++
	for _, value := range values {
		switch value := value.(type) {
		case string:
			r.recorder.bytes += len(value)
		case []byte:
			r.recorder.bytes += len(value)
		}
	}
	return nil
}

func (c *recordingConn) ExecContext(ctx context.Context, statement string, args []driver.NamedValue) (driver.Result, error) {
	c.recorder.record(statement)
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, statement, args)
}

func (c *recordingConn) PrepareContext(ctx context.Context, statement string) (driver.Stmt, error) {
	c.recorder.record("PREPARE " + statement)
	return c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, statement)
}

func (c *recordingConn) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	c.recorder.record(beginText(options))
	tx, err := c.Conn.(driver.ConnBeginTx).BeginTx(ctx, options)
	return recordingTx{tx, c.recorder}, err
}

// beginText is the statement that begins such a transaction.
func beginText(options driver.TxOptions) string {
	text := "BEGIN"
	if level := sql.IsolationLevel(options.Isolation); level != sql.LevelDefault {
		text += " ISOLATION LEVEL " + strings.ToUpper(level.String())
	}
	if options.ReadOnly {
		text += " READ ONLY"
	}
	return text
}

func (c *recordingConn) CheckNamedValue(value *driver.NamedValue) error {
	if checker, ok := c.Conn.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(value)
	}
	return driver.ErrSkip
}

// Close gives the connection back to the pool it is of.
func (c *recordingConn) Close() error { return c.held.Close() }

type recordingTx struct {
	driver.Tx
	recorder *statementRecorder
}

func (t recordingTx) Commit() error {
	t.recorder.record("COMMIT")
	return t.Tx.Commit()
}

func (t recordingTx) Rollback() error {
	t.recorder.record("ROLLBACK")
	return t.Tx.Rollback()
}
