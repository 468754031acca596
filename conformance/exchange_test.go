package conformance_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/conformance"
	"github.com/handback/handback/shopify/sandbox"
	"github.com/handback/handback/shopify/sandbox/sandboxtest"
)

// TestExchangesOfTheTests looks at all that tests of the program sent to the sandbox, and what it answered.
func TestExchangesOfTheTests(t *testing.T) {
	folder := os.Getenv(sandboxtest.Exchanges)
	require.NotEmpty(t, folder, "make conformance records what the tests send")
	files, err := filepath.Glob(filepath.Join(folder, "*.jsonl"))
	require.NoError(t, err)
	require.NotEmpty(t, files, "no test used the sandbox")
	schema := load(t, version)
	operations := map[string]bool{}
	for _, file := range files {
		for _, e := range readExchanges(t, file) {
			operations[e.Operation] = true
			requireGood(t, schema, e)
		}
	}
	t.Logf("%d operations in %d files", len(operations), len(files))
}

func requireGood(t *testing.T, schema *conformance.Schema, e sandbox.Exchange) {
	t.Helper()
	require.Empty(t, schema.Exchange(e), "%s %v\n%s\n%s", e.Operation, e.Variables, e.Query, e.Answer)
}

func readExchanges(t *testing.T, file string) []sandbox.Exchange {
	opened, err := os.Open(file)
	require.NoError(t, err)
	defer opened.Close()
	lines := bufio.NewScanner(opened)
	lines.Buffer(nil, 64<<20)
	var exchanges []sandbox.Exchange
	for lines.Scan() {
		var e sandbox.Exchange
		require.NoError(t, json.Unmarshal(lines.Bytes(), &e))
		exchanges = append(exchanges, e)
	}
	require.NoError(t, lines.Err())
	return exchanges
}

func TestMistakesInExchangesAreNoticed(t *testing.T) {
	schema := load(t, version)
	for name, e := range map[string]sandbox.Exchange{
		"taken though invalid":  {Query: `{ shop { nickname } }`, Answer: json.RawMessage(`{"data":{"shop":{"nickname":"A"}}}`)},
		"refused though valid":  {Query: `{ shop { name } }`, Answer: json.RawMessage(`{"errors":[{"message":"No such field","extensions":{"code":"undefinedField"}}]}`)},
		"deprecated":            {Query: `{ publications(first: 1) { nodes { name } } }`, Answer: json.RawMessage(`{"data":{"publications":{"nodes":[]}}}`)},
		"answer":                {Query: `{ shop { name } }`, Answer: json.RawMessage(`{"data":{"shop":{}}}`)},
		"no JSON":               {Query: `{ shop { name } }`, Answer: json.RawMessage(`no`)},
		"bulk of what is wrong": {Query: bulkText, Variables: map[string]any{"m": `mutation { nothing { id } }`}, Answer: json.RawMessage(bulkAnswer)},
		"bulk of a deprecation": {Query: bulkText, Variables: map[string]any{"m": `mutation { publicationUpdate(id: "1", input: {}) { publication { name } } }`}, Answer: json.RawMessage(bulkAnswer)},
	} {
		require.NotEmpty(t, schema.Exchange(e), name)
	}
	require.Empty(t, schema.Exchange(sandbox.Exchange{Query: bulkText, Answer: json.RawMessage(bulkAnswer), Variables: map[string]any{
		"m": strings.Replace(operations(t)["PublishProduct"], "PublishProduct(", "PublishProduct_42(", 1),
	}}))
}

const (
	bulkText   = `mutation($m: String!) { bulkOperationRunMutation(mutation: $m, stagedUploadPath: "tmp/1") { bulkOperation { id } } }`
	bulkAnswer = `{"data":{"bulkOperationRunMutation":{"bulkOperation":{"id":"gid://shopify/BulkOperation/1"}}}}`
)
