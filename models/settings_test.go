package models_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

var editing = models.NewCatalogue([]models.SettingDefinition{
	{Key: "ads", Scope: models.ScopeAds, Type: "string", Editable: true},
	{Key: "fixed", Scope: models.ScopeTikTokShop, Type: "integer"},
	{Key: "least", Scope: models.ScopeStore, Type: "list<string>", MinEntries: 1, Editable: true},
	{Key: "own", Scope: models.ScopeStore, Type: "string", Editable: true},
	{Key: "shop", Scope: models.ScopeTikTokShop, Type: "string", Editable: true},
	{Key: "there", Scope: models.ScopeStore, Source: models.SourceShopify, Type: "string", Editable: true},
})

func TestUpdateSettingsRefusesForFirstReason(t *testing.T) {
	for _, test := range []struct {
		shop   models.AccountStatus
		inputs []models.SettingInput
		codes  map[string]models.UpdateSettingsErrorCode // by index and member
	}{
		{models.AccountConnected, []models.SettingInput{{Key: "own", Value: `"x"`}, {Key: "shop", Value: `"x"`}, {Key: "ads", Value: ``}}, nil},
		{models.AccountDisconnected, []models.SettingInput{{Key: "own", Value: ``}, {Key: "ads", Value: `"x"`}}, nil},
		{models.AccountConnected, []models.SettingInput{{Key: "nobody", Value: `1`}, {Key: "nobody", Value: `1`}}, map[string]models.UpdateSettingsErrorCode{"0.key": models.UnknownSetting, "1.key": models.UnknownSetting}},
		{models.AccountConnected, []models.SettingInput{{Key: "own", Value: `"x"`}, {Key: "own", Value: `"x"`}}, map[string]models.UpdateSettingsErrorCode{"1.key": models.DuplicateKey}},
		{models.AccountConnected, []models.SettingInput{{Key: "own", Value: `1`}, {Key: "own", Value: ``}, {Key: "own", Value: `"x"`}}, map[string]models.UpdateSettingsErrorCode{
			"0.value": models.InvalidValue, "1.key": models.DuplicateKey, "2.key": models.DuplicateKey}},
		{models.AccountDisconnected, []models.SettingInput{{Key: "fixed", Value: `"x"`}}, map[string]models.UpdateSettingsErrorCode{"0.key": models.NotEditable}},
		{models.AccountDisconnected, []models.SettingInput{{Key: "shop", Value: `1`}}, map[string]models.UpdateSettingsErrorCode{"0.key": models.SettingsNotConnected}},
		{models.AccountDisconnected, []models.SettingInput{{Key: "shop", Value: ``}}, map[string]models.UpdateSettingsErrorCode{"0.key": models.SettingsNotConnected}},
		{models.AccountConnected, []models.SettingInput{{Key: "own", Value: `"x"`}, {Key: "least", Value: `[]`}}, map[string]models.UpdateSettingsErrorCode{"1.value": models.InvalidValue}},
		{models.AccountConnected, []models.SettingInput{{Key: "own", Omitted: true}}, map[string]models.UpdateSettingsErrorCode{"0.value": models.InvalidValue}},
		{models.AccountConnected, []models.SettingInput{{Key: "least", Value: ``}}, map[string]models.UpdateSettingsErrorCode{"0.value": models.InvalidValue}},
		{models.AccountDisconnecting, []models.SettingInput{{Key: "own", Value: `"x"`}, {Key: "shop", Value: `"x"`}, {Key: "ads", Value: `"x"`}}, map[string]models.UpdateSettingsErrorCode{
			"0.key": models.NotEditable, "1.key": models.SettingsNotConnected}},
		{models.AccountConnecting, []models.SettingInput{{Key: "own", Value: `"x"`}, {Key: "there", Value: `"x"`}}, map[string]models.UpdateSettingsErrorCode{"1.key": models.NotEditable}},
	} {
		refusals := models.RefuseInputs(editing, test.shop, test.inputs)
		var codes map[string]models.UpdateSettingsErrorCode
		for _, refusal := range refusals {
			if codes == nil {
				codes = map[string]models.UpdateSettingsErrorCode{}
			}
			require.Equal(t, "settings", refusal.Field[0])
			require.Len(t, refusal.Field, 3)
			codes[refusal.Field[1]+"."+refusal.Field[2]] = refusal.Code
		}
		require.Equal(t, test.codes, codes, "%v", test.inputs)
	}
}

