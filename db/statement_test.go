package db

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
	"handback/models"
)

// openBench opens a database with a store, whose id it returns, and so many settings.
func openBench(b *testing.B, dialect string, settings int) (r *Repository, storeID string) {
	b.Helper()
	r, err := Open(b.Context(), dbtest.URL(b, dialect), models.DefaultCatalogue())
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
				var settings []models.Setting
				err := send(r.readerSession(b.Context()), settingsInto(&settings, storeID, "1 = 1"))
				return len(settings), err
			},
			"GORM and database/sql": func() (int, error) {
				rows, err := r.reader.WithContext(b.Context()).Raw(columns+`? ORDER BY key`, storeID).Rows()
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

// BenchmarkList compares the ways in which 45 settings come in one column.
func BenchmarkList(b *testing.B) {
	for dialect, object := range map[string]string{"postgres": "json_agg(json_build_array(%s))", "sqlite": "json_group_array(json_array(%s))"} {
		r, storeID := openBench(b, dialect, 45)
		read := func(b *testing.B, expression string, understand func(*string) (int, error)) {
			b.ReportAllocs()
			for b.Loop() {
				list, err := query(r.readerSession(b.Context()), func(s **string) []any { return []any{s} }, `SELECT `+expression+` FROM settings WHERE store_id = $1`, storeID)
				require.NoError(b, err)
				n, err := understand(list[0])
				require.NoError(b, err)
				require.Equal(b, 45, n)
			}
		}
		b.Run(dialect+"/text", func(b *testing.B) {
			read(b, r.dialect.listOf("key", "key", "scope", "value", "updated_by_kind", "updated_by_name"), func(list *string) (int, error) {
				var row accountRow
				err := row.addSettings(list)
				return len(row.settings), err
			})
		})
		b.Run(dialect+"/JSON", func(b *testing.B) {
			read(b, fmt.Sprintf(object, "key, scope, value, updated_by_kind, updated_by_name"), func(list *string) (int, error) {
				var settings [][5]string
				err := json.Unmarshal([]byte(*list), &settings)
				return len(settings), err
			})
		})
	}
}
