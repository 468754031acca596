package models_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"handback/models"
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
		changes, refusals := models.UpdateSettings(editing, test.shop, nil, test.inputs)
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
		require.False(t, len(refusals) > 0 && changes != nil, "%v: all or none", test.inputs)
	}
}

func TestUpdateSettingsChangesOnlyDifferentValues(t *testing.T) {
	settings := []models.Setting{
		{Key: "ads", Scope: models.ScopeAds, UpdatedBy: seller}, // removed
		{Key: "own", Scope: models.ScopeStore, Value: `"x"`, UpdatedBy: seller},
		{Key: "shop", Scope: models.ScopeTikTokShop, Value: `"y"`, UpdatedBy: models.Integration},
	}
	changes, refusals := models.UpdateSettings(editing, models.AccountConnected, settings, []models.SettingInput{
		{Key: "shop", Value: ``}, {Key: "own", Value: `"x"`}, {Key: "least", Value: `["a"]`}, {Key: "ads", Value: ``},
	})
	require.Empty(t, refusals)
	require.Equal(t, []models.SettingChange{
		{Key: "least", Scope: models.ScopeStore, Kind: models.SettingAdded, After: `["a"]`, LastChangedBy: models.Integration},
		{Key: "shop", Scope: models.ScopeTikTokShop, Kind: models.SettingRemoved, Before: `"y"`, LastChangedBy: models.Integration},
	}, changes)

	// Who removed a setting stays known when it comes back.
	changes, _ = models.UpdateSettings(editing, models.AccountConnected, settings, []models.SettingInput{{Key: "ads", Value: `"z"`}})
	require.Equal(t, []models.SettingChange{{Key: "ads", Scope: models.ScopeAds, Kind: models.SettingAdded, After: `"z"`, LastChangedBy: seller}}, changes)
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
