package db_test

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/handback/handback/models"
)

func (w *storeModel) connect(t *rapid.T) {
	w.requireAdsUnchanged(t, func() {
		given := &models.Authorization{
			ShopCode: rapid.SampledFrom(append(slices.Clone(w.shops), takenShop)).Draw(t, "shop"), ShopName: `Shop "é" \ <&>`,
			Region: "US", Role: models.ShopOwner, Seller: models.SellerActive,
		}
		code := w.connectRefusal(given)
		switch rapid.IntRange(0, 11).Draw(t, "authorization") { // small numbers are drawn more often
		case 8:
			given, code = nil, models.AuthorizationInvalid
		case 9:
			given.Role, code = models.ShopStaff, models.OwnerRequired
		case 10:
			given.Seller, code = models.SellerPending, models.SellerNotActive
		case 11:
			given.Region, code = "GB", models.RegionMismatch
		}
		w.requireOnlyChanges(t, func() []models.SettingChange { return w.connectShop(t, given, code) })
	})
}

func (w *storeModel) connectRefusal(given *models.Authorization) models.ConnectTikTokShopErrorCode {
	switch {
	case w.connected != "":
		return models.AlreadyConnected
	case given.ShopCode == takenShop:
		return models.AccountInUse
	}
	return ""
}

func (w *storeModel) connectShop(t *rapid.T, given *models.Authorization, code models.ConnectTikTokShopErrorCode) []models.SettingChange {
	digest := w.digest(t)
	result, err := w.repository.ConnectTikTokShop(context.Background(), w.seller, given)
	if code != "" {
		requireRefusals(t, err, code)
		return nil
	}
	require.NoError(t, err)
	result.Account, err = w.repository.Account(context.Background(), w.seller, result.Account.ID, everything)
	require.NoError(t, err)
	w.snapshot = map[string]value{}
	recorded := []models.SnapshotSetting{}
	for _, key := range slices.Sorted(maps.Keys(w.settings)) {
		if s := w.settings[key]; s.text != "" && s.scope != models.ScopeAds {
			w.snapshot[key] = s
			recorded = append(recorded, models.SnapshotSetting{Key: key, Scope: s.scope, Value: s.text})
		}
	}
	require.Equal(t, recorded, result.Account.Snapshot.Settings)
	require.Equal(t, digest, result.Account.Snapshot.Digest)

	changes := w.changesTo(w.connectedValues(t, given))
	require.Equal(t, changes, result.Changes)
	w.apply(changes, models.Integration)
	if id, known := w.accounts[given.ShopCode]; known {
		require.Equal(t, id, result.Account.ID)
	}
	w.accounts[given.ShopCode], w.connected = result.Account.ID, given.ShopCode
	w.epochs++
	w.requirePreview(t, result.Account.DisconnectPreview)
	return changes
}

// connectedValues is what connecting writes. Only strings have places to be filled in here.
func (w *storeModel) connectedValues(t *rapid.T, given *models.Authorization) map[string]value {
	wanted := map[string]value{}
	for _, d := range w.catalogue {
		if d.Connected == "" || d.Scope == models.ScopeAds {
			continue
		}
		text := d.Connected
		var plain string
		if json.Unmarshal([]byte(text), &plain) == nil && plain == placeholders {
			text = newValue(t, given.Region+"/"+given.ShopCode+"/"+given.ShopName)
		}
		wanted[d.Key] = value{scope: d.Scope, text: text}
	}
	return wanted
}
