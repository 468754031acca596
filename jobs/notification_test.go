package jobs_test

import (
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/jobs"
	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify/sandbox"
	"github.com/handback/handback/tiktok"
)

// notified is a store about which notifications come.
type notified struct {
	*life

	shopID string // TikTok's, of the shop that was connected
	works  *jobs.Notifications
	last   int      // notification
	traces []string // of the store
}

func eachNotified(t *testing.T, test func(t *testing.T, n *notified)) {
	t.Helper()
	eachLife(t, func(t *testing.T, l *life) { test(t, newNotified(l)) })
}

func newNotified(l *life) *notified {
	n := &notified{life: l}
	n.works = l.notifications()
	return n
}

// notifications are what a process does about them.
func (p *process) notifications() *jobs.Notifications {
	return &jobs.Notifications{
		Repository: p.Repository, Stores: p.stores, TikTok: p.access, Watch: tiktok.Watch{Client: p.access.Client(), Address: webhookURI}, Log: slog.New(slog.DiscardHandler),
	}
}

// of is a notification of Shopify that something has just happened.
func (n *notified) of(topic string) models.PlatformNotification {
	n.last++
	return models.PlatformNotification{
		Platform: models.PlatformShopify, ID: fmt.Sprintf("notification-%d", n.last), Topic: topic, Subject: n.domain, TriggeredAt: n.Now(),
	}
}

// tell stores a notification and does what it asks for.
func (n *notified) tell(notification models.PlatformNotification) {
	require.NoError(n.t, n.NoteNotification(n.ctx, notification))
	require.NoError(n.t, n.works.Handle(n.ctx, notification.Platform, notification.ID))
	require.Equal(n.t, []string{}, n.rows(`SELECT id FROM platform_notifications WHERE processed_at IS NULL AND collapse IS NULL`))
}

func (n *notified) label() string {
	overview, err := n.Overview(n.ctx, n.seller, models.AccountDetails{})
	require.NoError(n.t, err)
	return overview.TikTokShop.StatusLabel
}

func (n *notified) orderSystem() models.OrderSystem {
	overview, err := n.Overview(n.ctx, n.seller, models.AccountDetails{})
	require.NoError(n.t, err)
	return overview.OrderManagement.Routes[0].System
}

func (n *notified) credentials() []string {
	return n.rows(`SELECT store_id FROM shopify_credentials WHERE access_token IS NOT NULL`)
}

// TestUninstalledAppNeedsAttention: the shop stays connected, and does not go on saying that all is well. What its disconnect cannot
// give back is told before and after.
func TestUninstalledAppNeedsAttention(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		n.connect()
		require.Equal(t, "Connected", n.label())
		n.box.Uninstall(domain)
		n.tell(n.of(models.TopicUninstalled))

		require.Equal(t, "Needs attention: the app was uninstalled from the store", n.label())
		require.Equal(t, 1, n.countOf(models.StoreUninstalledEvent))
		n.tell(n.of(models.TopicUninstalled))
		require.NoError(t, n.ForeseeUninstalled(n.ctx, n.seller.Store))
		require.Equal(t, 1, n.countOf(models.StoreUninstalledEvent), "it is no news")
		require.Equal(t, models.SellerCenter, n.orderSystem())
		require.Empty(t, n.credentials())
		require.Contains(t, n.rows(`SELECT drift FROM epochs`)[0], models.AppUninstalled)
		_, refusals := n.editNow(models.SettingInput{Key: "order.tags", Value: `["edited"]`})
		require.Len(t, refusals, 1)
		require.Equal(t, models.NotEditable, refusals[0].Code)

		id := n.disconnect()
		n.requirePhase(id, models.PhaseBlocked, models.ShopifyAccessLost)
		n.accept(id)
		n.carryOut(id)
		for _, exception := range n.exceptions(id) {
			require.Contains(t, exception, string(models.AppUninstalled))
		}
	})
}

// TestReinstalledAppIsWell: and what comes late of the installation before does it no harm, nor does what comes twice.
func TestReinstalledAppIsWell(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		n.connect()
		n.box.Uninstall(domain)
		first, late := n.of(models.TopicUninstalled), n.of(models.TopicUninstalled)
		n.tell(first)
		time.Sleep(time.Minute)
		n.signIn(n.seller.Store)
		require.Equal(t, "Connected", n.label())
		require.Equal(t, models.Shopify, n.orderSystem())

		n.tell(late)
		n.tell(first)
		require.Equal(t, "Connected", n.label())
		require.NotEmpty(t, n.credentials())
	})
}

func TestScopesUpdateNeedsAttention(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		n.connect()
		all := sandbox.Scopes
		n.box.Grant(domain, slices.DeleteFunc(slices.Clone(all), func(scope string) bool { return scope == "write_locations" })...)
		n.tell(n.of(models.TopicScopesUpdate))
		require.Equal(t, "Needs attention: the app lacks the permission to change locations in the store", n.label())
		require.Equal(t, models.Shopify, n.orderSystem())

		n.box.Grant(domain, all...)
		n.tell(n.of(models.TopicScopesUpdate))
		require.Equal(t, "Connected", n.label())
	})
}

