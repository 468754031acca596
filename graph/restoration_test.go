package graph_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
)

// TestClientsCanComputeSnapshotDigest recomputes a snapshot's digest as a client does: from the settings it reads before
// connecting, and the rule in the schema.
func TestClientsCanComputeSnapshotDigest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		a.edit(object{"key": "order.tags", "value": []string{"<&>", "é😀", "\x00\u2028", `"\`}},
			object{"key": "shipping.packageWeightFallbackKg", "value": json.Number("0.5000")})
		var lines []string
		for _, setting := range a.settings("STORE") {
			setting := setting.(object)
			var value bytes.Buffer
			encoder := json.NewEncoder(&value)
			encoder.SetEscapeHTML(false)
			require.NoError(t, encoder.Encode(setting["value"]))
			lines = append(lines, setting["key"].(string)+"\t"+value.String())
		}
		require.True(t, slices.IsSorted(lines))
		sum := sha256.Sum256([]byte(strings.Join(lines, "")))

		a.connect("sandbox:US:owner:A")
		shop := a.do(`{ accounts { snapshot { digest } } }`, nil).([]any)[0].(object)
		require.Equal(t, hex.EncodeToString(sum[:]), shop["snapshot"].(object)["digest"])
	})
}

// TestRestorationTellsTheEditsOfItsPreview, in the payload of the disconnect and from then on, with the same fields.
func TestRestorationTellsTheEditsOfItsPreview(t *testing.T) {
	const edits = `edits { key kind before after shortBefore beforeBytes afterBytes lastChangedBy { kind name } definition { title } }`
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		a.connect("sandbox:US:owner:A")
		a.edit(object{"key": "inventory.percent", "value": 80}, object{"key": "order.tags", "value": []string{"web", "priority", "gift"}})
		shop := a.do(`{ accounts { disconnectPreview { leavingProductCount `+edits+` } } }`, nil).([]any)[0].(object)
		preview := shop["disconnectPreview"].(object)
		require.Equal(t, json.Number("12"), preview["leavingProductCount"])
		require.Len(t, preview["edits"], 2)
		require.Equal(t, []any{"gift"}, preview["edits"].([]any)[1].(object)["before"])

		payload := a.do(`mutation { disconnectTikTokShop(confirm: true) { disconnection { restoration { `+edits+` } } } }`, nil).(object)
		require.Equal(t, preview["edits"], payload["disconnection"].(object)["restoration"].(object)["edits"])
		a.connect("sandbox:US:owner:A")
		shop = a.do(`{ accounts { disconnections { restoration { changes { key } `+edits+` } } } }`, nil).([]any)[0].(object)
		require.Equal(t, preview["edits"], shop["disconnections"].([]any)[0].(object)["restoration"].(object)["edits"])
	})
}
