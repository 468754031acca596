package models_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

// realShop is what a real shop says: of the mode it does not, and it has no warehouse that takes returns.
func realShop() *models.ShopObservation {
	return &models.ShopObservation{
		Values:   map[string]models.Value{models.KeyDefaultWarehouse: `"1"`, models.KeyReturnWarehouse: "", models.KeyShippingTemplate: `"3"`},
		Carriers: map[string]string{"usps": "4", "UPS": "5"},
	}
}

func valuesOf(settings []models.SnapshotSetting) map[string]models.Value {
	values := map[string]models.Value{}
	for _, setting := range settings {
		values[setting.Key] = setting.Value
	}
	return values
}

func TestConnectedInNamesWhatTheShopHas(t *testing.T) {
	catalogue := models.DefaultCatalogue()
	authorization := models.Authorization{ShopCode: "US1", ShopName: "One", Region: "US"}
	for name, test := range map[string]struct {
		shop *models.ShopObservation
		want map[string]models.Value
	}{
		"TikTok did not answer": {nil, map[string]models.Value{models.KeyProductLinks: "{}"}},
		"a real shop": {realShop(), map[string]models.Value{
			models.KeyDefaultWarehouse: `"1"`, models.KeyShippingTemplate: `"3"`, models.KeyCarrierMapping: `{"USPS":"4"}`, models.KeyProductLinks: "{}",
		}},
		"a rehearsal": {&models.ShopObservation{Rehearsed: true}, map[string]models.Value{
			models.KeyStrikethrough: `{"enabled":false,"expiresAt":null}`, models.KeyDailyLimit: "100",
			models.KeyProductLinks: catalogue.Definition(models.KeyProductLinks).Connected,
		}},
	} {
		got := valuesOf(catalogue.ConnectedIn(&models.Observation{Shop: test.shop}, authorization))
		for _, d := range catalogue {
			if d.Source == models.SourceTikTok || d.Key == models.KeyCarrierMapping || d.Key == models.KeyProductLinks {
				require.Equal(t, test.want[d.Key], got[d.Key], "%s: %s", name, d.Key)
			}
		}
	}
}

func TestReconcileShopFollowsTikTokButForWhatAPersonSays(t *testing.T) {
	catalogue := models.DefaultCatalogue()
	by := func(actor models.ActorKind, key string, value models.Value) models.Setting {
		return models.Setting{Key: key, Scope: models.ScopeTikTokShop, Value: value, UpdatedBy: models.Actor{Kind: actor}}
	}
	settings := []models.Setting{
		by(models.ActorSystem, models.KeyDefaultWarehouse, `"0"`),  // another at TikTok now
		by(models.ActorSystem, models.KeyReturnWarehouse, `"0"`),   // none at TikTok any more
		by(models.ActorSystem, models.KeyShippingMode, `"TIKTOK"`), // of which TikTok does not say
		by(models.ActorSeller, models.KeyShippingTemplate, `"7"`),
		by(models.ActorPartner, models.KeyStrikethrough, ""), // removed
		by(models.ActorSystem, models.KeyDailyLimit, "100"),  // made up once
		by(models.ActorSystem, "inventory.percent", "80"),
	}
	got := map[string]models.Value{}
	for _, change := range catalogue.ReconcileShop(settings, realShop()) {
		got[change.Key] = change.After
	}
	require.Equal(t, map[string]models.Value{
		models.KeyDefaultWarehouse: `"1"`, models.KeyReturnWarehouse: "", models.KeyDailyLimit: "", models.KeyCarrierMapping: `{"USPS":"4"}`,
	}, got)
	after := []models.Setting{by(models.ActorSystem, models.KeyCarrierMapping, `{"DHL":"6"}`)}
	for _, change := range catalogue.ReconcileShop(after, realShop()) {
		require.NotEqual(t, models.KeyCarrierMapping, change.Key, "it is the app's own from then on")
	}
}
