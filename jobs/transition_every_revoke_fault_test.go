//go:build !race

package jobs_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/standin"
)

// TestDisconnectRevokesOnceDespiteEveryFault has every call to TikTok of a disconnect fail in every way: the authorization is ended once, after
// the store was given back.
func TestDisconnectRevokesOnceDespiteEveryFault(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		before := l.atShopify()
		l.connectShop()
		l.tikTok.watch(nil, nil)
		l.requireRestored(l.disconnect())
		calls := l.tikTok.operations()
		require.Len(t, calls, 12, "six of what is open, shops, webhooks, one of them, the end, shops, and the refresh that fails: %v", calls)
		for n := range len(calls) * len(faultKinds) {
			at, kind := n/len(faultKinds)+1, faultKinds[n%len(faultKinds)]
			l.connectShop()
			since := l.lastCall()
			l.tikTok.watch(func(call int, operation string) {
				if call == at {
					require.NoError(t, l.shops.AddFault(standin.Fault{Operation: "*", Kind: kind, Times: 1}))
				}
				if strings.HasPrefix(operation, "DELETE /authorization") {
					require.Equal(t, []string{"DISCONNECTED"}, l.rows(`SELECT status FROM accounts WHERE kind = 'TIKTOK_SHOP'`))
				}
			}, nil)
			id := l.disconnect()
			l.tikTok.watch(nil, nil)
			l.shops.ClearFaults()

			l.requireRestored(id)
			require.Equal(t, before, l.atShopify())
			l.requireRevoked(id, models.AuthorizationRevoked, since, 1)
		}
	})
}
