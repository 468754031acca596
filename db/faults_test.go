package db_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"handback/db"
	"handback/db/dbtest"
	"handback/models"
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
	b.proxy.Refuse()
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
