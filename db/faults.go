package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/handback/handback/models"
)

// fault gives an error of the database the meaning it has for the caller of a read, or of a write whose commit was
// not sent: that it may be tried again, or that it is the program's own failure.
func fault(err error) error {
	if err == nil || errors.Is(err, models.ErrTryAgain) || errors.Is(err, models.ErrOutcomeUnknown) {
		return err
	}
	if isTransient(err) {
		return fmt.Errorf("%w: %w", models.ErrTryAgain, err)
	}
	return withoutValue(err)
}

// orFault returns the value of a read, or its fault: a value or an error, not both.
func orFault[T any](value T, err error) (T, error) {
	if err != nil {
		var none T
		return none, fault(err)
	}
	return value, nil
}

// withoutValue keeps out of the log what PostgreSQL quotes when it does not take a value.
func withoutValue(err error) error {
	var pgErr *pgconn.PgError
	if errors.As(err, &pgErr) && strings.HasPrefix(pgErr.Code, "22") { // data exception
		return fmt.Errorf("the database does not take a value (SQLSTATE %s)", pgErr.Code)
	}
	return err
}

// commitFault gives an error of COMMIT its meaning. Only a database that says it has rolled back lets us say that
// nothing was done: whether a commit was sent, pgx does not tell.
func commitFault(err error) error {
	var pgErr *pgconn.PgError
	var sqliteErr *sqlite.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &pgErr) && pgErr.SeverityUnlocalized == "ERROR",
		errors.Is(err, pgx.ErrTxCommitRollback),
		errors.As(err, &sqliteErr) && primary(sqliteErr) != sqlite3.SQLITE_IOERR:
		return fmt.Errorf("%w: %w", models.ErrTryAgain, err)
	}
	return fmt.Errorf("%w: %w", models.ErrOutcomeUnknown, err)
}

// isConflict reports whether the transaction lost against another one, so that running it again at once, with
// what the other left, gives a proper answer.
func isConflict(err error) bool {
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch pgErr.Code {
		case "40001", deadlockDetected: // serialization failure
			return true
		case uniqueViolation:
			return mendedByRetry[pgErr.ConstraintName]
		}
		return false
	}
	// SQLite lets nobody write between what a transaction reads and what it writes, so that nothing is lost against others.
	sqliteErr, ok := errors.AsType[*sqlite.Error](err)
	return ok && sqliteErr.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE && strings.Contains(sqliteErr.Error(), " api_keys.hash ")
}

const (
	uniqueViolation     = "23505"
	readOnlyTransaction = "25006"
)

// mendedByRetry are the unique constraints that are kept by carrying out the transaction again: it finds what another
// one wrote since it looked, or draws another secret. Who breaks any other meets it again, such as one whose number was
// given out by a sequence that is behind its rows.
var mendedByRetry = map[string]bool{
	"accounts_one_shop_per_store":            true,
	"accounts_one_store_per_shop":            true,
	"accounts_store_id_kind_external_id_key": true,
	"api_keys_hash_key":                      true,
	"api_keys_one_of_a_name":                 true,
	"disconnections_epoch_id_key":            true,
}

// isTransient reports whether the error comes from the state the database or the way to it is in, not from what was
// asked of it.
func isTransient(err error) bool {
	if isConflict(err) { // again and again
		return true
	}
	// Before the server's reason: whatever it is, nothing was sent. Passwords are changed, databases are renamed.
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pgErr.SeverityUnlocalized == "FATAL" || isTransientPostgres(pgErr.Code)
	}
	if sqliteErr, ok := errors.AsType[*sqlite.Error](err); ok {
		switch primary(sqliteErr) {
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_NOMEM,
			sqlite3.SQLITE_CANTOPEN, // too many open files, a missing folder, no permission
			sqlite3.SQLITE_READONLY, // the file or the disk is, until somebody changes that
			sqlite3.SQLITE_PERM, sqlite3.SQLITE_PROTOCOL:
			return true
		}
		return false
	}
	var netErr net.Error
	return errors.As(err, &netErr) || pgconn.SafeToRetry(err) ||
		isAny(err, context.DeadlineExceeded, context.Canceled, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, pgconn.ErrConnClosed,
			driver.ErrBadConn, sql.ErrConnDone, sql.ErrTxDone)
}

// isTransientPostgres knows the codes by class (PostgreSQL documentation, appendix A).
func isTransientPostgres(code string) bool {
	switch code {
	case readOnlyTransaction, // a standby that is about to be promoted
		"25P03", // idle in transaction for too long
		"55P03": // lock not available in time
		return true
	}
	switch code[:min(2, len(code))] {
	case "08", // connection
		"40", // transaction rolled back
		"53", // out of memory, disk or connections
		"57", // cancelled, shut down, statement took too long
		"58": // the server's own system
		return true
	}
	return false
}

// isBusy reports whether an SQLite file cannot be used because another connection uses it, which passes by itself.
func isBusy(err error) bool {
	if sqliteErr, ok := errors.AsType[*sqlite.Error](err); ok {
		switch primary(sqliteErr) {
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL:
			return true
		}
	}
	return false
}

// isUnopened reports whether a connection to an SQLite file has not all of its files open. It may have found too many open
// files, and then it would be in the way of others that have theirs.
func isUnopened(err error) bool {
	sqliteErr, ok := errors.AsType[*sqlite.Error](err)
	return ok && primary(sqliteErr) == sqlite3.SQLITE_CANTOPEN
}

func primary(err *sqlite.Error) int { return err.Code() & 0xff }

func isAny(err error, targets ...error) bool {
	for _, target := range targets {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

// cause is the innermost reason of an error, on one line, for whoever starts the program. The layers around it
// repeat the address, and may repeat the credentials.
func cause(err error) error {
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		return errors.New(pgErr.Message)
	}
	if errors.Is(err, pgconn.ErrReadOnlyConnection) {
		return errors.New("it is read-only")
	}
	if opErr, ok := errors.AsType[*net.OpError](err); ok {
		return opErr.Err
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return errors.New("no such host")
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.New("no answer in time")
	}
	line, _, _ := strings.Cut(err.Error(), "\n")
	return errors.New(line)
}
