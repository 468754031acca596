package graph_test

import (
	"database/sql"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// TestAuditTrailBadInputNamesTheArgument covers what no call can be made with.
func TestAuditTrailBadInputNamesTheArgument(t *testing.T) {
	a := newAPI(t, dbtest.URL(t, "sqlite"))
	for query, argument := range map[string]string{
		`{ auditTrail(first: 0) { nodes { id } } }`:                                                             "first",
		`{ auditTrail(first: 251) { nodes { id } } }`:                                                           "first",
		`{ auditTrail(after: "nonsense") { nodes { id } } }`:                                                    "after",
		`{ auditTrail(after: "YWNjb3VudF8wMDAwMDAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDA") { nodes { id } } }`: "after",
		`query($n: Int! = 99999999999) { auditTrail(first: $n) { __typename } }`:                                "$n",
		`{ auditTrail(first: 99999999999) { __typename } }`:                                                     "first",
		`{ auditTrail(first: 4294967297) { __typename } }`:                                                      "first",
	} {
		errors := a.post(query, nil)["errors"].([]any)
		first := errors[0].(object)
		require.Contains(t, first["message"], argument, query)
		require.Contains(t, []any{"BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"}, first["extensions"].(object)["code"], query)
	}
}

// TestAuditTrailBeginsWithEmptyCursor: a client that has no page yet may have an empty text for null.
func TestAuditTrailBeginsWithEmptyCursor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		require.Equal(t, a.trail(1, nil), a.trail(1, ""))
		require.Equal(t, false, a.trail(1, "")["pageInfo"].(object)["hasPreviousPage"])
	})
}

// TestAuditTrailPagination walks the trail forward in pages of each size and meets every entry once, newest first.
func TestAuditTrailPagination(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		for range 3 {
			a.connect("sandbox:US:owner:A")
			a.disconnect("confirm: true")
		}
		whole := a.trail(250, nil)["nodes"].([]any)
		require.Len(t, whole, 8)
		for _, size := range []int{1, 3, 8} {
			var walked []any
			var after any
			for range 8 {
				page := a.trail(size, after)
				walked = append(walked, page["nodes"].([]any)...)
				info := page["pageInfo"].(object)
				require.Equal(t, after != nil, info["hasPreviousPage"])
				if after = info["endCursor"]; info["hasNextPage"] == false {
					break
				}
			}
			require.Equal(t, whole, walked)
		}
	})
}

// TestAuditTrailOfSome: the filter holds on every page, and a cursor of an entry that it leaves out is as good as any.
func TestAuditTrailOfSome(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		for range 3 {
			a.connect("sandbox:US:owner:A")
			a.edit(object{"key": "order.tags", "value": []any{"a"}}, object{"key": "inventory.percent", "value": 55})
			a.disconnect("confirm: true")
		}
		whole := a.someOfTrail("", 250, nil)["nodes"].([]any)
		of := func(wanted func(object) bool) (some []any) {
			for _, entry := range whole {
				if wanted(entry.(object)) {
					some = append(some, entry)
				}
			}
			return some
		}
		name := whole[0].(object)["actor"].(object)["name"].(string)
		for filter, wanted := range map[string]func(object) bool{
			`actions: [SETTINGS_UPDATED]`:                        func(e object) bool { return e["action"] == "SETTINGS_UPDATED" },
			`actions: [ACCOUNT_CONNECTED, SETTINGS_UPDATED]`:     func(e object) bool { return e["action"] == "ACCOUNT_CONNECTED" || e["action"] == "SETTINGS_UPDATED" },
			`actorKinds: [SELLER], actions: [ACCOUNT_CONNECTED]`: func(e object) bool { return e["action"] == "ACCOUNT_CONNECTED" },
			`actorName: "` + name + `", actions: null`:           func(e object) bool { return e["actor"].(object)["name"] == name },
			`actorName: ""`: func(object) bool { return true },
			`actorKinds: [PARTNER, SYSTEM, SHOPIFY_ADMIN]`: func(e object) bool { return e["actor"].(object)["kind"] != "SELLER" },
			`actorKinds: []`:      func(object) bool { return false },
			`actorName: "%"`:      func(object) bool { return false },
			`actorName: "\u0000"`: func(object) bool { return false },
			`actorName: "` + name + ` and more", actions: [SETTINGS_UPDATED]`: func(object) bool { return false },
		} {
			wanted := of(wanted)
			for _, size := range []int{1, 2, 250} {
				var walked []any
				for after := any(nil); ; {
					page := a.someOfTrail(filter+", ", size, after)
					walked = append(walked, page["nodes"].([]any)...)
					info := page["pageInfo"].(object)
					if after = info["endCursor"]; info["hasNextPage"] == false {
						break
					}
				}
				require.Equal(t, wanted, walked, "%s in pages of %d", filter, size)
			}
		}
		newest := a.someOfTrail("", 1, nil)["pageInfo"].(object)["endCursor"] // of a disconnect
		require.Equal(t, of(func(e object) bool { return e["action"] == "SETTINGS_UPDATED" }), a.someOfTrail("actions: [SETTINGS_UPDATED], ", 9, newest)["nodes"])
	})
}

// someOfTrail is a page of the entries that the filter selects.
// TestFilteredTrailGoesOnFromEmptyPage: endCursor says where, though the page has no entry; the last page has none to go on from.
func TestFilteredTrailGoesOnFromEmptyPage(t *testing.T) {
	databaseURL := dbtest.URL(t, "sqlite")
	a := newAPI(t, databaseURL)
	rows, err := sql.Open("sqlite", "file:"+strings.TrimPrefix(databaseURL, "sqlite:"))
	require.NoError(t, err)
	_, err = rows.Exec(`INSERT INTO audit_entries (id, store_id, action, actor_kind, actor_name, occurred_at)
		WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $1)
		SELECT printf('audit_00000000-0000-7000-8000-%012d', n), first.store_id, 'API_KEY_CREATED', 'SELLER', 'Ada', first.occurred_at
		FROM numbers CROSS JOIN audit_entries first WHERE first.action = 'STORE_REGISTERED'`, models.MaxTriedEntries)
	require.NoError(t, err)
	require.NoError(t, rows.Close())

	empty := a.someOfTrail(`actions: [STORE_REGISTERED]`, 5, nil)
	require.Empty(t, empty["nodes"])
	info := empty["pageInfo"].(object)
	require.Equal(t, true, info["hasNextPage"])
	last := a.someOfTrail(`actions: [STORE_REGISTERED]`, 5, info["endCursor"])
	require.Len(t, last["nodes"], 1)
	require.Equal(t, false, last["pageInfo"].(object)["hasNextPage"])
	nobody := a.someOfTrail(`actorName: "nobody"`, 5, info["endCursor"])["pageInfo"].(object)
	require.Equal(t, false, nobody["hasNextPage"])
	require.Nil(t, nobody["endCursor"])
}

func (a *api) someOfTrail(filter string, first int, after any) object {
	a.t.Helper()
	return a.do(`query($first: Int!, $after: String) { auditTrail(`+filter+`first: $first, after: $after) {
		nodes { id action actor { kind name } changes { key after } } pageInfo { hasNextPage endCursor } } }`, object{"first": first, "after": after}).(object)
}

func (a *api) trail(first int, after any) object {
	a.t.Helper()
	return a.do(`query($first: Int!, $after: String) { auditTrail(first: $first, after: $after) {
		edges { cursor node { id } } nodes { id action } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
		object{"first": first, "after": after}).(object)
}
