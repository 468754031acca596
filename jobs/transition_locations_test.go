package jobs_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

// TestDisconnectListsADeactivatedLocationAsAnException: Shopify lets nobody switch it on.
func TestDisconnectListsADeactivatedLocationAsAnException(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.connect()
		l.change(fmt.Sprintf(`locationDeactivate(locationId: %q) @idempotent(key: "deactivate") { locationDeactivateUserErrors { message } }`, gid("Location", 1003)))
		inactive := entry(models.KeyOnlineLocations, "Location", 1003, models.LocationInactive)

		exceptions, warnings := l.foreseen()
		id := l.disconnect()

		require.Equal(t, []string{inactive}, exceptions)
		require.Equal(t, []string{"CANNOT_BE_RESTORED 1"}, warnings)
		l.requireRestored(id, inactive)
		require.Equal(t, []string{gid("Location", 1001)}, l.online())
	})
}

// TestDisconnectLeavesALocationOfAFulfillmentServiceAlone: no app may switch it, and it was not recorded.
func TestDisconnectLeavesALocationOfAFulfillmentServiceAlone(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.change(`fulfillmentServiceCreate(name: "Partner") { userErrors { message } }`)
		before := l.atShopify()
		l.connect()
		exceptions, warnings := l.foreseen()
		require.Empty(t, exceptions)
		require.Empty(t, warnings)
		l.requireRestored(l.disconnect())
		require.Equal(t, before, l.atShopify())
	})
}

// TestDisconnectListsTheLastOnlineLocationAsAnException: Shopify keeps one on.
func TestDisconnectListsTheLastOnlineLocationAsAnException(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.setLocation(1003, false)
		l.reconcile()
		l.connect()
		l.change(fmt.Sprintf(`locationDeactivate(locationId: %q) @idempotent(key: "deactivate") { locationDeactivateUserErrors { message } }`, gid("Location", 1001)))
		wanted := []string{
			entry(models.KeyOnlineLocations, "Location", 1001, models.LocationInactive),
			entry(models.KeyOnlineLocations, "Location", 1003, models.OnlyOnlineLocation),
		}

		exceptions, warnings := l.foreseen()
		id := l.disconnect()

		require.Equal(t, wanted, exceptions)
		require.Equal(t, []string{"CANNOT_BE_RESTORED 2"}, warnings)
		l.requireRestored(id, wanted...)
		require.Equal(t, []string{gid("Location", 1003)}, l.online())
	})
}

// TestDisconnectSwitchesTheLastOnlineLocationOffWhenItIsTheLastNoMore: the merchant switches the other one off meanwhile, which is
// switched on again.
func TestDisconnectSwitchesTheLastOnlineLocationOffWhenItIsTheLastNoMore(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.setLocation(1003, false)
		l.reconcile()
		before := l.atShopify()
		l.connect()
		l.during("LocationEdit", func() { l.setLocation(1001, false) })
		l.requireRestored(l.disconnect())
		require.Equal(t, before, l.atShopify())
	})
}
