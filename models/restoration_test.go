package models_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

var (
	noon   = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	seller = models.Actor{Kind: models.ActorSeller, Name: "Mara"}
)

// digestByTheContract follows the words of the API's description of Snapshot.digest.
func digestByTheContract(settings []models.SnapshotSetting) string {
	var lines strings.Builder
	for _, s := range settings {
		fmt.Fprintf(&lines, "%s\t%s\n", s.Key, s.Value)
	}
	return fmt.Sprintf("%x", sha256.Sum256([]byte(lines.String())))
}

func TestDigest(t *testing.T) {
	// printf 'a\t0.50\nb\t{"x":"<é>"}\n' | sha256sum
	require.Equal(t, "977581bb05a5a7da796edfed07c05e2caca51bafd2c83bca52a672329f3161ca", models.Digest([]models.SnapshotSetting{
		{Key: "a", Scope: models.ScopeStore, Value: `0.50`}, {Key: "b", Scope: models.ScopeTikTokShop, Value: `{"x":"<é>"}`},
	}))
	require.Equal(t, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", models.Digest(nil))

	before := models.DefaultCatalogue().Before()
	require.Equal(t, digestByTheContract(before), models.Digest(before))
}

func TestTakeSnapshotOmitsAdsAndSortsByKey(t *testing.T) {
	snapshot := models.TakeSnapshot([]models.Setting{
		{Key: "c", Scope: models.ScopeStore, Value: `1`, UpdatedAt: noon, UpdatedBy: seller},
		{Key: "b", Scope: models.ScopeAds, Value: `2`},
		{Key: "d", Scope: models.ScopeStore, Value: ``},
		{Key: "a", Scope: models.ScopeTikTokShop, Value: `null`},
	}, noon)
	recorded := []models.SnapshotSetting{
		{Key: "a", Scope: models.ScopeTikTokShop, Value: `null`}, {Key: "c", Scope: models.ScopeStore, Value: `1`},
	}
	require.Equal(t, models.Snapshot{TakenAt: noon, Digest: digestByTheContract(recorded), Settings: recorded}, snapshot)
	require.True(t, snapshot.Intact())

	empty := models.TakeSnapshot(nil, noon)
	require.NotNil(t, empty.Settings)
	require.True(t, empty.Intact())
}

func TestChangesFromListsRestoredSettings(t *testing.T) {
	snapshot := models.TakeSnapshot([]models.Setting{
		{Key: "edited", Scope: models.ScopeStore, Value: `1`}, {Key: "removed", Scope: models.ScopeStore, Value: `2`},
		{Key: "same", Scope: models.ScopeStore, Value: `3`}, {Key: "vanished", Scope: models.ScopeTikTokShop, Value: `4`},
	}, noon)
	changes := snapshot.ChangesFrom([]models.Setting{
		{Key: "added", Scope: models.ScopeTikTokShop, Value: `5`, UpdatedBy: models.Integration},
		{Key: "ads", Scope: models.ScopeAds, Value: `6`, UpdatedBy: seller},
		{Key: "edited", Scope: models.ScopeStore, Value: `1.0`, UpdatedBy: seller},
		{Key: "gone", Scope: models.ScopeStore, Value: ``, UpdatedBy: seller},
		{Key: "removed", Scope: models.ScopeStore, Value: ``, UpdatedBy: seller},
		{Key: "same", Scope: models.ScopeStore, Value: `3`, UpdatedBy: seller},
	})
	require.Equal(t, []models.SettingChange{
		{Key: "added", Scope: models.ScopeTikTokShop, Kind: models.SettingRemoved, Before: `5`, LastChangedBy: models.Integration},
		{Key: "edited", Scope: models.ScopeStore, Kind: models.SettingUpdated, Before: `1.0`, After: `1`, LastChangedBy: seller},
		{Key: "removed", Scope: models.ScopeStore, Kind: models.SettingAdded, After: `2`, LastChangedBy: seller},
		{Key: "vanished", Scope: models.ScopeTikTokShop, Kind: models.SettingAdded, After: `4`, LastChangedBy: models.Integration},
	}, changes)
}

func TestChangedSnapshotIsNotIntact(t *testing.T) {
	recorded := []models.SnapshotSetting{{Key: "a", Scope: models.ScopeStore, Value: `1`}, {Key: "b", Scope: models.ScopeStore, Value: `2`}}
	digest := models.Digest(recorded)
	text := func(settings ...models.SnapshotSetting) string {
		document, err := json.Marshal(settings)
		require.NoError(t, err)
		return string(document)
	}
	for name, test := range map[string]struct {
		epoch  models.Epoch
		intact bool
	}{
		"as recorded":        {models.Epoch{Snapshot: text(recorded...), SnapshotDigest: digest}, true},
		"a value changed":    {models.Epoch{Snapshot: text(recorded[0], models.SnapshotSetting{Key: "b", Value: `3`}), SnapshotDigest: digest}, false},
		"a setting missing":  {models.Epoch{Snapshot: text(recorded[0]), SnapshotDigest: digest}, false},
		"a setting repeated": {models.Epoch{Snapshot: text(recorded[0], recorded[0], recorded[1]), SnapshotDigest: digest}, false},
		"another order":      {models.Epoch{Snapshot: text(recorded[1], recorded[0]), SnapshotDigest: digest}, false},
		"of the ads scope": {models.Epoch{Snapshot: text(recorded[0], models.SnapshotSetting{Key: "b", Scope: models.ScopeAds, Value: `2`}),
			SnapshotDigest: digest}, false},
		"another digest": {models.Epoch{Snapshot: text(recorded...), SnapshotDigest: models.Digest(nil)}, false},
		"no digest":      {models.Epoch{Snapshot: text(recorded...)}, false},
		"missing":        {models.Epoch{SnapshotDigest: digest}, false},
		"not JSON":       {models.Epoch{Snapshot: text(recorded...) + "]", SnapshotDigest: digest}, false},
		"cut off":        {models.Epoch{Snapshot: text(recorded...)[:20], SnapshotDigest: digest}, false},
		"not a list":     {models.Epoch{Snapshot: `{"a":1}`, SnapshotDigest: digest}, false},
		"null":           {models.Epoch{Snapshot: `null`, SnapshotDigest: digest}, false},
	} {
		snapshot, readable := test.epoch.Recorded()
		require.Equal(t, test.intact, readable && snapshot.Intact(), name)
	}
}

// The lines of the digest are parted by tabs and newlines, which no canonical value holds.
func TestSnapshotWithInvalidJSONIsNotIntact(t *testing.T) {
	two := []models.SnapshotSetting{{Key: "a", Value: `1`}, {Key: "b", Value: `2`}}
	one := []models.SnapshotSetting{{Key: "a", Value: "1\nb\t2"}}
	require.False(t, models.Snapshot{Digest: models.Digest(two), Settings: one}.Intact())
}

// The settings as they were before a connect come out of the epoch it opens.
func TestEpochKeepsExactSnapshot(t *testing.T) {
	settings := []models.Setting{
		{Key: "a", Scope: models.ScopeStore, Value: `"\u0000\u2028<>&😀"`},
		{Key: "b", Scope: models.ScopeStore, Value: `{"n":123456789012345678901234567890.10,"z":[null]}`},
	}
	account := &models.Account{ID: "account_1", Epoch: &models.Epoch{ID: "epoch_1"}}
	models.Connect(nil, models.Authorization{}, account, settings, noon)
	snapshot, readable := account.Epoch.Recorded()
	require.True(t, readable)
	require.Equal(t, models.TakeSnapshot(settings, noon), snapshot)
}

// The digest says nothing of scopes, so one that was changed in a snapshot must not move a setting elsewhere.
func TestSnapshotKeepsScopes(t *testing.T) {
	snapshot := models.Snapshot{Settings: []models.SnapshotSetting{{Key: "order.tags", Scope: models.ScopeTikTokShop, Value: `["web"]`}}}
	changes := snapshot.ChangesFrom([]models.Setting{{Key: "order.tags", Scope: models.ScopeStore, Value: `[]`}})
	require.Equal(t, models.ScopeStore, changes[0].Scope)
}
