package dbtest

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// PgBouncer starts a PgBouncer for the length of a test and returns the database's address by way of it. The pool mode is
// session, transaction or statement. Settings sent at connect that are not in ignored make it refuse a connection.
// Transactions take turns on the server connections.
func PgBouncer(tb testing.TB, databaseURL, poolMode string, ignored ...string) string {
	tb.Helper()
	address, err := url.Parse(databaseURL)
	if err != nil {
		tb.Fatal(err)
	}
	port, err := freePort()
	if err != nil {
		tb.Fatal(err)
	}
	cmd, log, err := startPgBouncer(fmt.Sprintf(`[databases]
* = host=127.0.0.1 port=%s user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = any
pool_mode = %s
default_pool_size = 10
server_round_robin = 1
ignore_startup_parameters = %s
`, address.Port(), port, poolMode, strings.Join(append(ignored, "extra_float_digits"), ", ")))
	if err != nil {
		tb.Fatalf("PgBouncer is needed (make test installs it): %v", err)
	}
	tb.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = os.RemoveAll(cmd.Dir)
	})
	address.Host = fmt.Sprintf("127.0.0.1:%d", port)
	awaitListener(tb, address.Host, log)
	return address.String()
}

func startPgBouncer(settings string) (*exec.Cmd, *bytes.Buffer, error) {
	binary, err := pgBouncerBinary()
	if err != nil {
		return nil, nil, err
	}
	identity, err := unprivilegedUser()
	if err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp("", "handback-pgbouncer-")
	if err != nil {
		return nil, nil, err
	}
	file := filepath.Join(dir, "pgbouncer.ini")
	if err := os.WriteFile(file, []byte(settings), 0o644); err != nil { //nolint:gosec // the user it runs as reads it
		return nil, nil, err
	}
	if err := os.Chmod(dir, 0o755); err != nil { //nolint:gosec // as above
		return nil, nil, err
	}
	cmd := command(identity, dir, binary, file)
	log := new(bytes.Buffer)
	cmd.Stderr = log
	return cmd, log, startTied(cmd)
}

// pgBouncerBinary looks where Debian has it, too, which is in the path of root only.
func pgBouncerBinary() (string, error) {
	if binary, err := exec.LookPath("pgbouncer"); err == nil {
		return binary, nil
	}
	return exec.LookPath("/usr/sbin/pgbouncer")
}

func awaitListener(tb testing.TB, address string, log *bytes.Buffer) {
	tb.Helper()
	var err error
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		var conn net.Conn
		if conn, err = new(net.Dialer).DialContext(context.Background(), "tcp", address); err == nil {
			_ = conn.Close()
			return
		}
	}
	tb.Fatalf("PgBouncer does not answer: %v: %s", err, log)
}
