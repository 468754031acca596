package graph_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/certificate"
	"github.com/handback/handback/db/dbtest"
)

// TestCertificate is of the record that it is asked for, and can be verified with nothing but the published keys.
func TestCertificate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		a.connect("sandbox:US:owner:A")
		a.edit(object{"key": "order.tags", "value": []string{"edited"}})
		id := a.disconnect("confirm: true")["disconnection"].(object)["id"]
		a.connect("sandbox:US:owner:B")

		const query = `query($id: ID!) { disconnection(id: $id) { completedAt restoration { snapshotDigest restoredDigest
			certificate { document signature keyId } } } }`
		record := a.do(query, object{"id": id}).(object)
		restoration := record["restoration"].(object)
		file, err := json.Marshal(restoration["certificate"])
		require.NoError(t, err)
		keys, err := signer.PublicKeys()
		require.NoError(t, err)
		stated, err := certificate.Verify(file, keys)
		require.NoError(t, err)
		require.Equal(t, id, stated.Disconnection)
		require.Equal(t, "aurora-outfitters.myshopify.com", stated.Store.Domain)
		require.Equal(t, "A", stated.Account.ExternalID)
		require.Equal(t, restoration["snapshotDigest"], stated.Recorded.Digest)
		require.Equal(t, restoration["restoredDigest"], *stated.Restored.Digest)
		require.Empty(t, stated.Exceptions)
		require.Zero(t, stated.AdsChanges)
		require.NotEmpty(t, stated.Recorded.Settings)
	})
}
