package jobs_test

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/standin"
	"github.com/handback/handback/tiktok"
	tiktoksandbox "github.com/handback/handback/tiktok/sandbox"
	tiktoksandboxtest "github.com/handback/handback/tiktok/sandbox/sandboxtest"
)

const demoShop = "USLCDEMO1"

// factsOfTikTok are the settings that are facts there, with when they were read, as they are now.
func (l *life) factsOfTikTok(t *testing.T) (values map[string]models.Value, readAt map[string]time.Time) {
	t.Helper()
	settings, err := l.Settings(l.ctx, l.seller, models.SettingFilter{})
	require.NoError(t, err)
	values, readAt = map[string]models.Value{}, map[string]time.Time{}
	for _, setting := range settings {
		if l.Catalogue.Definition(setting.Key).Source == models.SourceTikTok {
			values[setting.Key] = setting.Value
			if setting.ObservedAt != nil {
				readAt[setting.Key] = *setting.ObservedAt
			}
		}
	}
	return values, readAt
}

// rehearsedFacts are what a stand-in's shop has at first.
func (l *life) rehearsedFacts() map[string]models.Value {
	values := map[string]models.Value{}
	for _, d := range l.Catalogue {
		if d.Source == models.SourceTikTok {
			values[d.Key] = d.Connected
		}
	}
	return values
}

// readFacts are the settings that TikTok has operations for.
var readFacts = []string{models.KeyShippingMode, models.KeyShippingTemplate, models.KeyDefaultWarehouse, models.KeyReturnWarehouse}

// TestConnectTransitionReadsTheShop requires the facts to be read before the shop is connected, in the change that connects it.
func TestConnectTransitionReadsTheShop(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		require.NoError(t, l.tikTokShop(tiktoksandbox.Logistics{DefaultWarehouse: "7068517275539719943", ReturnWarehouse: "none", Shipping: "SELLER", Template: "7412"}))
		id := l.beginConnecting(shopCode)
		var statuses []string
		l.tikTok.watch(func(int, string) {
			statuses = append(statuses, l.rows(`SELECT status FROM accounts WHERE kind = 'TIKTOK_SHOP'`)...)
		}, nil)
		l.carryOut(id)
		require.Equal(t, []string{"CONNECTING"}, slices.Compact(statuses), "TikTok is asked before")
		l.tikTok.watch(nil, nil)

		values, readAt := l.factsOfTikTok(t)
		rehearsed := l.rehearsedFacts()
		require.Equal(t, map[string]models.Value{
			models.KeyDefaultWarehouse: `"7068517275539719943"`, models.KeyShippingMode: `"SELLER"`, models.KeyShippingTemplate: `"7412"`,
			models.KeyStrikethrough: rehearsed[models.KeyStrikethrough], models.KeyDailyLimit: rehearsed[models.KeyDailyLimit],
		}, values)
		require.Len(t, readAt, 3, "of what was read it is said when")
		require.Equal(t, []string{"ACCOUNT_CONNECTED"}, l.rows(`SELECT e.action FROM setting_changes c JOIN audit_entries e ON e.seq = c.entry_seq WHERE c.key = 'shipping.mode'`))
		l.requireLedgerLeadsToSettings()
	})
}

// tikTokShop is what the seller sets up in Seller Center.
func (l *life) tikTokShop(logistics tiktoksandbox.Logistics) error {
	return l.shops.SetLogistics(demoShop, logistics)
}

// TestConnectTransitionOfARealShopMakesNothingUp requires what TikTok has no operation for to be absent where it is TikTok that answers.
func TestConnectTransitionOfARealShopMakesNothingUp(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		options := tiktoksandboxtest.Options(l.shops)
		options.StandIn = false
		l.engine.TikTok = tiktok.NewAccounts(options, l.Repository, slog.New(slog.DiscardHandler))
		l.connect()
		values, _ := l.factsOfTikTok(t)
		want := l.rehearsedFacts()
		delete(want, models.KeyStrikethrough)
		delete(want, models.KeyDailyLimit)
		require.Equal(t, want, values)
		require.Equal(t, models.Value("{}"), l.value(models.KeyProductLinks))
		require.Equal(t, l.Catalogue.Definition(models.KeyCarrierMapping).Connected, l.value(models.KeyCarrierMapping))
		id := l.disconnect()
		l.requireRestored(id)
	})
}

