package dbtest

import (
	"net"
	"net/url"
	"path/filepath"
	"strconv"
	"testing"
)

// Standby starts a standby of the private server for the length of a test, and returns the address there of the database
// that databaseURL names. It follows the server by streaming, and answers reads.
func Standby(tb testing.TB, databaseURL string) string {
	tb.Helper()
	var standby postgres
	bin, err := standby.prepare()
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(standby.stop)
	primary, err := url.Parse(databaseURL)
	if err != nil {
		tb.Fatal(err)
	}
	installed, err := filepath.EvalSymlinks(filepath.Join(bin, "postgres")) // the folder may have links to the commoner programs only
	if err != nil {
		tb.Fatal(err)
	}
	copying := command(standby.identity, standby.dir, filepath.Join(filepath.Dir(installed), "pg_basebackup"), "--pgdata="+standby.data(), "--no-sync",
		"--checkpoint=fast", "--wal-method=stream", "--write-recovery-conf", "--dbname=postgres://postgres@"+primary.Host+"/postgres?sslmode=disable")
	if out, err := copying.CombinedOutput(); err != nil {
		tb.Fatalf("pg_basebackup: %v: %s", err, out)
	}
	if err := standby.run(bin); err != nil {
		tb.Fatal(err)
	}
	primary.Host = net.JoinHostPort("127.0.0.1", strconv.Itoa(standby.port))
	return primary.String()
}
