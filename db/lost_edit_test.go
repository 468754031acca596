package db_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// edited is a connected store that is edited by all who can.
type edited struct {
	*db.Repository
	t       *testing.T
	seller  models.Caller
	partner models.Caller
}

func newEdited(t *testing.T, databaseURL, domain string) *edited {
	t.Helper()
	repository := open(t, databaseURL, models.DefaultCatalogue())
	e := &edited{Repository: repository, t: t, seller: register(t, repository, domain)}
	e.partner = models.Caller{Store: e.seller.Store, Actor: models.Actor{Kind: models.ActorPartner, Name: "Connector"}, Scopes: []models.APIKeyScope{models.ScopeEditSettings}}
	return e
}

func (e *edited) by(caller models.Caller, key string, value models.Value) {
	e.t.Helper()
	update(e.t, e, caller, models.SettingInput{Key: key, Value: value})
}

// system writes a value as the app does by itself.
func (e *edited) system(key string, value models.Value) {
	e.t.Helper()
	settings, err := e.Settings(e.t.Context(), e.seller, models.SettingFilter{})
	require.NoError(e.t, err)
	changes := models.ChangesTo(settings, []models.SnapshotSetting{{Key: key, Scope: models.DefaultCatalogue().Definition(key).Scope, Value: value}})
	require.Len(e.t, changes, 1)
	accounts, err := e.Accounts(e.t.Context(), e.seller, models.AccountDetails{})
	require.NoError(e.t, err)
	require.NoError(e.t, e.WriteAsSystem(e.t.Context(), e.seller.Store.ID, *models.ConnectedEpoch(accounts), changes))
}

func (e *edited) editsOf(caller models.Caller, disconnectionID string) []models.SettingChange {
	e.t.Helper()
	edits, err := e.RestorationEdits(e.t.Context(), caller, disconnectionID, models.ChangeDetail{})
	require.NoError(e.t, err)
	return edits
}

// with is the value of an entry of a map, others beside it.
func with(t *testing.T, value models.Value, entry string, of any) models.Value {
	t.Helper()
	members := map[string]any{}
	require.NoError(t, json.Unmarshal([]byte(value), &members))
	members[entry] = of
	if of == nil {
		delete(members, entry)
	}
	text, err := models.NewValue(members)
	require.NoError(t, err)
	return text
}

// editByAll edits settings in each way that there is beside writes of the app, and returns what of it disconnecting changes back.
func (e *edited) editByAll() []models.SettingChange {
	const first, third, fifth = "gid://shopify/Product/7001", "gid://shopify/Product/7003", "gid://shopify/Product/7005"
	connected := func(key string) models.Value { return models.DefaultCatalogue().Definition(key).Connected }
	published := connected(models.KeyPublished)
	e.system("shipping.mode", `"SELLER"`)             // that nobody touches
	e.by(e.seller, "inventory.percent", `80`)         // that stays
	e.by(e.seller, "order.holdPolicy", `"IMMEDIATE"`) // that is written over
	e.system("order.holdPolicy", `"IMPORT_ON_HOLD"`)  //
	e.by(e.seller, "price.source", `"COMPARE_AT"`)    // that is written over, and edited by another
	e.system("price.source", `"PRICE"`)               //
	e.by(e.partner, "price.source", `"COMPARE_AT"`)   //
	e.system("inventory.outOfStockThreshold", `5`)    // whose edit is what the app wrote last
	e.by(e.seller, "inventory.outOfStockThreshold", `0`)
	e.by(e.partner, "inventory.outOfStockThreshold", `5`)
	e.by(e.seller, "tax.handling", `"MERCHANT"`) // as it was recorded
	e.by(e.partner, "order.tags", `["web","priority","tiktok-shop","gift"]`)
	e.system("order.tags", `["web","priority","tiktok-shop","gift","us"]`) // beside the edit
	published = with(e.t, published, first, nil)
	e.by(e.seller, models.KeyPublished, published) // back to what was recorded
	published = with(e.t, published, "gid://shopify/Product/9001", true)
	e.by(e.partner, models.KeyPublished, published)
	published = with(e.t, published, "gid://shopify/Product/9002", true)
	e.system(models.KeyPublished, published)
	stock := with(e.t, connected("product.inventoryManagedByChannel"), third, false)
	e.by(e.seller, "product.inventoryManagedByChannel", stock)
	e.system("product.inventoryManagedByChannel", with(e.t, with(e.t, stock, third, true), fifth, nil)) // and over that one
	return []models.SettingChange{
		{Key: "inventory.percent", Scope: models.ScopeTikTokShop, Kind: models.SettingRemoved, Before: `80`, LastChangedBy: e.seller.Actor},
		{Key: "order.tags", Scope: models.ScopeStore, Kind: models.SettingUpdated, Before: `["gift"]`, After: `[]`, LastChangedBy: e.partner.Actor},
		{Key: "price.source", Scope: models.ScopeTikTokShop, Kind: models.SettingRemoved, Before: `"COMPARE_AT"`, LastChangedBy: e.partner.Actor},
		{Key: models.KeyPublished, Scope: models.ScopeStore, Kind: models.SettingUpdated, Before: `{"gid://shopify/Product/9001":true}`, After: `{}`, LastChangedBy: e.partner.Actor},
	}
}

