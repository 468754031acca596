package jobs_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify/sandbox"
)

// TestDisconnectGoesOnWhenTheAppIsInstalledAgain, after it was uninstalled in the middle.
func TestDisconnectGoesOnWhenTheAppIsInstalledAgain(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		before := l.atShopify()
		l.connect()
		l.during("UnpublishProduct", func() { l.box.Uninstall(domain) })
		id := l.disconnect()
		l.requirePhase(id, models.PhaseBlocked, models.ShopifyAccessLost)
		require.Equal(t, models.AccountDisconnecting, l.account(models.AccountDetails{}).Status)
		l.retry(id)
		l.requirePhase(id, models.PhaseBlocked, models.ShopifyAccessLost)

		l.signIn(l.seller.Store)
		l.retry(id)

		l.requireRestored(id)
		require.Equal(t, []models.EventTopic{
			models.AccountDisconnectingEvent, models.DisconnectionBlockedEvent, models.DisconnectionBlockedEvent, models.AccountDisconnectedEvent,
		}, l.topicsOf(id))
		require.Equal(t, withoutIDs(before), withoutIDs(l.atShopify()), "the app has another publication")
	})
}

// TestBlockedDisconnectIsNotOld: it waits for its seller, who may never come, and is counted as such.
func TestBlockedDisconnectIsNotOld(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		stats := func() models.TransitionStats {
			stats, err := l.TransitionStats(l.ctx)
			require.NoError(t, err)
			return stats
		}
		l.connect()
		l.during("UnpublishProduct", func() {
			time.Sleep(time.Second)
			require.GreaterOrEqual(t, stats().OldestDisconnect, time.Second)
			l.box.Uninstall(domain)
		})
		l.requirePhase(l.disconnect(), models.PhaseBlocked, models.ShopifyAccessLost)
		time.Sleep(2 * time.Hour)
		require.EqualValues(t, 1, stats().Count[models.PhaseBlocked])
		require.Zero(t, stats().OldestDisconnect)
	})
}

// withoutIDs leaves the ids of publications out, as those that come with the app are made anew when it is installed again.
func withoutIDs(lines []string) []string {
	shortened := make([]string, len(lines))
	for i, line := range lines {
		shortened[i] = publicationID.ReplaceAllString(line, "")
	}
	return shortened
}

var publicationID = regexp.MustCompile(`gid://shopify/Publication/\d+`)

// TestDisconnectEndsWithoutTheAppWhenTheSellerAcceptsThat has the app uninstalled at one call after the other: what Shopify has not let it
// restore is listed.
func TestDisconnectEndsWithoutTheAppWhenTheSellerAcceptsThat(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.connect()
		disconnects := l.callsOf(func() { l.requireRestored(l.disconnect()) })
		for at := 1; at <= disconnects; at += 7 {
			time.Sleep(time.Second)
			l.signIn(l.seller.Store)
			l.reconcile()
			before := l.onlineForTheMerchant()
			l.connect()
			l.wire.watch(func(n int, _ string) {
				if n == at {
					l.box.Uninstall(domain)
				}
			}, nil)
			id := l.disconnect()
			l.wire.watch(nil, nil)
			exceptions := l.exceptions(id)
			if !l.disconnection(id).Transition.Open() { // the store was read back before
				l.requireRestored(id)
				continue
			}
			l.requirePhase(id, models.PhaseBlocked, models.ShopifyAccessLost)
			require.Empty(t, exceptions)

			l.accept(id)

			exceptions = l.exceptions(id)
			l.requireEndedUnread(id, exceptions...)
			for _, exception := range exceptions {
				require.Regexp(t, ` APP_UNINSTALLED$`, exception)
			}
			if slices.Contains(exceptions, entry(models.KeyOnlineLocations, "Location", 1002, models.AppUninstalled)) {
				require.Contains(t, l.onlineForTheMerchant(), gid("Location", 1002))
				l.setLocation(1002, false)
			}
			require.Equal(t, before, l.onlineForTheMerchant(), "call %d", at)
		}
	})
}

// TestDisconnectTellsWhatShopifyRemovesWithTheApp, before and after: nothing is said to be there that went with it.
func TestDisconnectTellsWhatShopifyRemovesWithTheApp(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.publish(7003, true)
		l.reconcile()
		l.connect()
		l.box.Uninstall(domain)
		time.Sleep(time.Second)
		l.stores.RefreshPreview(l.ctx, l.seller.Store)
		uninstalled := []string{
			entry(models.KeyOnlineLocations, "Location", 1002, models.AppUninstalled),
			entry(models.KeyPublished, "Product", 7003, models.AppUninstalled),
			models.KeyAutoPublish + "  APP_UNINSTALLED",
			models.KeyWebhookTopics + " app/uninstalled APP_UNINSTALLED",
		}
		preview := l.account(models.AccountDetails{Preview: true}).DisconnectPreview
		require.Equal(t, uninstalled, describe(preview.Exceptions))
		require.True(t, slices.ContainsFunc(preview.Warnings, func(w models.DisconnectWarning) bool {
			return w.Code == models.CannotBeRestored && strings.Contains(w.Message, "uninstalled")
		}), "%v", preview.Warnings)

		id := l.disconnect()
		l.accept(id)

		l.requireEndedUnread(id, uninstalled...)
		found, err := l.RestorationExceptions(l.ctx, l.seller, id, 250, 0)
		require.NoError(t, err)
		require.EqualValues(t, "true", found[0].Present, "a location stays")
		require.Empty(t, found[1].Present)
		require.Empty(t, found[2].Present)
		for _, key := range []string{models.KeyChannel, models.KeyAttribution, models.KeyAutoPublish} {
			require.Empty(t, l.value(key), key)
		}
		require.EqualValues(t, `[]`, l.value(models.KeyWebhookTopics))
	})
}

func (l *life) onlineForTheMerchant() []string {
	var answer struct {
		Locations struct {
			Nodes []struct {
				ID     string `json:"id"`
				Online bool   `json:"fulfillsOnlineOrders"`
			} `json:"nodes"`
		} `json:"locations"`
	}
	require.NoError(l.t, json.Unmarshal(l.ask(`{ locations(first: 250) { nodes { id fulfillsOnlineOrders } } }`), &answer))
	var ids []string
	for _, location := range answer.Locations.Nodes {
		if location.Online {
			ids = append(ids, location.ID)
		}
	}
	return ids
}

// TestDisconnectGoesOnWhenAScopeIsGivenBack, after it was taken away in the middle.
func TestDisconnectGoesOnWhenAScopeIsGivenBack(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		before := l.atShopify()
		l.connect()
		l.during("UnpublishProduct", func() {
			l.box.Grant(domain, slices.DeleteFunc(slices.Clone(sandbox.Scopes), func(scope string) bool { return scope == "write_publications" })...)
		})
		id := l.disconnect()
		l.requirePhase(id, models.PhaseBlocked, models.ShopifyScopeMissing)
		require.Equal(t, []string{"write_publications"}, l.rows(`SELECT problem_detail FROM transitions WHERE id = '`+id+`'`))

		l.box.Grant(domain, sandbox.Scopes...)
		l.retry(id)

		l.requireRestored(id)
		require.Equal(t, before, l.atShopify())
	})
}
