package db_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"handback/models"
	"handback/secrets"
)

func newKeyset(t *testing.T) string {
	t.Helper()
	keyset, err := secrets.New()
	require.NoError(t, err)
	return keyset
}

// promote adds a key to the keyset and makes it the primary one.
func promote(t *testing.T, keyset string) string {
	t.Helper()
	added, err := secrets.Add(keyset)
	require.NoError(t, err)
	promoted, err := secrets.Promote(added)
	require.NoError(t, err)
	return promoted
}

func keyring(t *testing.T, keyset string) *secrets.Keyring {
	t.Helper()
	keys, err := secrets.Parse(keyset)
	require.NoError(t, err)
	return keys
}

// tokens are credentials of a name whose access token is good until then.
func tokens(name string, expires time.Time) models.ShopifyCredentials {
	return models.ShopifyCredentials{
		AccessToken: models.NewSecret("planted-access-" + name), RefreshToken: models.NewSecret("planted-refresh-" + name),
		AccessExpiresAt: expires, RefreshExpiresAt: expires.Add(24 * time.Hour), Scopes: []string{"read_products", "write_publications"},
	}
}
