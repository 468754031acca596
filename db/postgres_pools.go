package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// How long a PostgreSQL connection is used, and when it must show a sign of life first.
const (
	connLife         = 30 * time.Minute // up to a tenth less, so that not all are replaced at the same moment
	readOnlyConnLife = 2 * time.Second  // of one for reads, to a server that takes no writes
	pingAfter        = time.Second      // without use
	pingTimeout      = time.Second
)

// openPostgresPools opens a pool for reads and one for writes.
func (o options) openPostgresPools(config pgx.ConnConfig) (readers, writers *sql.DB) {
	checker := new(connChecker)
	readWrite := pooledConnector{Connector: readWriteConnector(config), checker: checker, life: o.connLife}
	readOnly := pooledConnector{Connector: stdlib.GetConnector(config, neverPing), checker: checker, life: readOnlyConnLife, readOnly: true}
	return o.openPool(readerConnector{readWrite, readOnly}), o.openPool(readWrite)
}

func jittered(life time.Duration) time.Duration { return life - rand.N(life/10+1) }

func (o options) openPool(connector driver.Connector) *sql.DB {
	pool := o.openPostgresPool(connector)
	pool.SetMaxOpenConns(postgresConnections)
	pool.SetMaxIdleConns(postgresConnections)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	return pool
}

// readWriteConnector connects to servers that take writes. A connection to one that takes none any more, because it was
// made read-only, is closed when a write is rejected, so that the next one is made anew.
func readWriteConnector(config pgx.ConnConfig) driver.Connector {
	config.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	stays := config.OnPgError
	config.OnPgError = func(conn *pgconn.PgConn, err *pgconn.PgError) bool {
		return err.Code != readOnlyTransaction && stays(conn, err)
	}
	return stdlib.GetConnector(config, neverPing)
}

// neverPing leaves it to connChecker, because the driver would wait for an answer for as long as its caller can.
var neverPing = stdlib.OptionShouldPing(func(context.Context, stdlib.ShouldPingParams) bool { return false })

// readerConnector connects to servers that take writes, because others may be behind. When there is none, reads are
// answered by what there is, over connections that are replaced as soon as there is one.
type readerConnector struct {
	pooledConnector

	readOnly pooledConnector
}

// Connect implements driver.Connector.
func (c readerConnector) Connect(ctx context.Context) (driver.Conn, error) {
	for {
		conn, err := c.pooledConnector.Connect(ctx)
		if !errors.Is(err, pgconn.ErrReadOnlyConnection) {
			return conn, err
		}
		began := time.Now()
		conn, err = c.readOnly.Connect(ctx)
		if err != nil || !isBefore(began, &c.checker.takesWrites) {
			return conn, err
		}
		// Meanwhile there is a server that takes writes: what is written there must be read.
		if err := conn.Close(); err != nil {
			return nil, err
		}
	}
}

// pooledConnector makes connections that are checked before they are used again.
type pooledConnector struct {
	driver.Connector

	checker  *connChecker
	life     time.Duration
	readOnly bool
}

// Connect implements driver.Connector.
func (c pooledConnector) Connect(ctx context.Context) (driver.Conn, error) {
	began := time.Now()
	connected, err := c.Connector.Connect(ctx)
	if err != nil {
		c.checker.suspect()
		return nil, err
	}
	conn, ok := connected.(*stdlib.Conn)
	if !ok {
		return nil, errors.Join(errors.New("not a connection of pgx"), connected.Close())
	}
	timesInUTC(conn.Conn())
	now := time.Now()
	if !c.readOnly {
		c.checker.takesWrites.Store(&now)
	}
	return &pooledConn{Conn: conn, checker: c.checker, readOnly: c.readOnly, retireAt: now.Add(jittered(c.life)), lastUsed: began}, nil
}

// pooledConn is a connection with what decides whether it may be used again.
type pooledConn struct {
	*stdlib.Conn

	checker            *connChecker
	readOnly           bool
	begun              bool // it was used
	retireAt, lastUsed time.Time
}

// IsValid implements driver.Validator: it is asked when the connection comes back from a use.
func (c *pooledConn) IsValid() bool { return !c.Conn.Conn().IsClosed() }

// Close implements driver.Conn. A connection that is closed already was lost while it was used.
func (c *pooledConn) Close() error {
	if !c.IsValid() {
		c.checker.suspect()
	}
	return c.Conn.Close()
}

// ResetSession implements driver.SessionResetter: it is asked before the connection is used again.
func (c *pooledConn) ResetSession(ctx context.Context) error {
	if err := c.Conn.ResetSession(ctx); err != nil {
		return err
	}
	now := time.Now()
	if now.After(c.retireAt) || !c.checker.alive(ctx, c, now) {
		return driver.ErrBadConn
	}
	c.begun, c.lastUsed = true, now
	return nil
}

// begin must be called before the first use. The connection may have been made for somebody who was faster with another one,
// and lain about since: then nobody asks ResetSession.
func (c *pooledConn) begin(ctx context.Context) error {
	if c.begun {
		return nil
	}
	now := time.Now()
	if !c.checker.alive(ctx, c, now) {
		return driver.ErrBadConn
	}
	c.begun, c.lastUsed = true, now
	return nil
}

// BeginTx implements driver.ConnBeginTx.
func (c *pooledConn) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	if err := c.begin(ctx); err != nil {
		return nil, err
	}
	return c.Conn.BeginTx(ctx, options)
}

// ExecContext implements driver.ExecerContext.
func (c *pooledConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.begin(ctx); err != nil {
		return nil, err
	}
	return c.Conn.ExecContext(ctx, query, args)
}

// QueryContext implements driver.QueryerContext.
func (c *pooledConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.begin(ctx); err != nil {
		return nil, err
	}
	return c.Conn.QueryContext(ctx, query, args)
}

// connChecker knows what the end of one connection says about the others.
type connChecker struct {
	suspected   atomic.Pointer[time.Time] // when one was last lost, or not made: those not used since must show a sign of life
	foundDead   atomic.Pointer[time.Time] // when one last showed none: those not used since have died of the same
	takesWrites atomic.Pointer[time.Time] // when one was last made to a server that does
}

func (c *connChecker) suspect() {
	now := time.Now()
	c.suspected.Store(&now)
}

func (c *connChecker) alive(ctx context.Context, conn *pooledConn, now time.Time) bool {
	switch {
	case isBefore(conn.lastUsed, &c.foundDead), conn.readOnly && isBefore(conn.lastUsed, &c.takesWrites):
		return false
	case now.Sub(conn.lastUsed) > pingAfter, isBefore(conn.lastUsed, &c.suspected):
		return c.ping(ctx, conn, now)
	}
	return true
}

func (c *connChecker) ping(ctx context.Context, conn *pooledConn, now time.Time) bool {
	patience, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	if conn.Conn.Conn().PgConn().Ping(patience) == nil {
		return true
	}
	if ctx.Err() == nil { // otherwise it is the caller who is gone
		c.foundDead.Store(&now)
	}
	return false
}

func isBefore(moment time.Time, event *atomic.Pointer[time.Time]) bool {
	happened := event.Load()
	return happened != nil && moment.Before(*happened)
}
