package models_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

// TestDisconnectPreviewEdits: of what will change only what differs from what the integration wrote is somebody's edit.
func TestDisconnectPreviewEdits(t *testing.T) {
	for _, test := range []struct {
		name, key               string
		recorded, written, now  models.Value
		lostNow, lostAfterwards models.Value // both empty where nothing is lost
	}{
		{"a value", "inventory.percent", ``, `100`, `80`, `80`, ``},
		{"a value that was recorded", "tax.handling", `"MERCHANT"`, `"MARKETPLACE"`, `"OTHER"`, `"OTHER"`, `"MERCHANT"`},
		{"a value that is what the integration wrote again", "inventory.percent", ``, `100`, `100`, ``, ``},
		{"a value that the integration did not write", "shipping.packageWeightFallbackKg", `0.5`, ``, `1.5`, `1.5`, `0.5`},
		{"a value that was removed", "tax.handling", `"MERCHANT"`, `"MARKETPLACE"`, ``, ``, `"MERCHANT"`},
		{"an object, whole", "price.adjustment", ``, `{"kind":"PERCENT","value":0}`, `{"kind":"PERCENT","value":5}`, `{"kind":"PERCENT","value":5}`, ``},
		{"a setting that nobody knows, whole", "unknown", `{"a":1}`, `{"a":2,"b":2}`, `{"a":3,"b":2}`, `{"a":3,"b":2}`, `{"a":1}`},
		{"one product of three", "product.inventoryManagedByChannel", `{}`, `{"1":true,"2":true,"3":true}`, `{"1":true,"2":false,"3":true}`, `{"2":false}`, `{}`},
		{"one carrier of a map that is removed", "shipping.carrierMapping", ``, `{"FedEx":"1","USPS":"2"}`, `{"FedEx":"3","USPS":"2"}`, `{"FedEx":"3"}`, ``},
		{"an entry that was taken out and comes back", "product.inventoryManagedByChannel", `{"1":false}`, `{"1":true,"2":true}`, `{"2":true}`, `{}`, `{"1":false}`},
		{"an entry that is as it was recorded", "location.fulfillsOnlineOrders", `{"1":false,"2":false}`, `{"1":true,"2":true}`, `{"1":false,"2":true}`, ``, ``},
		{"a product that somebody published", "product.published", `{"1":false}`, `{"1":true}`, `{"1":true,"2":true}`, `{"2":true}`, `{}`},
		{"a product that is named and not published", "product.published", `{"1":false}`, `{"1":true}`, `{"1":true,"2":false}`, ``, ``},
		{"an item more", "order.tags", `["web"]`, `["web","tiktok-shop"]`, `["web","tiktok-shop","gift"]`, `["gift"]`, `[]`},
		{"an item less", "order.tags", `["web"]`, `["web","tiktok-shop"]`, `["tiktok-shop"]`, `[]`, `["web"]`},
		{"an item of the integration less", "order.tags", `["web"]`, `["web","tiktok-shop","app"]`, `["web","app"]`, ``, ``},
		{"an item more of a list that was not there", "order.tags", ``, `["tiktok-shop"]`, `["tiktok-shop","gift"]`, `["gift"]`, ``},
		{"the recorded items in another order", "order.tags", `["web","app"]`, `["web","app","tiktok-shop"]`, `["app","web"]`, `["app","web"]`, `["web","app"]`},
		{"a recorded item more often", "order.tags", `["web"]`, `["web","tiktok-shop"]`, `["web","web"]`, `["web","web"]`, `["web"]`},
		{"another order", "order.tags", `["web"]`, `["web","app"]`, `["app","web"]`, `["app","web"]`, `["web"]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			edits := previewOfOne(test.key, test.recorded, test.written, test.now, seller).Edits
			if test.lostNow == "" && test.lostAfterwards == "" {
				require.Empty(t, edits)
				return
			}
			require.Len(t, edits, 1)
			edit := edits[0]
			require.Equal(t, test.key, edit.Key)
			require.Equal(t, test.lostNow, edit.Before)
			require.Equal(t, test.lostAfterwards, edit.After)
			require.Equal(t, models.KindOfChange(test.lostNow, test.lostAfterwards), edit.Kind)
			require.Equal(t, seller, edit.LastChangedBy)
		})
	}
}

func TestDisconnectPreviewWarnsOfEditsAsItListsThem(t *testing.T) {
	codes := func(now models.Value, by models.Actor) (codes []models.DisconnectWarningCode) {
		for _, warning := range previewOfOne("product.inventoryManagedByChannel", `{}`, `{"1":true}`, now, by).Warnings {
			codes = append(codes, warning.Code)
		}
		return codes
	}
	require.Contains(t, codes(`{"1":false}`, seller), models.EditedSinceConnecting)
	require.NotContains(t, codes(`{"1":true}`, seller), models.EditedSinceConnecting)
	require.NotContains(t, codes(`{"1":false}`, models.Integration), models.EditedSinceConnecting)
}

// previewOfOne is of a store with one setting: the value that was recorded, the one that the integration wrote, and the present one.
func previewOfOne(key string, recorded, written, now models.Value, by models.Actor) *models.DisconnectPreview {
	setting := models.Setting{Key: key, Scope: models.ScopeStore, Value: recorded, UpdatedBy: seller}
	account := &models.Account{ID: "account_1", Kind: models.TikTokShop, Epoch: &models.Epoch{ID: "epoch_1", PreviewSalt: []byte("salt")}}
	connecting := models.Connect(models.NewCatalogue(nil), authorization(), account, []models.Setting{setting}, noon)
	if written != "" {
		connecting.Account.Epoch.SystemWrites = []models.SystemWrite{connectWrite(key, recorded, written)}
	}
	setting.Value, setting.UpdatedBy = now, by
	return models.PreviewDisconnect(models.Store{ID: "store_1", Region: "US"}, connecting.Account, []models.Setting{setting})
}
