package db_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// eachCopy runs a test for each database to copy from and each to copy into.
func eachCopy(t *testing.T, test func(t *testing.T, fromURL, toURL string)) {
	for _, from := range dbtest.Dialects {
		for _, to := range dbtest.Dialects {
			t.Run(from+" to "+to, func(t *testing.T) { test(t, dbtest.URL(t, from), dbtest.EmptyURL(t, to)) })
		}
	}
}

// TestCopyIsWhole copies rows of every table, and a store that was edited today, and goes on in the copy.
func TestCopyIsWhole(t *testing.T) {
	eachCopy(t, func(t *testing.T, fromURL, toURL string) {
		source := openTables(t, fromURL)
		source.fill(t, slices.Max(db.Versions()))
		earlier := open(t, fromURL, models.DefaultCatalogue())
		seller := register(t, earlier, "today.myshopify.com")
		connect(t, earlier, seller, "today")
		disconnect(t, earlier, seller)
		account := connect(t, earlier, seller, "today").Account
		require.NoError(t, earlier.Promise(t.Context(), seller, errand{Name: "promised"}, nil))
		require.NoError(t, source.write(`UPDATE river_job SET state = 'running' WHERE id = 7`))
		require.NoError(t, source.write(`UPDATE idempotency_keys SET answer = ?, answer_dropped = ?`, []byte{}, true))

		copied, err := db.Copy(t.Context(), fromURL, toURL)
		require.NoError(t, err)
		require.EqualValues(t, 3, copied.Stores)
		require.EqualValues(t, 5, copied.Snapshots)
		require.EqualValues(t, 2, copied.Jobs)
		target := openTables(t, toURL)
		require.Equal(t, source.jobs(t), target.jobs(t))
		for table, rows := range source.all(t) {
			require.NotEmpty(t, rows, "no row of %s was copied", table)
			require.Equal(t, rows, target.all(t)[table], table)
		}
		now := open(t, toURL, models.DefaultCatalogue())
		requireReady(t, now)
		done := disconnect(t, now, seller)
		require.Equal(t, account.Snapshot.Digest, *done.Disconnection.Restoration.RestoredDigest)
		requireEarlierStore(t, now, slices.Max(db.Versions()))
		requireLinkedStore(t, now, slices.Max(db.Versions()))
	})
}

// jobs are what is still to be done.
func (d tables) jobs(t *testing.T) []string {
	t.Helper()
	args := map[string]string{"sqlite": "json(args)", "postgres": "replace(CAST(args AS text), ': ', ':')"}[d.dialect]
	return d.rows(t, "SELECT kind, "+args+" AS args, queue, attempt, max_attempts, CASE state WHEN 'running' THEN 'available' ELSE CAST(state AS text) END AS state FROM river_job WHERE finalized_at IS NULL ORDER BY id")
}

// sameInBoth writes truth, and no bytes, as one of the databases gives them to Go.
var sameInBoth = strings.NewReplacer("=true ", "=1 ", "=false ", "=0 ", "[]byte(nil)", "[]byte{}")

// all are the rows of all tables but those of jobs and of migrations, by table, as text that is the same from both databases.
func (d tables) all(t *testing.T) map[string][]string {
	t.Helper()
	list := map[string]string{
		"sqlite":   `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`,
		"postgres": `SELECT tablename FROM pg_tables WHERE schemaname = current_schema()`,
	}[d.dialect]
	all := map[string][]string{}
	for _, table := range readColumn(t, d.DB, list) {
		if strings.HasPrefix(table, "river_") || table == "handback_migrations" || table == "restoration_exceptions" {
			continue
		}
		for _, row := range d.rows(t, "SELECT * FROM "+table) {
			columns := strings.Split(sameInBoth.Replace(row), " ")
			slices.Sort(columns) // whatever place they have
			all[table] = append(all[table], strings.Join(columns, " "))
		}
		slices.Sort(all[table])
	}
	return all
}

// TestCopyKnowsEveryTable: of those that are not filled by TestCopyIsWhole, too.
func TestCopyKnowsEveryTable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		left := []string{"handback_migrations", "river_job", "river_leader", "river_migration", "river_notification", "river_queue"}
		require.ElementsMatch(t, tablesOf(t, databaseURL, direct(t, databaseURL)), append(left, db.CopiedTables...))
	})
}

