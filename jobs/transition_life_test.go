package jobs_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

// storeMutations are the operations that change what a merchant sees of the store.
var storeMutations = []string{
	"ChannelCreate", "ChannelDelete", "PublicationUpdate", "PublishProduct", "UnpublishProduct", "LocationEdit",
	"WebhookSubscriptionCreate", "WebhookSubscriptionDelete", "ShopResourceFeedback", "BulkOperationRunMutation",
}

// TestDisconnectGivesTheStoreBackAsItWas connects a store, edits it, and disconnects it.
func TestDisconnectGivesTheStoreBackAsItWas(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		before, ads := l.atShopify(), l.adsRows()
		observed, err := l.client.Observe(l.ctx, l.domain)
		require.NoError(t, err)

		phases := l.phasesDuring(func() { l.connect() })
		require.Equal(t, []string{"READING", "WRITING", "VERIFYING"}, phases)
		account := l.account(models.AccountDetails{})
		require.Equal(t, models.AccountConnected, account.Status)
		require.NotEqual(t, before, l.atShopify())
		l.requireLedgerLeadsToSettings()
		l.edit(models.SettingInput{Key: models.KeyAutoPublish, Value: "false"}, models.SettingInput{Key: "order.tags"})
		l.edit(models.SettingInput{Key: models.KeyOnlineLocations, Value: `{"gid://shopify/Location/1001":false,"gid://shopify/Location/1002":true,"gid://shopify/Location/1003":true}`})
		l.requireLedgerLeadsToSettings()
		require.Contains(t, l.atShopify(), `locations {"fulfillsOnlineOrders":false,"id":"gid://shopify/Location/1001","isActive":true,"isFulfillmentService":false,"name":"Main warehouse"}`)
		var id string
		phases = l.phasesDuring(func() { id = l.disconnect() })

		require.Equal(t, []string{"READING", "WRITING", "VERIFYING", "REVOKING"}, phases)
		l.requireRestored(id)
		require.Equal(t, before, l.atShopify())
		again, err := l.client.Observe(l.ctx, l.domain)
		require.NoError(t, err)
		require.Equal(t, observed.Settings, again.Settings)
		require.Equal(t, ads, l.adsRows())
		require.Equal(t, []string{"ACCOUNT_CONNECTED", "SETTINGS_UPDATED", "SETTINGS_UPDATED", "ACCOUNT_DISCONNECTING", "ACCOUNT_DISCONNECTED"},
			l.rows(`SELECT action FROM audit_entries WHERE account_id = '`+account.ID+`' OR action = 'SETTINGS_UPDATED' ORDER BY seq`),
			"nothing was edited in the Shopify admin")
		l.requireNothingAfterTheChannel()
	})
}

// adsRows are the settings of TikTok for Business, with when and by whom they were written.
func (l *life) adsRows() []string {
	return l.rows(`SELECT key || value || CAST(updated_at AS text) || updated_by_kind || updated_by_name FROM settings WHERE scope = 'ADS' ORDER BY key`)
}

// phasesDuring are the phases that the transition had when the store was called.
func (l *life) phasesDuring(do func()) []string {
	var phases []string
	l.wire.watch(func(int, string) {
		phases = append(phases, l.rows(`SELECT phase FROM transitions WHERE phase <> 'COMPLETE'`)...)
	}, nil)
	defer l.wire.watch(nil, nil)
	do()
	return slices.Compact(phases)
}

// requireNothingAfterTheChannel requires that the store was not written to any more when the channel was deleted.
func (l *life) requireNothingAfterTheChannel() {
	var deleted bool
	for _, call := range l.box.Calls(0) {
		require.False(l.t, deleted && slices.Contains(storeMutations, call.Operation), "%v", call)
		deleted = deleted || call.Operation == "ChannelDelete"
	}
	require.True(l.t, deleted)
}

// TestClockSetBackGivesNoRecordThatEndsBeforeItBegan: not by hours between a connect and its disconnect, nor within that.
func TestClockSetBackGivesNoRecordThatEndsBeforeItBegan(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.connect()
		l.setBack(time.Hour)
		id := l.beginDisconnecting()
		l.setBack(2 * time.Hour)
		l.carryOut(id)
		l.requireRestored(id)
		account, record := l.account(models.AccountDetails{}), l.disconnection(id)
		transition := record.Transition
		moments := []time.Time{
			account.ConnectedAt, record.DisconnectedAt, *account.DisconnectedAt, *transition.ClosedAt, *transition.CompletedAt, *transition.Authorization.RevokedAt,
		}
		require.True(t, slices.IsSortedFunc(moments, time.Time.Compare), "%v", moments)
		require.False(t, record.DisconnectedAt.Before(record.Restoration.SnapshotTakenAt))
	})
}

// TestClockSetBackGivesNoConnectThatEndsBeforeItBegan, when a disconnect takes the place of it.
func TestClockSetBackGivesNoConnectThatEndsBeforeItBegan(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		connect := l.beginConnecting(shopCode)
		l.setBack(3 * time.Hour)
		l.beginDisconnecting()
		require.Equal(t, []string{"COMPLETE"}, l.rows(`SELECT phase FROM transitions WHERE id = '`+connect+`' AND closed_at >= begun_at AND completed_at >= begun_at`))
	})
}

func (l *life) setBack(by time.Duration) {
	now := l.Now
	l.Now = func() time.Time { return now().Add(-by) }
}
