package test

import (
	"fmt"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/shopify/sandbox"
	"github.com/handback/handback/test/program"
)

// worlds are what a store is like when nothing happens to the program.
type worlds struct {
	connected, givenBack   string
	connecting, disconnect int // how many calls that takes
}

// undisturbedWorlds connects and disconnects once, and counts the calls.
func undisturbedWorlds(t *testing.T) (w worlds) {
	t.Helper()
	shopify := program.ServeShopify(t, sandbox.Options{})
	p := program.Start(t, program.Shipped, shopify.DemoEnv())
	furnished := shopify.World(t)
	shopify.Intercept(nil)
	disconnectDemo(p)
	awaitGivenBack(t, p)
	w.givenBack, w.disconnect = shopify.World(t), shopify.Count()
	shopify.Intercept(nil)
	p.Query(connectMutation)
	p.As("").AwaitShop("CONNECTED")
	w.connected, w.connecting = shopify.World(t), shopify.Count()
	require.NotEqual(t, w.connected, w.givenBack)
	require.NotEqual(t, furnished, w.givenBack)
	p.Stop()
	return w
}

// These do not wait for the store. Whoever gets no answer sends them again.
const (
	beginDisconnect = `mutation { disconnectTikTokShop(confirm: true) @idempotent(key: "disconnect") { disconnection { status restoration { restoredDigest } } userErrors { code } } }`
	beginConnect    = `mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:USLCDEMO1") @idempotent(key: "connect") { userErrors { code } } }`
)

func disconnectDemo(p *program.Process) {
	p.T.Helper()
	answer := p.Query(beginDisconnect)
	require.JSONEq(p.T, `{"disconnectTikTokShop":{"disconnection":{"status":"RESTORING","restoration":{"restoredDigest":null}},"userErrors":[]}}`, answer)
}

// moments are calls, of so many, around which something happens.
func moments(calls, count int) (list []moment) {
	for i := range count {
		list = append(list, moment{1 + i*(calls-1)/(count-1), i%2 == 1})
	}
	return list
}

type moment struct {
	call int
	done bool // the call was carried out, and its answer is lost
}

func (m moment) String() string {
	return fmt.Sprintf("call %d %s", m.call, map[bool]string{true: "answered", false: "asked"}[m.done])
}

// at does something at the moment, once. It returns what is closed then.
func (m moment) at(shopify *program.Shopify, do func()) (reached chan struct{}) {
	reached = make(chan struct{})
	var once sync.Once
	shopify.Intercept(func(n int, done bool) {
		if n >= m.call && done == m.done {
			once.Do(func() {
				do()
				close(reached)
			})
		}
	})
	return reached
}

func requireReached(t *testing.T, reached chan struct{}) {
	t.Helper()
	select {
	case <-reached:
	case <-time.After(program.Patience):
		require.FailNow(t, "there is no such call")
	}
}

// waitsForTokens is what a program tells that finds that another one was refreshing its tokens when it ended: for a while it may be alive.
const waitsForTokens = "waiting for an access token"

// ends are ways in which a process ends.
var ends = map[string]func(p *program.Process){
	"killed":  (*program.Process).Kill,
	"SIGTERM": func(p *program.Process) { _ = p.Cmd.Process.Signal(syscall.SIGTERM) },
}

// TestDisconnectSurvivesEndOfProcess at whatever call to Shopify: the next start gives the store back.
func TestDisconnectSurvivesEndOfProcess(t *testing.T) {
	if testing.Short() {
		t.Skip("kills the program many times")
	}
	t.Parallel()
	w := undisturbedWorlds(t)
	endProcesses(t, moments(w.disconnect, 7), func(t *testing.T, end *endOfProcess) {
		_, _ = end.first.Post(program.NewClient(t), beginDisconnect)
		next := end.restart(t)
		disconnectDemo(next)
		awaitGivenBack(t, next)
		require.Equal(t, w.givenBack, end.shopify.World(t))
		requireNoDoubles(t, end)
		next.Stop(waitsForTokens)
		require.Len(t, program.Examine(t, end.databaseURL).Closed, 1)
	})
}

// TestConnectSurvivesEndOfProcess at whatever call to Shopify: the next start connects the store, and disconnecting gives it
// back as if nothing had happened.
func TestConnectSurvivesEndOfProcess(t *testing.T) {
	if testing.Short() {
		t.Skip("kills the program many times")
	}
	t.Parallel()
	w := undisturbedWorlds(t)
	endProcesses(t, moments(w.connecting, 7), func(t *testing.T, end *endOfProcess) {
		end.shopify.Intercept(nil)
		disconnectDemo(end.first)
		awaitGivenBack(t, end.first)
		end.arm()
		_, _ = end.first.Post(program.NewClient(t), beginConnect)
		next := end.restart(t)
		require.Contains(t, next.Query(beginConnect), `"userErrors":[]`)
		next.As("").AwaitShop("CONNECTED")
		require.Equal(t, w.connected, end.shopify.World(t))
		require.Contains(t, next.Query(disconnectMutation), `"userErrors":[]`)
		awaitGivenBack(t, next)
		require.Equal(t, w.givenBack, end.shopify.World(t))
		next.Stop(waitsForTokens)
		require.Len(t, program.Examine(t, end.databaseURL).Closed, 2)
	})
}

