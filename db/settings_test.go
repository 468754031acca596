package db_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"handback/db"
	"handback/db/dbtest"
	"handback/models"
)

func TestValuesComeBackExactly(t *testing.T) {
	var entries strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&entries, `,"gid://shopify/Product/%05d":%t`, i, i%2 == 0)
	}
	long := strings.Repeat(`\u0000<é>\"`, 8_000)
	values := []models.Value{
		`0.50`, `1e3`, `-0`, `9007199254740993`, `123456789012345678901234567890.123456789012345678901234567890`, `1E+999999999`,
		`true`, `""`, `"null"`, `"\u0000"`, `"\u2028\u2029"`, `"<>&"`, `"😀é"`, `"\\u0041\""`, `"%s ? $1 :name @x ''; --"`, `"\t\n\r\u001f"`,
		`{"a":[null,{"b":null}],"é":{}}`, `[[],{},""]`,
		models.Value(`{` + entries.String()[1:] + `}`),
		models.Value(`"` + long + `"`),
	}
	oneMiB := models.Value(`"` + strings.Repeat("x", models.MaxValueBytes-2) + `"`)
	values = append(values, oneMiB)

	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		var definitions []models.SettingDefinition
		for i, value := range values {
			canonical, err := models.ParseValue([]byte(value))
			require.NoError(t, err)
			require.Equal(t, value, canonical, "the test itself must use canonical values")
			definitions = append(definitions, models.SettingDefinition{
				Key: fmt.Sprintf("k%02d.\u2028<'\"😀\\", i), Scope: models.ScopeStore, Type: "string", Editable: true,
				Before: value, Connected: values[(i+1)%len(values)],
			})
		}
		repository := open(t, databaseURL, models.NewCatalogue(definitions))
		seller := register(t, repository, "exact.myshopify.com")
		requireValues(t, repository, seller, func(d models.SettingDefinition) models.Value { return d.Before })

		connected := connect(t, repository, seller, "1")
		requireValues(t, repository, seller, func(d models.SettingDefinition) models.Value { return d.Connected })
		require.Equal(t, repository.Catalogue.Before(), connected.Account.Snapshot.Settings)
		require.Equal(t, models.Digest(repository.Catalogue.Before()), connected.Account.Snapshot.Digest)

		update(t, repository, seller, models.SettingInput{Key: definitions[0].Key, Value: oneMiB})
		done := disconnect(t, repository, seller)
		require.Empty(t, done.Refusals)
		requireValues(t, repository, seller, func(d models.SettingDefinition) models.Value { return d.Before })
		require.Equal(t, connected.Account.Snapshot.Digest, done.Disconnection.Restoration.RestoredDigest)

		record, err := repository.Disconnection(t.Context(), seller, done.Disconnection.ID, everything)
		require.NoError(t, err)
		require.Equal(t, done.Disconnection.Restoration, record.Restoration)
		for i, change := range record.Restoration.Changes {
			replaced := definitions[i].Connected
			if i == 0 {
				replaced = oneMiB
			}
			require.True(t, change.Before == replaced && change.After == definitions[i].Before, change.Key)
		}
	})
}

// requireValues says which key differs, but not how: the values are long.
func requireValues(t *testing.T, repository *db.Repository, seller models.Caller, want func(models.SettingDefinition) models.Value) {
	t.Helper()
	settings, err := repository.Settings(t.Context(), seller, nil)
	require.NoError(t, err)
	require.Len(t, settings, len(repository.Catalogue))
	for i, definition := range repository.Catalogue {
		require.Equal(t, definition.Key, settings[i].Key)
		require.Equal(t, want(definition), settings[i].Value, definition.Key)
	}
}

func TestSettingsByScope(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "scopes.myshopify.com")
		count := func(scope models.SettingScope) int {
			settings, err := repository.Settings(t.Context(), seller, &scope)
			require.NoError(t, err)
			for _, setting := range settings {
				require.Equal(t, scope, setting.Scope)
			}
			return len(settings)
		}
		require.Equal(t, []int{9, 0, 5}, []int{count(models.ScopeStore), count(models.ScopeTikTokShop), count(models.ScopeAds)})
		connect(t, repository, seller, "1")
		require.Equal(t, []int{12, 28, 5}, []int{count(models.ScopeStore), count(models.ScopeTikTokShop), count(models.ScopeAds)})
		disconnect(t, repository, seller)
		require.Equal(t, []int{9, 0, 5}, []int{count(models.ScopeStore), count(models.ScopeTikTokShop), count(models.ScopeAds)})
	})
}

func TestUpdateSettingsChangesAllOrNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, past := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		seller := register(t, repository, "edit.myshopify.com")
		before := past.of(t, seller.Store.ID)
		settings, refusals, err := repository.UpdateSettings(t.Context(), seller, []models.SettingInput{
			{Key: "tax.handling", Value: `"MARKETPLACE"`}, {Key: "order.tags", Value: `1`}, {Key: "product.dailyLimit", Value: `1`},
		})
		require.NoError(t, err)
		require.Empty(t, settings)
		require.Equal(t, []string{"settings", "1", "value"}, refusals[0].Field)
		require.Equal(t, models.InvalidValue, refusals[0].Code)
		require.Equal(t, models.NotEditable, refusals[1].Code)
		require.Equal(t, before, past.of(t, seller.Store.ID))

		settings = update(t, repository, seller, models.SettingInput{Key: "tax.handling", Value: `"MARKETPLACE"`},
			models.SettingInput{Key: "returns.policyShown"}, models.SettingInput{Key: "ads.adAccount", Value: `"2"`})
		require.Len(t, settings, 2)
		read, err := repository.Settings(t.Context(), seller, nil)
		require.NoError(t, err)
		require.Contains(t, read, settings[0])
		require.Contains(t, read, settings[1])
		require.Equal(t, seller.Actor, settings[0].UpdatedBy)
	})
}
