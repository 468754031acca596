package db_test

import (
	"database/sql/driver"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

func TestPoolRecoversFromReadOnlyDatabase(t *testing.T) {
	t.Parallel()
	o := newOwned(t)
	o.do(t, `ALTER DATABASE %[1]s SET default_transaction_read_only = on`)
	requireDone(t, editing(operationContext(t), o.repository, o.seller)) // its session is an older one
	o.endSessions(t)
	for range 2 {
		for range 3 {
			requireTryAgain(t, editing(operationContext(t), o.repository, o.seller))
		}
		requireDone(t, reading(operationContext(t), o.repository, o.seller))
		require.ErrorContains(t, o.repository.Ready(t.Context()), "read only")
	}
	started := open(t, o.url, models.DefaultCatalogue())
	require.ErrorContains(t, started.Ready(t.Context()), "read only")

	o.do(t, `ALTER DATABASE %[1]s RESET default_transaction_read_only`)
	for _, repository := range []*db.Repository{o.repository, started} {
		requireDone(t, editing(operationContext(t), repository, o.seller))
		requireReady(t, repository)
	}
}

// TestOpenFailsOnReadOnlyDatabaseThatIsBehind: it cannot be brought up to date.
func TestOpenFailsOnReadOnlyDatabaseThatIsBehind(t *testing.T) {
	t.Parallel()
	databaseURL := dbtest.EmptyURL(t, "postgres")
	_, err := db.Open(t.Context(), databaseURL+"&default_transaction_read_only=on", models.DefaultCatalogue())
	require.EqualError(t, err, "cannot bring the database up to date: it is read-only")
}

// TestPoolReplacesReadOnlyConnections: the setting of a session may change after it was made.
func TestPoolReplacesReadOnlyConnections(t *testing.T) {
	t.Parallel()
	o := newOwned(t)
	conns, release, err := o.repository.TakeConns(t.Context(), "write")
	require.NoError(t, err)
	for _, conn := range conns {
		_, err := conn.ExecContext(t.Context(), `SET default_transaction_read_only = on`)
		require.NoError(t, err)
	}
	release()
	require.ErrorContains(t, o.repository.Ready(t.Context()), "read-only")
	for range conns { // each can be noticed only by using it
		requireTryAgain(t, editing(operationContext(t), o.repository, o.seller))
	}
	requireDone(t, editing(operationContext(t), o.repository, o.seller))
	requireReady(t, o.repository)
}

// TestPoolNoticesDeadConnectionsTogether: a network that went away took all of them, and each would be waited for.
func TestPoolNoticesDeadConnectionsTogether(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for seconds")
	}
	t.Parallel()
	b := newProxiedStore(t)
	fill := func() {
		for _, name := range []string{"read", "write"} {
			_, release, err := b.proxied.TakeConns(t.Context(), name)
			require.NoError(t, err)
			defer release()
		}
	}
	fill()
	time.Sleep(1100 * time.Millisecond) // those used a moment ago are asked for no sign of life
	b.proxy.BlackHole()
	b.proxy.Heal()
	requireDone(t, reading(operationContext(t), b.proxied, b.seller))
	requireDone(t, editing(operationContext(t), b.proxied, b.seller))
	fill()
	require.Equal(t, 1, b.proxy.Swallowed(), "signs of life that were waited for in vain")
}

// TestPoolChecksUnusedConnections: one that was made for a caller who did not wait for it lies in the pool, and nobody has
// looked at it yet when it is used for the first time.
func TestPoolChecksUnusedConnections(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for seconds")
	}
	t.Parallel()
	b := newProxiedStore(t)
	conns, release, err := b.proxied.TakeConns(t.Context(), "read")
	require.NoError(t, err)
	answered := make(chan answer)
	go func() { answered <- reading(operationContext(t), b.proxied, b.seller) }()
	require.Eventually(t, func() bool { return b.proxied.Pools()[0].Waits > 0 }, time.Minute, time.Millisecond)
	b.proxy.Delay(300 * time.Millisecond)
	_ = conns[0].Raw(func(any) error { return driver.ErrBadConn }) // another is made for who waits
	release()                                                      // which is faster
	requireDone(t, <-answered)
	b.proxy.Delay(0)
	require.Eventually(t, func() bool { return b.proxied.Pools()[0].Idle == len(conns) }, time.Minute, time.Millisecond)
	time.Sleep(1100 * time.Millisecond)
	b.proxy.BlackHole()
	b.proxy.Heal()
	requireDone(t, reading(operationContext(t), b.proxied, b.seller))
	require.Equal(t, 1, b.proxy.Swallowed(), "signs of life that were waited for in vain")
}

// TestPoolPingsAfterLostConnection: those used a moment ago, too, which are asked for nothing otherwise.
func TestPoolPingsAfterLostConnection(t *testing.T) {
	t.Parallel()
	b := newProxiedStore(t)
	_, release, err := b.proxied.TakeConns(t.Context(), "write")
	require.NoError(t, err)
	release()
	b.proxy.Cut()
	a := editing(operationContext(t), b.proxied, b.seller)
	if a.err != nil { // on a busy machine even the first may have been idle for long
		requireTryAgain(t, a)
	}
	for range 8 {
		requireDone(t, editing(operationContext(t), b.proxied, b.seller))
		requireDone(t, reading(operationContext(t), b.proxied, b.seller))
	}
}

func TestPoolReplacesOldConnections(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		life     []db.Option
		replaced bool
	}{
		"long":  {nil, false},
		"short": {[]db.Option{db.WithConnLife(time.Nanosecond)}, true},
	} {
		t.Run(name, func(t *testing.T) {
			databaseURL := dbtest.Postgres(t)
			repository, err := db.Open(t.Context(), databaseURL+"&application_name=aging", models.DefaultCatalogue(), c.life...)
			require.NoError(t, err)
			defer repository.Close()
			seller := register(t, repository, "aging.myshopify.com")
			seen := map[string]bool{}
			for range 3 {
				requireDone(t, reading(operationContext(t), repository, seller))
				requireDone(t, editing(operationContext(t), repository, seller))
				var pids string
				require.NoError(t, direct(t, databaseURL).QueryRowContext(t.Context(),
					`SELECT string_agg(pid::text, ' ' ORDER BY pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'aging'`).Scan(&pids))
				seen[pids] = true
			}
			require.Equal(t, c.replaced, len(seen) > 1, seen)
		})
	}
}

// TestConnectionLivesDiffer: made at the same moment, they are replaced one after the other.
func TestConnectionLivesDiffer(t *testing.T) {
	t.Parallel()
	lives := map[time.Duration]bool{}
	for range 100 {
		life := db.ConnLife()
		require.GreaterOrEqual(t, life, 27*time.Minute)
		require.LessOrEqual(t, life, 30*time.Minute)
		lives[life] = true
	}
	require.Greater(t, len(lives), 10)
}
