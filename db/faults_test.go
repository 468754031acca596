package db_test

import (
	"context"
	"database/sql"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// proxiedStore is a store on PostgreSQL that is reached through a proxy, and without it.
type proxiedStore struct {
	proxy             *dbtest.Proxy
	url               string
	conn              *sql.DB        // of the test
	direct, proxied   *db.Repository // two programs
	seller            models.Caller
	original, between string // digests: without connection, and while connected
}

func newProxiedStore(tb testing.TB) proxiedStore {
	tb.Helper()
	b := proxiedStore{url: dbtest.Postgres(tb)}
	b.conn = direct(tb, b.url)
	b.direct = open(tb, b.url+"&application_name=direct", models.DefaultCatalogue())
	b.seller = register(tb, b.direct, "proxied.myshopify.com")
	b.original = readFacts(tb, b.conn).Digest
	requireDone(tb, connecting(context.Background(), b.direct, b.seller))
	b.between = readFacts(tb, b.conn).Digest
	b.proxy = dbtest.NewProxy(tb, b.url)
	b.proxied = open(tb, b.proxy.URL(), models.DefaultCatalogue())
	return b
}

// terminate ends the program's sessions that the condition selects, waits until they are gone, and says how many
// there were.
func (b proxiedStore) terminate(tb testing.TB, condition string) (ended int) {
	tb.Helper()
	from := ` FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'handback' AND ` + condition
	assert.NoError(tb, b.conn.QueryRow(`SELECT count(pg_terminate_backend(pid))`+from).Scan(&ended))
	for left := ended; left > 0; {
		if !assert.NoError(tb, b.conn.QueryRow(`SELECT count(*)`+from).Scan(&left)) {
			break
		}
	}
	return ended
}

// lock takes the store's row for another session until the test, or release, ends it.
func (b proxiedStore) lock(tb testing.TB) (release func()) {
	tb.Helper()
	tx, err := b.conn.Begin()
	require.NoError(tb, err)
	_, err = tx.Exec(`SELECT id FROM stores WHERE id = $1 FOR UPDATE`, b.seller.Store.ID)
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = tx.Rollback() })
	return func() { require.NoError(tb, tx.Rollback()) }
}

func TestDisconnectTimesOutOnLockedStore(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for seconds")
	}
	t.Parallel()
	b := newProxiedStore(t)
	other := open(t, b.url, models.DefaultCatalogue())
	release := b.lock(t)
	before := readFacts(t, b.conn)
	answers := make(chan answer, 2)
	go func() { answers <- disconnecting(operationContext(t), b.proxied, b.seller) }()
	go func() { answers <- editing(operationContext(t), other, b.seller) }()
	for range 2 {
		a := <-answers
		requireTryAgain(t, a)
		require.NotErrorIs(t, a.err, context.DeadlineExceeded, "the lock is waited for less long than the caller waits")
	}
	require.Equal(t, before, readFacts(t, b.conn))
	requireDone(t, reading(operationContext(t), b.proxied, b.seller))
	release()
	requireDone(t, disconnecting(operationContext(t), b.proxied, b.seller))
}

func TestDisconnectWithKilledSessionChangesNothing(t *testing.T) {
	t.Parallel()
	b := newProxiedStore(t)
	release := b.lock(t)
	before := readFacts(t, b.conn)
	answers := make(chan answer, 1)
	go func() { answers <- disconnecting(operationContext(t), b.proxied, b.seller) }()
	for b.terminate(t, "wait_event_type = 'Lock'") == 0 {
		select {
		case a := <-answers:
			t.Fatalf("it did not wait: %+v", a)
		default:
		}
		time.Sleep(5 * time.Millisecond)
	}
	a := <-answers
	requireTryAgain(t, a)
	require.ErrorContains(t, a.err, "57P01")
	require.Equal(t, before, readFacts(t, b.conn))
	release()
	requireDone(t, disconnecting(operationContext(t), b.proxied, b.seller))
}

func TestDisconnectWhileDatabaseIsDown(t *testing.T) {
	t.Parallel()
	b := newProxiedStore(t)
	requireDone(t, reading(operationContext(t), b.proxied, b.seller))
	before := readFacts(t, b.conn)
	b.proxy.RejectConnections()
	for range 3 { // with sessions that broke, and without any
		for _, a := range callAtOnce(operationContext(t), b.proxied, b.seller, reading, disconnecting, editing) {
			requireTryAgain(t, a)
		}
	}
	require.Equal(t, before, readFacts(t, b.conn))
	b.proxy.Heal()
	requireDone(t, reading(operationContext(t), b.proxied, b.seller))
	requireDone(t, disconnecting(operationContext(t), b.proxied, b.seller))
}

