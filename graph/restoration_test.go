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