func TestUpdateSettingsChangesOnlyDifferentValues(t *testing.T) {
	settings := []models.Setting{
		{Key: "ads", Scope: models.ScopeAds, UpdatedBy: seller}, // removed
		{Key: "own", Scope: models.ScopeStore, Value: `"x"`, UpdatedBy: seller},
		{Key: "shop", Scope: models.ScopeTikTokShop, Value: `"y"`, UpdatedBy: models.Integration},
	}
	changes, refusals := models.UpdateSettings(editing, settings, []models.SettingInput{
		{Key: "shop", Value: ``}, {Key: "own", Value: `"x"`}, {Key: "least", Value: `["a"]`}, {Key: "ads", Value: ``},
	})
	require.Empty(t, refusals)
	require.Equal(t, []models.SettingChange{
		{Key: "least", Scope: models.ScopeStore, Kind: models.SettingAdded, After: `["a"]`, LastChangedBy: models.Integration},
		{Key: "shop", Scope: models.ScopeTikTokShop, Kind: models.SettingRemoved, Before: `"y"`, LastChangedBy: models.Integration},
	}, changes)

	// Who removed a setting stays known when it comes back.
	changes, _ = models.UpdateSettings(editing, settings, []models.SettingInput{{Key: "ads", Value: `"z"`}})
	require.Equal(t, []models.SettingChange{{Key: "ads", Scope: models.ScopeAds, Kind: models.SettingAdded, After: `"z"`, LastChangedBy: seller}}, changes)
}

// TestUpdateSettingsRefusesStaleValues: what somebody has not seen is not replaced, unless it is what they want anyway.
func TestUpdateSettingsRefusesStaleValues(t *testing.T) {
	settings := []models.Setting{
		{Key: "ads", Scope: models.ScopeAds, UpdatedBy: seller}, // removed
		{Key: "own", Scope: models.ScopeStore, Value: `"x"`, UpdatedBy: seller},
	}
	expect := func(value models.Value) *models.Value { return &value }
	for name, test := range map[string]struct {
		input models.SettingInput
		stale bool
	}{
		"as expected":            {models.SettingInput{Key: "own", Value: `"y"`, Expected: expect(`"x"`)}, false},
		"another value":          {models.SettingInput{Key: "own", Value: `"y"`, Expected: expect(`"z"`)}, true},
		"expected to be absent":  {models.SettingInput{Key: "own", Value: `"y"`, Expected: expect("")}, true},
		"the wanted value":       {models.SettingInput{Key: "own", Value: `"x"`, Expected: expect(`"z"`)}, false},
		"to be removed":          {models.SettingInput{Key: "own", Expected: expect(`"z"`)}, true},
		"removed meanwhile":      {models.SettingInput{Key: "ads", Value: `"y"`, Expected: expect(`"x"`)}, true},
		"absent as expected":     {models.SettingInput{Key: "ads", Value: `"y"`, Expected: expect("")}, false},
		"never there, and so on": {models.SettingInput{Key: "least", Value: `["a"]`, Expected: expect("")}, false},
		"never there":            {models.SettingInput{Key: "least", Value: `["a"]`, Expected: expect(`["b"]`)}, true},
	} {
		changes, refusals := models.UpdateSettings(editing, settings, []models.SettingInput{test.input})
		if !test.stale {
			require.Empty(t, refusals, name)
			continue
		}
		require.Nil(t, changes, name)
		require.Len(t, refusals, 1, name)
		require.Equal(t, models.StaleValue, refusals[0].Code, name)
		require.Equal(t, []string{"settings", "0", "expected"}, refusals[0].Field, name)
	}
}

func TestApplyAndNamed(t *testing.T) {
	settings := []models.Setting{{Key: "own", Value: `"x"`, UpdatedAt: noon, UpdatedBy: seller}, {Key: "shop", Value: `"y"`}}
	partner := models.Actor{Kind: models.ActorPartner, Name: "Rithum"}
	later := noon.AddDate(0, 0, 1)
	after := models.Apply(settings, []models.SettingChange{
		{Key: "shop", Before: `"y"`}, {Key: "least", Scope: models.ScopeStore, After: `["a"]`},
	}, partner, later)
	require.Equal(t, settings[0], after["own"])
	require.Equal(t, models.Setting{Key: "shop", UpdatedAt: later, UpdatedBy: partner}, after["shop"])

	named := models.Named([]models.SettingInput{{Key: "least"}, {Key: "shop"}, {Key: "nobody"}, {Key: "own"}}, after)
	require.Equal(t, []models.Setting{{Key: "least", Scope: models.ScopeStore, Value: `["a"]`, UpdatedAt: later, UpdatedBy: partner}, settings[0]}, named)
}

func TestKindOfChange(t *testing.T) {
	require.Equal(t, models.SettingAdded, models.KindOfChange("", `1`))
	require.Equal(t, models.SettingRemoved, models.KindOfChange(`1`, ""))
	require.Equal(t, models.SettingUpdated, models.KindOfChange(`1`, `2`))
}

func TestFirstChangesAddSettings(t *testing.T) {
	require.Equal(t, []models.SettingChange{
		{Key: "a", Scope: models.ScopeAds, Kind: models.SettingAdded, After: `2`, LastChangedBy: models.Integration},
		{Key: "b", Scope: models.ScopeStore, Kind: models.SettingAdded, After: `1`, LastChangedBy: models.Integration},
	}, models.FirstChanges([]models.SnapshotSetting{{Key: "b", Scope: models.ScopeStore, Value: `1`}, {Key: "a", Scope: models.ScopeAds, Value: `2`}}))
}

