package test

import (
	"context"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

// requireStartupError proves that the program ends with exit code 1 and one line that says why, and returns the line.
func requireStartupError(t *testing.T, p *program.Process) string {
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

func TestStartupErrorBadDatabaseURL(t *testing.T) {
	t.Parallel()
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
			require.Contains(t, requireStartupError(t, p), c.says)
			requireEmptyFolder(t, p.Cmd.Dir)
		})
	}
}

func TestStartupErrorMissingDatabase(t *testing.T) {
	address := strings.NewReplacer("postgres@", "postgres:secret@", "/test_", "/missing_").Replace(dbtest.Postgres(t))
	require.Contains(t, requireStartupError(t, program.Launch(t, program.Shipped, "DATABASE_URL="+address)), "does not exist")
}

func TestStartupErrorSilentDatabase(t *testing.T) {
	t.Parallel()
	database, _ := silentDatabase(t)
	p := program.Launch(t, program.Shipped, "DATABASE_URL="+database)
	require.Contains(t, requireStartupError(t, p), "cannot reach the PostgreSQL database")
}

func TestStartupErrorInvalidDatabaseFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "handback.db")
	const text = "Dear diary, today I was taken for a database. I was not amused, and I will not change.\n"
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	require.Contains(t, requireStartupError(t, program.Launch(t, program.Shipped, "DATABASE_URL=sqlite:"+file)), "not a database")
	require.Equal(t, text, readFile(t, file))
	files, err := os.ReadDir(filepath.Dir(file))
	require.NoError(t, err)
	require.Len(t, files, 1)
}

func TestStartupErrorReadOnlyFolder(t *testing.T) {
	t.Parallel()
	dir := sharedFolder(t)
	require.NoError(t, os.Chmod(dir, 0o555))
	p := launchUnprivileged(t, "DATABASE_URL=sqlite:"+dir+"/handback.db")
	require.Contains(t, requireStartupError(t, p), "cannot open the database file")
	requireEmptyFolder(t, dir)
}

func TestStartupErrorReadOnlyDatabase(t *testing.T) {
	t.Parallel()
	dir := sharedFolder(t)
	file := filepath.Join(dir, "handback.db")
	program.Start(t, program.Shipped, "DATABASE_URL=sqlite:"+file).Stop()
	closeWAL(t, "sqlite:"+file)
	require.NoError(t, os.Chmod(file, 0o444))
	require.NoError(t, os.Chmod(dir, 0o555))
	p := launchUnprivileged(t, "DATABASE_URL=sqlite:"+file)
	require.Contains(t, requireStartupError(t, p), file)
}

// TestStartupErrorReadOnlyDatabaseWithLog: with the log of a program that was killed SQLite opens a file that it cannot write
// to, and reads are served from it.
func TestStartupErrorReadOnlyDatabaseWithLog(t *testing.T) {
	t.Parallel()
	for _, readOnly := range []string{"", "-wal"} {
		dir := sharedFolder(t)
		file := filepath.Join(dir, "handback.db")
		program.Start(t, program.Shipped, "DATABASE_URL=sqlite:"+file).Kill()
		require.FileExists(t, file+"-wal")
		require.NoError(t, os.Chmod(dir, 0o777))
		for _, suffix := range []string{"", "-wal", "-shm"} {
			require.NoError(t, os.Chmod(file+suffix, 0o666))
		}
		require.NoError(t, os.Chmod(file+readOnly, 0o444))
		p := launchUnprivileged(t, "DATABASE_URL=sqlite:"+file)
		require.Contains(t, requireStartupError(t, p), file+readOnly+" cannot be written to: permission denied")
	}
}

// closeWAL brings all of the write-ahead log into the database file and removes it. A program that is stopped while it
// writes leaves one, with which SQLite opens even a file that it cannot write to.
func closeWAL(t *testing.T, databaseURL string) {
	t.Helper()
	conns := program.OpenDatabase(t, databaseURL)
	_ = program.Rows(t, conns, `SELECT id FROM stores`)
	require.NoError(t, conns.Close())
}

// sharedFolder makes a folder that other users may look into.
func sharedFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "handback-") //nolint:usetesting // the folders above t.TempDir are closed to others
	require.NoError(t, err)
	t.Cleanup(func() {
		_ = os.Chmod(dir, 0o700)
		_ = os.RemoveAll(dir)
	})
	require.NoError(t, os.Chmod(dir, 0o755))
	return dir
}

