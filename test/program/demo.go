package program

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const wholeStore = `{
	store { domain name region }
	accounts { kind name externalId region status }
	settings { key scope value updatedBy { kind } }
	auditTrail(first: 250) { nodes { action actor { kind name } changes { key before after } } }
}`

// demoStore is what wholeStore asks for.
type demoStore struct {
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

// RequireDemoStore proves the demo store complete and made once: by the methods of every other store, which the
// audit trail shows.
func RequireDemoStore(t testing.TB, query func(string) string) {
	t.Helper()
	var got demoStore
	require.NoError(t, json.Unmarshal([]byte(query(wholeStore)), &got))
	require.Equal(t, struct{ Domain, Name, Region string }{"aurora-outfitters.myshopify.com", "Aurora Outfitters", "US"}, got.Store)
	got.requireAccounts(t)
	got.requireTrail(t)
	got.requireSettings(t)
}

func (got demoStore) requireAccounts(t testing.TB) {
	t.Helper()
	require.Len(t, got.Accounts, 2)
	require.Equal(t, "TIKTOK_SHOP", got.Accounts[0].Kind)
	require.Equal(t, "USLCDEMO1", got.Accounts[0].ExternalID)
	require.Equal(t, "TIKTOK_FOR_BUSINESS", got.Accounts[1].Kind)
	for _, account := range got.Accounts {
		require.Equal(t, "US", account.Region)
		require.Equal(t, "CONNECTED", account.Status)
	}
}

func (got demoStore) requireTrail(t testing.TB) {
	t.Helper()
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
}

// requireSettings compares what the store came with, and what is there now, with the catalogue; three were edited.
func (got demoStore) requireSettings(t testing.TB) {
	t.Helper()
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
func catalogueValues(t testing.TB) (before, connected map[string]string) {
	t.Helper()
	var catalogue struct {
		Settings []struct {
			Key               string
			Before, Connected json.RawMessage
		}
	}
	require.NoError(t, json.Unmarshal([]byte(ReadFile(t, "models/settings.json")), &catalogue))
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
func canonical(t testing.TB, text json.RawMessage) string {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	var value any
	require.NoError(t, decoder.Decode(&value))
	out, err := json.Marshal(value)
	require.NoError(t, err)
	return string(out)
}