// TestRestorationEditsAreThePreviews: the record of a disconnect tells the edits that its preview did, for good, and to its store alone.
func TestRestorationEditsAreThePreviews(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		e := newEdited(t, databaseURL, "edited.myshopify.com")
		neighbour := register(t, e.Repository, "neighbour.myshopify.com")
		var records []string
		var told [][]models.SettingChange
		for i, shop := range []string{"1", "2", "1"} {
			e.by(e.seller, "order.tags", `["web","priority"]`) // before it is connected
			e.by(e.partner, "product.inventoryManagedByChannel", models.Value(fmt.Sprintf(`{"%d":true}`, i)))
			connect(t, e.Repository, e.seller, shop)
			require.Empty(t, previewOf(t, e.Repository, e.seller).Edits)
			edits := e.editByAll()
			preview := previewOf(t, e.Repository, e.seller)
			require.Equal(t, edits, preview.Edits)
			require.EqualValues(t, 13, preview.LeavingProductCount, "all but the one that was taken off, and two more")

			result, err := e.DisconnectTikTokShop(t.Context(), e.seller, models.DisconnectRequest{Confirm: true, PreviewToken: &preview.Token})
			require.NoError(t, err)
			records, told = append(records, result.Disconnection.ID), append(told, edits)
		}
		connect(t, e.Repository, e.seller, "1")
		e.by(e.seller, "inventory.percent", `70`)
		for i, record := range records {
			require.Equal(t, told[i], e.editsOf(e.seller, record))
			require.Empty(t, e.editsOf(neighbour, record))
		}
		none, err := e.RestorationEdits(t.Context(), e.seller, records[0], models.ChangeDetail{Values: models.NoValues, Key: "inventory.percent"})
		require.NoError(t, err)
		require.Len(t, none, 1)
		require.Empty(t, none[0].Before)
		require.EqualValues(t, len(`80`), none[0].OmittedBefore)
		require.Equal(t, models.SettingRemoved, none[0].Kind)
	})
}

// TestSystemWritesAreFoundByAnIndex: of a setting with a long history the newest writes are read, and no others are looked at.
func TestSystemWritesAreFoundByAnIndex(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		e, raw := newEdited(t, databaseURL, "long.myshopify.com"), openTables(t, databaseURL)
		connect(t, e.Repository, e.seller, "1")
		e.system("shipping.mode", `"SELLER"`)
		require.NoError(t, raw.write(`INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, key, scope, before, after, changed_at, changed_by_kind,
				changed_by_name, last_changed_by_kind, last_changed_by_name)
			WITH RECURSIVE numbers AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < 3000)
			SELECT entry_seq, store_id, epoch_id, action, key, scope, CAST(n AS text), CAST(n + 1 AS text), changed_at, changed_by_kind, changed_by_name, 'SYSTEM', 'app'
			FROM setting_changes c CROSS JOIN numbers WHERE c.key = 'shipping.mode' AND c.action = 'SETTINGS_UPDATED'`))
		e.by(e.seller, "shipping.mode", `"TIKTOK"`)

		counted := &countedRows{}
		account, err := e.Accounts(models.WithReadBudget(t.Context(), counted), e.seller, models.AccountDetails{Preview: true})
		require.NoError(t, err)
		require.Less(t, counted.rows, 200)
		at := slices.IndexFunc(account, (*models.Account).Connected)
		require.Len(t, account[at].Epoch.SystemWrites, models.MaxSystemWrites)
		require.EqualValues(t, `3001`, account[at].Epoch.SystemWrites[models.MaxSystemWrites-1].Change.After)
		record := disconnect(t, e.Repository, e.seller).Disconnection.ID
		require.Equal(t, models.Value(`"TIKTOK"`), e.editsOf(e.seller, record)[0].Before)

		require.NoError(t, raw.write(`ANALYZE`))
		for _, statement := range db.SystemWriteStatements {
			plan := raw.explain(t, strings.NewReplacer("OFFSET $3", "OFFSET 16").Replace(statement))
			require.NotRegexp(t, `SCAN (c|o|closing|setting_changes)\b|Seq Scan on setting_changes`, plan)
			require.Regexp(t, `setting_changes_by_system \(epoch_id=\? AND key=\?|setting_changes_by_system on setting_changes c(_1)?\b`, plan)
			require.Regexp(t, `setting_changes_by_system \(epoch_id=\? AND key=\?|setting_changes_by_system on setting_changes o\b`, plan)
		}
	})
}
