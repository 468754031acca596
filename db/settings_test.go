package db_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

func TestDisconnectRestoresExactValues(t *testing.T) {
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
		requireValues(t, repository, seller, func(d models.SettingDefinition) models.Value { return d.Before })
		require.Equal(t, connected.Account.Snapshot.Digest, *done.Disconnection.Restoration.RestoredDigest)

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
	settings, err := repository.Settings(t.Context(), seller, models.SettingFilter{})
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
			settings, err := repository.Settings(t.Context(), seller, models.SettingFilter{Scope: scope})
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
		repository, rawTables := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		seller := register(t, repository, "edit.myshopify.com")
		before := rawTables.of(t, seller.Store.ID)
		settings, err := repository.UpdateSettings(t.Context(), seller, []models.SettingInput{
			{Key: "tax.handling", Value: `"MARKETPLACE"`}, {Key: "order.tags", Value: `1`}, {Key: "product.dailyLimit", Value: `1`},
		})
		require.Empty(t, settings)
		requireRefusals(t, err, models.InvalidValue, models.NotEditable)
		require.Equal(t, []string{"settings", "1", "value"}, models.RefusalsIn[models.UpdateSettingsErrorCode](err)[0].Field)
		require.Equal(t, before, rawTables.of(t, seller.Store.ID))

		settings = update(t, repository, seller, models.SettingInput{Key: "tax.handling", Value: `"MARKETPLACE"`},
			models.SettingInput{Key: "shipping.packageWeightFallbackKg"}, models.SettingInput{Key: "ads.adAccount", Value: `"2"`})
		require.Len(t, settings, 2)
		read, err := repository.Settings(t.Context(), seller, models.SettingFilter{})
		require.NoError(t, err)
		require.Contains(t, read, settings[0])
		require.Contains(t, read, settings[1])
		require.Equal(t, seller.Actor, settings[0].UpdatedBy)
	})
}

// written is a setting as its row has it; Value is not valid in the row of a removed one.
type written struct {
	Scope     string
	Value     sql.NullString
	UpdatedAt time.Time
	By        models.Actor
}

// requireLedgerLeadsToSettings replays the ledger of a store from nothing, and requires that every write follows
// from the one before, and the last ones are the settings there are.
func (d tables) requireLedgerLeadsToSettings(t tester, storeID string) {
	t.Helper()
	rows, err := d.Query(d.numbered(`SELECT c.key, c.scope, c.before, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name,
			c.last_changed_by_kind, c.last_changed_by_name, c.action, e.action, e.occurred_at, e.store_id, COALESCE(p.store_id, c.epoch_id, c.store_id)
		FROM setting_changes c JOIN audit_entries e ON e.seq = c.entry_seq LEFT JOIN epochs p ON p.id = c.epoch_id WHERE c.store_id = ? ORDER BY c.seq`), storeID)
	require.NoError(t, err)
	defer rows.Close()
	replayed := map[string]written{}
	for rows.Next() {
		var key, action, entryAction, entryStore, epochStore string
		var before sql.NullString
		var occurredAt time.Time
		var last models.Actor
		var next written
		require.NoError(t, rows.Scan(&key, &next.Scope, &before, &next.Value, &next.UpdatedAt, &next.By.Kind, &next.By.Name,
			&last.Kind, &last.Name, &action, &entryAction, &occurredAt, &entryStore, &epochStore))
		previous, ok := replayed[key]
		if !ok {
			previous.By = models.Integration
		}
		require.Equal(t, previous.Value, before, "%s: before is not what was written before", key)
		require.Equal(t, previous.By, last, "%s: written before by another", key)
		require.NotEqual(t, before, next.Value, "%s: a change that changes nothing", key)
		require.Equal(t, []any{entryAction, storeID, storeID}, []any{action, entryStore, epochStore})
		require.True(t, occurredAt.Equal(next.UpdatedAt), "%s: not written when its entry says", key)
		next.UpdatedAt = next.UpdatedAt.UTC()
		replayed[key] = next
	}
	require.NoError(t, rows.Err())
	require.Equal(t, d.settings(t, storeID), replayed)
}

