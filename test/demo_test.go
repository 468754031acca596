package test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

func TestDemoStore(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
		program.RequireDemoStore(t, p.Query)
		p.Stop()
		before := dumpButForReading(t, databaseURL)
		again := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
		again.Stop()
		require.Equal(t, before, dumpButForReading(t, databaseURL), "a second start changes something")

		left := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
		left.Query(`mutation { disconnectTikTokShop(confirm: true) { userErrors { code } } }`)
		left.Stop()
		before = dumpButForReading(t, databaseURL)
		again = program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
		again.Stop()
		require.Equal(t, before, dumpButForReading(t, databaseURL), "a start after a disconnect changes something")
	})
}

// dumpButForReading is everything the database holds, but for what reading the store notes, which a job does when the store tells that it
// was edited: how it was found, and when.
func dumpButForReading(t *testing.T, databaseURL string) map[string][][]string {
	t.Helper()
	all := program.DumpWithoutJobs(t, databaseURL)
	conns := program.OpenDatabase(t, databaseURL)
	defer conns.Close()
	delete(all, "platform_notifications")
	all["settings"] = program.Rows(t, conns, `SELECT store_id, key, COALESCE(value, ''), CAST(updated_at AS text), updated_by_name FROM settings ORDER BY 1, 2`)
	all["epochs"] = program.Rows(t, conns, `SELECT id, account_id, snapshot_digest, COALESCE(snapshot, '') FROM epochs ORDER BY 1`)
	return all
}

// TestOtherStoreHasShop: the other store has its TikTok shop, whoever starts the program and how often, and
// whatever was there before.
func TestOtherStoreHasShop(t *testing.T) {
	t.Parallel()
	connect := fmt.Sprintf(`mutation { connectTikTokShop(authorizationCode: %q) { userErrors { code } } }`, "sandbox:US:owner:USLCDEMO7")
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		for range 2 {
			p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
			p.Query(disconnectMutation)
			p.As("").AwaitDisconnection("COMPLETE")
			require.Contains(t, p.Query(connect), `"userErrors":[{"code":"ACCOUNT_IN_USE"}]`)
			p.Stop()
		}
		program.Examine(t, databaseURL)
	})
}

// TestKilledStartups: after starts that were killed somewhere on their way, the next one makes the demo store, once.
func TestKilledStartups(t *testing.T) {
	if testing.Short() {
		t.Skip("kills the program many times")
	}
	dbtest.Each(t, func(t *testing.T, _ string) {
		dialect := filepath.Base(t.Name())
		for range 6 {
			databaseURL := dbtest.URL(t, dialect)
			for range 5 {
				p := program.Launch(t, program.Shipped, "DATABASE_URL="+databaseURL)
				time.Sleep(rand.N(1 + rand.N(100*time.Millisecond))) // early moments more often: most starts take less
				p.Kill()
			}
			p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
			program.RequireDemoStore(t, p.Query)
			p.Stop("the app is not let into the store yet", "the sandbox's store is not as the demo store says") // while a killed start holds the claim
			program.Examine(t, databaseURL)
		}
	})
}
