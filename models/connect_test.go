package models_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

func authorization() models.Authorization {
	return models.Authorization{ShopCode: "7001", ShopName: "Aurora", Region: "US", Role: models.ShopOwner, Seller: models.SellerActive}
}

func TestRefuseAuthorization(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*models.Authorization)
		code   models.ConnectTikTokShopErrorCode
	}{
		{"staff comes before all else", func(a *models.Authorization) {
			a.Role, a.Seller, a.Region = models.ShopStaff, models.SellerClosed, "GB"
		}, models.OwnerRequired},
		{"no role at all", func(a *models.Authorization) { a.Role = "" }, models.OwnerRequired},
		{"closed comes before the region", func(a *models.Authorization) { a.Seller, a.Region = models.SellerClosed, "GB" }, models.SellerNotActive},
		{"pending comes before the region", func(a *models.Authorization) { a.Seller, a.Region = models.SellerPending, "GB" }, models.SellerNotActive},
		{"unknown state", func(a *models.Authorization) { a.Seller = "" }, models.SellerNotActive},
		{"other region", func(a *models.Authorization) { a.Region = "GB" }, models.RegionMismatch},
		{"a US store's Mexico shop", func(a *models.Authorization) { a.Region = "MX" }, models.RegionMismatch},
	} {
		given := authorization()
		test.change(&given)
		refusal := models.RefuseAuthorization(models.Store{Region: "US"}, &given)
		require.NotNil(t, refusal, test.name)
		require.Equal(t, test.code, refusal.Code, test.name)
		require.Equal(t, []string{"authorizationCode"}, refusal.Field, test.name)
		require.Regexp(t, `\. .*([Cc]onnect|Ask the owner)`, refusal.Message, "%s: what to do next", test.name)
	}
	given := authorization()
	require.Nil(t, models.RefuseAuthorization(models.Store{Region: "US"}, &given))
	require.Equal(t, models.AuthorizationInvalid, models.RefuseAuthorization(models.Store{Region: "US"}, nil).Code)
}

func TestRefuseConnecting(t *testing.T) {
	connected, disconnected := shop("US", models.AccountConnected), shop("US", models.AccountDisconnected)
	require.Nil(t, models.RefuseConnecting(nil, nil))
	require.Nil(t, models.RefuseConnecting([]*models.Account{disconnected}, nil))
	require.Equal(t, models.AccountInUse, models.RefuseConnecting([]*models.Account{disconnected}, []*models.Account{connected}).Code)
	// The store's own connection is named first: that one the seller can end.
	require.Equal(t, models.AlreadyConnected, models.RefuseConnecting([]*models.Account{disconnected, connected}, []*models.Account{connected}).Code)
}

// TestRefuseConnectingSaysWhatTheRestorationWaitsFor: to wait does not help where a person has to put something right.
func TestRefuseConnectingSaysWhatTheRestorationWaitsFor(t *testing.T) {
	account := shop("US", models.AccountDisconnecting)
	account.Name, account.StoreDomain = "Aurora", "aurora.myshopify.com"
	for _, phase := range []models.TransitionPhase{"", models.PhaseWriting} {
		account.Transition = &models.Transition{Kind: models.TransitionDisconnect, Phase: phase}
		refusal := models.RefuseConnecting([]*models.Account{account}, nil)
		require.Equal(t, models.RestorationInProgress, refusal.Code)
		require.Contains(t, refusal.Message, "Wait until that is done.")
	}
	account.Transition.Phase, account.Transition.ProblemCode, account.Transition.ProblemDetail = models.PhaseBlocked, models.ShopifyScopeMissing, "write_locations"
	refusal := models.RefuseConnecting([]*models.Account{account}, nil)
	require.Equal(t, models.RestorationInProgress, refusal.Code)
	require.NotContains(t, refusal.Message, "Wait")
	require.Contains(t, refusal.Message, "The app lacks the permission to change locations in the store.")
	require.Contains(t, refusal.Message, "https://aurora.myshopify.com/admin/settings/apps")
}

func TestRefuseFailedConnectNamesTheScopeThatIsMissing(t *testing.T) {
	account := shop("US", models.AccountDisconnecting)
	failed := models.Transition{Kind: models.TransitionConnect, Phase: models.PhaseComplete, ProblemCode: models.ShopifyScopeMissing, ProblemDetail: "write_locations"}
	refusal := models.RefuseFailedConnect(account, failed)
	require.Equal(t, models.ConnectScopeMissing, refusal.Code)
	require.Contains(t, refusal.Message, "change locations")
	failed.ProblemCode, failed.ProblemDetail = models.ShopifyRejected, "ChannelCreate: The shop sells nothing."
	refusal = models.RefuseFailedConnect(account, failed)
	require.Equal(t, models.ConnectShopifyAway, refusal.Code)
	require.Contains(t, refusal.Message, "The shop sells nothing.")
}

func TestReconnectKeepsAccount(t *testing.T) {
	first, second := shop("US", models.AccountDisconnected), shop("US", models.AccountDisconnected)
	first.ID, first.ExternalID = "account_1", "7001"
	second.ID, second.ExternalID = "account_2", "7002"
	fresh := models.Account{ID: "account_3"}
	require.Same(t, first, models.AccountToConnect([]*models.Account{second, first}, authorization(), fresh))
	require.Equal(t, "account_3", models.AccountToConnect([]*models.Account{second}, authorization(), fresh).ID)
}

