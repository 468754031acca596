package db_test

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
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
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		k, database := newKeyed(t, databaseURL), openTables(t, databaseURL)
		for table, forgetting := range map[string]struct {
			forget func(context.Context) (int64, error)
			ages   []string // the columns that say what has its time
		}{
			"idempotency_keys":            {k.ForgetIdempotencyKeys, []string{"created_at"}},
			"platform_notifications":      {k.ForgetNotifications, []string{"received_at"}},
			"tiktok_authorization_states": {k.ForgetConsents, []string{"created_at"}},
			"webhook_deliveries":          {k.ForgetDeliveries, []string{"sent_at"}},
			"shopify_users":               {k.ForgetUsers, []string{"asked_at"}},
			"api_keys":                    {k.ForgetAPIKeys, []string{"revoked_at", "expires_at"}},
		} {
			statements := recordStatements(t, k.Repository).during(func() {
				_, err := forgetting.forget(k.ctx)
				require.NoError(t, err)
			})
			require.Len(t, statements, 1)
			plan := database.explain(t, statements[0])
			require.NotRegexp(t, `SCAN `+table+`\b|Seq Scan on `+table+`\b`, plan)
			require.NotRegexp(t, `Index (Only )?Scan using \w+ on `+table+`\b[^\n]*\n[^\n]*QUERY PLAN=" *(->|Filter)`, plan, "all of an index is read")
			for _, age := range forgetting.ages {
				require.Regexp(t, `(Index Cond: \(|INDEX \w+ \()`+age+` ?<`, plan)
			}
		}
	})
}

var (
	countParameter = regexp.MustCompile(`(LIMIT|<) \$\d+`)
	timeParameter  = regexp.MustCompile(`\$\d+`)
)

// explain is how the database goes about a statement, whose parameters are numbers where they limit something, and else times.
func (d tables) explain(t *testing.T, statement string) string {
	t.Helper()
	statement = timeParameter.ReplaceAllString(countParameter.ReplaceAllString(statement, "$1 1000"), "'2026-01-01'")
	if d.dialect == "sqlite" {
		return strings.Join(d.rows(t, "EXPLAIN QUERY PLAN "+statement), "\n")
	}
	d.SetMaxOpenConns(1)
	for _, better := range []string{"enable_seqscan", "enable_hashjoin", "enable_mergejoin"} { // where there are no rows
		require.NoError(t, d.write("SET "+better+" = off"))
	}
	return strings.Join(d.rows(t, "EXPLAIN "+statement), "\n")
}
