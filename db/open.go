// Package db is the GORM repository: the only place with SQL, transactions, locks and dialects. One use case is
// one exported method and one transaction.
package db

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/libtnb/sqlite"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/handback/handback/models"
)

// DefaultURL is the embedded database that is used when no other is named.
const DefaultURL = "sqlite:handback.db"

// The sizes of the connection pools, one for writes and one for reads, so that writes waiting for a lock never keep
// reads from being answered. The embedded database takes one writer at a time.
const (
	postgresConnections = 8
	sqliteReaders       = 8
	// storeReaders is how many connections for reads one store's callers have at once: others of theirs wait, and nobody else's do. With more, a store
	// that reads long rows has all of a small machine's processors.
	storeReaders = 2
)

// sqlitePatience is how long a statement waits for a lock that another process has on the embedded database.
const sqlitePatience = 4 * time.Second

// Repository reads and writes everything Handback keeps. Its methods may be called from many goroutines.
type Repository struct {
	Catalogue models.Catalogue
	Now       func() time.Time // in UTC, to the microsecond
	NewID     func() string    // unique for ever
	NewSalt   func() []byte    // 32 random bytes
	NewSecret func() []byte    // random bytes for an API key: models.APIKeyRandomBytes
	Sealer    Sealer           // of credentials; it must be set before they are read or written
	// PassingSealer says that what Sealer seals cannot be opened any more after the next start.
	PassingSealer bool
	LocalWebhooks bool // webhook endpoints may be on this machine
	// LedgerBudget is how many bytes edits and connects may add to a store's ledger on one day; models.DefaultLedgerBudget unless it is
	// set. It says how many bytes of answers are stored on one day, too: models.AnswerBudget.
	LedgerBudget int64
	// Versions are kept with each restoration.
	Versions models.Versions
	// OnDamage is told of an account that was to be previewed and whose snapshot is damaged; it may be nil.
	OnDamage func(ctx context.Context, account *models.Account)

	reader, writer *gorm.DB
	file           *sqliteFile // nil with PostgreSQL
	forgetting     forgetBatch
	dialect        dialect
	writers        keyedMutex
	readers        keyedMutex // of the connections for reads, by store
	previews       keyedMutex // of comparing preview tokens, by store
	allPreviews    keyedMutex // of the same, of all stores
	touches        touches
	promises       promises
	watch          *eventWatch
}

// Open opens the database that the URL names: sqlite:PATH, postgres://…, or the default when it is empty. It
// brings the schema up to date. Errors are sentences for whoever starts the program; they hold no password.
func Open(ctx context.Context, databaseURL string, catalogue models.Catalogue, choices ...Option) (*Repository, error) {
	if databaseURL == "" {
		databaseURL = DefaultURL
	}
	scheme, rest, _ := strings.Cut(databaseURL, ":")
	var r *Repository
	var err error
	switch {
	case scheme == "sqlite" && strings.TrimSpace(rest) != rest:
		return nil, errors.New("DATABASE_URL names a file that begins or ends with a space: take it away")
	case scheme == "sqlite" && rest != "" && !strings.Contains(rest, ":memory:"):
		r, err = openSQLite(ctx, rest, newOptions(choices))
	case scheme == "postgres" || scheme == "postgresql":
		r, err = openPostgres(ctx, databaseURL, newOptions(choices))
	default:
		return nil, errors.New("DATABASE_URL is not understood: it must be sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/NAME")
	}
	if err != nil {
		return nil, err
	}
	r.Catalogue = catalogue
	r.Now = func() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
	r.NewID = func() string { return uuid.Must(uuid.NewV7()).String() }
	r.NewSalt = func() []byte {
		salt := make([]byte, 32)
		_, _ = rand.Read(salt) // never fails: crypto/rand ends the program instead
		return salt
	}
	r.NewSecret = func() []byte {
		secret := make([]byte, models.APIKeyRandomBytes)
		_, _ = rand.Read(secret)
		return secret
	}
	return r, nil
}

// EmbeddedPath returns the path of the embedded database that the URL names; ok is false when it names another one.
func EmbeddedPath(databaseURL string) (path string, ok bool) {
	return strings.CutPrefix(cmp.Or(databaseURL, DefaultURL), "sqlite:")
}

