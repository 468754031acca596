package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// The program as it is shipped, without cgo, and one that reports data races. They stand in a folder git ignores,
// where go build leaves alone what is up to date.
var (
	shipped = sync.OnceValues(func() (string, error) { return build("handback", "CGO_ENABLED=0") })
	racing  = sync.OnceValues(func() (string, error) { return build("handback-race", "CGO_ENABLED=1", "-race") })
)

func build(name, cgo string, flags ...string) (string, error) {
	file, err := filepath.Abs(filepath.Join(".tools", "test", name))
	if err != nil {
		return "", err
	}
	cmd := exec.Command("go", append([]string{"build", "-o", file}, append(flags, ".")...)...)
	cmd.Env = append(os.Environ(), cgo)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w: %s", err, out)
	}
	return file, nil
}

// patience is how long tests wait for what must come. What comes late is no failure: another machine may be many times as
// slow, and busy. That it comes in time is tested where a test holds the clock.
const patience = 2 * time.Minute

// program is a process of the program.
type program struct {
	t              *testing.T
	cmd            *exec.Cmd
	url            string
	stdout, stderr output
	ended          chan struct{}
}

// launch starts the program in an empty folder of its own, and does not wait for it. env may name another ADDR.
func launch(t *testing.T, binary func() (string, error), env ...string) *program {
	t.Helper()
	file, err := binary()
	require.NoError(t, err)
	p := prepare(t, file, env...)
	p.begin()
	return p
}

func prepare(t *testing.T, file string, env ...string) *program {
	p := &program{t: t, cmd: exec.Command(file), ended: make(chan struct{})}
	p.cmd.Dir = t.TempDir()
	// The race detector would let each program linger for a second.
	p.cmd.Env = append([]string{"ADDR=127.0.0.1:0", "SHUTDOWN_DELAY=0", "GORACE=atexit_sleep_ms=10"}, env...)
	p.cmd.Stdout, p.cmd.Stderr = &p.stdout, &p.stderr
	return p
}

func (p *program) begin() {
	p.t.Helper()
	require.NoError(p.t, startTogether(p.cmd))
	go func() {
		_ = p.cmd.Wait()
		close(p.ended)
	}()
	p.t.Cleanup(func() {
		p.kill()
		require.NotContains(p.t, p.stderr.String(), "DATA RACE")
		require.NotContains(p.t, p.stderr.String(), "panic")
	})
}

// start starts the program and waits until it says where it serves.
func start(t *testing.T, binary func() (string, error), env ...string) *program {
	t.Helper()
	p := launch(t, binary, env...)
	p.awaitReady()
	return p
}

var address = regexp.MustCompile(`at (http://\S+/graphql)\n`)

func (p *program) awaitReady() {
	p.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if found := address.FindStringSubmatch(p.stdout.String()); found != nil {
			p.url = found[1]
			return
		}
		if p.over() {
			break
		}
	}
	require.FailNow(p.t, "the program did not come up", p.stderr.String())
}

func (p *program) over() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// wait returns the exit code of a program that ends by itself.
func (p *program) wait() int {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		require.FailNow(p.t, "the program does not end", p.stderr.String())
	}
	return p.cmd.ProcessState.ExitCode()
}

// stop ends the program as an operator would, which it must do without complaint.
func (p *program) stop() {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Process.Signal(syscall.SIGTERM))
	require.Zero(p.t, p.wait(), p.stderr.String())
	p.requireNoComplaint()
}

var information = regexp.MustCompile(`^time=\S+ level=INFO |^\{"time":"[^"]*","level":"INFO",`)

// requireNoComplaint fails when there is a line on stderr that is no information of the log.
func (p *program) requireNoComplaint() {
	p.t.Helper()
	p.requireNoComplaintBut("\x00")
}

// requireNoComplaintBut lets complaints pass that have the text in them.
func (p *program) requireNoComplaintBut(text string) {
	p.t.Helper()
	for line := range strings.Lines(p.stderr.String()) {
		if !strings.Contains(line, text) {
			require.Regexp(p.t, information, line)
		}
	}
}

// kill is kill -9.
func (p *program) kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// answer is what GraphQL over HTTP gives.
type answer struct {
	Data   json.RawMessage
	Errors json.RawMessage
}

// post sends a query. The error is one of the way to the program, or an answer that is not GraphQL's.
func (p *program) post(client *http.Client, query string) (answer, error) {
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		return answer{}, err
	}
	response, err := client.Post(p.url, "application/json", bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{}, err
	}
	var a answer
	if err := json.Unmarshal(text, &a); err != nil || response.StatusCode != http.StatusOK {
		return a, fmt.Errorf("%s: %q", response.Status, text)
	}
	return a, nil
}

// query returns the data of an answer, which must have no errors.
func (p *program) query(query string) string {
	p.t.Helper()
	a, err := p.post(http.DefaultClient, query)
	require.NoError(p.t, err)
	require.Empty(p.t, string(a.Errors))
	return string(a.Data)
}

// whole is an answer as it came.
type whole struct {
	status int
	header http.Header
	body   string
}

// send sends a request to an address of the program. The headers are names and values by turns; of one name there may
// be several.
func (p *program) send(method, path, body string, headers ...string) whole {
	p.t.Helper()
	w, err := p.trySend(http.DefaultClient, method, path, body, headers...)
	require.NoError(p.t, err)
	return w
}

func (p *program) trySend(client *http.Client, method, path, body string, headers ...string) (w whole, err error) {
	request, err := http.NewRequest(method, p.base()+path, strings.NewReader(body))
	if err != nil {
		return w, err
	}
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			request.Host = headers[i+1]
		}
		request.Header.Add(headers[i], headers[i+1])
	}
	response, err := client.Do(request)
	if err != nil {
		return w, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return whole{response.StatusCode, response.Header, string(text)}, err
}

// base is the program's address without a path, host is that of its connections.
func (p *program) base() string { return strings.TrimSuffix(p.url, "/graphql") }
func (p *program) host() string { return strings.TrimPrefix(p.base(), "http://") }

// output is read while it is written.
type output struct {
	mu   sync.Mutex
	text strings.Builder
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// together runs n calls at once and returns when all are done.
func together(n int, call func(i int)) {
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
