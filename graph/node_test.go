package graph_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
)

func TestNode(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		other := storeAPI(t, a.repository, "other.myshopify.com")
		a.connect("sandbox:US:owner:A")
		a.disconnect("confirm: true")
		all := a.post(`{ store { __typename id } accounts { __typename id disconnections { __typename id } }
			auditTrail { nodes { __typename id } } }`, nil)
		ids := map[string]string{}
		collectIDs(all, ids)
		require.Len(t, ids, 1+2+1+4)
		for id, kind := range ids {
			query := `query($id: ID!) { node(id: $id) { __typename id } }`
			require.Equal(t, object{"__typename": kind, "id": id}, a.do(query, object{"id": id}))
			require.Nil(t, other.do(query, object{"id": id}), "another store's %s", kind)
		}
		for _, id := range []string{"", "x", "account_", "account_1", "store_\x00", "epoch_00000000-0000-7000-8000-000000000000"} {
			require.Nil(t, a.do(`query($id: ID!) { node(id: $id) { id } }`, object{"id": id}))
			require.Nil(t, a.do(`query($id: ID!) { disconnection(id: $id) { id } }`, object{"id": id}))
		}
	})
}

func collectIDs(value any, ids map[string]string) {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			collectIDs(element, ids)
		}
	case object:
		if id, ok := value["id"].(string); ok {
			ids[id] = value["__typename"].(string)
		}
		for _, member := range value {
			collectIDs(member, ids)
		}
	}
}

// TestNodeFragmentsUnderEveryParent: what an operation names must be fetched wherever a fragment with it is spread.
func TestNodeFragmentsUnderEveryParent(t *testing.T) {
	a := newAPI(t, dbtest.URL(t, "sqlite"))
	a.connect("sandbox:US:owner:A")
	a.disconnect("confirm: true")
	for _, query := range []string{
		`{ auditTrail(first: 1) { nodes { account { ...F } ...F } } }`,
		`{ auditTrail(first: 1) { nodes { ...F account { ...F } } } }`,
		`{ auditTrail(first: 1) { nodes: edges { node { disconnection { ...F } ...F } } } }`,
		`{ auditTrail(first: 1) { nodes { alias: changes { key } } } }`,
	} {
		if strings.Contains(query, "...F") {
			query += ` fragment F on Node { ... on AuditEntry { changes { key } } }`
		}
		entry := a.do(query, nil).(object)["nodes"].([]any)[0].(object)
		if node, ok := entry["node"].(object); ok {
			entry = node
		}
		changes, ok := entry["changes"].([]any)
		if !ok {
			changes = entry["alias"].([]any)
		}
		require.Len(t, changes, 38, query)
	}
}
