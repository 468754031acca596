package graph_test

import (
	"encoding/base64"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
)

// TestDisconnectAnswersOneAccount: wherever it is selected in an answer, it has all that is selected of it.
func TestDisconnectAnswersOneAccount(t *testing.T) {
	const whole = `{ id status snapshot { digest } disconnections { id restoration { snapshotDigest } } }`
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		for _, again := range []string{`confirm: true`, `confirm: true`} {
			if a.do(`{ overview { tikTokShop { status } } }`, nil).(object)["tikTokShop"].(object)["status"] != "CONNECTED" {
				a.connect("sandbox:US:owner:A")
			}
			for range 2 { // done, then found to be done already
				payload := a.do(`mutation { disconnectTikTokShop(`+again+`) { account `+whole+` disconnection { id account `+whole+` } } }`, nil).(object)
				record := payload["disconnection"].(object)
				require.Equal(t, payload["account"], record["account"])
				require.NotNil(t, record["account"].(object)["snapshot"])
				require.Equal(t, record["id"], record["account"].(object)["disconnections"].([]any)[0].(object)["id"])
			}
		}
		require.Len(t, a.do(`{ accounts { disconnections { id } } }`, nil).([]any)[0].(object)["disconnections"], 2)
	})
}

// TestDisconnectionHistoryHasPages wherever an account stands, several of them beside one another, and beside the list.
func TestDisconnectionHistoryHasPages(t *testing.T) {
	const page = `{ nodes { id } edges { cursor node { id restoration { changes { key } } } } pageInfo { hasNextPage hasPreviousPage endCursor } }`
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		for range 3 {
			a.connect("sandbox:US:owner:A")
			a.do(`mutation { disconnectTikTokShop(confirm: true) { userErrors { code } } }`, nil)
		}
		shop := a.do(`{ accounts { id disconnections { id } first: disconnectionHistory(first: 2) `+page+` all: disconnectionHistory { nodes { id } } } }`, nil).([]any)[0].(object)
		listed := shop["disconnections"].([]any)
		require.Len(t, listed, 3)
		require.Equal(t, listed, shop["all"].(object)["nodes"])
		first := shop["first"].(object)
		require.Equal(t, listed[:2], first["nodes"])
		for i, edge := range first["edges"].([]any) {
			node := edge.(object)["node"].(object)
			require.Equal(t, listed[i].(object)["id"], node["id"])
			require.NotEmpty(t, node["restoration"].(object)["changes"])
		}
		info := first["pageInfo"].(object)
		require.Equal(t, object{"hasNextPage": true, "hasPreviousPage": false, "endCursor": first["edges"].([]any)[1].(object)["cursor"]}, info)
		require.Nil(t, a.do(`{ node(id: "account_00000000-0000-7000-8000-000000000000") { ... on Account { disconnectionHistory { nodes { id } } } } }`, nil))

		variables := object{"id": shop["id"], "first": 5, "after": info["endCursor"]}
		for name, where := range map[string]string{
			"node":         `node(id: $id) { ...f }`,
			"history":      `accountHistory(first: 1) { nodes { ... on Node { ...f } } }`,
			"audit trail":  `auditTrail(first: 1) { nodes { account { ...f } } }`,
			"a disconnect": `auditTrail(first: 1) { nodes { disconnection { account { ...f } } } }`,
		} {
			answer := a.post(`query($id: ID!, $first: Int!, $after: String) { `+where+` unused: node(id: $id) { id } } `+
				`fragment f on Account { disconnectionHistory(first: $first, after: $after) { nodes { id } pageInfo { hasNextPage hasPreviousPage } } }`, variables)
			require.NotContains(t, answer, "errors", name)
			text, err := json.Marshal(answer)
			require.NoError(t, err)
			wanted, err := json.Marshal(object{"disconnectionHistory": object{"nodes": listed[2:], "pageInfo": object{"hasNextPage": false, "hasPreviousPage": true}}})
			require.NoError(t, err)
			require.Contains(t, string(text), string(wanted), name)
		}
		again := a.do(`mutation { disconnectTikTokShop(confirm: true) { account { disconnectionHistory(first: 1) { nodes { id } } } disconnection { id account { disconnectionHistory(first: 1) { nodes { id } } } } } }`, nil).(object)
		require.Equal(t, again["account"], again["disconnection"].(object)["account"])
		require.Equal(t, listed[:1], again["account"].(object)["disconnectionHistory"].(object)["nodes"])

		for _, arguments := range []string{`first: 0`, `first: 251`, `after: "x"`, `first: 2, after: "` + cursorOf("account_1") + `"`} {
			answer := a.post(`{ accounts { disconnectionHistory(`+arguments+`) { nodes { id } } } }`, nil)
			require.Equal(t, "BAD_USER_INPUT", answer["errors"].([]any)[0].(object)["extensions"].(object)["code"], arguments)
		}
	})
}

func cursorOf(position string) string { return base64.RawURLEncoding.EncodeToString([]byte(position)) }

// TestAccountHistoryHasPages: each account is on one of them.
func TestAccountHistoryHasPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		for _, shop := range []string{"A", "B", "C"} {
			a.connect("sandbox:US:owner:" + shop)
			a.do(`mutation { disconnectTikTokShop(confirm: true) { userErrors { code } } }`, nil)
		}
		listed := a.do(`{ accounts { id disconnections { id } } }`, nil).([]any)
		require.Len(t, listed, 4)
		walked, after := []any{}, any(nil)
		for more := true; more; {
			page := a.do(`query($after: String) { accountHistory(first: 3, after: $after) { nodes { id disconnections { id } } edges { cursor node { id } }
				pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`, object{"after": after}).(object)
			walked = append(walked, page["nodes"].([]any)...)
			info := page["pageInfo"].(object)
			require.Equal(t, after != nil, info["hasPreviousPage"])
			require.Equal(t, page["edges"].([]any)[0].(object)["cursor"], info["startCursor"])
			after, more = info["endCursor"], info["hasNextPage"].(bool)
		}
		require.Equal(t, listed, walked)
		const id = "_00000000-0000-7000-8000-000000000000"
		for _, position := range []string{"x", "/account" + id, "2026-03-02T09:00:00Z/audit" + id, "2026-03-02T09:00:00.0Z/account" + id} {
			answer := a.post(`query($after: String) { accountHistory(after: $after) { nodes { id } } }`, object{"after": cursorOf(position)})
			require.Equal(t, "BAD_USER_INPUT", answer["errors"].([]any)[0].(object)["extensions"].(object)["code"], position)
		}
	})
}