// TestConnectTransitionWhileTikTokIsAway requires a connect to end without what TikTok does not say, and a job to bring that in later.
func TestConnectTransitionWhileTikTokIsAway(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		id := l.beginConnecting(shopCode)
		l.tikTokIsAway(t)
		l.carryOut(id)
		l.requirePhase(id, models.PhaseComplete)
		account := l.account(models.AccountDetails{Preview: true})
		require.Equal(t, models.AccountConnected, account.Status)
		require.NotNil(t, account.DisconnectPreview)
		values, _ := l.factsOfTikTok(t)
		require.Empty(t, values, "nothing is made up")
		require.Empty(t, l.value(models.KeyCarrierMapping))
		require.Equal(t, []string{"read_shop"}, l.rows(`SELECT kind FROM river_job WHERE kind = 'read_shop'`))
		require.Error(t, l.shopSettings.ReconcileAccount(l.ctx, account.ID), "it is tried again")

		l.shops.ClearFaults()
		require.NoError(t, l.shopSettings.ReconcileAccount(l.ctx, account.ID))
		values, readAt := l.factsOfTikTok(t)
		require.Equal(t, l.rehearsedFacts(), values)
		require.Len(t, readAt, len(readFacts))
		require.Equal(t, l.Catalogue.Definition(models.KeyCarrierMapping).Connected, l.value(models.KeyCarrierMapping))
		l.requireRestored(l.disconnect())
		require.NoError(t, l.shopSettings.ReconcileAccount(l.ctx, account.ID), "a late job does nothing")
		values, _ = l.factsOfTikTok(t)
		require.Empty(t, values)
		l.requireLedgerLeadsToSettings()
	})
}

// tikTokIsAway has every call of TikTok about the shop's settings fail, until faults are cleared.
func (l *life) tikTokIsAway(t *testing.T) {
	t.Helper()
	for _, operation := range []string{"Warehouses", "DeliveryOptions", "ShippingProviders", "SellerTemplates"} {
		require.NoError(t, l.shops.AddFault(standin.Fault{Operation: operation, Kind: standin.HTTP500, Times: 1000}))
	}
}

// TestShopSettingsFollowSellerCenterUntilTheDisconnect requires what is changed in Seller Center to be told as its doing, once, but for what a person has
// edited, and a disconnect to give the store back all the same.
func TestShopSettingsFollowSellerCenterUntilTheDisconnect(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.connect()
		before := l.rows(`SELECT id FROM audit_entries`)
		time.Sleep(time.Minute)
		require.NoError(t, l.shopSettings.Reconcile(l.ctx, l.domain))
		require.Equal(t, before, l.rows(`SELECT id FROM audit_entries`), "nothing has changed")
		_, readAt := l.factsOfTikTok(t)
		for _, key := range readFacts {
			require.WithinDuration(t, time.Now(), readAt[key], time.Second, key)
		}

		l.edit(models.SettingInput{Key: models.KeyShippingTemplate, Value: `"spring"`})
		require.NoError(t, l.tikTokShop(tiktoksandbox.Logistics{DefaultWarehouse: "7068517275539719943", ReturnWarehouse: "none", Shipping: "SELLER", Template: "7412"}))
		l.shopSettings.Refresh(l.ctx, l.seller.Store)
		require.NoError(t, l.shopSettings.Reconcile(l.ctx, l.domain))
		require.Equal(t, []string{"shipping.mode", "warehouse.default", "warehouse.returnAddress"},
			l.rows(`SELECT c.key FROM setting_changes c JOIN audit_entries e ON e.seq = c.entry_seq WHERE e.actor_name = 'TikTok Seller Center' AND e.actor_kind = 'SYSTEM' ORDER BY c.seq`))
		values, _ := l.factsOfTikTok(t)
		require.Equal(t, models.Value(`"SELLER"`), values[models.KeyShippingMode])
		require.Equal(t, models.Value(`"spring"`), values[models.KeyShippingTemplate], "a person's word stays")
		require.NotContains(t, values, models.KeyReturnWarehouse)
		l.requireLedgerLeadsToSettings()

		l.requireRestored(l.disconnect())
		values, _ = l.factsOfTikTok(t)
		require.Empty(t, values)
	})
}

// TestDisconnectWhileTikTokIsAway requires a dead TikTok to hinder neither the preview nor the restoration: what was known last counts.
func TestDisconnectWhileTikTokIsAway(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.connect()
		known, readAt := l.factsOfTikTok(t)
		l.tikTokIsAway(t)
		time.Sleep(time.Hour)
		began := time.Now()
		l.shopSettings.Refresh(l.ctx, l.seller.Store)
		require.Less(t, time.Since(began), 2*time.Second)
		time.Sleep(2 * time.Minute) // after which nobody tries any more
		require.Error(t, l.shopSettings.Reconcile(l.ctx, l.domain))
		values, still := l.factsOfTikTok(t)
		require.Equal(t, known, values)
		require.Equal(t, readAt, still)
		require.NotNil(t, l.account(models.AccountDetails{Preview: true}).DisconnectPreview)
		l.requireRestored(l.disconnect())
	})
}
