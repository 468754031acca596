package conformance_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/shopify/sandbox"
)

func TestOperationsAreThoseOfTheAdminAPI(t *testing.T) {
	for _, version := range []string{version, "unstable"} {
		schema := load(t, version)
		for name, text := range operations(t) {
			operation, err := schema.Parse(text)
			require.NoError(t, err, "%s in %s", name, version)
			require.Empty(t, operation.Discouraged(), "%s in %s", name, version)
			require.Contains(t, text, " "+name, "a file bears the name of its operation")
		}
	}
}

func TestScopesAreThoseOfTheOperations(t *testing.T) {
	schema := load(t, version)
	for name, text := range operations(t) {
		operation, err := schema.Parse(text)
		require.NoError(t, err)
		for _, scope := range operation.Scopes() {
			write := strings.Replace(scope, "read_", "write_", 1)
			require.Subset(t, append(sandbox.Scopes, alternatives(scope)...), []string{scope}, "%s needs %s or %s", name, scope, write)
		}
	}
}

// alternatives are scopes that the schema lists beside others, of which one is enough.
func alternatives(scope string) []string {
	switch scope {
	case "write_fulfillments", "read_fulfillments", "read_inventory", "read_markets_home":
		return []string{scope} // of locations, beside write_locations and read_locations
	}
	return nil
}

func TestMistakesInOperationsAreNoticed(t *testing.T) {
	schema := load(t, version)
	for name, text := range map[string]string{
		"unknown field":                 `{ shop { id nickname } }`,
		"unknown argument":              `{ locations(first: 1, onlyOnline: true) { nodes { id } } }`,
		"unknown enum":                  `{ locations(first: 1, sortKey: HEIGHT) { nodes { id } } }`,
		"no selection":                  `{ shop }`,
		"missing argument":              `mutation { locationEdit(id: "1") { location { id } } }`,
		"code of errors that have none": `mutation($id: ID!) { publishablePublish(id: $id, input: []) { userErrors { code } } }`,
		"type of a variable":            `query($after: Int) { locations(first: 1, after: $after) { nodes { id } } }`,
		"unknown member":                `mutation { locationEdit(id: "1", input: {online: true}) { location { id } } }`,
	} {
		_, err := schema.Parse(text)
		require.Error(t, err, name)
	}
}

func TestWhatIsDeprecatedIsNoticed(t *testing.T) {
	schema := load(t, version)
	for name, text := range map[string]string{
		"field":       `{ publications(first: 1) { nodes { name } } }`,
		"in fragment": `{ publications(first: 1) { nodes { ...P } } } fragment P on Publication { app { id } }`,
		"idempotent":  `mutation { locationEdit(id: "1", input: {name: "A"}) @idempotent(key: "1") { location { id } } }`,
	} {
		operation, err := schema.Parse(text)
		require.NoError(t, err, name)
		require.NotEmpty(t, operation.Discouraged(), name)
	}
}

func TestMistakesInVariablesAreNoticed(t *testing.T) {
	texts := operations(t)
	for name, c := range map[string]struct {
		operation string
		variables map[string]any
	}{
		"missing":        {"PublishProduct", map[string]any{"id": "gid://shopify/Product/1"}},
		"null":           {"ChannelDelete", map[string]any{"id": nil}},
		"kind":           {"LocationEdit", map[string]any{"id": "gid://shopify/Location/1", "fulfillsOnlineOrders": "yes"}},
		"enum":           {"WebhookSubscriptionCreate", map[string]any{"topic": "ORDERS_EATEN", "input": map[string]any{"uri": "https://app.example"}}},
		"unknown member": {"ChannelCreate", map[string]any{"input": map[string]any{"accountId": "1", "accountName": "A", "specificationHandle": "s", "colour": "red"}}},
		"missing member": {"ChannelCreate", map[string]any{"input": map[string]any{"accountId": "1"}}},
		"date":           {"ShopResourceFeedback", map[string]any{"input": map[string]any{"state": "ACCEPTED", "feedbackGeneratedAt": "yesterday"}}},
		"deprecated":     {"WebhookSubscriptionCreate", map[string]any{"topic": "ORDERS_UPDATED", "input": map[string]any{"callbackUrl": "https://app.example"}}},
	} {
		operation, err := load(t, version).Parse(texts[c.operation])
		require.NoError(t, err)
		require.Error(t, operation.With(c.variables), name)
	}
}
