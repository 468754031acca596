package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

// TestAppIsConfiguredForItsTopics: Shopify sends what the app's configuration asks for, and the program does something about all of it.
func TestAppIsConfiguredForItsTopics(t *testing.T) {
	configuration := readFile(t, "shopify.app.toml")
	for _, topic := range models.ShopifyTopics() {
		require.Contains(t, configuration, `"`+topic+`"`)
		require.NotNil(t, (&models.PlatformNotification{Platform: models.PlatformShopify, Topic: topic}).Job(), topic)
	}
}
