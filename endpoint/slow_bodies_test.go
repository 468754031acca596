package endpoint

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pipeListener accepts one connection that is no socket, so that a test holds the clock.
type pipeListener chan net.Conn

func (l pipeListener) Accept() (net.Conn, error) {
	conn, open := <-l
	if !open {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (l pipeListener) Addr() net.Addr { return &net.TCPAddr{} }

func (l pipeListener) Close() error {
	close(l)
	return nil
}

// sendInParts sends a request, and its body with a pause before each part of so many bytes.
func sendInParts(conn net.Conn, bytes int, pauses []time.Duration) {
	_, _ = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
	body := httputil.NewChunkedWriter(conn)
	for _, pause := range pauses {
		time.Sleep(pause)
		_, _ = io.WriteString(body, strings.Repeat("x", bytes))
	}
	_ = body.Close()
	_, _ = io.WriteString(conn, "\r\n")
}

// TestBodiesThatDoNotMoveAreCut early, and those that come along are read whole.
func TestBodiesThatDoNotMoveAreCut(t *testing.T) {
	const bodyGrace, readTime = 5 * time.Second, 30 * time.Second
	pauses := func(pause time.Duration, times int) []time.Duration {
		return slices.Repeat([]time.Duration{pause}, times)
	}
	stopping := make(chan struct{})
	close(stopping)
	for _, test := range []struct {
		name   string
		waits  time.Duration // what the handler does before it reads
		wants  time.Duration // the time that the handler gives the body; 0 when it says nothing
		pauses []time.Duration
		bytes  int           // after each pause
		cut    time.Duration // when the body is; 0 when it is read whole

		stopping <-chan struct{}
	}{
		{"nothing", 0, 0, pauses(time.Hour, 1), 1, bodyGrace, nil},
		{"at once", 0, 0, pauses(0, 3), bodyRate, 0, nil},
		{"while we wait", 2 * bodyGrace, 0, pauses(time.Second, 3), 1, 0, nil},
		{"at the rate", 0, 0, pauses(time.Second, 10), bodyRate, 0, nil},
		{"a byte now and then", 0, 0, pauses(bodyGrace/2, 4), 1, bodyGrace, nil},
		{"a fast beginning", 0, 0, append(pauses(0, 100), time.Hour), bodyRate, bodyGrace, nil},
		{"for ever", 0, 0, pauses(4*time.Second, 100), 10 * bodyRate, readTime, nil},
		{"longer than the handler wants", 0, 4500 * time.Millisecond, pauses(time.Second, 100), bodyRate, 4500 * time.Millisecond, nil},
		{"shorter than the handler wants", 0, time.Hour, pauses(time.Hour, 1), 1, bodyGrace, nil},
		{"while the program stops", 0, 0, pauses(time.Second, 100), 2 * bodyRate, bodyGrace, stopping},
		{"soon enough", 0, 0, pauses(time.Second, 4), 2 * bodyRate, 0, stopping},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				read, began := make(chan error), time.Now()
				server := &http.Server{Handler: CutSlowBodies(BodyTime{Grace: bodyGrace, Whole: readTime, Stopping: test.stopping}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					time.Sleep(test.waits)
					if test.wants > 0 {
						assert.NoError(t, http.NewResponseController(w).SetReadDeadline(time.Now().Add(test.wants)))
					}
					_, err := io.Copy(io.Discard, r.Body)
					read <- err
				}))}
				client, conn := net.Pipe()
				listener := make(pipeListener, 1)
				listener <- conn
				go func() { _ = server.Serve(listener) }()
				var sender sync.WaitGroup
				sender.Go(func() { sendInParts(client, test.bytes, test.pauses) })
				err := <-read
				took := time.Since(began)
				require.NoError(t, client.Close())
				require.NoError(t, server.Close())
				sender.Wait()
				if test.cut == 0 {
					require.NoError(t, err)
					return
				}
				require.ErrorIs(t, err, os.ErrDeadlineExceeded)
				require.InDelta(t, test.cut, took, float64(10*time.Millisecond)) // a byte earns some time
			})
		})
	}
}

// TestBodyIsCutWhileItIsRead by whoever finds that it must go.
func TestBodyIsCutWhileItIsRead(t *testing.T) {
	const whole = time.Hour
	reading := make(chan struct{})
	result := make(chan error, 1)
	server := httptest.NewServer(CutSlowBodies(BodyTime{Grace: whole, Whole: whole}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		go func() {
			<-reading
			assert.NoError(t, http.NewResponseController(w).SetReadDeadline(time.Now()))
		}()
		_, err := io.ReadAll(io.TeeReader(r.Body, writerFunc(func(p []byte) (int, error) {
			close(reading)
			return len(p), nil
		})))
		result <- err
	})))
	defer server.Close()
	body, writer := io.Pipe()
	go func() { _, _ = writer.Write([]byte("{")) }()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, body)
	require.NoError(t, err)
	if response, err := http.DefaultClient.Do(request); err == nil {
		_ = response.Body.Close()
	}
	require.ErrorIs(t, <-result, os.ErrDeadlineExceeded)
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
