package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
)

// A call that waits for a lock is under way: it is finished after the signal, and answered.
func TestStopFinishesWhatIsUnderWay(t *testing.T) {
	for name, signal := range map[string]os.Signal{"SIGTERM": syscall.SIGTERM, "SIGINT": os.Interrupt} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, databaseURL string) {
				p := start(t, racing, "DATABASE_URL="+databaseURL)
				release := lockStore(t, databaseURL)
				answered := make(chan string, 1)
				go func() {
					a, err := p.post(http.DefaultClient, `mutation { disconnectTikTokShop(confirm: true) { disconnection { id } userErrors { code } } }`)
					answered <- fmt.Sprint(string(a.Data), string(a.Errors), err)
				}()
				time.Sleep(300 * time.Millisecond)
				require.Empty(t, answered, "the lock holds nothing back")
				require.NoError(t, p.cmd.Process.Signal(signal))
				requireRefusing(t, p)
				require.False(t, p.over())
				release()
				answer := <-answered
				require.Contains(t, answer, `"disconnection_`)
				require.Contains(t, answer, `"userErrors":[]`)
				require.Zero(t, p.wait(), p.stderr.String())
				p.requireNoComplaint()
				require.Len(t, examine(t, databaseURL).closed, 1)
			})
		})
	}
}

// lockStore keeps writers waiting until it is released.
func lockStore(t *testing.T, databaseURL string) (release func()) {
	t.Helper()
	conn, err := openDatabase(t, databaseURL).Conn(context.Background())
	require.NoError(t, err)
	statements := []string{`BEGIN`, `SELECT id FROM stores FOR UPDATE`}
	if isSQLite(databaseURL) {
		statements = []string{`BEGIN IMMEDIATE`}
	}
	for _, statement := range statements {
		_, err := conn.ExecContext(context.Background(), statement)
		require.NoError(t, err)
	}
	return func() {
		_, err := conn.ExecContext(context.Background(), `ROLLBACK`)
		require.NoError(t, err)
		require.NoError(t, conn.Close())
	}
}

func requireRefusing(t *testing.T, p *program) {
	t.Helper()
	host := strings.TrimSuffix(strings.TrimPrefix(p.url, "http://"), "/graphql")
	require.Eventually(t, func() bool {
		conn, err := net.Dial("tcp", host)
		if err == nil {
			_ = conn.Close()
		}
		return err != nil
	}, 2*time.Second, 10*time.Millisecond, "still accepting")
}

// Whoever is told to stop before it serves does so, too.
func TestStopWhileStarting(t *testing.T) {
	p := launch(t, shipped, "DATABASE_URL="+silentDatabase(t))
	time.Sleep(300 * time.Millisecond)
	p.stop()
	require.Empty(t, p.stdout.String())
}

// silentDatabase accepts connections and says nothing.
func silentDatabase(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	return fmt.Sprintf("postgres://handback:secret@%s/handback?sslmode=disable", listener.Addr())
}

// A client that has begun a request and says nothing more cannot keep the program from ending well.
func TestStopLeavesAStalledClient(t *testing.T) {
	t.Parallel()
	p := start(t, shipped, "SHUTDOWN_TIMEOUT=2s")
	conn, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(p.url, "http://"), "/graphql"))
	require.NoError(t, err)
	defer conn.Close()
	_, err = conn.Write([]byte("POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"))
	require.NoError(t, err)
	time.Sleep(50 * time.Millisecond)
	p.stop()
}