// launchUnprivileged starts the program as nobody when the tests run as root, whom no permission stops.
func launchUnprivileged(t *testing.T, env string, arguments ...string) *program.Process {
	t.Helper()
	file, err := program.Shipped()
	require.NoError(t, err)
	if os.Geteuid() != 0 {
		p := program.Prepare(t, file, env)
		p.Cmd.Args = append(p.Cmd.Args, arguments...)
		p.Begin()
		return p
	}
	binary := filepath.Join(sharedFolder(t), "handback")
	require.NoError(t, exec.Command("cp", file, binary).Run())
	nobody, err := user.Lookup("nobody")
	require.NoError(t, err)
	uid, err := strconv.ParseUint(nobody.Uid, 10, 32)
	require.NoError(t, err)
	p := program.Prepare(t, binary, env)
	p.Cmd.Args = append(p.Cmd.Args, arguments...)
	p.Cmd.Dir = "/"
	p.Cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid)}}
	p.Begin()
	return p
}

func TestStartupErrorNewerDatabase(t *testing.T) {
	t.Parallel()
	dbtest.EachEmpty(t, func(t *testing.T, databaseURL string) {
		program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL).Stop()
		conns := program.OpenDatabase(t, databaseURL)
		applied := `true`
		if program.IsSQLite(databaseURL) {
			applied = `1`
			// Whatever a later version does with its file.
			_ = program.Rows(t, conns, `PRAGMA journal_mode = DELETE`)
		}
		_, err := conns.ExecContext(context.Background(), `INSERT INTO handback_migrations (version_id, is_applied) VALUES (999, `+applied+`)`)
		require.NoError(t, err)
		require.NoError(t, conns.Close())
		before, fileBefore := program.Dump(t, databaseURL), program.FileDigests(t, databaseURL)

		p := program.Launch(t, program.Shipped, "DATABASE_URL="+databaseURL)
		require.Contains(t, requireStartupError(t, p), "newer than this program")
		require.Equal(t, fileBefore, program.FileDigests(t, databaseURL), "the file was changed")
		require.Equal(t, before, program.Dump(t, databaseURL))
	})
}

// TestStartupErrorDatabaseOfAnotherProgram: one that uses goose, too, and is as far as Handback by the number of its
// migrations. Nothing in it is changed.
func TestStartupErrorDatabaseOfAnotherProgram(t *testing.T) {
	t.Parallel()
	dbtest.EachEmpty(t, func(t *testing.T, databaseURL string) {
		conns := program.OpenDatabase(t, databaseURL)
		for _, statement := range []string{
			`CREATE TABLE invoices (id bigint)`,
			`CREATE TABLE goose_db_version (id integer PRIMARY KEY, version_id bigint NOT NULL, is_applied boolean NOT NULL, tstamp timestamp)`,
			`INSERT INTO goose_db_version (id, version_id, is_applied) VALUES (1, 0, true), (2, 5, true)`,
		} {
			_, err := conns.ExecContext(context.Background(), statement)
			require.NoError(t, err)
		}
		require.NoError(t, conns.Close())
		before := program.FileDigests(t, databaseURL)
		p := program.Launch(t, program.Shipped, "DATABASE_URL="+databaseURL)
		require.Contains(t, requireStartupError(t, p), "the tables of another program")
		require.Equal(t, before, program.FileDigests(t, databaseURL), "the file was changed")
		tables := `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`
		if program.IsSQLite(databaseURL) {
			tables = `SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1`
		}
		require.Equal(t, [][]string{{"goose_db_version"}, {"invoices"}}, program.Rows(t, program.OpenDatabase(t, databaseURL), tables))
	})
}

func TestStartupErrorPortInUse(t *testing.T) {
	first := program.Start(t, program.Shipped)
	addr := strings.TrimSuffix(strings.TrimPrefix(first.URL, "http://"), "/graphql")
	p := program.Launch(t, program.Shipped, "ADDR="+addr)
	require.Contains(t, requireStartupError(t, p), "listen on ADDR "+addr+": address already in use")
	requireEmptyFolder(t, p.Cmd.Dir)
	ops := strings.TrimPrefix(first.Ops, "http://")
	p = program.Launch(t, program.Shipped, "OPS_ADDR="+ops)
	require.Contains(t, requireStartupError(t, p), "listen on OPS_ADDR "+ops+": address already in use")
	requireEmptyFolder(t, p.Cmd.Dir)
}
