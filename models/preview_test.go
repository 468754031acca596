package models_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

// connection is a connected store, all that a preview is made of.
type connection struct {
	store    models.Store
	account  *models.Account
	settings []models.Setting
}

// newConnection connects a store with a setting that stays, one that is switched, and one that is added.
func newConnection() *connection {
	catalogue := models.NewCatalogue([]models.SettingDefinition{
		{Key: "added", Scope: models.ScopeTikTokShop, Connected: `1`},
		{Key: "switched", Scope: models.ScopeStore, Before: `false`, Connected: `true`},
	})
	settings := []models.Setting{
		{Key: "ads", Scope: models.ScopeAds, Value: `"x"`, UpdatedBy: seller},
		{Key: "stays", Scope: models.ScopeStore, Value: `0.50`, UpdatedBy: seller},
		{Key: "switched", Scope: models.ScopeStore, Value: `false`, UpdatedBy: seller},
	}
	account := &models.Account{ID: "account_1", Kind: models.TikTokShop, Epoch: &models.Epoch{ID: "epoch_1", PreviewSalt: []byte("salt")}}
	connecting := models.Connect(catalogue, authorization(), account, settings, noon)
	c := &connection{store: models.Store{ID: "store_1", Region: "US"}, account: connecting.Account}
	after := models.Apply(settings, connecting.Changes, models.Integration, noon)
	for _, key := range []string{"added", "ads", "stays", "switched"} {
		c.settings = append(c.settings, after[key])
	}
	return c
}

func (c *connection) setting(key string) *models.Setting {
	return &c.settings[slices.IndexFunc(c.settings, func(s models.Setting) bool { return s.Key == key })]
}

func (c *connection) edit(key string, value models.Value) {
	c.setting(key).Value, c.setting(key).UpdatedBy = value, seller
}

func (c *connection) preview() *models.DisconnectPreview {
	return models.PreviewDisconnect(c.store, c.account, c.settings)
}

func TestDisconnectPreviewTokenIsStable(t *testing.T) {
	for name, change := range map[string]func(*connection){
		"nothing":                func(*connection) {},
		"an ads setting edited":  func(c *connection) { c.edit("ads", `"y"`) },
		"an ads setting removed": func(c *connection) { c.edit("ads", ``) },
		"an ads setting added": func(c *connection) {
			c.settings = append(c.settings, models.Setting{Key: "more", Scope: models.ScopeAds, Value: `1`})
		},
		"time passing":                 func(c *connection) { c.setting("switched").UpdatedAt = noon.AddDate(1, 0, 0) },
		"another writer of what stays": func(c *connection) { c.setting("stays").UpdatedBy = models.Actor{Kind: models.ActorPartner} },
		"a removed setting's row": func(c *connection) {
			c.settings = append(c.settings, models.Setting{Key: "gone", Scope: models.ScopeStore, UpdatedBy: seller})
		},
		"another order of rows": func(c *connection) { slices.Reverse(c.settings) },
		"earlier disconnections": func(c *connection) {
			c.account.Disconnections = append(c.account.Disconnections, &models.Disconnection{ID: "disconnection_1"})
		},
		"the store's name": func(c *connection) { c.store.Name = "Renamed" },
	} {
		c := newConnection()
		shown := c.preview()
		change(c)
		require.Equal(t, shown, c.preview(), name)
	}
}

