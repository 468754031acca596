package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"handback/db"
	"handback/db/dbtest"
	"handback/models"
	"handback/tiktok"
)

const wholeStore = `{
	store { domain name region }
	accounts { kind name externalId region status }
	settings { key scope value updatedBy { kind } }
	auditTrail(first: 250) { nodes { action actor { kind name } changes { key before after } } }
}`

func TestDemoStore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		p := start(t, shipped, "DATABASE_URL="+databaseURL)
		requireDemoStore(t, p)
		p.stop()
		before := dump(t, databaseURL)
		again := start(t, shipped, "DATABASE_URL="+databaseURL)
		again.stop()
		require.Equal(t, before, dump(t, databaseURL), "a second start changes something")

		left := start(t, shipped, "DATABASE_URL="+databaseURL)
		left.query(`mutation { disconnectTikTokShop(confirm: true) { userErrors { code } } }`)
		left.stop()
		before = dump(t, databaseURL)
		again = start(t, shipped, "DATABASE_URL="+databaseURL)
		again.stop()
		require.Equal(t, before, dump(t, databaseURL), "a start after a disconnect changes something")
	})
}

// TestTheOtherStoreHasItsShop, whoever starts the program and how often, and whatever was there before.
func TestTheOtherStoreHasItsShop(t *testing.T) {
	inUse := fmt.Sprintf(`mutation { disconnectTikTokShop(confirm: true) { userErrors { code } } connectTikTokShop(authorizationCode: %q) { userErrors { code } } }`, otherCode)
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		for range 2 {
			p := start(t, shipped, "DATABASE_URL="+databaseURL)
			require.Contains(t, p.query(inUse), `"connectTikTokShop":{"userErrors":[{"code":"ACCOUNT_IN_USE"}]}`)
			p.stop()
		}
		examine(t, databaseURL)
	})
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, err := db.Open(t.Context(), databaseURL, models.DefaultCatalogue())
		require.NoError(t, err)
		defer repository.Close()
		seller, err := openDemoStore(t.Context(), repository)
		require.NoError(t, err)
		disconnected, err := repository.DisconnectTikTokShop(t.Context(), seller, models.DisconnectRequest{Confirm: true}, models.AccountDetails{})
		require.NoError(t, err)
		require.Empty(t, disconnected.Refusals)
		authorization, err := tiktok.Sandbox{}.Authorization(t.Context(), otherCode)
		require.NoError(t, err)
		connected, err := repository.ConnectTikTokShop(t.Context(), seller, authorization, models.AccountDetails{})
		require.NoError(t, err)
		require.Empty(t, connected.Refusals)
		require.NoError(t, openOtherStore(t.Context(), repository), "the shop is in use, if by another store")
	})
}

