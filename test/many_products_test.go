//go:build !race

package test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/shopify/sandbox"
	"github.com/handback/handback/test/program"
)

// TestManyProductsTakeLittleMemory connects a store of 100,000 products, looks at the preview, edits it and disconnects it. Shopify
// is another process's, and grants what it grants the largest stores, so that little is waited for.
func TestManyProductsTakeLittleMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 100,000 products many times")
	}
	t.Parallel()
	const most = 256 << 10 // KiB; it is half as much where the collector gets its share of the machine
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		shopify := program.ServeShopify(t, sandbox.Options{Products: 100_000, RestoreRate: 100_000, BulkRate: 100_000})
		shopify.Intercept(func(_ int, done bool) {
			if !done {
				time.Sleep(10 * time.Millisecond) // which no call to Shopify takes less than
			}
		})
		p := program.Start(t, program.Shipped, program.WithSignIn("DATABASE_URL="+databaseURL, shopify.Env())...)
		seller := p.As(program.SessionToken(aurora, "42"))
		step := func(name string, do func()) {
			t.Helper()
			began := time.Now()
			do()
			t.Logf("%s: %v, at most %d MiB", name, time.Since(began), peak(t, p)>>10)
		}
		step("sign in", func() { seller.Data(`{ store { name } }`) })
		step("connect", func() {
			seller.Data(connectMutation)
			awaitShop(seller, "CONNECTED")
		})
		shopify.Intercept(nil) // nobody waits for long for a preview: as much is read as can be meanwhile
		step("preview", func() {
			require.Contains(t, seller.Data(`{ accounts { disconnectPreview { token estimatedSeconds } } }`), `"token":"`)
		})
		step("disconnect", func() {
			seller.Data(disconnectMutation)
			awaitShop(seller, "DISCONNECTED")
		})
		require.Less(t, peak(t, p), most, "KiB")
		p.Stop("the store could not be read", "leadership") // in the time that somebody waits for a preview, or that a leader has
	})
}

// awaitShop is AwaitShop for as long as it takes, with tokens that do not expire meanwhile.
func awaitShop(seller program.Client, status string) {
	seller.T.Helper()
	seller.Credential = program.SessionToken(aurora, "42")
	seller.AwaitShop(status)
}