// TestCopyRefuses what would lose something, and leaves both databases as they are.
func TestCopyRefuses(t *testing.T) {
	eachCopy(t, func(t *testing.T, fromURL, toURL string) {
		source := openTables(t, fromURL)
		seller := register(t, open(t, fromURL, models.DefaultCatalogue()), "refused.myshopify.com")
		before := source.all(t)
		refused := func(reason string) {
			t.Helper()
			_, err := db.Copy(t.Context(), fromURL, toURL)
			require.ErrorContains(t, err, reason)
			require.Equal(t, before, source.all(t))
		}
		_, err := db.Copy(t.Context(), fromURL, fromURL)
		require.ErrorContains(t, err, "the database to copy into is the one that DATABASE_URL names")
		if path, embedded := db.EmbeddedPath(fromURL); embedded {
			link := filepath.Join(t.TempDir(), "link.db")
			require.NoError(t, os.Symlink(path, link))
			_, err := db.Copy(t.Context(), fromURL, "sqlite:"+link)
			require.ErrorContains(t, err, "the database to copy into is the one that DATABASE_URL names")
		}
		require.Equal(t, before, source.all(t))
		leads := func(tables tables, until time.Time) {
			require.NoError(t, tables.write(`DELETE FROM river_leader`))
			require.NoError(t, tables.write(`INSERT INTO river_leader (leader_id, elected_at, expires_at) VALUES ('another', ?, ?)`, moment(until), moment(until)))
		}
		leads(source, time.Now().Add(time.Hour))
		refused("a program serves the database")
		leads(source, time.Now().Add(-time.Hour))

		require.NoError(t, source.write(`UPDATE handback_migrations SET version_id = 99999 WHERE version_id = ?`, slices.Max(db.Versions())))
		refused("the database has version 99999")
		require.NoError(t, source.write(`UPDATE handback_migrations SET version_id = ? WHERE version_id = 99999`, slices.Max(db.Versions())))

		target := openTables(t, toURL)
		require.NoError(t, db.MigrateTo(t.Context(), target.DB, target.dialect == "sqlite", 5))
		refused("the database to copy into has version 5")
		other := register(t, open(t, toURL, models.DefaultCatalogue()), "other.myshopify.com")
		refused("the database to copy into is not empty (its table stores has rows)")
		require.NotEqual(t, seller.Store.ID, other.Store.ID)
		require.Len(t, target.all(t)["stores"], 1)
	})
}

// moment is a time as both databases' tables of River's have it.
func moment(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05.000") }

// TestCopyComparesWhatItHasCopied: a target that keeps other values gets nothing.
func TestCopyComparesWhatItHasCopied(t *testing.T) {
	for _, dialect := range dbtest.Dialects {
		t.Run(dialect, func(t *testing.T) {
			fromURL, toURL := dbtest.URL(t, "sqlite"), dbtest.URL(t, dialect)
			register(t, open(t, fromURL, models.DefaultCatalogue()), "compared.myshopify.com")
			target := openTables(t, toURL)
			spoil := map[string]string{
				"sqlite": `CREATE TRIGGER spoil AFTER INSERT ON settings WHEN NEW.key = 'tax.handling' BEGIN UPDATE settings SET value = '"spoilt"' WHERE key = NEW.key; END`,
				"postgres": `CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.value := '"spoilt"'; RETURN NEW; END $$;
					CREATE TRIGGER spoil BEFORE INSERT ON settings FOR EACH ROW WHEN (NEW.key = 'tax.handling') EXECUTE FUNCTION spoil()`,
			}[dialect]
			require.NoError(t, target.write(spoil))
			_, err := db.Copy(t.Context(), fromURL, toURL)
			require.ErrorContains(t, err, "nothing was copied: settings: ")
			require.Empty(t, target.all(t))
		})
	}
}

// TestCopyTakesBatches: more rows than one statement has, and texts that are longer than one is meant to be.
func TestCopyTakesBatches(t *testing.T) {
	eachCopy(t, func(t *testing.T, fromURL, toURL string) {
		repository := open(t, fromURL, models.DefaultCatalogue())
		seller := register(t, repository, "long.myshopify.com")
		for i := range 3 {
			update(t, repository, seller, models.SettingInput{Key: "order.tags", Value: models.Value(fmt.Sprintf(`["%d%s"]`, i, strings.Repeat("x", 200)))})
		}
		source := openTables(t, fromURL)
		row := `INSERT INTO platform_notifications (platform, id, topic, subject, detail, triggered_at, received_at) VALUES ('SHOPIFY', ?, 'products/update', 'long.myshopify.com', ?, '2026-03-01 12:00:00+00:00', '2026-03-01 12:00:00+00:00')`
		for i := range 450 {
			require.NoError(t, source.write(row, strconv.Itoa(i), "detail"))
		}
		require.NoError(t, source.write(row, "long", strings.Repeat("y", 5<<20)))
		copied, err := db.Copy(t.Context(), fromURL, toURL)
		require.NoError(t, err)
		require.Greater(t, copied.Rows, int64(451))
		require.Equal(t, source.all(t), openTables(t, toURL).all(t))
		if path, embedded := strings.CutPrefix(toURL, "sqlite:"); embedded {
			info, err := os.Stat(path)
			require.NoError(t, err)
			require.EqualValues(t, 0o600, info.Mode().Perm(), "it holds the same as the one it was copied from")
		}
	})
}
