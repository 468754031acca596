package jobs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

// letIn connects a shop, whose id TikTok's notifications name.
func (n *notified) letIn() {
	n.connect()
	n.shopID = n.rows(`SELECT shop_id FROM tiktok_credentials`)[0]
}

func (n *notified) ofTikTok(topic string) models.PlatformNotification {
	notification := n.of(topic)
	notification.Platform, notification.Subject, notification.TriggeredAt = models.PlatformTikTok, n.shopID, n.Now().Truncate(time.Second)
	return notification
}

// TestDeauthorizationIsBelievedAfterAsking: then the shop is offered its disconnect, and its orders are Seller Center's.
func TestDeauthorizationIsBelievedAfterAsking(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		n.letIn()
		n.tell(n.ofTikTok(models.TopicDeauthorized))
		require.Equal(t, "Connected", n.label(), "TikTok lists the shop")

		require.True(t, n.shops.Deauthorize("USLCDEMO1"))
		late := n.ofTikTok(models.TopicDeauthorized)
		late.TriggeredAt = late.TriggeredAt.Add(-time.Hour)
		n.tell(late)
		require.Nil(t, n.account(models.AccountDetails{}).Problem())
		n.tell(n.ofTikTok(models.TopicExpiringSoon))
		require.Equal(t, "Connected", n.label())
		require.Equal(t, models.Shopify, n.orderSystem(), "it works until then")
		require.Equal(t, models.TikTokAccessEnding, n.account(models.AccountDetails{}).Problem().Code)
		n.tell(n.ofTikTok(models.TopicExpiringSoon))
		require.Equal(t, 1, n.countOf(models.TikTokExpiringEvent))
		require.Zero(t, n.countOf(models.TikTokLostEvent))

		n.tell(n.ofTikTok(models.TopicDeauthorized))
		n.tell(n.ofTikTok(models.TopicDeauthorized))
		require.Equal(t, []string{"tell_tiktok_lost"}, n.rows(`SELECT kind FROM river_job WHERE kind = 'tell_tiktok_lost'`), "asking has found it")
		require.Equal(t, "Needs attention: TikTok does not let the app into the shop any more", n.label())
		require.Equal(t, models.SellerCenter, n.orderSystem())
		require.Empty(t, n.rows(`SELECT account_id FROM tiktok_credentials`))
		require.NotNil(t, n.account(models.AccountDetails{Preview: true}).DisconnectPreview)
		id := n.disconnect()
		n.requirePhase(id, models.PhaseComplete)
		require.Equal(t, models.AccountDisconnected, n.account(models.AccountDetails{}).Status)

		n.letIn()
		require.Equal(t, "Connected", n.label())
		require.Nil(t, n.account(models.AccountDetails{}).Problem())
	})
}

// TestExpiredAuthorizationIsTold although no notification of it came: by whoever wants to ask TikTok next.
func TestExpiredAuthorizationIsTold(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		n.letIn()
		time.Sleep(400 * day)
		require.Equal(t, "Connected", n.label())
		require.NoError(t, n.shopSettings.Reconcile(n.ctx, n.domain))
		require.Equal(t, "Needs attention: TikTok does not let the app into the shop any more", n.label())
		require.Equal(t, models.SellerCenter, n.orderSystem())
	})
}

// TestConnectedShopIsSubscribed: TikTok is asked to tell what happens there, by a job, unless it was disconnected by then.
func TestConnectedShopIsSubscribed(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		n.letIn()
		id := n.account(models.AccountDetails{}).ID
		require.Equal(t, []string{"1"}, n.rows(`SELECT CAST(COUNT(*) AS text) FROM river_job WHERE kind = 'subscribe_tiktok'`))
		require.NoError(t, n.works.Subscribe(n.ctx, id))
		told, err := n.access.Client().Webhooks(n.ctx, id)
		require.NoError(t, err)
		require.Len(t, told, 5)
		n.disconnect()
		require.NoError(t, n.works.Subscribe(n.ctx, id))
	})
}

// TestOwnRevocationIsSwallowed: what the integration itself has ended comes back as a notification.
func TestOwnRevocationIsSwallowed(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		n.letIn()
		n.disconnect()
		n.tell(n.ofTikTok(models.TopicDeauthorized))
		require.Equal(t, models.AccountDisconnected, n.account(models.AccountDetails{}).Status)
		require.Equal(t, []string{""}, n.rows(`SELECT tiktok_problem FROM accounts WHERE kind = 'TIKTOK_SHOP'`))
	})
}