// Close closes the database; calls in flight fail, and nobody is told of events any more. It waits for updates of last-used
// times, which take touchTimeout at most.
func (r *Repository) Close() error {
	r.touches.close()
	r.watch.close()
	var errs []error
	for _, pool := range []*gorm.DB{r.reader, r.writer} {
		if conns, err := pool.DB(); err == nil {
			errs = append(errs, conns.Close())
		}
	}
	return errors.Join(append(errs, r.file.close())...)
}

func openSQLite(ctx context.Context, path string, o options) (*Repository, error) {
	file, err := newSQLiteFile(path)
	if err == nil {
		err = errors.Join(file.create(), file.writable())
	}
	if err != nil {
		return nil, fmt.Errorf("cannot open the database file %s: %w", path, err)
	}
	const durable = "&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_txlock=immediate"
	writer := o.openSQLitePool(file.connector(sqlitePatience, durable))
	writer.SetMaxOpenConns(1)
	reader := o.openSQLitePool(file.connector(sqlitePatience, "&_pragma=query_only(1)"))
	reader.SetMaxOpenConns(sqliteReaders)
	reader.SetMaxIdleConns(sqliteReaders)
	file.checkpoints.conns = sql.OpenDB(file.connector(checkpointPatience, durable))
	file.checkpoints.conns.SetMaxOpenConns(1)
	if err := prepareSQLite(ctx, path, file, writer); err != nil {
		return nil, errors.Join(err, reader.Close(), writer.Close(), file.checkpoints.conns.Close())
	}
	r, err := newRepository(sqliteDialect, reader, writer, func(pool *sql.DB) gorm.Dialector {
		return numberedDialector{&sqlite.Dialector{Conn: pool}}
	})
	if err != nil {
		return nil, errors.Join(err, file.checkpoints.conns.Close())
	}
	r.file = file
	if err := probeSQLite(r.writerSession(ctx)); err != nil { // with its log beside it, a file that is read-only opens
		return nil, fmt.Errorf("cannot open the database file %s: %w", path, errors.Join(err, r.Close()))
	}
	return r, nil
}

// prepareSQLite brings the file up to date and opens its log.
func prepareSQLite(ctx context.Context, path string, file *sqliteFile, writer *sql.DB) error {
	const look = "SELECT COUNT(*) FROM sqlite_schema" // connecting does not look at the file yet
	fail := func(err error) error { return fmt.Errorf("cannot open the database file %s: %w", path, err) }
	if _, err := writer.ExecContext(ctx, look); err != nil {
		return fail(err)
	}
	if err := migrateSQLite(ctx, writer); err != nil {
		return err
	}
	// Not before the version is known: the mode is kept in the file, and a newer database must stay as it is.
	if err := useWAL(ctx, writer); err != nil {
		return fail(err)
	}
	if _, err := file.checkpoints.conns.ExecContext(ctx, look); err != nil {
		return fail(err)
	}
	if err := file.watch(); err != nil {
		return fail(err)
	}
	return nil
}

// useWAL lets reads and writes go on side by side. SQLite does not wait for locks here, whatever the timeout, so
// that a start would fail when another one has the file.
func useWAL(ctx context.Context, writer *sql.DB) error {
	for deadline := time.Now().Add(sqlitePatience); ; time.Sleep(10 * time.Millisecond) {
		_, err := writer.ExecContext(ctx, "PRAGMA journal_mode=WAL")
		if err == nil || ctx.Err() != nil || !isBusy(err) || time.Now().After(deadline) {
			return err
		}
	}
}

func openPostgres(ctx context.Context, databaseURL string, o options) (*Repository, error) {
	config, err := parsePostgres(databaseURL)
	if err != nil {
		return nil, err
	}
	d, err := chooseDialect(ctx, config)
	if err != nil {
		return nil, err
	}
	if err := preparePostgres(ctx, *config); err != nil {
		return nil, err
	}
	readers, writers := o.openPostgresPools(*config)
	r, err := newRepository(d, readers, writers, func(pool *sql.DB) gorm.Dialector {
		return postgres.New(postgres.Config{Conn: pool})
	})
	if err == nil && d.limitsQuery == "" { // a pooler keeps no session that could listen
		r.watch.channel = newEventChannel(config, r.watch, o.deaf)
	}
	return r, err
}

