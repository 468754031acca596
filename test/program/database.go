package program

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // reads the PostgreSQL database past the program
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // reads the embedded database past the program
)

// IsSQLite reports whether a database is the embedded one.
func IsSQLite(databaseURL string) bool { return strings.HasPrefix(databaseURL, "sqlite:") }

// OpenDatabase opens the program's database past the program, until the test ends.
func OpenDatabase(t testing.TB, databaseURL string) *sql.DB {
	t.Helper()
	driver, source := "pgx", databaseURL
	if IsSQLite(databaseURL) {
		driver, source = "sqlite", strings.TrimPrefix(databaseURL, "sqlite:")+"?_pragma=busy_timeout(5000)"
	}
	conns, err := sql.Open(driver, source)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conns.Close() })
	return conns
}

// Querier is a database or a transaction.
type Querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Rows reads all rows of a query as text.
func Rows(t testing.TB, from Querier, query string) [][]string {
	t.Helper()
	found, err := from.QueryContext(context.Background(), query)
	require.NoError(t, err)
	defer found.Close()
	columns, err := found.Columns()
	require.NoError(t, err)
	list := [][]string{}
	for found.Next() {
		row, targets := make([]string, len(columns)), make([]any, len(columns))
		for i := range row {
			targets[i] = &row[i]
		}
		require.NoError(t, found.Scan(targets...))
		list = append(list, row)
	}
	require.NoError(t, found.Err())
	return list
}

// Dump is everything the database holds, by table.
func Dump(t testing.TB, databaseURL string) map[string][][]string {
	t.Helper()
	conns := OpenDatabase(t, databaseURL)
	defer conns.Close()
	tables := `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`
	whole := `SELECT CAST(d AS text) FROM %s d ORDER BY 1`
	if IsSQLite(databaseURL) {
		tables = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
	}
	all := map[string][][]string{}
	for _, table := range Rows(t, conns, tables) {
		if IsSQLite(databaseURL) {
			columns := Rows(t, conns, fmt.Sprintf(`SELECT group_concat('quote(' || name || ')', ' || '' '' || ') FROM pragma_table_info('%s')`, table[0]))
			whole = `SELECT ` + columns[0][0] + ` FROM %s ORDER BY 1`
		}
		all[table[0]] = Rows(t, conns, fmt.Sprintf(whole, table[0]))
	}
	require.NotEmpty(t, all)
	return all
}

// DumpWithoutJobs is Dump but for River's tables, in which a running program notes all the time what it does by itself.
func DumpWithoutJobs(t testing.TB, databaseURL string) map[string][][]string {
	t.Helper()
	all := Dump(t, databaseURL)
	maps.DeleteFunc(all, func(table string, _ [][]string) bool { return strings.HasPrefix(table, "river_") })
	return all
}

// FileDigests are the digests of the embedded database's files, by name; there are none of PostgreSQL's.
func FileDigests(t testing.TB, databaseURL string) map[string]string {
	t.Helper()
	digests := map[string]string{}
	if IsSQLite(databaseURL) {
		found, err := filepath.Glob(strings.TrimPrefix(databaseURL, "sqlite:") + "*")
		require.NoError(t, err)
		require.NotEmpty(t, found)
		for _, file := range found {
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			hash := sha256.Sum256(content)
			digests[file] = hex.EncodeToString(hash[:])
		}
	}
	return digests
}
