package test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

// pipe is closed with the test.
func pipe(t *testing.T) (reader, writer *os.File) {
	t.Helper()
	reader, writer, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() {
		_ = reader.Close()
		_ = writer.Close()
	})
	return reader, writer
}

// fullPipe takes nothing, and nobody reads it.
func fullPipe(t *testing.T) *os.File {
	t.Helper()
	_, writer := pipe(t)
	require.NoError(t, writer.SetWriteDeadline(time.Now().Add(100*time.Millisecond)))
	for {
		if _, err := writer.Write(make([]byte, 512)); errors.Is(err, os.ErrDeadlineExceeded) {
			return writer
		}
	}
}

// brokenPipe has no reader any more.
func brokenPipe(t *testing.T) *os.File {
	t.Helper()
	reader, writer := pipe(t)
	require.NoError(t, reader.Close())
	return writer
}

// prepare makes a process with other outputs than the harness reads; nil leaves one as it is.
func prepare(t *testing.T, stdout, stderr *os.File, env ...string) *program.Process {
	t.Helper()
	file, err := program.Shipped()
	require.NoError(t, err)
	p := program.Prepare(t, file, env...)
	if stdout != nil {
		p.Cmd.Stdout = stdout
	}
	if stderr != nil {
		p.Cmd.Stderr = stderr
	}
	return p
}

var startLine = regexp.MustCompile(`msg=start .* addr=(\S+)`)

// awaitStartLine waits for the address in the log, where the one on standard output cannot be read.
func awaitStartLine(t *testing.T, p *program.Process) {
	t.Helper()
	require.Eventually(t, func() bool {
		found := startLine.FindStringSubmatch(p.Stderr.String())
		if found != nil {
			p.URL = "http://" + found[1] + "/graphql"
		}
		return found != nil
	}, program.Patience, 10*time.Millisecond)
}

// TestLogReaderGoes: a disconnect is done and answered although nobody reads the log any more, and the program goes on and
// stops as always.
func TestLogReaderGoes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		reader, stderr := pipe(t)
		p := prepare(t, nil, stderr, "DATABASE_URL="+databaseURL)
		p.Begin()
		p.AwaitReady()
		require.NoError(t, stderr.Close()) // the program has its own
		require.NoError(t, reader.Close())
		for range 3 {
			require.Contains(t, p.Query(`{ overview { tikTokShop { status } } }`), "CONNECTED")
		}
		require.Contains(t, p.Query(`mutation { disconnectTikTokShop(confirm: true) { disconnection { id } userErrors { code } } }`), `"disconnection_`)
		require.Len(t, program.Examine(t, databaseURL).Closed, 1)
		require.Eventually(t, func() bool {
			dropped := metric(t, p, "handback_log_lines_dropped_total")
			return dropped != "0" && p.Send(http.MethodGet, "/readyz", "").Status == http.StatusOK
		}, program.Patience, 10*time.Millisecond)
		p.Stop()
	})
}

// metric is the value of a metric without labels.
func metric(t *testing.T, p *program.Process, name string) string {
	t.Helper()
	for line := range strings.Lines(p.Metrics()) {
		if value, found := strings.CutPrefix(line, name+" "); found {
			return strings.TrimSpace(value)
		}
	}
	require.Fail(t, "there is no such metric", name)
	return ""
}

// TestLogReaderStalls: many more lines than a pipe takes, and all requests are answered; so are probes. When the reader
// goes on it gets what could wait, in whole lines, and the program stops while one stalls.
func TestLogReaderStalls(t *testing.T) {
	t.Parallel()
	reader, stderr := pipe(t)
	p := prepare(t, nil, stderr)
	p.Begin()
	p.AwaitReady()
	require.NoError(t, stderr.Close())
	client := program.NewClient(t)
	const callers, calls = 8, 150
	name := strings.Repeat("n", 100)
	program.Concurrently(callers, func(i int) {
		for range calls {
			answer, err := p.TrySend(client, http.MethodPost, "/graphql", `{"query":"query `+name+` { __typename }"}`)
			if err != nil || answer.Status != http.StatusOK {
				t.Errorf("caller %d: %v %+v", i, err, answer)
				return
			}
		}
	})
	require.Equal(t, http.StatusOK, p.Send(http.MethodGet, "/readyz", "").Status)
	require.Equal(t, "0", metric(t, p, "handback_log_lines_dropped_total"))
	lines := make(chan string)
	go func() {
		text, _ := io.ReadAll(reader)
		lines <- string(text)
	}()
	p.Stop()
	text := <-lines
	require.Greater(t, len(text), 128<<10, "more than a pipe takes")
	require.Equal(t, callers*calls, strings.Count(text, "msg=operation"))
	for line := range strings.Lines(text) {
		require.Regexp(t, `^time=\S+ level=INFO msg=.*\n$`, line)
	}
}

// TestStopWithStalledLogReader: who never reads the log does not keep the program from ending well.
func TestStopWithStalledLogReader(t *testing.T) {
	t.Parallel()
	p := prepare(t, nil, fullPipe(t))
	p.Begin()
	p.AwaitReady()
	require.Contains(t, p.Query(`{ store { name } }`), "Aurora Outfitters")
	p.Stop()
}

// TestStartWithoutReaderOfOutput: what the program prints when it starts decides nothing, either.
func TestStartWithoutReaderOfOutput(t *testing.T) {
	t.Parallel()
	for name, stdout := range map[string]*os.File{"gone": brokenPipe(t), "stalled": fullPipe(t)} {
		t.Run(name, func(t *testing.T) {
			p := prepare(t, stdout, nil)
			p.Begin()
			awaitStartLine(t, p)
			require.Contains(t, p.Query(`{ store { name } }`), "Aurora Outfitters")
			p.Stop()
		})
	}
}

// TestStartupErrorWithoutReader: an error of the start ends the program with its code, whoever reads it.
func TestStartupErrorWithoutReader(t *testing.T) {
	t.Parallel()
	for name, stderr := range map[string]*os.File{"gone": brokenPipe(t), "stalled": fullPipe(t)} {
		t.Run(name, func(t *testing.T) {
			p := prepare(t, nil, stderr, "DATABASE_URL=planted")
			p.Begin()
			require.Equal(t, 1, p.Wait())
		})
	}
}

// TestLogIsWholeAtTheEnd: the lines of the last requests are there.
func TestLogIsWholeAtTheEnd(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped)
	for i := range 200 {
		p.Query(fmt.Sprintf(`query Number%d { __typename }`, i))
	}
	require.NoError(t, p.Cmd.Process.Signal(syscall.SIGTERM))
	require.Zero(t, p.Wait())
	for i := range 200 {
		require.Contains(t, p.Stderr.String(), fmt.Sprintf("operation=Number%d ", i))
	}
}
