// Package program is the harness of the tests that see the program from outside: it builds the program, runs it as a
// process, calls its API over HTTP as demo visitors, sellers and partners do, and reads its database behind its back.
package program

import (
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Patience is how long tests wait for what must come. What comes late is no failure: another machine may be many times as
// slow, and busy. That it comes in time is tested where a test holds the clock.
const Patience = 2 * time.Minute

// Process is a process of the program.
type Process struct {
	T              testing.TB
	Cmd            *exec.Cmd
	URL            string // of the API, once it is ready
	Ops            string // where operators are answered, then
	Stdout, Stderr Output
	exited         chan struct{}
}

// The tests may run under nohup, which has SIGHUP ignored in all they start. A signal that is handled here is not ignored
// there.
func init() { //nolint:gochecknoinits // before the first process is started
	if signal.Ignored(syscall.SIGHUP) {
		signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	}
}

// Launch starts the program in an empty folder of its own, and does not wait for it. env may name another ADDR.
func Launch(t testing.TB, binary Binary, env ...string) *Process {
	t.Helper()
	file, err := binary()
	require.NoError(t, err)
	p := Prepare(t, file, env...)
	p.Begin()
	return p
}

// Prepare makes a process that Begin will start, so that a test can change its command before.
func Prepare(t testing.TB, file string, env ...string) *Process {
	t.Helper()
	p := &Process{T: t, Cmd: exec.Command(file), exited: make(chan struct{})}
	p.Cmd.Dir = t.TempDir()
	// The race detector would let each program linger for a second.
	p.Cmd.Env = append([]string{"ADDR=127.0.0.1:0", "OPS_ADDR=127.0.0.1:0", "SHUTDOWN_DELAY=0", "GORACE=atexit_sleep_ms=10"}, withShopify(env)...)
	p.Cmd.Stdout, p.Cmd.Stderr = &p.Stdout, &p.Stderr
	return p
}

// Begin starts a prepared process. When the test ends it is killed, and must have reported neither panics nor data races.
func (p *Process) Begin() {
	p.T.Helper()
	require.NoError(p.T, startInGroup(p.Cmd))
	go func() {
		_ = p.Cmd.Wait()
		close(p.exited)
	}()
	p.T.Cleanup(func() {
		p.Kill()
		require.NotContains(p.T, p.Stderr.String(), "DATA RACE")
		require.NotContains(p.T, p.Stderr.String(), "panic")
	})
}

// Start starts the program and waits until it says where it serves.
func Start(t testing.TB, binary Binary, env ...string) *Process {
	t.Helper()
	p := Launch(t, binary, env...)
	p.AwaitReady()
	return p
}

var address = regexp.MustCompile(`(?s)at (http://\S+/graphql)\n.*(http://\S+)/metrics\n`)

// AwaitReady waits until the program says where it serves.
func (p *Process) AwaitReady() {
	p.T.Helper()
	for deadline := time.Now().Add(Patience); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if found := address.FindStringSubmatch(p.Stdout.String()); found != nil {
			p.URL, p.Ops = found[1], found[2]
			return
		}
		if p.Exited() {
			break
		}
	}
	require.FailNow(p.T, "the program did not come up", p.Stderr.String())
}

// Exited reports whether the process has ended.
func (p *Process) Exited() bool {
	select {
	case <-p.exited:
		return true
	default:
		return false
	}
}

// Wait returns the exit code of a program that ends by itself.
func (p *Process) Wait() int {
	p.T.Helper()
	select {
	case <-p.exited:
	case <-time.After(Patience):
		require.FailNow(p.T, "the program does not end", p.Stderr.String())
	}
	return p.Cmd.ProcessState.ExitCode()
}

// Stop ends the program as an operator would, which it must do without warnings other than the allowed ones.
func (p *Process) Stop(allowed ...string) {
	p.T.Helper()
	require.NoError(p.T, p.Cmd.Process.Signal(syscall.SIGTERM))
	require.Zero(p.T, p.Wait(), p.Stderr.String())
	p.RequireNoWarnings(allowed...)
}

// sandboxWarning is what operators are told of a program that reaches no platform.
const sandboxWarning = "stand-ins answer for Shopify and TikTok"

var information = regexp.MustCompile(`^time=\S+ level=INFO |^\{"time":"[^"]*","level":"INFO",`)

// RequireNoWarnings fails when there is a line on stderr that is no information of the log, and has none of the allowed
// texts.
func (p *Process) RequireNoWarnings(allowed ...string) {
	p.T.Helper()
	for line := range strings.Lines(p.Stderr.String()) {
		if strings.Contains(line, sandboxWarning) {
			continue
		}
		if !slices.ContainsFunc(allowed, func(text string) bool { return strings.Contains(line, text) }) {
			require.Regexp(p.T, information, line)
		}
	}
}

// Kill is kill -9.
func (p *Process) Kill() {
	_ = p.Cmd.Process.Kill()
	<-p.exited
}

// Output can be read while a process writes it.
type Output struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write adds to the output.
func (o *Output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

// String is what was written up to now.
func (o *Output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// Concurrently runs n calls at once and returns when all are done.
func Concurrently(n int, call func(i int)) {
	var calls sync.WaitGroup
	gate := make(chan struct{})
	for i := range n {
		calls.Go(func() {
			<-gate
			call(i)
		})
	}
	close(gate)
	calls.Wait()
}
