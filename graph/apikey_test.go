package graph_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
	"handback/models"
)

func TestAPIKeySecretIsShownOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		require.Equal(t, []any{}, a.keys())
		first := a.createKey("First", "DISCONNECT", "READ", "DISCONNECT")
		second := a.createKey("Second", "EDIT_SETTINGS")
		require.Empty(t, codes(first))
		key, secret := first["apiKey"].(object), first["secret"].(string)
		require.Equal(t, []any{"READ", "DISCONNECT"}, key["scopes"])
		require.Equal(t, "First", key["name"])
		require.Nil(t, key["lastUsedAt"])
		require.NotEmpty(t, key["createdAt"])
		require.Equal(t, secret[:9], key["prefix"])
		require.Equal(t, []any{second["apiKey"], key}, a.keys())

		caller, found, err := a.repository.CallerByAPIKey(t.Context(), models.HashAPIKey(secret))
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, key["id"], caller.ID)

		require.Equal(t, key["id"], a.revokeKey(key["id"])["apiKey"].(object)["id"])
		require.Equal(t, []any{second["apiKey"]}, a.keys())
		trail := a.trail(3, nil)
		actions := []any{}
		for _, entry := range trail["nodes"].([]any) {
			actions = append(actions, entry.(object)["action"])
		}
		require.Equal(t, []any{"API_KEY_REVOKED", "API_KEY_CREATED", "API_KEY_CREATED"}, actions)

		shown, err := json.Marshal([]any{a.keys(), trail, a.state(), a.settings("")})
		require.NoError(t, err)
		for _, s := range []string{secret, second["secret"].(string)} {
			require.NotContains(t, string(shown), s[9:17])
		}
	})
}

func TestCreateAPIKeyRefusals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		require.Empty(t, codes(a.createKey("Taken", "READ")))
		require.Empty(t, codes(storeAPI(t, a.repository, "other.myshopify.com").createKey("Free here", "READ")))
		before := a.keys()
		for name, want := range map[string]string{
			"":                       "INVALID_NAME name",
			"Rit\nhum":               "INVALID_NAME name",
			strings.Repeat("x", 101): "INVALID_NAME name",
			"Taken":                  "NAME_TAKEN name",
		} {
			refused := a.createKey(name, "READ")
			require.Equal(t, []string{want}, codes(refused), name)
			require.Nil(t, refused["apiKey"])
			require.Nil(t, refused["secret"])
		}
		require.Equal(t, []string{"SCOPES_REQUIRED scopes"}, codes(a.createKey("Rithum")))
		require.Equal(t, []string{"INVALID_NAME name", "SCOPES_REQUIRED scopes"}, codes(a.createKey("")))
		require.Equal(t, before, a.keys())
		require.Empty(t, codes(a.createKey("Free here", "READ")))
		for i := range models.MaxAPIKeys - 2 {
			require.Empty(t, codes(a.createKey(strconv.Itoa(i), "READ")))
		}
		require.Equal(t, []string{"TOO_MANY_KEYS"}, codes(a.createKey("One more", "READ")))
	})
}

// TestRevokeAPIKeyRefusals: of another store's key, nobody learns that it exists.
func TestRevokeAPIKeyRefusals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		other := storeAPI(t, a.repository, "other.myshopify.com")
		mine := a.createKey("Mine", "READ")["apiKey"].(object)["id"]
		theirs := other.createKey("Theirs", "READ")["apiKey"].(object)["id"]
		before := other.keys()
		unknown := a.revokeKey("apikey_00000000-0000-7000-8000-000000000000")
		require.Equal(t, []string{"API_KEY_NOT_FOUND id"}, codes(unknown))
		require.Nil(t, unknown["apiKey"])
		require.Empty(t, codes(a.revokeKey(mine)))
		for _, id := range []any{theirs, mine, "", "x", "apikey_\x00"} {
			require.Equal(t, unknown, a.revokeKey(id), id)
		}
		require.Equal(t, before, other.keys())
	})
}

// TestAPIKeysAreNotNodes: a partner may read every node, and must not look at keys.
func TestAPIKeysAreNotNodes(t *testing.T) {
	a := newAPI(t, dbtest.URL(t, "sqlite"))
	id := a.createKey("Rithum", "READ")["apiKey"].(object)["id"]
	require.Nil(t, a.do(`query($id: ID!) { node(id: $id) { id } }`, object{"id": id}))
	require.Empty(t, schema().Types["ApiKey"].Interfaces)
}

// TestOnlySellersManageAPIKeys looks at what the schema says; that it is obeyed is tested where it is read.
func TestOnlySellersManageAPIKeys(t *testing.T) {
	for _, path := range [][2]string{{"Query", "apiKeys"}, {"Mutation", "createApiKey"}, {"Mutation", "revokeApiKey"}} {
		field := schema().Types[path[0]].Fields.ForName(path[1])
		require.NotNil(t, field.Directives.ForName("requiresSeller"), path)
		require.Nil(t, field.Directives.ForName("requiresScope"), path)
	}
}

func (a *api) keys() []any {
	a.t.Helper()
	return a.do(`{ apiKeys { id name prefix scopes createdAt lastUsedAt } }`, nil).([]any)
}

func (a *api) createKey(name string, scopes ...string) object {
	a.t.Helper()
	return a.do(`mutation($name: String!, $scopes: [ApiKeyScope!]!) { createApiKey(name: $name, scopes: $scopes) {
		apiKey { id name prefix scopes createdAt lastUsedAt } secret userErrors { code message field } } }`,
		object{"name": name, "scopes": append([]string{}, scopes...)}).(object)
}

func (a *api) revokeKey(id any) object {
	a.t.Helper()
	return a.do(`mutation($id: ID!) { revokeApiKey(id: $id) { apiKey { id } userErrors { code message field } } }`,
		object{"id": id}).(object)
}