func parsePostgres(databaseURL string) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(databaseURL)
	if err != nil { // its text may hold parts of the password
		return nil, errors.New("DATABASE_URL is not a PostgreSQL address: write postgres://USER:PASSWORD@HOST:PORT/NAME, with special characters percent-encoded")
	}
	config.ConnectTimeout = 5 * time.Second
	config.DialFunc = (&net.Dialer{KeepAlive: 10 * time.Second}).DialContext
	for name, value := range postgresLimits {
		if _, given := config.RuntimeParams[name]; !given {
			config.RuntimeParams[name] = value
		}
	}
	// Edits and connecting rely on seeing what was committed while they waited for the store.
	config.RuntimeParams["default_transaction_isolation"] = "read committed"
	return config, nil
}

// postgresLimits keep every wait shorter than a caller's patience, and make the server let go of what a program
// that died, or lost its network, still holds. DATABASE_URL may set others.
var postgresLimits = map[string]string{
	"application_name":                    "handback",
	"lock_timeout":                        "4s",
	"statement_timeout":                   "7s",
	"idle_in_transaction_session_timeout": "5s",
	"client_connection_check_interval":    "2s",
	"tcp_keepalives_idle":                 "10",
	"tcp_keepalives_interval":             "5",
	"tcp_keepalives_count":                "3",
}

// preparePostgres tries the configuration as it is before it changes anything, then migrates with more patience where
// that can be written. A database that needs no migration may be read-only for now.
func preparePostgres(ctx context.Context, config pgx.ConnConfig) error {
	trial := stdlib.OpenDB(config)
	defer trial.Close()
	if err := trial.PingContext(ctx); err != nil {
		return unreachable(&config, err)
	}
	if current, err := upToDate(ctx, trial); err != nil || current {
		return err
	}
	config.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	config.RuntimeParams = maps.Clone(config.RuntimeParams)
	for name, value := range migrationLimits {
		if _, sent := config.RuntimeParams[name]; sent { // a pooler is sent none
			config.RuntimeParams[name] = value
		}
	}
	pool := stdlib.OpenDB(config)
	defer pool.Close()
	return migratePostgres(ctx, pool)
}

func unreachable(config *pgx.ConnConfig, err error) error {
	return fmt.Errorf("cannot reach the PostgreSQL database %q at %s: %w", config.Database,
		net.JoinHostPort(config.Host, strconv.FormatUint(uint64(config.Port), 10)), cause(err))
}

func timesInUTC(conn *pgx.Conn) {
	conn.TypeMap().RegisterType(&pgtype.Type{
		Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
	})
}

func newRepository(d dialect, reader, writer *sql.DB, dialector func(*sql.DB) gorm.Dialector) (*Repository, error) {
	promises, err := newPromises(d)
	if err != nil {
		return nil, errors.Join(err, reader.Close(), writer.Close())
	}
	r := &Repository{
		dialect: d, promises: promises, readers: keyedMutex{holders: storeReaders}, allPreviews: keyedMutex{holders: previewers},
		LedgerBudget: models.DefaultLedgerBudget, forgetting: defaultForgetBatch,
	}
	r.watch = newEventWatch(r.newestEventNumbers)
	for target, pool := range map[**gorm.DB]*sql.DB{&r.reader: reader, &r.writer: writer} {
		// The log of statements would show setting values.
		config := &gorm.Config{Logger: logger.Discard, SkipDefaultTransaction: true, QueryFields: true, DisableAutomaticPing: true}
		if *target, err = gorm.Open(dialector(pool), config); err != nil {
			return nil, errors.Join(fmt.Errorf("cannot use the database: %w", err), reader.Close(), writer.Close())
		}
		if err := countReads(*target); err != nil {
			return nil, errors.Join(err, reader.Close(), writer.Close())
		}
	}
	return r, nil
}
