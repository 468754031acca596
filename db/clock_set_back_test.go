package db_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// TestNothingEndsBeforeItBegan when the clock is set back between the two: API keys, secrets of webhook endpoints, and these.
func TestNothingEndsBeforeItBegan(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, seller, rawTables := openWebhooks(t, databaseURL)
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		repository.Now = func() time.Time { return now }
		revoked, _ := createKey(t, repository, seller, partner("revoked"))
		rotated, secret := createKey(t, repository, seller, partner("rotated"))
		endpoint := createEndpoint(t, repository, seller).Endpoint.ID
		now = now.Add(-72 * time.Hour)

		use(t, repository, secret)
		awaitLastUsed(t, repository, seller, rotated.ID)
		require.NoError(t, second(repository.RevokeAPIKey(t.Context(), seller, revoked.ID)))
		require.NoError(t, second(repository.RotateAPIKey(t.Context(), seller, models.RotationRequest{ID: rotated.ID})))
		require.NoError(t, second(repository.RotateWebhookSecret(t.Context(), seller, endpoint)))
		off := false
		changeEndpoint(t, repository, seller, models.WebhookChange{ID: endpoint, Enabled: &off})

		require.Equal(t, int64(3), rawTables.number(t, `SELECT COUNT(*) FROM api_keys`))
		require.Zero(t, rawTables.number(t, `SELECT COUNT(*) FROM api_keys WHERE revoked_at < created_at OR rotated_at < created_at
			OR expires_at < created_at OR expires_at < rotated_at OR last_used_at < created_at`))
		require.Zero(t, rawTables.number(t, `SELECT COUNT(*) FROM api_keys successor JOIN api_keys predecessor ON predecessor.name = successor.name
			WHERE predecessor.rotated_at IS NOT NULL AND successor.created_at < predecessor.rotated_at`))
		require.Equal(t, int64(2), rawTables.number(t, `SELECT COUNT(*) FROM webhook_secrets`))
		require.Zero(t, rawTables.number(t, `SELECT COUNT(*) FROM webhook_secrets WHERE expires_at < created_at`))
		require.Equal(t, int64(1), rawTables.number(t, `SELECT COUNT(*) FROM webhook_endpoints WHERE disabled_at >= created_at`))
		require.Zero(t, rawTables.number(t, `SELECT COUNT(*) FROM audit_entries revoked JOIN audit_entries made ON made.api_key_id = revoked.api_key_id
			WHERE made.action = 'API_KEY_CREATED' AND revoked.action = 'API_KEY_REVOKED' AND revoked.occurred_at < made.occurred_at`))
	})
}