func TestFirstChangesOfRepeatedKeysKeepTheLast(t *testing.T) {
	changes := models.FirstChanges([]models.SnapshotSetting{
		{Key: "b", Scope: models.ScopeStore, Value: "1"}, {Key: "a", Scope: models.ScopeStore, Value: "2"}, {Key: "b", Scope: models.ScopeStore, Value: "3"},
	})
	require.Len(t, changes, 2)
	require.Equal(t, "a", changes[0].Key)
	require.EqualValues(t, "3", changes[1].After)
}

// TestShopifysRefusalsSayWhatIsNotChanged: all of a setting, a part of it, or nothing yet.
func TestShopifysRefusalsSayWhatIsNotChanged(t *testing.T) {
	inputs := []models.SettingInput{{Key: "order.tags"}, {Key: models.KeyAutoPublish}, {Key: models.KeyOnlineLocations}}
	asked := []models.SettingChange{{Key: models.KeyAutoPublish}, {Key: models.KeyOnlineLocations}}
	for _, test := range []struct {
		edit     models.Transition
		rejected []models.StoreWrite
		said     []string
	}{
		{edit: models.Transition{Phase: models.PhaseComplete, CompletedAt: &noon}},
		{
			edit:     models.Transition{Phase: models.PhaseComplete, CompletedAt: &noon},
			rejected: []models.StoreWrite{{Key: models.KeyAutoPublish, Reason: models.NotWritable, Detail: "No."}, {Key: models.KeyOnlineLocations, Entry: "1", Reason: models.OnlyOnlineLocation}},
			said: []string{
				"“Publish new products” was not changed: Shopify does not let the app change it (No.).",
				"“Locations that fulfill online orders” was not changed in whole: Shopify keeps the last location on that fulfills online orders.",
			},
		},
		{
			edit: models.Transition{Phase: models.PhaseComplete, CompletedAt: &noon},
			rejected: []models.StoreWrite{
				{Key: models.KeyAutoPublish, Entry: "gid://shopify/Product/7001", Reason: models.ResourceDeleted},
				{Key: models.KeyOnlineLocations, Entry: "gid://shopify/Location/1003", Reason: models.LocationInactive},
			},
			said: []string{
				"“Publish new products” was not changed in whole: there is no product 7001 in the store.",
				"“Locations that fulfill online orders” was not changed in whole: the location 1003 is deactivated.",
			},
		},
		{
			edit: models.Transition{Phase: models.PhaseWriting, ProblemCode: models.ShopifyUnavailable},
			said: []string{
				"“Publish new products” is not changed yet. Shopify does not answer at the moment. It is asked again by itself.",
				"“Locations that fulfill online orders” is not changed yet. Shopify does not answer at the moment. It is asked again by itself.",
			},
		},
		{
			edit: models.Transition{Phase: models.PhaseWriting},
			said: []string{
				"“Publish new products” is not changed yet: it is still being written to the store.",
				"“Locations that fulfill online orders” is not changed yet: it is still being written to the store.",
			},
		},
	} {
		var said []string
		for _, refusal := range models.RejectedByShopify(inputs, asked, test.edit, test.rejected) {
			require.Equal(t, models.NotEditable, refusal.Code)
			said = append(said, refusal.Message)
		}
		require.Equal(t, test.said, said)
	}
}

// TestRefusalsNameSettingsAsSellersDo: by their titles, and by the key only where there is no such setting.
func TestRefusalsNameSettingsAsSellersDo(t *testing.T) {
	refusals := models.RefuseInputs(models.DefaultCatalogue(), models.AccountConnected, []models.SettingInput{{Key: "inventory.percent", Value: `101`}, {Key: "webhook.topics", Value: `[]`}})
	require.Len(t, refusals, 2)
	require.Equal(t, "“Stock share” must be at most 100.", refusals[0].Message)
	require.Equal(t, "“Store events” is kept up by the integration and cannot be edited.", refusals[1].Message)

	refusals = models.RefuseInputs(editing, models.AccountConnected, []models.SettingInput{{Key: "own", Omitted: true}})
	require.Equal(t, "“own” needs a value; null removes the setting.", refusals[0].Message)

	stale := models.Value(`5`)
	_, refusals = models.UpdateSettings(models.DefaultCatalogue(), []models.Setting{{Key: "inventory.percent", Scope: models.ScopeTikTokShop, Value: `7`, UpdatedBy: seller}},
		[]models.SettingInput{{Key: "inventory.percent", Value: `9`, Expected: &stale}})
	require.Equal(t, "“Stock share” was changed since it was read, by "+seller.Name+".", refusals[0].Message)
}