func (d tables) settings(t tester, storeID string) map[string]written {
	t.Helper()
	rows, err := d.Query(d.numbered(`SELECT key, scope, value, updated_at, updated_by_kind, updated_by_name FROM settings WHERE store_id = ?`), storeID)
	require.NoError(t, err)
	defer rows.Close()
	present := map[string]written{}
	for rows.Next() {
		var key string
		var s written
		require.NoError(t, rows.Scan(&key, &s.Scope, &s.Value, &s.UpdatedAt, &s.By.Kind, &s.By.Name))
		s.UpdatedAt = s.UpdatedAt.UTC()
		present[key] = s
	}
	require.NoError(t, rows.Err())
	return present
}

func TestDisconnectLedgerReplaysToSettings(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, rawTables := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		seller := register(t, repository, "ledger.myshopify.com")
		rawTables.requireLedgerLeadsToSettings(t, seller.Store.ID)
		for _, shopCode := range []string{"wrong", "right", "wrong"} {
			connect(t, repository, seller, shopCode)
			update(t, repository, seller, models.SettingInput{Key: "order.tags"}, models.SettingInput{Key: "tax.handling", Value: `"MERCHANT"`})
			update(t, repository, seller, models.SettingInput{Key: "order.tags", Value: `["mine"]`})
			rawTables.requireLedgerLeadsToSettings(t, seller.Store.ID)
			disconnect(t, repository, seller)
			rawTables.requireLedgerLeadsToSettings(t, seller.Store.ID)
		}
	})
}

// TestLedgerReferencesEntriesOfItsStore, by a foreign key of the database.
func TestLedgerReferencesEntriesOfItsStore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, rawTables := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		own, other := register(t, repository, "own.myshopify.com"), register(t, repository, "other.myshopify.com")
		const add = `INSERT INTO setting_changes (entry_seq, store_id, action, key, scope, before, after, changed_at, changed_by_kind, changed_by_name,
				last_changed_by_kind, last_changed_by_name)
			SELECT (SELECT max(seq) FROM audit_entries WHERE store_id = ?) + %d, ?, action, 'a.key', scope, 'null', '1', changed_at,
				changed_by_kind, changed_by_name, last_changed_by_kind, last_changed_by_name FROM setting_changes WHERE store_id = ? ORDER BY seq LIMIT 1`
		for statement, storeID := range map[string]string{fmt.Sprintf(add, 0): other.Store.ID, fmt.Sprintf(add, 1000): own.Store.ID, fmt.Sprintf(add, -1000): "nobody"} {
			require.Regexp(t, "(?i)foreign key", rawTables.write(statement, own.Store.ID, storeID, own.Store.ID), storeID)
		}
		require.NoError(t, rawTables.write(fmt.Sprintf(add, 0), own.Store.ID, own.Store.ID, own.Store.ID))
	})
}

func TestUpdateSettingsIgnoresEqualValues(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, rawTables := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		seller := register(t, repository, "same.myshopify.com")
		partner := models.Caller{Store: seller.Store, Actor: models.Actor{Kind: models.ActorPartner, Name: "Rithum"}}
		update(t, repository, seller, models.SettingInput{Key: "tax.handling"})
		before := rawTables.of(t, seller.Store.ID)
		settings := update(t, repository, partner, models.SettingInput{Key: "shipping.packageWeightFallbackKg", Value: `0.50`},
			models.SettingInput{Key: "tax.handling"}, models.SettingInput{Key: "ads.adAccount", Value: `"7123456789012345678"`})
		require.Len(t, settings, 2)
		require.Equal(t, before, rawTables.of(t, seller.Store.ID))

		// The digits are the value: another way of writing the number is another value.
		update(t, repository, partner, models.SettingInput{Key: "shipping.packageWeightFallbackKg", Value: `0.5`})
		require.Len(t, rawTables.of(t, seller.Store.ID)["setting_changes"], len(before["setting_changes"])+1)
	})
}
