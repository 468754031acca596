package models_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

func TestSnapshotWithoutExceptions(t *testing.T) {
	snapshot := models.Snapshot{Settings: []models.SnapshotSetting{
		{Key: models.KeyOnlineLocations, Value: `{"1":true,"2":false,"3":true}`}, {Key: models.KeyReturnPolicy, Value: "true"}, {Key: models.KeyWebhookTopics, Value: `["a","b"]`},
	}}
	exception := func(key, entry string) models.RestorationException {
		return models.RestorationException{Key: key, Entry: &entry}
	}

	left := snapshot.Without([]models.RestorationException{
		exception(models.KeyOnlineLocations, "1"), exception(models.KeyOnlineLocations, "3"), exception(models.KeyWebhookTopics, "a"),
		{Key: models.KeyReturnPolicy}, exception(models.KeyPublished, "gone with its setting"),
	})

	require.Equal(t, []models.SnapshotSetting{{Key: models.KeyOnlineLocations, Value: `{"2":false}`}, {Key: models.KeyWebhookTopics, Value: `["b"]`}}, left.Settings)
	require.Equal(t, models.Digest(left.Settings), left.Digest)
}

// TestSnapshotWithoutManyExceptions: each value is taken apart once. It would take minutes for each of them.
func TestSnapshotWithoutManyExceptions(t *testing.T) {
	const products = 20_000
	var members []string
	var exceptions []models.RestorationException
	for i := range products {
		id := fmt.Sprintf("gid://shopify/Product/%05d", i)
		members = append(members, `"`+id+`":true`)
		exceptions = append(exceptions, models.RestorationException{Key: models.KeyPublished, Entry: &id})
	}
	snapshot := models.Snapshot{Settings: []models.SnapshotSetting{{Key: models.KeyPublished, Value: models.Value("{" + strings.Join(members, ",") + "}")}}}
	require.EqualValues(t, "{}", snapshot.Without(exceptions).Settings[0].Value)
}