func TestDisconnectWhileDatabaseIsSlow(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for seconds")
	}
	t.Parallel()
	for name, obstruct := range map[string]func(*dbtest.Proxy){
		"every answer late": func(p *dbtest.Proxy) { p.Delay(3 * time.Second) },
		"no answer":         (*dbtest.Proxy).BlackHole,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newProxiedStore(t)
			unused := open(t, b.proxy.URL(), models.DefaultCatalogue())
			requireDone(t, reading(operationContext(t), b.proxied, b.seller))
			requireDone(t, editing(operationContext(t), b.proxied, b.seller))
			before, answers := readFacts(t, b.conn), make(chan []answer)
			obstruct(b.proxy)
			for _, r := range []*db.Repository{b.proxied, unused} {
				go func() {
					answers <- callAtOnce(contextOf(t, operationTime), r, b.seller, disconnecting, disconnecting, reading)
				}()
			}
			for range 2 {
				list := <-answers
				requireTryAgain(t, list[0])
				requireTryAgain(t, list[1])
				if list[2].err != nil { // a single statement may be quick enough
					requireTryAgain(t, list[2])
				}
			}
			require.Equal(t, before, readFacts(t, b.conn))
			requireDone(t, disconnecting(operationContext(t), b.direct, b.seller))
			b.proxy.Heal()
			requireDone(t, connecting(operationContext(t), b.proxied, b.seller))
		})
	}
}

func TestDisconnectOfFrozenProcessReleasesLock(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for seconds")
	}
	t.Parallel()
	b := newProxiedStore(t)
	requireDone(t, editing(operationContext(t), b.proxied, b.seller))
	before, frozen := readFacts(t, b.conn), make(chan bool)
	isUpdate := func(_ int, request string) bool { return strings.Contains(request, "UPDATE") }
	b.proxy.When(isUpdate, dbtest.AfterAnswer, func() {
		b.proxy.BlackHole()
		close(frozen)
	})
	answers := make(chan answer, 1)
	go func() { answers <- disconnecting(contextOf(t, operationTime), b.proxied, b.seller) }()
	<-frozen
	start := time.Now()
	a := disconnecting(operationContext(t), b.direct, b.seller)
	for ; a.err != nil; a = disconnecting(operationContext(t), b.direct, b.seller) {
		requireTryAgain(t, a)
		require.Equal(t, before, readFacts(t, b.conn))
		require.Less(t, time.Since(start), answerTime, "the lock is held for ever")
	}
	requireDone(t, a)
	require.Greater(t, time.Since(start), 3*time.Second, "the lock was not held")
	requireTryAgain(t, <-answers)
	require.Equal(t, before.Records+1, readFacts(t, b.conn).Records)
}

// TestFaultHidesRejectedValue, which PostgreSQL repeats in its error, and which is logged.
func TestFaultHidesRejectedValue(t *testing.T) {
	conns := direct(t, dbtest.Postgres(t))
	_, err := conns.ExecContext(t.Context(), `SELECT CAST($1::text AS int)`, "planted")
	require.ErrorContains(t, err, "planted")
	require.EqualError(t, db.Fault(err), "the database does not take a value (SQLSTATE 22P02)")
}

// owned is a PostgreSQL database that belongs to a role of its own, which a repository works as.
type owned struct {
	admin          *sql.DB // a superuser's, of another database
	database, role string
	url            string
	repository     *db.Repository
	seller         models.Caller
}

func newOwned(t *testing.T) owned {
	t.Helper()
	address, err := url.Parse(dbtest.EmptyURL(t, "postgres"))
	require.NoError(t, err)
	o := owned{database: strings.TrimPrefix(address.Path, "/")}
	o.role = "owner_of_" + o.database
	address.Path = "/postgres"
	o.admin = direct(t, address.String())
	o.do(t, `CREATE ROLE %[2]s LOGIN; ALTER DATABASE %[1]s OWNER TO %[2]s`)
	address.Path, address.User = "/"+o.database, url.UserPassword(o.role, "first")
	o.url = address.String()
	o.repository = open(t, o.url, models.DefaultCatalogue())
	o.seller = register(t, o.repository, "owned.myshopify.com")
	return o
}

// do carries out statements about the database %[1]s and the role %[2]s.
func (o owned) do(t *testing.T, format string) {
	t.Helper()
	for statement := range strings.SplitSeq(format, ";") {
		_, err := o.admin.ExecContext(t.Context(), strings.NewReplacer("%[1]s", o.database, "%[2]s", o.role).Replace(statement))
		require.NoError(t, err)
	}
}

