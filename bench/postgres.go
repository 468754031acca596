package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/handback/handback/bench/contender"
)

// settingsOfPostgres are what differs from PostgreSQL's own defaults. Commits are as durable as the medium is; work that
// comes now and then is put off, so that it does not fall on whoever is measured at that moment. The log may not be longer than that, because
// where the data is in memory all of it is.
var settingsOfPostgres = map[string]string{
	"fsync": "on", "synchronous_commit": "on",
	"shared_buffers": "1GB", "max_connections": "200",
	"max_wal_size": "6GB", "checkpoint_timeout": "1h", "autovacuum": "off", "wal_init_zero": "off",
	"logging_collector": "on", "log_destination": "csvlog", // plans are read from there
	"listen_addresses": "127.0.0.1", "unix_socket_directories": "",
}

// postgres is a private server, which nobody else can reach.
type postgres struct {
	*contender.Process
	folder string
	port   int
}

func startPostgres(ctx context.Context) (*postgres, error) {
	bin, err := serverPrograms(ctx)
	if err != nil {
		return nil, err
	}
	account, err := unprivilegedUser()
	if err != nil {
		return nil, err
	}
	p := &postgres{}
	if p.folder, err = os.MkdirTemp(dataFolder(), "handback-bench-"); err != nil {
		return nil, err
	}
	if account != nil {
		if err := os.Chown(p.folder, int(account.Uid), int(account.Gid)); err != nil {
			return nil, err
		}
	}
	if err := p.start(ctx, bin, account); err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

func (p *postgres) start(ctx context.Context, bin string, account *syscall.Credential) (err error) {
	data := filepath.Join(p.folder, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "--no-sync", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--pgdata="+data)
	initdb.Dir = p.folder
	initdb.SysProcAttr = &syscall.SysProcAttr{Credential: account}
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	if p.port, err = contender.FreePort(); err != nil {
		return err
	}
	command := []string{filepath.Join(bin, "postgres"), "-D", data, "-p", strconv.Itoa(p.port)}
	for name, value := range settingsOfPostgres {
		command = append(command, "-c", name+"="+value)
	}
	if p.Process, err = contender.Begin("PostgreSQL", p.folder, nil, account, command...); err != nil {
		return err
	}
	return p.awaitReady(ctx)
}

func (p *postgres) awaitReady(ctx context.Context) (err error) {
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline) && ctx.Err() == nil && !p.Over(); time.Sleep(20 * time.Millisecond) {
		var conn *pgx.Conn
		if conn, err = pgx.Connect(ctx, p.url("postgres")); err == nil {
			_, err = conn.Exec(ctx, "CREATE DATABASE bench")
			return errors.Join(err, conn.Close(ctx))
		}
	}
	return fmt.Errorf("PostgreSQL does not answer: %w: %s", err, p.Said())
}

// copyDatabase makes a database of another one, which nobody uses.
func (p *postgres) copyDatabase(ctx context.Context, from, to string) error {
	return send(ctx, p.url("postgres"), "CREATE DATABASE "+to+" TEMPLATE "+from)
}

// send sends one statement over a connection of its own.
func send(ctx context.Context, databaseURL, statement string) error {
	return connected(ctx, databaseURL, func(conn *pgx.Conn) error {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
		return nil
	})
}

// connected does something with a connection of its own.
func connected(ctx context.Context, databaseURL string, do func(*pgx.Conn) error) error {
	conn, err := pgx.Connect(ctx, databaseURL)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	return do(conn)
}

func (p *postgres) url(database string) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s?sslmode=disable", p.port, database)
}

func (p *postgres) stop() {
	if p.Process != nil {
		p.Stop(syscall.SIGINT) // a fast shutdown
	}
	_ = os.RemoveAll(p.folder)
}

// dataFolder is where databases lie: in memory where there is room, so that programs are compared and not a disk.
func dataFolder() string {
	const memory, room = "/dev/shm", 16 << 30
	if chosen := os.Getenv("DATA_DIR"); chosen != "" {
		return chosen
	}
	var stat syscall.Statfs_t
	if err := syscall.Statfs(memory, &stat); err == nil && stat.Bavail*uint64(stat.Bsize) > room {
		return memory
	}
	return os.TempDir()
}

// serverPrograms finds the folder of initdb and postgres.
func serverPrograms(ctx context.Context) (string, error) {
	folders := filepath.SplitList(os.Getenv("PATH"))
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
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
