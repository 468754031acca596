package main

import (
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
	"handback/test/program"
)

// requireFailure proves that the program ends with exit code 1 and one line that says why, and returns the line.
func requireFailure(t *testing.T, p *program.Process) string {
	t.Helper()
	require.Equal(t, 1, p.Wait())
	require.Empty(t, p.Stdout.String())
	line := p.Stderr.String()
	require.Regexp(t, `^handback: [^\n]{20,}\n$`, line)
	require.NotContains(t, line, "secret")
	require.NotContains(t, line, "%!")
	return line
}

func requireEmptyFolder(t *testing.T, dir string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, files)
}

func TestRefusesABadDatabaseURL(t *testing.T) {
	for _, c := range []struct{ name, url, says string }{
		{"not understood", "mysql://handback:secret@localhost/handback", "DATABASE_URL is not understood"},
		{"no path", "sqlite:", "DATABASE_URL is not understood"},
		{"in memory", "sqlite::memory:", "DATABASE_URL is not understood"},
		{"missing folder", "sqlite:missing/handback.db", "cannot open the database file missing/handback.db"},
		{"a folder", "sqlite:.", "cannot open the database file ."},
		{"a bad escape", "postgres://handback:secret%zz@localhost/handback", "DATABASE_URL is not a PostgreSQL address"},
		{"a bad port", "postgres://handback:secret@localhost:port/handback", "DATABASE_URL is not a PostgreSQL address"},
		{"a bad parameter", "postgres://handback:secret@localhost/handback?sslmode=sometimes", "DATABASE_URL is not a PostgreSQL address"},
		{"nobody listens", "postgres://handback:secret@127.0.0.1:1/handback", "cannot reach the PostgreSQL database \"handback\" at 127.0.0.1:1"},
		{"no such host", "postgres://handback:secret@nowhere.invalid/handback", "cannot reach the PostgreSQL database \"handback\" at nowhere.invalid:5432"},
		{"no such socket", "postgres://handback:secret@/handback?host=/nowhere", "cannot reach the PostgreSQL database \"handback\""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := program.Launch(t, program.Shipped, "DATABASE_URL="+c.url)
			require.Contains(t, requireFailure(t, p), c.says)
			requireEmptyFolder(t, p.Cmd.Dir)
		})
	}
}

func TestRefusesADatabaseThatIsNotThere(t *testing.T) {
	address := strings.NewReplacer("postgres@", "postgres:secret@", "/test_", "/missing_").Replace(dbtest.Postgres(t))
	require.Contains(t, requireFailure(t, program.Launch(t, program.Shipped, "DATABASE_URL="+address)), "does not exist")
}

func TestRefusesASilentDatabase(t *testing.T) {
	t.Parallel()
	database, _ := silentDatabase(t)
	p := program.Launch(t, program.Shipped, "DATABASE_URL="+database)
	require.Contains(t, requireFailure(t, p), "cannot reach the PostgreSQL database")
}

func TestRefusesAFileThatIsNoDatabase(t *testing.T) {
	file := filepath.Join(t.TempDir(), "handback.db")
	const text = "Dear diary, today I was taken for a database. I was not amused, and I will not change.\n"
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	require.Contains(t, requireFailure(t, program.Launch(t, program.Shipped, "DATABASE_URL=sqlite:"+file)), "not a database")
	require.Equal(t, text, readFile(t, file))
	files, err := os.ReadDir(filepath.Dir(file))
	require.NoError(t, err)
	require.Len(t, files, 1)
}

func TestRefusesAFolderItCannotWriteTo(t *testing.T) {
	dir := shared(t)
	require.NoError(t, os.Chmod(dir, 0o555))
	p := launchUnprivileged(t, "DATABASE_URL=sqlite:"+dir+"/handback.db")
	require.Contains(t, requireFailure(t, p), "cannot open the database file")
	requireEmptyFolder(t, dir)
}

func TestRefusesADatabaseItCannotWriteTo(t *testing.T) {
	dir := shared(t)
	file := filepath.Join(dir, "handback.db")
	program.Start(t, program.Shipped, "DATABASE_URL=sqlite:"+file).Stop()
	require.NoError(t, os.Chmod(file, 0o444))
	require.NoError(t, os.Chmod(dir, 0o555))
	p := launchUnprivileged(t, "DATABASE_URL=sqlite:"+file)
	require.Contains(t, requireFailure(t, p), file)
}

// shared makes a folder that other users may look into.
func shared(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "handback-")
	require.NoError(t, err)
	t.Cleanup(func() {
		_ = os.Chmod(dir, 0o700)
		_ = os.RemoveAll(dir)
	})
	require.NoError(t, os.Chmod(dir, 0o755))
	return dir
}

