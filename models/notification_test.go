package models_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

// TestNotificationIsBefore: TikTok tells seconds, so that what happens in the second of the connection is not before it.
func TestNotificationIsBefore(t *testing.T) {
	connected := time.Date(2026, 3, 2, 9, 0, 0, 500, time.UTC)
	for _, c := range []struct {
		platform models.Platform
		at       time.Time
		before   bool
	}{
		{models.PlatformShopify, connected.Add(-1), true},
		{models.PlatformShopify, connected, false},
		{models.PlatformTikTok, connected.Truncate(time.Second), false},
		{models.PlatformTikTok, connected.Truncate(time.Second).Add(-time.Second), true},
	} {
		notification := models.PlatformNotification{Platform: c.platform, TriggeredAt: c.at}
		require.Equal(t, c.before, notification.IsBefore(connected), "%v", c)
	}
}

// TestNotificationsCollapse: where the same job is enough for many, and nowhere else.
func TestNotificationsCollapse(t *testing.T) {
	edited := models.PlatformNotification{Platform: models.PlatformShopify, Topic: "locations/update", Subject: "one.myshopify.com"}
	require.IsType(t, models.ReconcileStore{}, edited.Job())
	require.Equal(t, "one.myshopify.com", *edited.Collapse)
	uninstalled := models.PlatformNotification{Platform: models.PlatformShopify, Topic: models.TopicUninstalled, Subject: "one.myshopify.com"}
	require.IsType(t, models.HandleNotification{}, uninstalled.Job())
	require.Nil(t, uninstalled.Collapse)
	require.Nil(t, (&models.PlatformNotification{Platform: models.PlatformTikTok, Topic: "ORDER_STATUS_CHANGE"}).Job())
	require.Nil(t, (&models.PlatformNotification{Platform: models.PlatformTikTok, Topic: models.TopicUninstalled}).Job())
}

// TestAppIsConfiguredForItsTopics: Shopify sends what the app's configuration asks for, and the program does something about all of it.
func TestAppIsConfiguredForItsTopics(t *testing.T) {
	configuration, err := os.ReadFile("../shopify.app.toml")
	require.NoError(t, err)
	for _, topic := range models.ShopifyTopics() {
		require.Contains(t, string(configuration), `"`+topic+`"`)
		require.NotNil(t, (&models.PlatformNotification{Platform: models.PlatformShopify, Topic: topic}).Job(), topic)
	}
}
