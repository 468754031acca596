package test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

// TestShutdownFinishesDisconnect: a disconnect that waits for a lock is finished after the signal, and answered.
func TestShutdownFinishesDisconnect(t *testing.T) {
	for name, signal := range map[string]os.Signal{"SIGTERM": syscall.SIGTERM, "SIGINT": os.Interrupt, "SIGHUP": syscall.SIGHUP} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, databaseURL string) {
				requireDisconnectWhileStopping(t, databaseURL, signal)
			})
		})
	}
}

// requireDisconnectWhileStopping sends the signals to a program whose disconnect waits for a lock, which it gets when nobody is let in any
// more: it is done and answered, unless the time of an operation was over by then.
func requireDisconnectWhileStopping(t *testing.T, databaseURL string, signals ...os.Signal) {
	t.Helper()
	answer := disconnectWhileStopping(t, databaseURL, signals)
	for tries := 1; tries < 10 && strings.Contains(answer, "TRY_AGAIN"); tries++ {
		answer = disconnectWhileStopping(t, databaseURL, signals)
	}
	require.Contains(t, answer, `"disconnection_`)
	require.Contains(t, answer, `"userErrors":[]`)
	require.Len(t, program.Examine(t, databaseURL).Closed, 1)
}

func disconnectWhileStopping(t *testing.T, databaseURL string, signals []os.Signal) (answer string) {
	t.Helper()
	p := program.Start(t, program.RaceDetecting, "DATABASE_URL="+databaseURL)
	awaitJobs(t, databaseURL)
	release := lockStore(t, databaseURL)
	answered := make(chan string, 1)
	go func() {
		a, err := p.Post(http.DefaultClient, `mutation { disconnectTikTokShop(confirm: true) { disconnection { id } userErrors { code } } }`)
		answered <- fmt.Sprint(string(a.Data), string(a.Errors), err)
	}()
	requireWriting(t, p, answered)
	require.NoError(t, p.Cmd.Process.Signal(signals[0]))
	requireConnectionsRefused(t, p)
	require.True(t, len(answered) > 0 || !p.Exited())
	for _, signal := range signals[1:] {
		_ = p.Cmd.Process.Signal(signal) // which may have ended
	}
	release()
	answer = <-answered
	require.Zero(t, p.Wait(), p.Stderr.String())
	p.RequireNoWarnings("code=TRY_AGAIN", "nothing was done; try again") // also of a job that waited for the lock meanwhile
	return answer
}

// TestHangupAfterSignal: service managers send SIGHUP with SIGTERM, and a shell that goes sends it once more than the
// terminal. The program stops no less well for it.
func TestHangupAfterSignal(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]os.Signal{"SIGTERM": syscall.SIGTERM, "SIGHUP": syscall.SIGHUP} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			databaseURL := dbtest.URL(t, "sqlite")
			requireDisconnectWhileStopping(t, databaseURL, first, syscall.SIGHUP)
		})
	}
}

// TestNohup: a program that was started to outlive its terminal does.
func TestNohup(t *testing.T) {
	t.Parallel()
	file, err := program.Shipped()
	require.NoError(t, err)
	p := program.Prepare(t, "/bin/sh")
	p.Cmd.Args = []string{"sh", "-c", `trap "" HUP; exec "$0"`, file}
	p.Begin()
	p.AwaitReady()
	require.NoError(t, p.Cmd.Process.Signal(syscall.SIGHUP))
	time.Sleep(100 * time.Millisecond)
	require.Equal(t, http.StatusOK, p.Send(http.MethodGet, "/readyz", "").Status)
	p.Stop()
}

// awaitJobs waits until the program does jobs, which it begins after it has said where it serves.
func awaitJobs(t *testing.T, databaseURL string) {
	t.Helper()
	conns := program.OpenDatabase(t, databaseURL)
	require.Eventually(t, func() bool {
		return len(program.Rows(t, conns, `SELECT CAST(state AS text) FROM river_job WHERE state = 'completed'`)) > 0
	}, program.Patience, 20*time.Millisecond)
}