// TestDeletedChannelDisconnects: it was deleted in the Shopify admin. The integration's own deletion begins nothing, nor does what
// comes late of an earlier connection.
func TestDeletedChannelDisconnects(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		before := n.atShopify()
		n.connect()
		late := n.of(models.TopicChannelDeleted)
		late.TriggeredAt = late.TriggeredAt.Add(-time.Hour)
		n.tell(late)
		n.tell(n.of(models.TopicChannelDeleted)) // the channel is there
		require.Equal(t, models.AccountConnected, n.account(models.AccountDetails{}).Status)

		n.change(fmt.Sprintf(`channelDelete(id: %q) { userErrors { message } }`, n.channel()))
		n.tell(late)
		n.tell(n.of(models.TopicChannelDeleted))
		require.Equal(t, models.AccountDisconnecting, n.account(models.AccountDetails{}).Status)
		id := n.rows(`SELECT id FROM transitions WHERE closed_at IS NULL`)[0]
		n.carryOut(id)
		n.requireRestored(id)
		require.Equal(t, models.ActorShopifyAdmin, n.disconnection(id).DisconnectedBy.Kind)
		require.Equal(t, before, n.atShopify())

		n.tell(n.of(models.TopicChannelDeleted)) // the integration's own
		require.Equal(t, []string{id}, n.rows(`SELECT id FROM transitions WHERE kind = 'DISCONNECT'`))
		n.connect()
		own := n.of(models.TopicChannelDeleted)
		own.TriggeredAt = own.TriggeredAt.Add(-time.Minute)
		n.tell(own)
		require.Equal(t, models.AccountConnected, n.account(models.AccountDetails{}).Status)
	})
}

// channel is the app's, as the merchant sees it.
func (n *notified) channel() string {
	channels, err := n.client.Channels(n.ctx, n.domain)
	require.NoError(n.t, err)
	require.Len(n.t, channels, 1)
	return channels[0].ID
}

// TestEditsInTheAdminAreBroughtIn: many notifications of a store are one job, which reads it once; those that come while it does are
// another.
func TestEditsInTheAdminAreBroughtIn(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		n.connect()
		n.setLocation(1001, false)
		for range 100 {
			for _, topic := range []string{"locations/update", "products/delete", "product_publications/delete"} {
				require.NoError(t, n.NoteNotification(n.ctx, n.of(topic)))
			}
		}
		promised := `SELECT CAST(COUNT(*) AS text) FROM river_job WHERE kind = 'reconcile_store'`
		require.Equal(t, []string{"1"}, n.rows(promised))
		wait, err := n.works.Reconcile(n.ctx, "notification-1")
		require.NoError(t, err)
		require.Zero(t, wait)
		require.NotContains(t, n.online(), gid("Location", 1001))

		n.setLocation(1001, true)
		require.NoError(t, n.NoteNotification(n.ctx, n.of("locations/update")))
		require.Equal(t, []string{"2"}, n.rows(promised))
		_, err = n.works.Reconcile(n.ctx, "notification-301")
		require.NoError(t, err)
		require.Contains(t, n.online(), gid("Location", 1001))
	})
}

// TestNotificationsThatNothingIsDoneAbout are not stored: of those topics there may be many.
func TestNotificationsThatNothingIsDoneAbout(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		for _, topic := range []string{"orders/updated", "inventory_levels/update", "bulk_operations/finish", "of/tomorrow"} {
			require.NoError(t, n.NoteNotification(n.ctx, n.of(topic)))
		}
		require.Empty(t, n.rows(`SELECT id FROM platform_notifications`))
		for _, topic := range []string{models.TopicDataRequest, models.TopicCustomerRedact} {
			n.tell(n.of(topic))
		}
	})
}

// TestNotificationComesAgain: it is stored once, and its job is promised once.
func TestNotificationComesAgain(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		replayed := n.of(models.TopicUninstalled)
		for range 3 {
			require.NoError(t, n.NoteNotification(n.ctx, replayed))
		}
		require.Equal(t, []string{"1"}, n.rows(`SELECT CAST(COUNT(*) AS text) FROM river_job WHERE kind = 'handle_notification'`))
		time.Sleep(models.NotificationLife)
		forgotten, err := n.ForgetNotifications(n.ctx)
		require.NoError(t, err)
		require.Zero(t, forgotten, "it waits")
		require.NoError(t, n.works.Handle(n.ctx, replayed.Platform, replayed.ID))
		forgotten, err = n.ForgetNotifications(n.ctx)
		require.NoError(t, err)
		require.EqualValues(t, 1, forgotten)
	})
}

// TestNotificationOutlivesItsProcess: the process that has stored it is killed before its job begins; another one does it.
func TestNotificationOutlivesItsProcess(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		l := newLife(t, databaseURL, sandbox.Options{})
		n := newNotified(l)
		require.NoError(t, n.NoteNotification(t.Context(), n.of(models.TopicUninstalled)))
		n.setLocation(1001, false)
		require.NoError(t, n.NoteNotification(t.Context(), n.of("locations/update")))
		require.NotEmpty(t, n.credentials())

		survivor := l.newProcess(t, databaseURL)
		survivor.engine.Notifications = survivor.notifications()
		survivor.start(t)
		require.EventuallyWithT(t, func(c *assert.CollectT) {
			require.Empty(c, n.rows(`SELECT id FROM platform_notifications WHERE processed_at IS NULL`))
		}, patience, 10*time.Millisecond)
		require.Empty(t, n.credentials())
	})
}