// requireDemoStore proves the demo store complete and made once: by the methods of every other store, which the
// audit trail shows.
func requireDemoStore(t *testing.T, p *program) {
	t.Helper()
	var got struct {
		Store    struct{ Domain, Name, Region string }
		Accounts []struct{ Kind, Name, ExternalID, Region, Status string }
		Settings []struct {
			Key, Scope string
			Value      json.RawMessage
			UpdatedBy  struct{ Kind string }
		}
		AuditTrail struct {
			Nodes []struct {
				Action  string
				Actor   struct{ Kind, Name string }
				Changes []struct {
					Key           string
					Before, After json.RawMessage
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(p.query(wholeStore)), &got))
	require.Equal(t, struct{ Domain, Name, Region string }{"aurora-outfitters.myshopify.com", "Aurora Outfitters", "US"}, got.Store)

	require.Len(t, got.Accounts, 2)
	require.Equal(t, "TIKTOK_SHOP", got.Accounts[0].Kind)
	require.Equal(t, "USLCDEMO1", got.Accounts[0].ExternalID)
	require.Equal(t, "TIKTOK_FOR_BUSINESS", got.Accounts[1].Kind)
	for _, account := range got.Accounts {
		require.Equal(t, "US", account.Region)
		require.Equal(t, "CONNECTED", account.Status)
	}

	var actions []string
	for _, entry := range got.AuditTrail.Nodes {
		actions = append(actions, entry.Action)
		require.Equal(t, "SELLER", entry.Actor.Kind)
	}
	require.Equal(t, []string{
		"SETTINGS_UPDATED", "SETTINGS_UPDATED", "SETTINGS_UPDATED", "ACCOUNT_CONNECTED", "ACCOUNT_CONNECTED", "STORE_REGISTERED",
	}, actions)
	for i, key := range []string{"location.fulfillsOnlineOrders", "price.adjustment", "order.tags"} {
		require.Len(t, got.AuditTrail.Nodes[i].Changes, 1)
		require.Equal(t, key, got.AuditTrail.Nodes[i].Changes[0].Key)
	}

	before := map[string]string{}
	for _, change := range got.AuditTrail.Nodes[5].Changes {
		require.Equal(t, "null", string(change.Before))
		before[change.Key] = string(change.After)
	}
	connected := map[string]string{}
	for _, setting := range got.Settings {
		connected[setting.Key] = string(setting.Value)
	}
	wantBefore, wantConnected := catalogueValues(t)
	wantConnected["order.tags"] = `["web","priority","tiktok-shop","gift"]`
	wantConnected["price.adjustment"] = `{"kind":"PERCENT","value":12.50}`
	wantConnected["location.fulfillsOnlineOrders"] = connected["location.fulfillsOnlineOrders"]
	require.NotEqual(t, wantBefore["location.fulfillsOnlineOrders"], connected["location.fulfillsOnlineOrders"])
	require.Equal(t, wantBefore, before)
	require.Equal(t, wantConnected, connected)
}

// catalogueValues reads from settings.json what the settings are before connecting, and after.
func catalogueValues(t *testing.T) (before, connected map[string]string) {
	t.Helper()
	var catalogue struct {
		Settings []struct {
			Key               string
			Before, Connected json.RawMessage
		}
	}
	require.NoError(t, json.Unmarshal([]byte(readFile(t, "models/settings.json")), &catalogue))
	fill := strings.NewReplacer("{shopCode}", "USLCDEMO1", "{shopName}", "TikTok Shop USLCDEMO1", "{region}", "US")
	before, connected = map[string]string{}, map[string]string{}
	for _, setting := range catalogue.Settings {
		if setting.Before != nil {
			before[setting.Key] = canonical(t, setting.Before)
			connected[setting.Key] = before[setting.Key]
		}
		if setting.Connected != nil {
			connected[setting.Key] = fill.Replace(canonical(t, setting.Connected))
		}
	}
	return before, connected
}

// canonical writes JSON as the API does: members in the order of their names, numbers with their digits.
func canonical(t *testing.T, text json.RawMessage) string {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	var value any
	require.NoError(t, decoder.Decode(&value))
	out, err := json.Marshal(value)
	require.NoError(t, err)
	return string(out)
}

// dump is everything the database holds.
func dump(t *testing.T, databaseURL string) map[string][][]string {
	t.Helper()
	conns := openDatabase(t, databaseURL)
	defer conns.Close()
	tables := `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`
	whole := `SELECT CAST(d AS text) FROM %s d ORDER BY 1`
	if isSQLite(databaseURL) {
		tables = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
	}
	all := map[string][][]string{}
	for _, table := range rows(t, conns, tables) {
		if isSQLite(databaseURL) {
			columns := rows(t, conns, fmt.Sprintf(`SELECT group_concat('quote(' || name || ')', ' || '' '' || ') FROM pragma_table_info('%s')`, table[0]))
			whole = `SELECT ` + columns[0][0] + ` FROM %s ORDER BY 1`
		}
		all[table[0]] = rows(t, conns, fmt.Sprintf(whole, table[0]))
	}
	require.NotEmpty(t, all)
	return all
}

// A start that is cut off at any id of the demo store leaves nothing of it, and the next one makes it.
func TestCutOffStartLeavesNothing(t *testing.T) {
	const ids = 10
	dbtest.Each(t, func(t *testing.T, _ string) {
		for cut := range ids + 1 {
			databaseURL := dbtest.URL(t, filepath.Base(t.Name()))
			require.Equal(t, cut == ids, makeDemoStore(t, databaseURL, cut) == nil, "the demo store needs more or fewer ids")
			p := start(t, shipped, "DATABASE_URL="+databaseURL)
			requireDemoStore(t, p)
			p.stop()
			examine(t, databaseURL)
		}
	})
}

// makeDemoStore is what a start does, as far as so many ids allow.
func makeDemoStore(t *testing.T, databaseURL string, ids int) error {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	repository, err := db.Open(ctx, databaseURL, models.DefaultCatalogue())
	require.NoError(t, err)
	defer repository.Close()
	newID := repository.NewID
	repository.NewID = func() string {
		if ids--; ids < 0 {
			cancel()
		}
		return newID()
	}
	_, err = openDemoStore(ctx, repository)
	return err
}

// After starts that were killed somewhere on their way, the next one makes the demo store, once.
func TestKilledStartsLeaveNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, _ string) {
		dialect := filepath.Base(t.Name())
		for range 6 {
			databaseURL := dbtest.URL(t, dialect)
			for range 5 {
				p := launch(t, shipped, "DATABASE_URL="+databaseURL)
				time.Sleep(rand.N(1 + rand.N(100*time.Millisecond))) // early moments more often: most starts take less
				p.kill()
			}
			p := start(t, shipped, "DATABASE_URL="+databaseURL)
			requireDemoStore(t, p)
			p.stop()
			examine(t, databaseURL)
		}
	})
}
