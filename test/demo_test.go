package test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
	"handback/test/program"
	"handback/tiktok"
)

func TestDemoStore(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
		program.RequireDemoStore(t, p.Query)
		p.Stop()
		before := program.DumpWithoutJobs(t, databaseURL)
		again := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
		again.Stop()
		require.Equal(t, before, program.DumpWithoutJobs(t, databaseURL), "a second start changes something")

		left := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
		left.Query(`mutation { disconnectTikTokShop(confirm: true) { userErrors { code } } }`)
		left.Stop()
		before = program.DumpWithoutJobs(t, databaseURL)
		again = program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
		again.Stop()
		require.Equal(t, before, program.DumpWithoutJobs(t, databaseURL), "a start after a disconnect changes something")
	})
}

// TestOtherStoreHasShop: the other store has its TikTok shop, whoever starts the program and how often, and
// whatever was there before.
func TestOtherStoreHasShop(t *testing.T) {
	t.Parallel()
	inUse := fmt.Sprintf(`mutation { disconnectTikTokShop(confirm: true) { userErrors { code } } connectTikTokShop(authorizationCode: %q) { userErrors { code } } }`,
		"sandbox:US:owner:"+tiktok.ShopOfAnotherStore)
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		for range 2 {
			p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
			require.Contains(t, p.Query(inUse), `"connectTikTokShop":{"userErrors":[{"code":"ACCOUNT_IN_USE"}]}`)
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
