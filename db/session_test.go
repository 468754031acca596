package db_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// openBench opens a database with a store, whose id it returns, and so many settings.
func openBench(b *testing.B, dialect string, settings int) (r *db.Repository, storeID string) {
	b.Helper()
	r, err := db.Open(b.Context(), dbtest.URL(b, dialect), models.DefaultCatalogue())
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, r.Close()) })
	list := make([]models.SnapshotSetting, settings)
	for i := range list {
		list[i] = models.SnapshotSetting{Key: fmt.Sprintf("key.%04d", i), Scope: models.ScopeStore, Value: `["one","two"]`}
	}
	store, err := r.RegisterStore(b.Context(), models.Registration{Store: models.Store{Domain: "bench.myshopify.com", Name: "Bench", Region: "US"}, Settings: list})
	require.NoError(b, err)
	return r, store.ID
}

// BenchmarkStatement compares the ways of a short read and of a longer one to PostgreSQL.
func BenchmarkStatement(b *testing.B) {
	for _, count := range []int{1, 45} {
		r, storeID := openBench(b, "postgres", count)
		const columns = `SELECT key, scope, value, updated_at, updated_by_kind, updated_by_name FROM settings WHERE store_id = `
		ways := map[string]func() (int, error){
			"pgx": func() (int, error) {
				settings, err := r.SelectAllSettings(b.Context(), storeID)
				return len(settings), err
			},
			"database/sql": func() (int, error) {
				rows, err := r.ReadingPool(b).QueryContext(b.Context(), columns+`$1 ORDER BY key`, storeID)
				if err != nil {
					return 0, err
				}
				defer rows.Close()
				settings := []models.Setting{}
				for rows.Next() {
					var s models.Setting
					if err := rows.Scan(&s.Key, &s.Scope, &s.Value, &s.UpdatedAt, &s.UpdatedBy.Kind, &s.UpdatedBy.Name); err != nil {
						return 0, err
					}
					settings = append(settings, s)
				}
				return len(settings), rows.Err()
			},
		}
		for way, read := range ways {
			b.Run(fmt.Sprintf("%d rows/%s", count, way), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					n, err := read()
					require.NoError(b, err)
					require.Equal(b, count, n)
				}
			})
		}
	}
}