// launchUnprivileged starts the program as nobody when the tests run as root, whom no permission stops.
func launchUnprivileged(t *testing.T, env string) *program.Process {
	t.Helper()
	if os.Geteuid() != 0 {
		return program.Launch(t, program.Shipped, env)
	}
	file, err := program.Shipped()
	require.NoError(t, err)
	binary := filepath.Join(shared(t), "handback")
	require.NoError(t, exec.Command("cp", file, binary).Run())
	nobody, err := user.Lookup("nobody")
	require.NoError(t, err)
	uid, err := strconv.ParseUint(nobody.Uid, 10, 32)
	require.NoError(t, err)
	p := program.Prepare(t, binary, env)
	p.Cmd.Dir = "/"
	p.Cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid)}}
	p.Begin()
	return p
}

func TestRefusesANewerDatabase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL).Stop()
		conns := program.OpenDatabase(t, databaseURL)
		applied := `true`
		if program.IsSQLite(databaseURL) {
			applied = `1`
			// Whatever a later version does with its file.
			_ = program.Rows(t, conns, `PRAGMA journal_mode = DELETE`)
		}
		_, err := conns.ExecContext(context.Background(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, `+applied+`)`)
		require.NoError(t, err)
		require.NoError(t, conns.Close())
		before, fileBefore := program.Dump(t, databaseURL), program.FileDigests(t, databaseURL)

		p := program.Launch(t, program.Shipped, "DATABASE_URL="+databaseURL)
		require.Contains(t, requireFailure(t, p), "newer than this program")
		require.Equal(t, fileBefore, program.FileDigests(t, databaseURL), "the file was changed")
		require.Equal(t, before, program.Dump(t, databaseURL))
	})
}

func TestRefusesATakenPort(t *testing.T) {
	first := program.Start(t, program.Shipped)
	addr := strings.TrimSuffix(strings.TrimPrefix(first.URL, "http://"), "/graphql")
	p := program.Launch(t, program.Shipped, "ADDR="+addr)
	require.Contains(t, requireFailure(t, p), "ADDR "+addr+": address already in use")
	requireEmptyFolder(t, p.Cmd.Dir)
}

func TestServesThisMachineOnly(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:1", ":8080", "192.168.1.1:80", "example.com:80", "[::]:0", "[::ffff:10.0.0.1]:0", "0:0"} {
		t.Run(addr, func(t *testing.T) {
			p := program.Launch(t, program.Shipped, "ADDR="+addr)
			line := requireFailure(t, p)
			require.Contains(t, line, "ADDR must be a loopback address")
			require.Contains(t, line, "no sign-in")
			requireEmptyFolder(t, p.Cmd.Dir)
		})
	}
	for _, addr := range []string{"127.0.0.1", "127.0.0.1:port", "127.0.0.1:99999"} {
		t.Run(addr, func(t *testing.T) {
			p := program.Launch(t, program.Shipped, "ADDR="+addr)
			require.Contains(t, requireFailure(t, p), "ADDR")
			requireEmptyFolder(t, p.Cmd.Dir)
		})
	}
	for _, addr := range []string{"localhost:0", "127.0.0.2:0", "[::1]:0"} {
		t.Run(addr, func(t *testing.T) {
			if listener, err := net.Listen("tcp", addr); err != nil { // a machine without IPv6
				p := program.Launch(t, program.Shipped, "ADDR="+addr)
				require.Contains(t, requireFailure(t, p), "cannot listen")
				return
			} else {
				listener.Close()
			}
			p := program.Start(t, program.Shipped, "ADDR="+addr)
			require.Contains(t, p.Query(`{ store { name } }`), "Aurora Outfitters")
			p.Stop()
		})
	}
}

// A web page whose name was made to lead to this machine could otherwise act as the seller.
func TestRefusesOtherHosts(t *testing.T) {
	p := program.Start(t, program.Shipped)
	for host, status := range map[string]int{
		"localhost": http.StatusOK, "localhost:8080": http.StatusOK, "127.0.0.1": http.StatusOK, "[::1]:80": http.StatusOK, "[::1]": http.StatusOK,
		"evil.example": http.StatusMisdirectedRequest, "localhost.evil.example:80": http.StatusMisdirectedRequest, "192.0.2.1": http.StatusMisdirectedRequest,
	} {
		request, err := http.NewRequest(http.MethodPost, p.URL, strings.NewReader(`{"query":"{ store { id } }"}`))
		require.NoError(t, err)
		request.Host = host
		request.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, status, response.StatusCode, host)
	}
}