func TestConnect(t *testing.T) {
	catalogue := models.NewCatalogue([]models.SettingDefinition{
		{Key: "ads", Scope: models.ScopeAds, Connected: `"never"`},
		{Key: "alone", Scope: models.ScopeStore, Before: `1`},
		{Key: "channel", Scope: models.ScopeTikTokShop, Connected: `{"code":"{shopCode}","where":"{region}/{shopName}"}`},
		{Key: "same", Scope: models.ScopeStore, Before: `0.50`, Connected: `0.50`},
		{Key: "switched", Scope: models.ScopeStore, Before: `false`, Connected: `true`},
	})
	settings := []models.Setting{
		{Key: "alone", Scope: models.ScopeStore, Value: `1`, UpdatedBy: seller},
		{Key: "same", Scope: models.ScopeStore, Value: `0.50`, UpdatedBy: seller},
		{Key: "switched", Scope: models.ScopeStore, Value: `false`, UpdatedBy: seller},
	}
	earlier := noon.AddDate(0, -1, 0)
	account := &models.Account{ID: "account_1", Name: "Old name", Status: models.AccountDisconnected, DisconnectedAt: &earlier, Epoch: &models.Epoch{ID: "epoch_1"}}
	given := authorization()
	given.ShopName = `"A" \ <b>`
	connecting := models.Connect(catalogue, given, account, settings, noon)

	require.Equal(t, []models.SettingChange{
		{Key: "channel", Scope: models.ScopeTikTokShop, Kind: models.SettingAdded, After: `{"code":"7001","where":"US/\"A\" \\ <b>"}`, LastChangedBy: models.Integration},
		{Key: "switched", Scope: models.ScopeStore, Kind: models.SettingUpdated, Before: `false`, After: `true`, LastChangedBy: seller},
	}, connecting.Changes)
	require.Equal(t, "epoch_1", *connecting.Account.EpochID)
	require.Equal(t, given.ShopName, connecting.Account.Name)
	require.Equal(t, models.AccountConnected, connecting.Account.Status)
	require.Nil(t, connecting.Account.DisconnectedAt)
	require.Equal(t, noon, connecting.Account.Epoch.OpenedAt)
	require.Equal(t, "account_1", connecting.Account.Epoch.AccountID)
	require.Equal(t, models.TakeSnapshot(settings, noon).Digest, connecting.Account.Epoch.SnapshotDigest)
}

// What TikTok calls a shop goes into strings only: it can neither break the value nor add to it, and the
// placeholders in it are not filled in again.
func TestConnectEscapesShopName(t *testing.T) {
	catalogue := models.NewCatalogue([]models.SettingDefinition{{Key: "k", Scope: models.ScopeStore, Connected: `["{shopName}"]`}})
	for _, name := range []string{`","x","`, `{shopCode}`, "\u0000\n\u2028", `\u0041`, "\xff", "😀", ""} {
		given := authorization()
		given.ShopName = name
		changes := models.Connect(catalogue, given, &models.Account{Epoch: &models.Epoch{}}, nil, noon).Changes
		var decoded []string
		require.NoError(t, json.Unmarshal([]byte(changes[0].After), &decoded))
		require.Equal(t, []string{string([]rune(name))}, decoded)
	}
}

// Members are named by what is filled in, and so take another place.
func TestConnectWritesCanonicalValues(t *testing.T) {
	catalogue := models.NewCatalogue([]models.SettingDefinition{
		{Key: "k", Scope: models.ScopeStore, Type: "map<ID,boolean>", Connected: `{"a":false,"{shopCode}":true}`},
	})
	changes := models.Connect(catalogue, authorization(), &models.Account{Epoch: &models.Epoch{}}, nil, noon).Changes
	canonical, err := models.ParseValue([]byte(changes[0].After))
	require.NoError(t, err)
	require.Equal(t, canonical, changes[0].After)
}

// TestPickShop: a shop is picked where there is nothing to choose, and where there is, the seller is told where to.
func TestPickShop(t *testing.T) {
	choice := func(code string, refused bool) models.ShopChoice {
		one := models.ShopChoice{Authorization: models.Authorization{ShopCode: code}}
		if refused {
			one.Refusal = &models.ConnectTikTokShopUserError{Code: models.AccountInUse}
		}
		return one
	}
	for name, test := range map[string]struct {
		choices []models.ShopChoice
		picked  string // "" where the seller has to choose
	}{
		"the only one":                      {[]models.ShopChoice{choice("A", false)}, "A"},
		"the only one, which is refused":    {[]models.ShopChoice{choice("A", true)}, "A"},
		"the only one that can be":          {[]models.ShopChoice{choice("A", true), choice("B", false)}, "B"},
		"several that can be":               {[]models.ShopChoice{choice("A", false), choice("B", false), choice("C", true)}, ""},
		"several, each of which is refused": {[]models.ShopChoice{choice("A", true), choice("B", true)}, "A"},
	} {
		t.Run(name, func(t *testing.T) {
			shop, refusal := models.PickShop(test.choices)
			if test.picked == "" {
				require.Nil(t, shop)
				require.Equal(t, models.AuthorizationInvalid, refusal.Code)
				return
			}
			require.Nil(t, refusal)
			require.Equal(t, test.picked, shop.ShopCode)
		})
	}
}
