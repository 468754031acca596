package jobs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

// TestDisconnectOverwritesWhatIsEditedMeanwhile, and keeps it in its record.
func TestDisconnectOverwritesWhatIsEditedMeanwhile(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		before := l.atShopify()
		l.connect()
		l.during("ChannelDelete", func() {
			l.setLocation(1003, false)
			l.publish(7002, true)
		})
		id := l.disconnect()

		l.requireRestored(id)
		require.Equal(t, before, l.atShopify())
		require.Equal(t, []string{gid("Location", 1003) + " true false"}, l.rows(
			`SELECT entry || ' ' || target || ' ' || replaced FROM store_writes WHERE transition_id = '`+id+`' AND key = 'location.fulfillsOnlineOrders' AND target = 'true'`))
		require.Equal(t, []string{
			`location.fulfillsOnlineOrders {"gid://shopify/Location/1001":true,"gid://shopify/Location/1002":true,"gid://shopify/Location/1003":false}`,
		}, l.editedInShopify())
		for _, change := range l.disconnection(id).Restoration.Changes {
			require.Equal(t, change.Key == models.KeyOnlineLocations, change.LastChangedBy == models.ShopifyAdmin, change.Key)
		}
		trail, err := l.AuditTrail(l.ctx, l.seller, models.AuditPage{Count: 10}, models.AccountDetails{Changes: true})
		require.NoError(t, err)
		for _, entry := range trail.Entries {
			if entry.Action == models.AccountDisconnectingAction {
				require.Empty(t, entry.Changes)
				require.Equal(t, l.disconnection(id).Restoration, entry.Disconnection.Restoration, "it is the same record")
			}
			require.Equal(t, strings.HasPrefix(string(entry.Action), "ACCOUNT_DISCONNECT"), entry.Disconnection != nil, entry.Action)
		}
	})
}

// editedInShopify are the edits of merchants that the ledger has: the settings with their values then.
func (l *life) editedInShopify() []string {
	return l.rows(`SELECT key || ' ' || COALESCE(after, '') FROM setting_changes WHERE changed_by_name = '` + models.ShopifyAdmin.Name + `' ORDER BY seq`)
}

// TestTransitionsTellWhatIsEditedWhileConnecting apart from what connecting has written, also when it is undone.
func TestTransitionsTellWhatIsEditedWhileConnecting(t *testing.T) {
	edited := []string{`location.fulfillsOnlineOrders {"gid://shopify/Location/1001":false,"gid://shopify/Location/1002":false,"gid://shopify/Location/1003":true}`}
	for _, undone := range []bool{false, true} {
		t.Run(fmt.Sprintf("undone %t", undone), func(t *testing.T) {
			eachLife(t, func(t *testing.T, l *life) {
				before := l.atShopify()
				connecting := l.beginConnecting(shopCode)
				l.during("WebhookSubscriptionCreate", func() {
					l.setLocation(1001, false)
					if undone {
						l.reject("WebhookSubscriptionCreate")
					}
				})
				l.carryOut(connecting)
				var id string
				if undone {
					id = l.account(models.AccountDetails{Disconnections: true}).Disconnections[0].ID
					l.carryOut(id)
				} else {
					l.requirePhase(connecting, models.PhaseComplete)
					require.Equal(t, edited, l.editedInShopify())
					id = l.disconnect()
				}
				require.Equal(t, edited, l.editedInShopify())
				l.requireRestored(id)
				require.Equal(t, before, l.atShopify())
			})
		})
	}
}

// TestDisconnectTellsWhatIsEditedWhileBlocked when it is tried again.
func TestDisconnectTellsWhatIsEditedWhileBlocked(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		before := l.atShopify()
		l.connect()
		l.wire.watch(func(_ int, operation string) {
			if operation == "Locations" {
				l.setLocation(1003, false)
			}
		}, nil)
		id := l.disconnect()
		l.requirePhase(id, models.PhaseBlocked, models.VerificationFailed)
		l.wire.watch(nil, nil)
		edited := l.editedInShopify()
		l.publish(7001, true)     // as connecting had it
		l.setLocation(1003, true) // as it is to be
		l.setLocation(1001, false)
		l.retry(id)
		l.requireRestored(id)
		require.Equal(t, before, l.atShopify())
		require.Equal(t, append(edited,
			`location.fulfillsOnlineOrders {"gid://shopify/Location/1001":false,"gid://shopify/Location/1002":true,"gid://shopify/Location/1003":false}`), l.editedInShopify())
	})
}

// TestDisconnectIsBlockedByEditsThatNeverEnd. It goes on when these have ended, or ends when the seller accepts it.
func TestDisconnectIsBlockedByEditsThatNeverEnd(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		before := l.atShopify()
		for _, accepted := range []bool{false, true} {
			l.connect()
			l.wire.watch(func(_ int, operation string) {
				if operation == "Locations" {
					l.setLocation(1003, false)
				}
			}, nil)
			id := l.disconnect()
			l.requirePhase(id, models.PhaseBlocked, models.VerificationFailed)
			require.Equal(t, []string{"3"}, l.rows(`SELECT rounds FROM transitions WHERE id = '`+id+`'`))
			l.wire.watch(nil, nil)
			if accepted {
				l.accept(id)
				l.requireRestored(id, entry(models.KeyOnlineLocations, "Location", 1003, models.ExceptionAccepted))
			} else {
				l.retry(id)
				l.requireRestored(id)
				require.Equal(t, before, l.atShopify())
			}
		}
	})
}
