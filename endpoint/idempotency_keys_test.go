package endpoint_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
)

func TestIdempotencyKeyIsForOneRequest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		const edit = `mutation Edit($tags: SettingValue) {
			updateSettings(settings: [{ key: "order.tags", value: $tags }, { key: "inventory.percent", value: 0.50 }]) @idempotent(key: "k") {
				userErrors { code } } }`
		tags := object{"tags": []string{"a"}}
		first := a.keyedOnce(false, edit, tags)
		require.Equal(t, first, a.keyedOnce(true, edit, tags))
		for _, other := range []string{
			strings.ReplaceAll(edit, "0.50", "0.5"),
			strings.ReplaceAll(edit, "order.tags", "order.tag"),
			strings.ReplaceAll(edit, "updateSettings", "mine: updateSettings"),
			strings.ReplaceAll(edit, "{ code }", "{ message }"),
			strings.ReplaceAll(edit, "{ code }", "{ code @include(if: true) }"),
			`mutation { disconnectTikTokShop(confirm: true) @idempotent(key: "k") { userErrors { code } } }`,
		} {
			variables := tags
			if !strings.Contains(other, "$tags") {
				variables = nil
			}
			a.keyedRejected("IDEMPOTENCY_KEY_MISMATCH", "Nothing was done", other, variables)
		}
		a.keyedRejected("IDEMPOTENCY_KEY_MISMATCH", "take a new key", edit, object{"tags": []string{"b"}})
		a.keyedRejected("IDEMPOTENCY_KEY_MISMATCH", "take a new key", edit, object{"tags": nil})
		require.Equal(t, first, a.keyedOnce(true, edit, tags))
	})
}

func TestInvalidIdempotencyKeysAreRejected(t *testing.T) {
	t.Parallel()
	a := newAPI(t, dbtest.URL(t, "sqlite"))
	require.NotNil(t, a.do(`mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:MINE") { account { id } } }`, nil).(object)["account"])
	const disconnect = `mutation($key: String = "k") { one: disconnectTikTokShop(confirm: true) { userErrors { code } }
		... on Mutation { ...two } }
		fragment two on Mutation { two: disconnectTikTokShop(confirm: true) @idempotent(key: $key) { userErrors { code } } }`
	for _, key := range []any{"", nil, strings.Repeat("é", 256), "a\x00b"} {
		a.keyedRejected("BAD_USER_INPUT", "key must be", disconnect, object{"key": key})
	}
	a.keyedRejected("BAD_USER_INPUT", "key cannot be given to createApiKey", `mutation { disconnectTikTokShop(confirm: true) { userErrors { code } }
		createApiKey(name: "Partner", scopes: [READ]) @idempotent(key: "k") { secret } }`, nil)
	a.keyedRejected("BAD_USER_INPUT", "key cannot be given to rotateApiKey", `mutation { disconnectTikTokShop(confirm: true) { userErrors { code } }
		rotateApiKey(id: "x") @idempotent(key: "k") { secret } }`, nil)
	require.Empty(t, a.do(`{ apiKeys { id } }`, nil))
	const misplaced = "fields of Mutation only"
	for query, message := range map[string]string{
		`{ overview @idempotent(key: "k") { tikTokShop { status } } }`:                                       misplaced,
		`mutation { __typename @idempotent(key: "k") }`:                                                      misplaced,
		`mutation { disconnectTikTokShop(confirm: true) { overview @idempotent(key: "k") { __typename } } }`: misplaced,
		`mutation { ...m } fragment m on Mutation { disconnectTikTokShop(confirm: true) { account { ...a } } }
			fragment a on Account { id @idempotent(key: "k") }`: misplaced,
		`mutation { disconnectTikTokShop(confirm: true) { __typename } disconnectTikTokShop(confirm: true) @idempotent(key: "k") { __typename } }`:                       "wherever the field disconnectTikTokShop",
		`mutation { x: updateSettings(settings: []) @idempotent(key: "k") { __typename } ... { x: updateSettings(settings: []) @idempotent(key: "l") { __typename } } }`: "wherever the field x",
	} {
		a.keyedRejected("GRAPHQL_VALIDATION_FAILED", message, query, nil)
	}
	require.Contains(t, a.keyedOnce(false, `mutation($key: String!) {
		edit: updateSettings(settings: []) @idempotent(key: $key) { __typename } edit: updateSettings(settings: []) @idempotent(key: $key) { userErrors { code } } }`,
		object{"key": strings.Repeat("é", 255)}), `"userErrors":[]`)
}

// Errors of a keyed mutation are worded as those of any other.
func TestIdempotentMutationReportsBadInput(t *testing.T) {
	t.Parallel()
	a := newAPI(t, dbtest.URL(t, "sqlite"))
	for _, key := range []string{"", `@idempotent(key: "k")`} {
		r := a.keyed(`mutation($f: Float) { updateSettings(settings: [{ key: "inventory.percent", value: [$f] }]) `+key+` { userErrors { code } } }`, object{"f": 1})
		require.Len(t, r.Errors, 1)
		require.Equal(t, "BAD_USER_INPUT", r.Errors[0].Extensions.Code)
		require.Contains(t, r.Errors[0].Message, "declare it as SettingValue")
		require.Equal(t, []any{"updateSettings", "settings", 0.0, "value"}, r.Errors[0].Path)
	}
}