// endSessions ends those of the role until none is left: one that tells others of events may begin meanwhile.
func (o owned) endSessions(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool {
		var ended int
		err := o.admin.QueryRowContext(t.Context(), `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = $1`, o.role).Scan(&ended)
		return err == nil && ended == 0
	}, time.Minute, 10*time.Millisecond, "sessions do not end")
}

// TestRejectedConnectionsMeanTryAgain: whatever the server's reason, nothing was sent.
func TestRejectedConnectionsMeanTryAgain(t *testing.T) {
	t.Parallel()
	o := newOwned(t)
	o.do(t, `CREATE ROLE `+dbtest.PasswordRole)
	for name, rejection := range map[string]struct{ code, reject, admit string }{
		"role may not sign in": {"28000", `ALTER ROLE %[2]s NOLOGIN`, `ALTER ROLE %[2]s LOGIN`},
		"password changed":     {"28P01", `ALTER ROLE %[2]s PASSWORD 'second'; GRANT with_password TO %[2]s`, `ALTER ROLE %[2]s PASSWORD 'first'`},
		"database closed":      {"55000", `ALTER DATABASE %[1]s ALLOW_CONNECTIONS false`, `ALTER DATABASE %[1]s ALLOW_CONNECTIONS true`},
		"too many of the role": {"53300", `ALTER ROLE %[2]s CONNECTION LIMIT 0`, `ALTER ROLE %[2]s CONNECTION LIMIT -1`},
		"too many altogether":  {"53300", `ALTER DATABASE %[1]s CONNECTION LIMIT 0`, `ALTER DATABASE %[1]s CONNECTION LIMIT -1`},
		"no right to connect":  {"42501", `REVOKE CONNECT ON DATABASE %[1]s FROM PUBLIC, %[2]s`, `GRANT CONNECT ON DATABASE %[1]s TO PUBLIC, %[2]s`},
		"database renamed":     {"3D000", `ALTER DATABASE %[1]s RENAME TO away`, `ALTER DATABASE away RENAME TO %[1]s`},
	} {
		t.Run(name, func(t *testing.T) {
			o.endSessions(t)
			o.do(t, rejection.reject)
			for _, call := range []write{reading, editing, connecting, disconnecting} {
				for range 3 { // with sessions that were ended, and without any
					requireTryAgain(t, call(operationContext(t), o.repository, o.seller))
				}
				a := call(operationContext(t), o.repository, o.seller)
				require.ErrorAs(t, a.err, new(*pgconn.ConnectError))
				require.ErrorContains(t, a.err, rejection.code)
			}
			require.ErrorIs(t, o.repository.Ready(t.Context()), models.ErrTryAgain)
			o.do(t, rejection.admit)
			requireDone(t, reading(operationContext(t), o.repository, o.seller))
			requireDone(t, editing(operationContext(t), o.repository, o.seller))
			requireReady(t, o.repository)
		})
	}
}

func TestReadsReturnAValueOrAnError(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		k := newKeyed(t, databaseURL)
		ctx, cancel := context.WithCancel(k.ctx)
		cancel()
		for name, read := range map[string]func() (any, error){
			"accounts":      func() (any, error) { return k.Accounts(ctx, k.seller, everything) },
			"account":       func() (any, error) { return k.Account(ctx, k.seller, "account", everything) },
			"overview":      func() (any, error) { return k.Overview(ctx, k.seller, everything) },
			"settings":      func() (any, error) { return k.Settings(ctx, k.seller, models.SettingFilter{}) },
			"store":         func() (any, error) { return k.StoreByDomain(ctx, k.seller.Store.Domain) },
			"disconnection": func() (any, error) { return k.Disconnection(ctx, k.seller, "record", everything) },
			"audit trail":   func() (any, error) { return k.AuditTrail(ctx, k.seller, models.AuditPage{Count: 1}, everything) },
			"audit entry":   func() (any, error) { return k.AuditEntry(ctx, k.seller, "entry", everything) },
			"keys":          func() (any, error) { return k.ForgetIdempotencyKeys(ctx) },
		} {
			value, err := read()
			require.ErrorIs(t, err, models.ErrTryAgain, name)
			require.Zero(t, value, name)
		}
	})
}

func TestDisconnectionHasNoValueWhenItsAccountCannotBeRead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		k := newKeyed(t, databaseURL)
		connect(t, k.Repository, k.seller, "keyed")
		id := disconnect(t, k.Repository, k.seller).Disconnection.ID
		_, err := openTables(t, databaseURL).Exec("ALTER TABLE epochs RENAME COLUMN preview_salt TO salt")
		require.NoError(t, err)
		record, err := k.Disconnection(k.ctx, k.seller, id, models.AccountDetails{Preview: true})
		require.Error(t, err)
		require.Nil(t, record)
	})
}
