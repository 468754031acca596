package test

import (
	"context"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

// TestDisconnectSurvivesKillsUnderLoad: a program killed at any moment leaves epochs that are wholly open or wholly
// closed, and all that it said was done. Only settings of the connection are edited, so each snapshot must be the first
// one again.
func TestDisconnectSurvivesKillsUnderLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("kills the program many times")
	}
	const kills, restorations = 20, 8 // at least; a slow machine needs more kills for as many restorations
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		baseline := examineCopy(t, databaseURL, program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL).Kill).Baseline[0]
		client, edits, closed := program.NewClient(t), &atomic.Int64{}, 0
		var calls []*call
		for kill := 0; kill < kills || closed < restorations; kill++ {
			require.Less(t, kill, 10*kills, "nothing is restored before the program is killed")
			p := program.Start(t, program.RaceDetecting, "DATABASE_URL="+databaseURL)
			stop := time.AfterFunc(100*time.Millisecond+rand.N(time.Second*time.Duration(1+kill/kills)), p.Kill) // a restoration is some sixty calls; later when the machine is slow
			calls = append(calls, load(p, client, edits)...)
			stop.Stop()
			h := examineCopy(t, databaseURL, p.Kill)
			for _, digest := range h.Baseline {
				require.Equal(t, baseline, digest, "the baseline drifts")
			}
			requireDurable(t, calls, h)
			closed = len(h.Closed)
		}
		t.Logf("%d calls answered, %d restorations", len(calls), closed)
		last := program.Start(t, program.RaceDetecting, "DATABASE_URL="+databaseURL)
		last.As("").AwaitShop("CONNECTED", "DISCONNECTED")
		last.Stop()
		program.Examine(t, databaseURL)
	})
}

// load calls the program from many sides until it is gone, and returns the calls that were answered.
func load(p *program.Process, client *http.Client, edits *atomic.Int64) (answered []*call) {
	kinds := []func() *call{
		func() *call { return &call{query: disconnectMutation} },
		func() *call { return &call{query: connectMutation} },
		func() *call { return editShopSetting(int(edits.Add(1))) },
	}
	var mu sync.Mutex
	program.Concurrently(9, func(i int) {
		for {
			c := kinds[i%len(kinds)]()
			if c.result, c.err = p.Post(client, c.query); c.err != nil {
				return
			}
			mu.Lock()
			answered = append(answered, c)
			mu.Unlock()
		}
	})
	return answered
}

// requireDurable proves that what clients were told is done is still there.
func requireDurable(t *testing.T, calls []*call, h program.History) {
	t.Helper()
	for _, c := range calls {
		outcome := c.outcome(t)
		if c.query == disconnectMutation {
			require.True(t, h.Begun[outcome.Disconnection.ID], "a disconnect was forgotten")
			if outcome.Disconnection.Restoration.RestoredDigest != "" {
				require.True(t, h.Closed[outcome.Disconnection.ID], "that a store was given back was forgotten")
			}
		} else if c.value != "" && len(outcome.UserErrors) == 0 {
			require.True(t, h.Written[c.value], "an edit was forgotten")
		}
	}
}

// examineCopy kills the program and looks at what it left. The embedded database's files are copied first: looking
// would repair them, which is for the next start to do.
func examineCopy(t *testing.T, databaseURL string, kill func()) program.History {
	t.Helper()
	kill()
	if program.IsSQLite(databaseURL) {
		file, dir := strings.TrimPrefix(databaseURL, "sqlite:"), t.TempDir()
		for _, suffix := range []string{"", "-wal"} {
			content, err := os.ReadFile(file + suffix)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(dir, "copy.db"+suffix), content, 0o600))
		}
		databaseURL = "sqlite:" + filepath.Join(dir, "copy.db")
	}
	return program.Examine(t, databaseURL)
}

// TestDisconnectSurvivesKillBeforeResponse kills the program when a disconnect with a key is done and its client has not
// heard of it: the repetition gets the answer that was lost, and the store is disconnected once.
func TestDisconnectSurvivesKillBeforeResponse(t *testing.T) {
	if testing.Short() {
		t.Skip("kills the program")
	}
	t.Parallel()
	const query = `mutation { disconnectTikTokShop(confirm: true) @idempotent(key: "k1") {
		disconnection { id disconnectedAt restoration { restoredDigest } } userErrors { code } } }`
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		moments := map[string]func(t *testing.T, databaseURL, query string) (lost string){"answered": killBeforeResponse}
		if !program.IsSQLite(databaseURL) { // whose answers come over no network
			moments["committed"] = killBeforeCommitReply
		}
		for name, kill := range moments {
			t.Run(name, func(t *testing.T) {
				own := dbtest.URL(t, filepath.Base(filepath.Dir(t.Name())))
				lost := kill(t, own, query)
				require.Len(t, examineCopy(t, own, func() {}).Begun, 1)
				p := program.Start(t, program.RaceDetecting, "DATABASE_URL="+own)
				answer := p.As("").Call(query)
				require.Contains(t, answer.Body, `"idempotent":{"replayed":true}`)
				require.Contains(t, answer.Body, `"userErrors":[]`)
				require.Contains(t, answer.Body, `"disconnection_`)
				require.Contains(t, answer.Body, lost)
				require.Contains(t, p.Query(disconnectMutation), "ALREADY_DISCONNECTED")
				p.As("").AwaitShop("DISCONNECTED")
				p.Stop()
				require.Len(t, program.Examine(t, own).Closed, 1)
			})
		}
	})
}

// killBeforeResponse takes the answer from the line, kills the program and returns the answer's data.
func killBeforeResponse(t *testing.T, databaseURL, query string) (lost string) {
	t.Helper()
	p := program.Start(t, program.RaceDetecting, "DATABASE_URL="+databaseURL)
	var swallowed strings.Builder
	client := &http.Client{Transport: &http.Transport{DialContext: func(_ context.Context, network, address string) (net.Conn, error) {
		conn, err := net.Dial(network, address)
		return &droppingConn{Conn: conn, swallowed: &swallowed, then: p.Kill}, err
	}}}
	_, err := p.Post(client, query)
	require.Error(t, err)
	require.True(t, p.Exited())
	data := regexp.MustCompile(`"data":.*\]\}\}`).FindString(swallowed.String())
	require.NotEmpty(t, data, swallowed.String())
	return data
}

// droppingConn is a connection that loses the first thing it reads.
type droppingConn struct {
	net.Conn
	swallowed *strings.Builder
	then      func()
}

func (d *droppingConn) Read([]byte) (int, error) {
	lost := make([]byte, 1<<16)
	n, err := d.Conn.Read(lost)
	if n > 0 {
		d.swallowed.Write(lost[:n])
		d.then()
		err = io.ErrUnexpectedEOF
	}
	return 0, err
}

// killBeforeCommitReply kills the program before it hears that the commit is done.
func killBeforeCommitReply(t *testing.T, databaseURL, query string) string {
	t.Helper()
	proxy := dbtest.NewProxy(t, databaseURL)
	p := program.Start(t, program.RaceDetecting, "DATABASE_URL="+proxy.URL())
	proxy.WhenCommitted(`INSERT INTO "idempotency_keys"`, dbtest.AfterAnswer, p.Kill)
	_, err := p.Post(program.NewClient(t), query)
	require.Error(t, err)
	require.NotEmpty(t, proxy.Fired())
	return ""
}