func TestDisconnectPreviewTokenChangesWithPreview(t *testing.T) {
	tokens := map[string]string{newConnection().preview().Token: "nothing"}
	for name, change := range map[string]func(*connection){
		"an edit":                          func(c *connection) { c.edit("stays", `0.5`) },
		"an edit to another value":         func(c *connection) { c.edit("stays", `0.500`) },
		"an edit of what connecting wrote": func(c *connection) { c.edit("switched", `null`) },
		"an edit back to the snapshot":     func(c *connection) { c.edit("switched", `false`) },
		"a removal":                        func(c *connection) { c.edit("stays", ``) },
		"an addition": func(c *connection) {
			c.settings = append(c.settings, models.Setting{Key: "new", Scope: models.ScopeStore, Value: `1`, UpdatedBy: seller})
		},
		"the same value by another": func(c *connection) { c.setting("switched").UpdatedBy = seller },
		"the same value by a partner": func(c *connection) {
			c.setting("switched").UpdatedBy = models.Actor{Kind: models.ActorPartner, Name: seller.Name}
		},
		"the account's name":   func(c *connection) { c.account.Name = "Borealis" },
		"the account's region": func(c *connection) { c.account.Region = "MX" },
		"the time of snapshot": func(c *connection) { c.account.Epoch.OpenedAt = noon.Add(time.Microsecond) },
		"another epoch":        func(c *connection) { c.account.Epoch.ID = "epoch_2" },
		"another epoch's salt": func(c *connection) { c.account.Epoch.PreviewSalt = []byte("other") },
	} {
		c := newConnection()
		change(c)
		token := c.preview().Token
		require.Empty(t, tokens[token], "%s has the token of %s", name, tokens[token])
		tokens[token] = name
	}
}

func TestDisconnectPreviewTokenIsPerStore(t *testing.T) {
	mine, other := newConnection(), newConnection()
	other.store.ID, other.account.ID, other.account.Epoch.ID, other.account.Epoch.PreviewSalt = "store_2", "account_2", "epoch_2", []byte("pepper")
	request := models.DisconnectRequest{Confirm: true, PreviewToken: &other.preview().Token}
	preview, refusal := request.Disconnect(mine.store, mine.account, mine.settings)
	require.Nil(t, preview)
	require.Equal(t, models.PreviewStale, refusal.Code)
}

func TestDisconnectPreviewIsAbsentWhenRefused(t *testing.T) {
	for name, change := range map[string]func(*connection){
		"disconnected":     func(c *connection) { c.account.Status = models.AccountDisconnected },
		"the other kind":   func(c *connection) { c.account.Kind = models.TikTokForBusiness },
		"missing snapshot": func(c *connection) { c.account.Epoch.Snapshot = "" },
		"damaged snapshot": func(c *connection) { c.account.Epoch.Snapshot = "[]" },
	} {
		c := newConnection()
		change(c)
		require.Nil(t, c.preview(), name)
	}
}

func TestDisconnectPreviewCountsRestoredSettings(t *testing.T) {
	c := newConnection()
	c.edit("stays", ``)
	c.settings = append(c.settings, models.Setting{Key: "new", Scope: models.ScopeStore, Value: `1`, UpdatedBy: models.Integration})
	warning := c.preview().Warnings[0]
	require.Equal(t, models.SettingsRestored, warning.Code)
	require.Equal(t, "4 settings go back to what they were before TikTok Shop was connected (1 March 2026, 12:00 UTC): 1 restored, 1 re-created, 2 removed.", warning.Message)
	require.EqualValues(t, 4, *warning.Count)

	c = newConnection()
	c.edit("switched", `false`)
	warning = c.preview().Warnings[0]
	require.Equal(t, "1 setting goes back to what it was before TikTok Shop was connected (1 March 2026, 12:00 UTC): 0 restored, 0 re-created, 1 removed.", warning.Message)
	require.EqualValues(t, 1, *warning.Count)

	c.edit("added", ``)
	warning = c.preview().Warnings[0]
	require.Equal(t, "All settings are already as they were before TikTok Shop was connected (1 March 2026, 12:00 UTC).", warning.Message)
	require.EqualValues(t, 0, *warning.Count)
}