// lockStore keeps writers waiting until it is released.
func lockStore(t *testing.T, databaseURL string) (release func()) {
	t.Helper()
	conn, err := program.OpenDatabase(t, databaseURL).Conn(context.Background())
	require.NoError(t, err)
	statements := []string{`BEGIN`, `SELECT id FROM stores FOR UPDATE`}
	if program.IsSQLite(databaseURL) {
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

// requireWriting waits until a write has its connection to the database, and keeps it, or is answered: those who look for jobs have one
// for a moment.
func requireWriting(t *testing.T, p *program.Process, answered chan string) {
	t.Helper()
	inRow := 0
	require.Eventually(t, func() bool {
		if len(answered) > 0 {
			return true
		}
		metrics := p.Metrics()
		if inRow++; strings.Contains(metrics, `handback_db_connections{pool="write",state="in_use"} 0`) {
			inRow = 0
		}
		return inRow == 30
	}, program.Patience, 10*time.Millisecond)
}

func requireConnectionsRefused(t *testing.T, p *program.Process) {
	t.Helper()
	require.Eventually(t, func() bool {
		conn, err := net.Dial("tcp", p.Host())
		if err == nil {
			_ = conn.Close()
		}
		return err != nil
	}, program.Patience, 10*time.Millisecond, "still accepting")
}

// TestShutdownDuringStartup: a program that is told to stop before it serves does so, too.
func TestShutdownDuringStartup(t *testing.T) {
	t.Parallel()
	database, asked := silentDatabase(t)
	p := program.Launch(t, program.Shipped, "DATABASE_URL="+database)
	<-asked
	p.Stop()
	require.Empty(t, p.Stdout.String())
}

// silentDatabase accepts connections and says nothing. asked is closed when there is one.
func silentDatabase(t *testing.T) (databaseURL string, asked chan struct{}) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	asked = make(chan struct{})
	go func() {
		conn, err := listener.Accept()
		close(asked)
		if err == nil {
			t.Cleanup(func() { _ = conn.Close() })
		}
	}()
	return fmt.Sprintf("postgres://handback:secret@%s/handback?sslmode=disable", listener.Addr()), asked
}

// TestShutdownWithStalledClients: neither a client that has begun a request and says nothing more, nor one that does not read its answer,
// keeps the program from ending well: it cuts them, and does not wait for SHUTDOWN_TIMEOUT.
func TestShutdownWithStalledClients(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped, "SHUTDOWN_TIMEOUT=1h")
	silent := dial(t, p)
	_, err := fmt.Fprintf(silent, "%sContent-Length: 100\r\n\r\n{", program.PostHead)
	require.NoError(t, err)

	p.As("").Data(editTags, "tags", slices.Repeat([]string{strings.Repeat("x", 100)}, 9_000))
	query := "{"
	for i := range 12 {
		query += fmt.Sprintf(" s%d: settings { value }", i)
	}
	body := fmt.Sprintf(`{"query":"%s }"}`, query)
	deaf := dial(t, p)
	require.NoError(t, deaf.SetReadBuffer(4<<10))
	_, err = fmt.Fprintf(deaf, "%sContent-Length: %d\r\n\r\n%s", program.PostHead, len(body), body)
	require.NoError(t, err)
	beginning := make([]byte, len("HTTP/1.1 200 OK"))
	_, err = io.ReadFull(deaf, beginning)
	require.NoError(t, err)
	require.Equal(t, "HTTP/1.1 200 OK", string(beginning))
	p.Stop()
}

func dial(t *testing.T, p *program.Process) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", p.Host())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn.(*net.TCPConn)
}

const keyedEdit = `mutation($key: String!, $value: SettingValue) {
	updateSettings(settings: [{ key: "order.tags", value: $value }]) @idempotent(key: $key) { settings { value } userErrors { code } }
}`

