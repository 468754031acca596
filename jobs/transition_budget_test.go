package jobs_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/shopify/sandbox"
)

// TestConnectInStoreIsCounted: what a connect writes counts against the ledger budget as soon as the store was read, with the snapshot;
// what gives the store back does not.
func TestConnectInStoreIsCounted(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		l := newLife(t, databaseURL, sandbox.Options{})
		l.connect()
		counted := func() []string {
			return l.rows(`SELECT ledger_bytes FROM stores WHERE ledger_bytes > (SELECT octet_length(snapshot) FROM epochs) AND id = '` + l.seller.Store.ID + `'`)
		}
		connected := counted()
		require.Len(t, connected, 1)
		l.disconnect()
		require.Equal(t, connected, counted())
	})
}
