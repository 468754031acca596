package graph_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
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
			"Rit\u200bhum":           "INVALID_NAME name",
			"\u2060":                 "INVALID_NAME name",
			"Taken":                  "NAME_TAKEN name",
			"tAKEN":                  "NAME_TAKEN name",
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

// TestAPIKeysExpire: when the caller says, in whatever time zone.
func TestAPIKeysExpire(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		create := func(name string, expiresAt any) object {
			return a.do(`mutation($name: String!, $at: DateTime) { createApiKey(name: $name, scopes: [READ], expiresAt: $at) {
				apiKey { expiresAt } secret userErrors { code field } } }`, object{"name": name, "at": expiresAt}).(object)
		}
		for at, want := range map[any]any{
			nil: nil, "2999-03-02T10:00:00+01:00": "2999-03-02T09:00:00Z", "9999-12-31T23:59:59.9999999Z": "9999-12-31T23:59:59.999999Z",
		} {
			made := create(fmt.Sprint("Partner ", at), at)
			require.Empty(t, codes(made))
			require.Equal(t, want, made["apiKey"].(object)["expiresAt"])
		}
		refused := create("Yesterday", time.Now().Add(-24*time.Hour).Format(time.RFC3339))
		require.Equal(t, []string{"INVALID_EXPIRY expiresAt"}, codes(refused))
		require.Nil(t, refused["secret"])
		for _, at := range []any{"tomorrow", "2999-03-02", 4102444800, ""} {
			errs := a.post(`mutation($at: DateTime) { createApiKey(name: "x", scopes: [READ], expiresAt: $at) { secret } }`, object{"at": at})["errors"].([]any)
			require.Len(t, errs, 1, at)
			require.Equal(t, "BAD_USER_INPUT", errs[0].(object)["extensions"].(object)["code"], at)
			require.Contains(t, errs[0].(object)["message"], "expiresAt")
		}
		require.Len(t, a.keys(), 3)
	})
}

func TestRotateAPIKey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		rotate := func(id any, arguments string) object {
			return a.do(`mutation($id: ID!) { rotateApiKey(id: $id`+arguments+`) { apiKey { id name prefix scopes expiresAt rotatedAt }
				predecessor { id expiresAt rotatedAt } secret userErrors { code message field } } }`, object{"id": id}).(object)
		}
		old := a.createKey("Rithum", "READ", "CONNECT")
		id := old["apiKey"].(object)["id"]
		rotated := rotate(id, `, expiresAt: "2999-01-02T00:00:00Z", predecessorExpiresAt: "2999-01-01T00:00:00Z"`)
		require.Empty(t, codes(rotated))
		key, secret := rotated["apiKey"].(object), rotated["secret"].(string)
		require.Equal(t, []any{"Rithum", []any{"READ", "CONNECT"}, secret[:9], "2999-01-02T00:00:00Z", nil}, []any{key["name"], key["scopes"], key["prefix"], key["expiresAt"], key["rotatedAt"]})
		predecessor := rotated["predecessor"].(object)
		require.Equal(t, []any{id, "2999-01-01T00:00:00Z"}, []any{predecessor["id"], predecessor["expiresAt"]})
		require.NotNil(t, predecessor["rotatedAt"])
		for id, secret := range map[any]string{id: old["secret"].(string), key["id"]: secret} {
			caller, found, err := a.repository.CallerByAPIKey(t.Context(), models.HashAPIKey(secret))
			require.NoError(t, err)
			require.True(t, found)
			require.Equal(t, id, caller.ID)
		}
		entries := a.do(`{ auditTrail(first: 2) { nodes { action apiKey { id name } } } }`, nil).(object)["nodes"].([]any)
		require.Equal(t, []any{
			object{"action": "API_KEY_ROTATED", "apiKey": object{"id": key["id"], "name": "Rithum"}},
			object{"action": "API_KEY_CREATED", "apiKey": object{"id": id, "name": "Rithum"}},
		}, entries)

		for want, refused := range map[string]object{
			"ALREADY_ROTATED id":                  rotate(id, ""),
			"ROTATION_IN_PROGRESS id":             rotate(key["id"], ""),
			"API_KEY_NOT_FOUND id":                rotate("apikey_x", ""),
			"INVALID_EXPIRY expiresAt":            rotate(a.createKey("One", "READ")["apiKey"].(object)["id"], `, expiresAt: "2001-01-01T00:00:00Z"`),
			"INVALID_EXPIRY predecessorExpiresAt": rotate(a.createKey("Two", "READ")["apiKey"].(object)["id"], `, predecessorExpiresAt: "2001-01-01T00:00:00Z"`),
		} {
			require.Equal(t, []string{want}, codes(refused))
			require.Equal(t, []any{nil, nil, nil}, []any{refused["apiKey"], refused["predecessor"], refused["secret"]})
		}
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
	for _, path := range [][2]string{{"Query", "apiKeys"}, {"Mutation", "createApiKey"}, {"Mutation", "rotateApiKey"}, {"Mutation", "revokeApiKey"}} {
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