func TestDisconnectPreviewNamesLostEdits(t *testing.T) {
	for _, test := range []struct {
		edits   int
		message string
	}{
		{1, "1 of them was edited after connecting and will lose the edit; it stays readable in the record: k1."},
		{2, "2 of them were edited after connecting and will lose the edit; it stays readable in the record: k1, k2."},
		{5, "5 of them were edited after connecting and will lose the edit; it stays readable in the record: k1, k2, k3, k4, k5."},
		{6, "6 of them were edited after connecting and will lose the edit; it stays readable in the record: k1, k2, k3, k4, k5 and 1 more."},
		{7, "7 of them were edited after connecting and will lose the edit; it stays readable in the record: k1, k2, k3, k4, k5 and 2 more."},
	} {
		c := newConnection()
		for i := range test.edits {
			c.settings = append(c.settings, models.Setting{Key: fmt.Sprintf("k%d", i+1), Scope: models.ScopeStore, Value: `1`, UpdatedBy: seller})
		}
		warning := c.preview().Warnings[1]
		require.Equal(t, models.EditedSinceConnecting, warning.Code)
		require.Equal(t, test.message, warning.Message)
		require.EqualValues(t, test.edits, *warning.Count)
	}
}

// TestDisconnectPreviewNamesLostEditsByTitle: as pages call the settings, in key order.
func TestDisconnectPreviewNamesLostEditsByTitle(t *testing.T) {
	c := newConnection()
	for _, key := range []string{"order.tags", "tax.handling"} {
		c.settings = append(c.settings, models.Setting{Key: key, Scope: models.ScopeStore, Value: `1`, UpdatedBy: seller})
	}
	require.Contains(t, c.preview().Warnings[1].Message, "it stays readable in the record: Order tags, Tax collection.")
}

// TestDisconnectPreviewDoesNotSayThatWhatCannotGoBackIsLost: a location stays deactivated.
func TestDisconnectPreviewDoesNotSayThatWhatCannotGoBackIsLost(t *testing.T) {
	c, location := newConnection(), "gid://shopify/Location/1"
	c.settings = append(c.settings, models.Setting{Key: models.KeyOnlineLocations, Scope: models.ScopeStore, Value: `{"2":false}`, UpdatedBy: models.ShopifyAdmin})
	c.account.Epoch.Drift = models.Drift{
		Exceptions: []models.RestorationException{{Key: models.KeyOnlineLocations, Entry: &location, Reason: models.LocationInactive, Recorded: "true"}}, ExceptionCount: 1,
	}.Text()
	warning := c.preview().Warnings[1]
	require.Equal(t, models.EditedSinceConnecting, warning.Code)
	require.Contains(t, warning.Message, "and will lose the edit, but for what cannot go back;")
}

func TestDisconnectPreviewMentionsAdsAndOrders(t *testing.T) {
	c := newConnection()
	codes := func() (list []models.DisconnectWarningCode) {
		for _, warning := range c.preview().Warnings {
			list = append(list, warning.Code)
		}
		return list
	}
	require.Equal(t, []models.DisconnectWarningCode{models.SettingsRestored, models.AdsUnaffected, models.OrdersMoveToSellerCenter}, codes())
	c.edit("stays", `1`)
	require.Equal(t, []models.DisconnectWarningCode{models.SettingsRestored, models.EditedSinceConnecting, models.AdsUnaffected, models.OrdersMoveToSellerCenter}, codes())

	last := c.preview().Warnings[3]
	require.Equal(t, "Fulfillment, cancellations, returns and refunds of Aurora are no longer done in Shopify, only in TikTok Seller Center: https://seller-us.tiktok.com.", last.Message)
	require.Nil(t, last.Count)
	require.Nil(t, c.preview().Warnings[2].Count)
}

func FuzzPreviewToken(f *testing.F) {
	c := newConnection()
	token := c.preview().Token
	for _, seed := range []string{"", token, token + "=", " " + token, token[1:], token[:len(token)-1], strings.ToUpper(token), token + token, "\x00", "é", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, given string) {
		request := models.DisconnectRequest{Confirm: true, PreviewToken: &given}
		preview, refusal := request.Disconnect(c.store, c.account, c.settings)
		if given == token {
			require.Nil(t, refusal)
			return
		}
		require.Nil(t, preview)
		require.Equal(t, models.PreviewStale, refusal.Code)
	})
}
