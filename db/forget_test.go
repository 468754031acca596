package db_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// TestManyRowsAreForgottenSomeAtATime: what has had its time goes whole, however much it is, and nothing else.
func TestManyRowsAreForgottenSomeAtATime(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		k := newKeyed(t, databaseURL)
		now := k.Now()
		insertIdempotencyKeys(t, databaseURL, k.seller.Store.ID, "old", 2500, 0, now.Add(-models.IdempotencyKeyLife))
		insertIdempotencyKeys(t, databaseURL, k.seller.Store.ID, "new", 10, 0, now)
		forgotten, err := k.ForgetIdempotencyKeys(k.ctx)
		require.NoError(t, err)
		require.Equal(t, int64(2500), forgotten)
		var left int
		require.NoError(t, direct(t, databaseURL).QueryRow(`SELECT count(*) FROM idempotency_keys`).Scan(&left))
		require.Equal(t, 10, left)
	})
}

// TestForgottenBatchesAreBounded: by rows and by bytes, and a row that is longer than a batch may be goes all the same.
func TestForgottenBatchesAreBounded(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		rows    int
		bytes   int64
		count   int
		length  int
		batches int
	}{
		"rows":                             {rows: 4, bytes: 1 << 20, count: 10, length: 10, batches: 3},
		"bytes":                            {rows: 100, bytes: 30, count: 10, length: 10, batches: 4},
		"bytes, with what is left of them": {rows: 100, bytes: 25, count: 10, length: 10, batches: 4},
		"a row longer than all of them":    {rows: 100, bytes: 9, count: 10, length: 10, batches: 10},
		"none":                             {rows: 100, bytes: 30},
		"of no length":                     {rows: 100, bytes: 1, count: 10, batches: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, databaseURL string) {
				k := newKeyed(t, databaseURL)
				db.ForgetBatch(k.Repository, test.rows, test.bytes)
				insertIdempotencyKeys(t, databaseURL, k.seller.Store.ID, "old", test.count, test.length, k.Now().Add(-models.IdempotencyKeyLife))
				var forgotten int64
				var err error
				batches := -1 // the last one finds nothing
				for _, statement := range recordStatements(t, k.Repository).during(func() { forgotten, err = k.ForgetIdempotencyKeys(k.ctx) }) {
					if strings.HasPrefix(statement, "DELETE") {
						batches++
					}
				}
				require.NoError(t, err)
				require.Equal(t, int64(test.count), forgotten)
				require.Equal(t, test.batches, batches)
			})
		})
	}
}

func insertIdempotencyKeys(tb testing.TB, databaseURL, storeID, name string, count, length int, at time.Time) {
	tb.Helper()
	d := openTables(tb, databaseURL)
	for i := range count {
		require.NoError(tb, d.write(`INSERT INTO idempotency_keys (store_id, caller_id, key_hash, digest, answer, created_at) VALUES (?, '', ?, '', ?, ?)`,
			storeID, fmt.Sprint(name, i), make([]byte, length), at))
	}
}

// TestForgetAPIKeys: a key that opens nothing any more is forgotten after 90 days, and the audit trail has its name still. One that has
// expired is listed until it is revoked, and stays.
func TestForgetAPIKeys(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		k := newKeyed(t, databaseURL)
		now := k.Now()
		k.Now = func() time.Time { return now }
		soon := now.Add(time.Hour)
		create := func(name string, expiresAt *time.Time) models.APIKey {
			created, err := k.CreateAPIKey(k.ctx, k.seller, models.APIKeyRequest{Name: name, Scopes: models.AllAPIKeyScopes, ExpiresAt: expiresAt})
			require.NoError(t, err)
			return created.Key
		}
		revoked, rotated := create("revoked", nil), create("rotated", nil)
		create("expired", &soon)
		create("live", nil)
		_, err := k.RevokeAPIKey(k.ctx, k.seller, revoked.ID)
		require.NoError(t, err)
		_, err = k.RotateAPIKey(k.ctx, k.seller, models.RotationRequest{ID: rotated.ID, PredecessorExpiresAt: &soon})
		require.NoError(t, err)

		now = now.Add(models.EndedAPIKeyLife)
		before := k.requireForgottenKeys(t, 1)
		now = now.Add(time.Hour)
		require.Equal(t, before, k.requireForgottenKeys(t, 1))
		require.Equal(t, []string{"expired", "live", "rotated"}, namesOfKeys(t, direct(t, databaseURL)))
		trail, err := k.AuditTrail(k.ctx, k.seller, models.AuditPage{Count: 10}, models.AccountDetails{})
		require.NoError(t, err)
		names := map[string]bool{}
		for _, entry := range trail.Entries {
			if entry.APIKey != nil {
				names[entry.APIKey.Name] = true
			}
		}
		require.Contains(t, names, "revoked")
	})
}

// requireForgottenKeys forgets so many keys, and returns those that are listed as before.
func (k *keyed) requireForgottenKeys(t *testing.T, count int64) []models.APIKey {
	t.Helper()
	before, err := k.APIKeys(k.ctx, k.seller)
	require.NoError(t, err)
	forgotten, err := k.ForgetAPIKeys(k.ctx)
	require.NoError(t, err)
	require.Equal(t, count, forgotten)
	after, err := k.APIKeys(k.ctx, k.seller)
	require.NoError(t, err)
	require.Equal(t, before, after)
	return after
}

func namesOfKeys(t *testing.T, conn *sql.DB) (names []string) {
	t.Helper()
	rows, err := conn.Query(`SELECT name FROM api_keys ORDER BY name`)
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	for rows.Next() {
		var name string
		require.NoError(t, rows.Scan(&name))
		names = append(names, name)
	}
	require.NoError(t, rows.Err())
	return names
}

// TestForgettingLooksAtNothingThatStays: what has its time is found by an index, so that many rows that stay cost no writer anything.
func TestForgettingLooksAtNothingThatStays(t *testing.T) {
	t.Parallel()
	databaseURL := dbtest.URL(t, "sqlite")
	k := newKeyed(t, databaseURL)
	tables := direct(t, databaseURL)
	for table, forget := range map[string]func(context.Context) (int64, error){
		"idempotency_keys": k.ForgetIdempotencyKeys, "platform_notifications": k.ForgetNotifications, "tiktok_authorization_states": k.ForgetConsents,
		"webhook_deliveries": k.ForgetDeliveries, "shopify_users": k.ForgetUsers, "api_keys": k.ForgetAPIKeys,
	} {
		statements := recordStatements(t, k.Repository).during(func() {
			_, err := forget(k.ctx)
			require.NoError(t, err)
		})
		require.Len(t, statements, 1)
		require.NotRegexp(t, `SCAN `+table+`\b`, strings.Join(explain(t, tables, statements[0]), "\n"), statements[0])
	}
}

// explain is how SQLite goes about a statement.
func explain(t *testing.T, conns *sql.DB, statement string) (plan []string) {
	t.Helper()
	arguments := make([]any, strings.Count(statement, "$"))
	for i := range arguments {
		arguments[i] = "2026-01-01"
	}
	rows, err := conns.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+statement, arguments...)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var detail string
		require.NoError(t, rows.Scan(&id, &parent, &unused, &detail))
		plan = append(plan, detail)
	}
	require.NoError(t, rows.Err())
	return plan
}
