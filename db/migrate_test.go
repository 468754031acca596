package db_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
	"handback/models"
)

func TestDatabaseEnforcesUniqueConnections(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, rawTables := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		seller, other := register(t, repository, "one.myshopify.com"), register(t, repository, "two.myshopify.com")
		connect(t, repository, seller, "1")
		insert := func(id, storeID, kind, shopCode, status, disconnectedAt string) error {
			return rawTables.write(`INSERT INTO accounts (id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at)
				VALUES (?, ?, ?, 'Shop', ?, 'US', ?, '2026-03-01 12:00:00+00:00', `+disconnectedAt+`)`, id, storeID, kind, shopCode, status)
		}
		require.ErrorContains(t, insert("a", seller.Store.ID, "TIKTOK_SHOP", "2", "CONNECTED", "NULL"), "accounts", "a second shop of the store")
		require.ErrorContains(t, insert("b", other.Store.ID, "TIKTOK_SHOP", "1", "CONNECTED", "NULL"), "accounts", "the shop in a second store")
		require.Error(t, insert("c", other.Store.ID, "TIKTOK_SHOP", "3", "DISCONNECTED", "NULL"), "disconnected, but never")

		const then = "'2026-03-02 12:00:00+00:00'"
		require.NoError(t, insert("d", seller.Store.ID, "TIKTOK_SHOP", "2", "DISCONNECTED", then))
		require.NoError(t, insert("e", other.Store.ID, "TIKTOK_SHOP", "1", "DISCONNECTED", then))
		require.NoError(t, insert("f", seller.Store.ID, "TIKTOK_FOR_BUSINESS", "1", "CONNECTED", "NULL"))
		require.Error(t, rawTables.write(`UPDATE accounts SET status = 'CONNECTED', disconnected_at = NULL WHERE id = 'd'`))
		require.Error(t, rawTables.write(`UPDATE accounts SET status = 'CONNECTED', disconnected_at = NULL WHERE id = 'e'`))
	})
}

// TestDatabaseEnforcesUniqueAPIKeys without the rule in models and the lock of the store.
func TestDatabaseEnforcesUniqueAPIKeys(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, rawTables := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		key, _ := createKey(t, repository, register(t, repository, "apart.myshopify.com"), partner("one"))
		copyOf := func(hash string) error {
			return rawTables.write(`INSERT INTO api_keys (id, store_id, name, folded_name, prefix, hash, scopes, created_at, revoked_at)
				SELECT id || '2', store_id, name || ?, folded_name, prefix, `+hash+`, scopes, created_at, revoked_at FROM api_keys WHERE id = '`+key.ID+`'`, "")
		}
		other := map[string]string{"sqlite": "zeroblob(32)", "postgres": `decode(repeat('00', 32), 'hex')`}[rawTables.dialect]
		require.Error(t, copyOf(other), "a second key of one name")
		require.NoError(t, rawTables.write(`UPDATE api_keys SET revoked_at = created_at`))
		require.Error(t, copyOf("hash"), "a second key of one secret")
		require.NoError(t, copyOf(other))
	})
}