// endOfProcess is a program that ends at a moment.
type endOfProcess struct {
	moment
	databaseURL string
	shopify     *program.Shopify
	first       *program.Process
	end         func(*program.Process)
	reached     chan struct{}
	before      int64 // the last call before
}

func (e *endOfProcess) arm() {
	calls := e.shopify.Calls(0)
	e.before = calls[len(calls)-1].N
	e.reached = e.at(e.shopify, func() { e.end(e.first) })
}

// restart waits until the program has ended, and starts it again.
func (e *endOfProcess) restart(t *testing.T) *program.Process {
	t.Helper()
	requireReached(t, e.reached)
	e.first.Wait()
	e.shopify.Intercept(nil)
	return program.Start(t, program.Shipped, "DATABASE_URL="+e.databaseURL, e.shopify.DemoEnv())
}

// endProcesses has each moment and way tried on either database.
func endProcesses(t *testing.T, moments []moment, test func(t *testing.T, end *endOfProcess)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		dialect := map[bool]string{true: "sqlite", false: "postgres"}[program.IsSQLite(databaseURL)]
		for i, m := range moments {
			for name, end := range ends {
				switch {
				case name == "SIGTERM" && i%3 != 1, name == "killed" && dialect == "postgres" && i%3 != 0: // which takes half a minute each
					continue
				}
				t.Run(fmt.Sprint(name, " at ", m), func(t *testing.T) {
					t.Parallel()
					e := &endOfProcess{moment: m, databaseURL: dbtest.URL(t, dialect), shopify: program.ServeShopify(t, sandbox.Options{}), end: end}
					e.first = program.Start(t, program.Shipped, "DATABASE_URL="+e.databaseURL, e.shopify.DemoEnv())
					e.arm()
					began := time.Now()
					test(t, e)
					t.Logf("over after %v", time.Since(began))
				})
			}
		}
	})
}

// requireNoDoubles proves that no write was refused because it had been done, or done twice, but for the one whose answer was
// lost.
func requireNoDoubles(t *testing.T, e *endOfProcess) {
	t.Helper()
	done := map[string]int{}
	for _, call := range e.shopify.Calls(e.before) {
		switch call.Operation {
		case "ChannelDelete", "Unpublish", "PublicationUpdate", "LocationEdit", "WebhookSubscriptionDelete":
			done[call.Operation+" "+call.Target]++
		}
	}
	twice := 0
	for write, count := range done {
		require.LessOrEqual(t, count, 2, write)
		twice += count - 1
	}
	const batch = 50 // of which it was not written down what is done
	require.LessOrEqual(t, twice, batch)
}

// TestDisconnectIsTakenOver by another process on the same PostgreSQL database, when the one that works is killed.
func TestDisconnectIsTakenOver(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for another process to notice")
	}
	t.Parallel()
	w := undisturbedWorlds(t)
	for _, m := range moments(w.disconnect, 3) {
		t.Run(m.String(), func(t *testing.T) {
			t.Parallel()
			databaseURL := dbtest.Postgres(t)
			shopify := program.ShopifyOf(databaseURL)
			working := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
			release := make(chan struct{})
			reached := make(chan struct{})
			at := m.at(shopify, func() {
				close(reached)
				<-release
			})
			disconnectDemo(working)
			requireReached(t, reached)
			shopify.Intercept(nil)
			other := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
			working.Kill()
			began := time.Now()
			close(release)
			requireReached(t, at)
			awaitGivenBack(t, other)
			t.Logf("taken over and done %v after the kill", time.Since(began))
			require.Equal(t, w.givenBack, shopify.World(t))
			other.Stop(waitsForTokens)
			require.Len(t, program.Examine(t, databaseURL).Closed, 1)
		})
	}
}

// TestDisconnectGoesOnFromFiles: the demo is killed in the middle of a disconnect, and goes on with the same files.
func TestDisconnectGoesOnFromFiles(t *testing.T) {
	t.Parallel()
	databaseURL := dbtest.URL(t, "sqlite")
	p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
	begun := lastCall(p)
	addFault(p, "ChannelDelete", sandbox.CutAfter, 1)
	addFault(p, "*", sandbox.Slow, 1000)
	disconnectDemo(p)
	require.Eventually(t, func() bool { return lastCall(p) >= begun+3 }, program.Patience, 10*time.Millisecond)
	p.Kill()
	p = program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL) // faults are of the process
	awaitGivenBack(t, p)
	p.Stop()
	require.Len(t, program.Examine(t, databaseURL).Closed, 1)
}