// TestShutdownUnderLoad stops the program while many clients call it. Until it refuses connections all are answered; of
// those that are not, nothing was done; and whatever was done was answered.
func TestShutdownUnderLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("loads the program")
	}
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		t.Parallel()
		p := program.Start(t, program.RaceDetecting, "DATABASE_URL="+databaseURL, "SHUTDOWN_DELAY="+shutdownDelay.String())
		var stopping atomic.Int64 // when the signal came, in nanoseconds
		clients := make([]loadClient, 30)
		var all sync.WaitGroup
		for i := range clients {
			clients[i] = loadClient{Process: p, number: i, done: map[string]bool{}}
			all.Go(func() { clients[i].run(&stopping) })
		}
		time.Sleep(300 * time.Millisecond)
		early, err := net.Dial("tcp", p.Host()) // accepted, with nothing sent
		require.NoError(t, err)
		defer early.Close()
		stopping.Store(time.Now().UnixNano())
		require.NoError(t, p.Cmd.Process.Signal(syscall.SIGTERM))
		require.Eventually(t, func() bool {
			ready, err := p.TrySend(http.DefaultClient, http.MethodGet, "/readyz", "")
			return err == nil && ready.Status == http.StatusServiceUnavailable && ready.Body == "stopping\n"
		}, shutdownDelay, 10*time.Millisecond)
		require.Equal(t, http.StatusOK, p.As("").Call(`{ store { name } }`).Status)
		program.RequireServed(t, early)
		requireConnectionsRefused(t, p)
		all.Wait()
		require.Zero(t, p.Wait(), p.Stderr.String())
		p.RequireNoWarnings("code=TRY_AGAIN") // nothing was done

		written, answered := program.Examine(t, databaseURL).Written, 0
		for _, c := range clients {
			require.Empty(t, c.complaint)
			require.NotEmpty(t, c.done, "client %d was never answered", c.number)
			for value, done := range c.done {
				require.Equal(t, done, written[value], "%s: answered %v, written %v", value, done, written[value])
				answered++
			}
		}
		t.Logf("%d edits", answered)
	})
}

// shutdownDelay is many times what it takes to see that the program is not ready any more.
const shutdownDelay = 6 * time.Second

// loadClient calls until it gets no answer.
type loadClient struct {
	*program.Process
	number    int
	done      map[string]bool // by value written, whether that was answered
	complaint string
}

// run uses a new connection for each call in half of the clients; the other half keep theirs, as browsers do.
func (c *loadClient) run(stopping *atomic.Int64) {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: c.number%2 == 0}, Timeout: program.Patience}
	defer client.CloseIdleConnections()
	for i := 0; c.complaint == ""; i++ {
		time.Sleep(10 * time.Millisecond)
		value := fmt.Sprintf(`["client-%d-%d"]`, c.number, i)
		query := map[string]any{"query": `{ accounts { id } }`}
		if edits := i%3 < 2; edits {
			query = map[string]any{"query": keyedEdit, "variables": map[string]any{"key": value, "value": json.RawMessage(value)}}
			c.done[value] = false
		}
		body, err := json.Marshal(query)
		if err != nil {
			panic(err)
		}
		answer, err := c.TrySend(client, http.MethodPost, "/graphql", string(body))
		since := time.Since(time.Unix(0, stopping.Load()))
		switch {
		case err != nil && answer.Status != 0:
			c.complaint = "half an answer: " + err.Error()
		case err != nil && (stopping.Load() == 0 || since < shutdownDelay-50*time.Millisecond):
			c.complaint = fmt.Sprintf("no answer %v after the signal: %v", since, err)
		case err != nil:
			return
		case answer.Status != http.StatusOK || !json.Valid([]byte(answer.Body)):
			c.complaint = fmt.Sprintf("answer %d %s", answer.Status, answer.Body)
		}
		if _, edits := c.done[value]; edits {
			c.done[value] = !strings.Contains(answer.Body, "TRY_AGAIN") // of which nothing was done
		}
	}
}
