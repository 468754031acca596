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

func TestConnectingAgainKeepsTheAccountAndFindsTheSameSnapshot(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "again.myshopify.com")
		first := connect(t, repository, seller, "wrong").Account
		disconnect(t, repository, seller)
		second := connect(t, repository, seller, "right").Account
		disconnect(t, repository, seller)
		third := connect(t, repository, seller, "wrong").Account

		require.NotEqual(t, first.ID, second.ID)
		require.Equal(t, first.ID, third.ID)
		require.NotEqual(t, *first.EpochID, *third.EpochID)
		for _, later := range []*models.Account{second, third} {
			require.Equal(t, first.Snapshot.Digest, later.Snapshot.Digest)
			require.Equal(t, first.Snapshot.Settings, later.Snapshot.Settings)
		}

		accounts, err := repository.Accounts(t.Context(), seller, everything)
		require.NoError(t, err)
		require.Len(t, accounts, 3)
		require.Equal(t, []string{first.ID, second.ID}, []string{accounts[0].ID, accounts[1].ID})
		require.Len(t, accounts[0].Disconnections, 1)
		require.Len(t, accounts[1].Disconnections, 1)
		require.Empty(t, accounts[2].Disconnections)
	})
}

func TestTheDatabaseItselfRefusesASecondConnection(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, past := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		seller, other := register(t, repository, "one.myshopify.com"), register(t, repository, "two.myshopify.com")
		connect(t, repository, seller, "1")
		insert := func(id, storeID, kind, shopCode, status, disconnectedAt string) error {
			return past.write(`INSERT INTO accounts (id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at)
				VALUES (?, ?, ?, 'Shop', ?, 'US', ?, '2026-03-01 12:00:00+00:00', `+disconnectedAt+`)`, id, storeID, kind, shopCode, status)
		}
		require.ErrorContains(t, insert("a", seller.Store.ID, "TIKTOK_SHOP", "2", "CONNECTED", "NULL"), "accounts", "a second shop of the store")
		require.ErrorContains(t, insert("b", other.Store.ID, "TIKTOK_SHOP", "1", "CONNECTED", "NULL"), "accounts", "the shop in a second store")
		require.Error(t, insert("c", other.Store.ID, "TIKTOK_SHOP", "3", "DISCONNECTED", "NULL"), "disconnected, but never")

		const then = "'2026-03-02 12:00:00+00:00'"
		require.NoError(t, insert("d", seller.Store.ID, "TIKTOK_SHOP", "2", "DISCONNECTED", then))
		require.NoError(t, insert("e", other.Store.ID, "TIKTOK_SHOP", "1", "DISCONNECTED", then))
		require.NoError(t, insert("f", seller.Store.ID, "TIKTOK_FOR_BUSINESS", "1", "CONNECTED", "NULL"))
		require.Error(t, past.write(`UPDATE accounts SET status = 'CONNECTED', disconnected_at = NULL WHERE id = 'd'`))
		require.Error(t, past.write(`UPDATE accounts SET status = 'CONNECTED', disconnected_at = NULL WHERE id = 'e'`))
	})
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

func TestConnectingAndDisconnectingLeaveAdsAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, past := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		seller := register(t, repository, "ads.myshopify.com")
		update(t, repository, seller, models.SettingInput{Key: "ads.pixel"}) // a removed one has a row as well
		ads := past.ads(t, seller.Store.ID)
		require.Len(t, ads["settings"], 5)
		require.Len(t, ads["accounts"], 1)
		connect(t, repository, seller, "1")
		require.Equal(t, ads, past.ads(t, seller.Store.ID))
		disconnect(t, repository, seller)
		require.Equal(t, ads, past.ads(t, seller.Store.ID))
	})
}

func TestAStoreNobodyRegisteredIsAFault(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		nobody := models.Caller{Store: models.Store{ID: "store_none", Region: "US"}}
		_, err := repository.ConnectTikTokShop(t.Context(), nobody, owner("1"))
		require.ErrorContains(t, err, "no store")
		_, err = repository.DisconnectTikTokShop(t.Context(), nobody, models.DisconnectRequest{Confirm: true})
		require.ErrorContains(t, err, "no store")
		_, _, err = repository.UpdateSettings(t.Context(), nobody, nil)
		require.ErrorContains(t, err, "no store")
	})
}
