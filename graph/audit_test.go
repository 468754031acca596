package graph_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
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

func (a *api) trail(first int, after any) object {
	a.t.Helper()
	return a.do(`query($first: Int!, $after: String) { auditTrail(first: $first, after: $after) {
		edges { cursor node { id } } nodes { id action } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
		object{"first": first, "after": after}).(object)
}
