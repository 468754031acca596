// Package dbtest gives tests real databases of their own: files for the embedded one, and databases in a private
// PostgreSQL server that lives as long as the test binary.
package dbtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/handback/handback/db"
	"github.com/handback/handback/models"
)

// Dialects names the databases that every behaviour is tested on.
var Dialects = []string{"sqlite", "postgres"}

// Each runs a test once on every database, each time with the URL of a new one.
func Each(t *testing.T, test func(t *testing.T, databaseURL string)) {
	t.Helper()
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) { test(t, URL(t, dialect)) })
	}
}

// EachEmpty is Each with databases that no program was started on yet.
func EachEmpty(t *testing.T, test func(t *testing.T, databaseURL string)) {
	t.Helper()
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) { test(t, EmptyURL(t, dialect)) })
	}
}

// URL returns the address of a new database of the dialect: one that a program was started on once, and that holds no store. It is
// copied, because migrating takes twenty times as long.
func URL(tb testing.TB, dialect string) string {
	tb.Helper()
	if dialect == "postgres" {
		return Postgres(tb)
	}
	url := EmptyURL(tb, dialect)
	content, err := migratedFile()
	if err == nil {
		err = os.WriteFile(strings.TrimPrefix(url, "sqlite:"), content, 0o600)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return url
}

// EmptyURL returns the address of a database of the dialect that no program was started on yet.
func EmptyURL(tb testing.TB, dialect string) string {
	tb.Helper()
	if dialect == "postgres" {
		return newPostgres(tb, "")
	}
	return "sqlite:" + filepath.Join(tb.TempDir(), "handback.db")
}

// migratedFile is what the file of the embedded database holds after a start.
var migratedFile = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "handback-sqlite-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "migrated.db")
	if err := migrate("sqlite:" + file); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

func migrate(databaseURL string) error {
	repository, err := db.Open(context.Background(), databaseURL, models.DefaultCatalogue())
	if err != nil {
		return err
	}
	return repository.Close()
}

// Main runs a package's tests and stops the PostgreSQL server they used. Call it from TestMain.
func Main(m *testing.M) {
	code := m.Run()
	server.stop()
	os.Exit(code)
}

// Postgres returns the address of a new database in the private server, as URL does, with a superuser's rights.
func Postgres(tb testing.TB) string {
	tb.Helper()
	return newPostgres(tb, migrated)
}

// newPostgres makes a database that is a copy of the template, an empty one when there is none.
func newPostgres(tb testing.TB, template string) string {
	tb.Helper()
	url, err := server.newDatabase(template)
	if err != nil {
		tb.Fatalf("PostgreSQL is needed (make test installs it): %v", err)
	}
	return url
}

// CopyPostgres returns the address of a new database in the private server that holds what the other one holds now, as a backup
// that was brought back does. Others may use that one meanwhile.
func CopyPostgres(tb testing.TB, databaseURL string) string {
	tb.Helper()
	target := EmptyURL(tb, "postgres")
	dump, err := exec.Command("pg_dump", "--dbname="+databaseURL).Output()
	if err != nil {
		tb.Fatalf("pg_dump: %v", err)
	}
	restore := exec.Command("psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--dbname="+target)
	restore.Stdin = bytes.NewReader(dump)
	if out, err := restore.CombinedOutput(); err != nil {
		tb.Fatalf("psql: %v: %s", err, out)
	}
	return target
}

var server postgres

type postgres struct {
	once     sync.Once
	err      error
	dir      string
	port     int
	identity *syscall.Credential // nil for that of this process
	process  *exec.Cmd
	mu       sync.Mutex
	created  int
	migrated bool
}

// migrated is the database that others are copied from.
const migrated = "migrated"

func (p *postgres) newDatabase(template string) (string, error) {
	if p.once.Do(func() { p.err = p.start() }); p.err != nil {
		return "", p.err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if template == migrated && !p.migrated {
		if err := errors.Join(p.create(migrated), migrate(p.url(migrated))); err != nil {
			return "", err
		}
		p.migrated = true
	}
	p.created++
	name := fmt.Sprintf("test_%d", p.created)
	if template != "" {
		return p.url(name), p.create(name + " TEMPLATE " + template)
	}
	return p.url(name), p.create(name)
}

func (p *postgres) create(database string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, p.url("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "CREATE DATABASE "+database)
	return err
}

func (p *postgres) url(database string) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s?sslmode=disable", p.port, database)
}

func (p *postgres) start() error {
	bin, err := p.prepare()
	if err != nil {
		return err
	}
	initdb := command(p.identity, p.dir, filepath.Join(bin, "initdb"), "--no-sync", "--username=postgres", "--auth=trust",
		"--encoding=UTF8", "--locale=C", "--pgdata="+p.data())
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	if err := p.requirePasswords(); err != nil {
		return err
	}
	return p.run(bin)
}

// prepare makes a folder and chooses a port. It returns the folder of the server's programs.
func (p *postgres) prepare() (bin string, err error) {
	if bin, err = serverBinaries(); err != nil {
		return "", err
	}
	if p.identity, err = unprivilegedUser(); err != nil {
		return "", err
	}
	if p.dir, err = os.MkdirTemp("", "handback-postgres-"); err != nil {
		return "", err
	}
	if p.identity != nil {
		if err := os.Chown(p.dir, int(p.identity.Uid), int(p.identity.Gid)); err != nil {
			return "", err
		}
	}
	p.port, err = freePort()
	return bin, err
}

func (p *postgres) data() string { return filepath.Join(p.dir, "data") }

// PasswordRole is the group of the roles that the server asks for a password. It trusts all others.
const PasswordRole = "with_password"

func (p *postgres) requirePasswords() error {
	file := filepath.Join(p.data(), "pg_hba.conf")
	rules, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return os.WriteFile(file, append([]byte("host all +"+PasswordRole+" 127.0.0.1/32 scram-sha-256\n"), rules...), 0o600)
}

// run starts the server of the data and waits until it answers.
func (p *postgres) run(bin string) error {
	p.process = command(p.identity, p.dir, filepath.Join(bin, "postgres"), "-D", p.data(), "-p", strconv.Itoa(p.port),
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "max_connections=300")
	var log bytes.Buffer
	p.process.Stderr = &log
	if err := startTied(p.process); err != nil {
		return err
	}
	return p.awaitReady(&log)
}

func (p *postgres) awaitReady(log *bytes.Buffer) error {
	var err error
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		var conn *pgx.Conn
		if conn, err = pgx.Connect(context.Background(), p.url("postgres")); err == nil {
			return conn.Close(context.Background())
		}
	}
	p.stop()
	return fmt.Errorf("the PostgreSQL server does not answer: %w: %s", err, log)
}

func (p *postgres) stop() {
	if p.process != nil {
		_ = p.process.Process.Signal(syscall.SIGINT) // fast shutdown
		_ = p.process.Wait()
	}
	_ = os.RemoveAll(p.dir)
}

// serverBinaries finds the folder of initdb and postgres.
func serverBinaries() (string, error) {
	folders := filepath.SplitList(os.Getenv("PATH"))
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		folders = append(folders, string(bytes.TrimSpace(out)))
	}
	versions, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	for _, folder := range append(folders, versions...) {
		_, noInitdb := os.Stat(filepath.Join(folder, "initdb"))
		_, noServer := os.Stat(filepath.Join(folder, "postgres"))
		if noInitdb == nil && noServer == nil {
			return folder, nil
		}
	}
	return "", errors.New("initdb and postgres are not on this machine")
}

// ServerFolder is the folder of PostgreSQL's programs, those of the private server.
func ServerFolder(tb testing.TB) string {
	tb.Helper()
	folder, err := serverBinaries()
	if err != nil {
		tb.Fatalf("PostgreSQL is needed (make test installs it): %v", err)
	}
	return folder
}

// unprivilegedUser returns an account to run the server as, because PostgreSQL does not run as root; nil when we are not root.
func unprivilegedUser() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		if account, err := user.Lookup(name); err == nil {
			uid, _ := strconv.ParseUint(account.Uid, 10, 32)
			gid, _ := strconv.ParseUint(account.Gid, 10, 32)
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is no other user")
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

func command(identity *syscall.Credential, dir, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: identity}
	return cmd
}
