package test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

// sizedStores is how many stores BenchmarkStoreSize makes, unless STORES says another number.
const sizedStores = 1000

// sizePhases are what each of the stores does, one phase after the other.
var sizePhases = []struct {
	what string
	do   func(seller program.Client, number int)
}{
	{"signed in", func(seller program.Client, _ int) { seller.Data(`{ store { id } }`) }},
	{"connected", func(seller program.Client, number int) {
		seller.Insist(fmt.Sprintf(`mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:SIZE%06d") { userErrors { code } } }`, number))
		seller.AwaitShop("CONNECTED")
	}},
	{"edited ten times", func(seller program.Client, _ int) {
		for i := range 10 {
			seller.Insist(fmt.Sprintf(`mutation { updateSettings(settings: [{ key: "order.tags", value: ["web", "edit-%d"] }]) { userErrors { code } } }`, i))
		}
	}},
	{"edited ten times with keys", func(seller program.Client, number int) {
		for i := range 10 {
			seller.Insist(fmt.Sprintf(`mutation { updateSettings(settings: [{ key: "order.tags", value: ["web", "keyed-%d"] }]) @idempotent(key: "%d-%d") { settings { key value } userErrors { code } } }`, i, number, i))
		}
	}},
	{"disconnected", func(seller program.Client, _ int) {
		seller.Insist(disconnectMutation)
		seller.AwaitDisconnection("COMPLETE")
	}},
}

// BenchmarkStoreSize: what a store takes on PostgreSQL, of which docs/scale.md reckons what many take: rows and bytes of each table, with
// its indexes, bytes of the write-ahead log, and jobs, by what stores have done. It takes minutes; run it once (-benchtime 1x).
func BenchmarkStoreSize(b *testing.B) {
	count := sizedStores
	if text := os.Getenv("STORES"); text != "" {
		var err error
		count, err = strconv.Atoi(text)
		require.NoError(b, err)
	}
	databaseURL := dbtest.Postgres(b)
	conns := program.OpenDatabase(b, databaseURL)
	environment := program.WithSignIn("DATABASE_URL="+databaseURL, program.ShopifyOf(databaseURL).Env(), "THROTTLE_MAXIMUM=1000000", "THROTTLE_RESTORE_RATE=1000000")
	p := program.Start(b, program.Shipped, environment...)
	before, wal := sizesOf(b, conns), position(b, conns)
	for _, phase := range sizePhases {
		forEachStore(count, func(number int) {
			phase.do(p.As(program.SessionToken(fmt.Sprintf("size-%06d.myshopify.com", number), "42")), number)
		})
		_, err := conns.ExecContext(b.Context(), `VACUUM (ANALYZE)`)
		require.NoError(b, err)
		now, end := sizesOf(b, conns), position(b, conns)
		fmt.Fprintf(os.Stdout, "%d stores, %s: %s\n", count, phase.what, perStore(before, now, end-wal, count)) // the log of a benchmark is cut
		before, wal = now, position(b, conns)
	}
	fmt.Fprintf(os.Stdout, "memory of the program: %d MiB at most\n", peak(b, p)/1024)
}

// forEachStore does something for each store, some of them at once.
func forEachStore(count int, do func(number int)) {
	const clients = 16
	program.Concurrently(clients, func(i int) {
		for number := i; number < count; number += clients {
			do(number)
		}
	})
}

// tableSize is how many rows a table has, and how many bytes with its indexes.
type tableSize struct{ rows, bytes float64 }

func sizesOf(b *testing.B, conns program.Querier) map[string]tableSize {
	b.Helper()
	sizes := map[string]tableSize{}
	for _, row := range program.Rows(b, conns, `SELECT relname, CAST((xpath('/row/c/text()', query_to_xml('SELECT count(*) AS c FROM ' || relname, false, true, '')))[1] AS text),
		CAST(pg_total_relation_size(relid) AS text) FROM pg_stat_user_tables WHERE schemaname = current_schema() ORDER BY relname`) {
		rows, err := strconv.ParseFloat(row[1], 64)
		require.NoError(b, err)
		bytes, err := strconv.ParseFloat(row[2], 64)
		require.NoError(b, err)
		sizes[row[0]] = tableSize{rows, bytes}
	}
	return sizes
}

// position is where the write-ahead log is.
func position(b *testing.B, conns program.Querier) float64 {
	b.Helper()
	at, err := strconv.ParseFloat(program.Rows(b, conns, `SELECT CAST(pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS text)`)[0][0], 64)
	require.NoError(b, err)
	return at
}

// perStore tells what was added, by store.
func perStore(before, now map[string]tableSize, wal float64, count int) string {
	var text strings.Builder
	total, share := 0.0, float64(count)
	for _, table := range slices.Sorted(maps.Keys(now)) {
		size := now[table]
		rows, bytes := (size.rows-before[table].rows)/share, (size.bytes-before[table].bytes)/share
		if total += bytes; rows != 0 || bytes != 0 {
			fmt.Fprintf(&text, "\n| `%s` | %.1f | %.0f |", table, rows, bytes)
		}
	}
	return fmt.Sprintf("%.0f bytes and %.0f of WAL by store%s", total, wal/share, text.String())
}
