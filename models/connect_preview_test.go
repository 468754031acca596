package models_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

// asSettings are settings with these values.
func asSettings(values []models.SnapshotSetting) []models.Setting {
	settings := make([]models.Setting, 0, len(values))
	for _, value := range values {
		settings = append(settings, models.Setting{Key: value.Key, Scope: value.Scope, Value: value.Value})
	}
	return settings
}

// TestConnectPreviewForeseesConnecting: it lists what connecting changes, and each value that it knows is the one that is written.
func TestConnectPreviewForeseesConnecting(t *testing.T) {
	catalogue := models.DefaultCatalogue()
	settings := asSettings(catalogue.Before())
	connecting := models.Connect(catalogue, models.Authorization{ShopCode: "A", ShopName: "Aurora", Region: "US"},
		&models.Account{Epoch: &models.Epoch{}}, settings, noon)
	written := map[string]models.SettingChange{}
	for _, change := range connecting.Changes {
		written[change.Key] = change
	}
	preview := catalogue.NewConnectPreview(nil, settings)
	require.Nil(t, preview.Refusal)
	require.Len(t, preview.Changes, len(written))
	known := 0
	for _, foreseen := range preview.Changes {
		change := written[foreseen.Key]
		require.Equal(t, []any{change.Scope, change.Kind}, []any{foreseen.Scope, foreseen.Kind}, foreseen.Key)
		if foreseen.After != "" {
			require.Equal(t, change.After, foreseen.After, foreseen.Key)
			known++
		}
	}
	require.Greater(t, known, len(written)/2)
}

// TestConnectPreviewDependsOnTheStore: what has its value already does not change, and locations are those that there are.
func TestConnectPreviewDependsOnTheStore(t *testing.T) {
	catalogue := models.DefaultCatalogue()
	foresee := func(key string, setting models.Setting) *models.ConnectPreviewChange {
		setting.Key = key
		for _, change := range catalogue.NewConnectPreview(nil, []models.Setting{setting}).Changes {
			if change.Key == key {
				return &change
			}
		}
		return nil
	}
	require.Nil(t, foresee("tax.handling", models.Setting{Value: `"MARKETPLACE"`}))
	require.Equal(t, models.Value(`"MARKETPLACE"`), foresee("tax.handling", models.Setting{Value: `"MERCHANT"`}).After)
	require.Nil(t, foresee(models.KeyOnlineLocations, models.Setting{Value: `{"gid://shopify/Location/7":true}`}))
	require.Equal(t, models.Value(`{"gid://shopify/Location/7":true}`),
		foresee(models.KeyOnlineLocations, models.Setting{Value: `{"gid://shopify/Location/7":false}`}).After)
	require.Empty(t, foresee(models.KeyOnlineLocations, models.Setting{OmittedValue: 99}).After)
	require.Empty(t, foresee(models.KeyPublished, models.Setting{Value: `{}`}).After)
	require.Equal(t, models.SettingUpdated, foresee("order.tags", models.Setting{OmittedValue: 99}).Kind)
	require.Nil(t, foresee(models.KeyReturnPolicy, models.Setting{Value: `false`}), "which is only read")
}

func TestConnectPreviewOfARefusalIsEmpty(t *testing.T) {
	refusal := models.RefuseConnecting([]*models.Account{{Kind: models.TikTokShop, Status: models.AccountConnecting, Name: "Aurora"}}, nil)
	preview := models.DefaultCatalogue().NewConnectPreview(refusal, nil)
	require.Equal(t, refusal, preview.Refusal)
	require.Empty(t, preview.Changes)
}
