package db_test

import (
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// earlierRows are rows of testdata/earlier_stores.json: what the program has written for two stores, those of a version of the schema for
// databases of that version and later. A value of {"hex": …} is bytes. The file is no golden file: what was written once stays so.
//
// The first store was connected, edited, disconnected, edited, connected anew, and edited. The second one is linked, and is being given back.
type earlierRows struct {
	Since  int64
	Tables []earlierTable
}

type earlierTable struct {
	Table string
	Rows  []map[string]any
}

// TestMigrateKeepsFilledDatabase brings databases of each version up to date that hold what stores had then.
func TestMigrateKeepsFilledDatabase(t *testing.T) {
	for _, version := range db.Versions() {
		t.Run(fmt.Sprintf("version %d", version), func(t *testing.T) {
			dbtest.EachEmpty(t, func(t *testing.T, databaseURL string) {
				rawTables := openTables(t, databaseURL)
				require.NoError(t, db.MigrateTo(t.Context(), rawTables.DB, rawTables.dialect == "sqlite", version))
				filled := rawTables.fill(t, version)
				before := filled.read(t)
				repository := open(t, databaseURL, models.DefaultCatalogue())
				requireReady(t, repository)
				require.Equal(t, before, filled.read(t), "no column of any row is changed")
				requireEarlierStore(t, repository, version)
				if version >= 9 {
					requireLinkedStore(t, repository, version)
				}
			})
		})
	}
}

// filledTables are the columns that were filled, by table.
type filledTables struct {
	tables

	columns map[string][]string
}

// fill inserts the rows of a version, as far as it has tables and columns for them.
func (d tables) fill(t *testing.T, version int64) filledTables {
	t.Helper()
	file, err := os.Open("testdata/earlier_stores.json")
	require.NoError(t, err)
	defer file.Close()
	decoder := json.NewDecoder(file)
	decoder.UseNumber()
	var earlier []earlierRows
	require.NoError(t, decoder.Decode(&earlier))

	conn, err := d.Conn(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	// Transitions and audit entries refer to one another.
	unchecked := map[string]string{"sqlite": "PRAGMA foreign_keys = off", "postgres": "SET session_replication_role = replica"}[d.dialect]
	_, err = conn.ExecContext(t.Context(), unchecked)
	require.NoError(t, err)
	filled := filledTables{d, map[string][]string{}}
	for _, rows := range earlier {
		for _, table := range rows.Tables {
			if rows.Since <= version {
				filled.insert(t, conn, table)
			}
		}
	}
	checked := map[string]string{"sqlite": "PRAGMA foreign_keys = on", "postgres": "RESET session_replication_role"}[d.dialect]
	_, err = conn.ExecContext(t.Context(), checked)
	require.NoError(t, err)
	filled.advanceSequences(t)
	return filled
}

// advanceSequences has PostgreSQL number new rows after those that were inserted with their numbers. SQLite does so by itself.
func (f filledTables) advanceSequences(t *testing.T) {
	t.Helper()
	numbered := map[string]string{"audit_entries": "seq", "setting_changes": "seq", "webhook_deliveries": "seq", "river_job": "id"}
	for table, column := range numbered {
		if f.dialect == "postgres" && f.columns[table] != nil {
			require.NoError(t, f.write(fmt.Sprintf(`SELECT setval(pg_get_serial_sequence('%[1]s', '%[2]s'), (SELECT max(%[2]s) FROM %[1]s))`, table, column)))
		}
	}
}

func (f filledTables) insert(t *testing.T, conn *sql.Conn, of earlierTable) {
	t.Helper()
	present := columnNames(t, conn, of.Table)
	override := map[string]string{"postgres": "OVERRIDING SYSTEM VALUE"}[f.dialect]
	for _, row := range of.Rows {
		var columns, places []string
		var values []any
		for _, column := range present {
			value, given := row[column]
			if !given {
				continue
			}
			columns, values = append(columns, column), append(values, valueOf(t, value))
			places = append(places, fmt.Sprintf("$%d", len(values)))
			if !slices.Contains(f.columns[of.Table], column) {
				f.columns[of.Table] = append(f.columns[of.Table], column)
			}
		}
		_, err := conn.ExecContext(t.Context(), fmt.Sprintf("INSERT INTO %s (%s) %s VALUES (%s)",
			of.Table, strings.Join(columns, ", "), override, strings.Join(places, ", ")), values...)
		require.NoError(t, err, of.Table)
	}
}

func columnNames(t *testing.T, conn *sql.Conn, table string) []string {
	t.Helper()
	empty, err := conn.QueryContext(t.Context(), "SELECT * FROM "+table+" WHERE 1 = 0")
	require.NoError(t, err)
	defer empty.Close()
	names, err := empty.Columns()
	require.NoError(t, err)
	require.NoError(t, empty.Err())
	return names
}

// valueOf is a value of the file as a parameter.
func valueOf(t *testing.T, value any) any {
	t.Helper()
	switch value := value.(type) {
	case json.Number:
		number, err := value.Int64()
		require.NoError(t, err)
		return number
	case map[string]any:
		bytes, err := hex.DecodeString(value["hex"].(string))
		require.NoError(t, err)
		return bytes
	}
	return value
}

// read reads what was filled. Rows of other origin, such as those a migration adds, are there beside them.
func (f filledTables) read(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for table, columns := range f.columns {
		all[table] = f.rows(t, "SELECT "+strings.Join(columns, ", ")+" FROM "+table)
		slices.Sort(all[table])
	}
	return all
}

const (
	digestOfFirst  = "da9fba85104ffd4d87d8eca1ecdf388a90bc0337ed02980cb3031b6e72ad490e" // of what the first store's connections have found
	digestOfSecond = "0a00ab1ac74d8358aba25ded218a1d005459f327d090bd240a4afef773bf40c9"
	digestOfLinked = "606e3d1bbb4c8ef9a00e2489c9420efb4fa6fd372dec085f899b50672d6d84d3"
)

// requireEarlierStore reads all there is of the first store, and gives it back.
func requireEarlierStore(t *testing.T, repository *db.Repository, version int64) {
	t.Helper()
	seller := callerOf(t, repository, "earlier.myshopify.com")
	require.Equal(t, []string{"ads.pixel={\"advancedMatching\":true,\"id\":\"C4A1B2C3D4E5F6\"}", "inventory.percent=80",
		`order.tags=["between","connections","tiktok-shop"]`, "returns.policyShown=true", `tax.handling="MARKETPLACE"`}, settingTexts(t, repository, seller))
	shop, err := repository.Account(t.Context(), seller, "account_1", everything)
	require.NoError(t, err)
	require.Equal(t, models.AccountConnected, shop.Status)
	require.Equal(t, digestOfSecond, shop.Snapshot.Digest)
	require.Equal(t, digestOfSecond, models.Digest(shop.Snapshot.Settings))
	require.NotNil(t, shop.DisconnectPreview)

	trail, err := repository.AuditTrail(t.Context(), seller, models.AuditPage{Count: 100}, everything)
	require.NoError(t, err)
	changes := []int{}
	for i, entry := range trail.Entries {
		require.Equal(t, fmt.Sprintf("audit_%d", 8-i), entry.ID)
		changes = append(changes, len(entry.Changes))
	}
	require.Equal(t, []int{1, 3, 1, 3, 1, 3, 0, 4}, changes, "of each entry, the newest first")
	events, err := repository.Events(t.Context(), seller, models.EventPage{Count: 100}, models.AccountDetails{})
	require.NoError(t, err)
	require.Len(t, events.Events, 7, "all but the registration")
	keys := listKeys(t, repository, seller)
	require.Equal(t, version >= 2, len(keys) == 1)

	record, err := repository.Disconnection(t.Context(), seller, "disconnection_1", everything)
	require.NoError(t, err)
	details, err := repository.CertificateDetails(t.Context(), seller, "disconnection_1")
	require.NoError(t, err)
	require.Equal(t, details.Ads.Before, details.Ads.After)
	require.Nil(t, details.AcceptedBy)
	require.Nil(t, details.Versions, "in a record from before they were kept")
	require.Equal(t, digestOfFirst, record.Restoration.SnapshotDigest)
	require.Equal(t, digestOfFirst, *record.Restoration.RestoredDigest)
	require.Len(t, record.Restoration.Changes, 3)
	requireEditOfPercent(t, repository, seller, "disconnection_1")

	done := disconnect(t, repository, seller).Disconnection
	require.Equal(t, digestOfSecond, done.Restoration.SnapshotDigest)
	require.Equal(t, digestOfSecond, *done.Restoration.RestoredDigest)
	require.Equal(t, shop.DisconnectPreview.Edits, requireEditOfPercent(t, repository, seller, done.ID))
	require.Equal(t, []string{"ads.pixel={\"advancedMatching\":true,\"id\":\"C4A1B2C3D4E5F6\"}",
		`order.tags=["between","connections"]`, "returns.policyShown=true", `tax.handling="MERCHANT"`}, settingTexts(t, repository, seller))
	connect(t, repository, seller, "USLC1")
}

// requireEditOfPercent reads the edits that a disconnect has undone, of which there is one, however early it was.
func requireEditOfPercent(t *testing.T, repository *db.Repository, seller models.Caller, record string) []models.SettingChange {
	t.Helper()
	edits, err := repository.RestorationEdits(t.Context(), seller, record, models.ChangeDetail{})
	require.NoError(t, err)
	require.Len(t, edits, 1)
	require.Equal(t, "inventory.percent", edits[0].Key)
	require.Equal(t, models.ActorSeller, edits[0].LastChangedBy.Kind)
	return edits
}

// requireLinkedStore goes on with giving the second store back.
func requireLinkedStore(t *testing.T, repository *db.Repository, version int64) {
	t.Helper()
	seller := callerOf(t, repository, "linked.myshopify.com")
	record, err := repository.Disconnection(t.Context(), seller, "disconnection_2", everything)
	require.NoError(t, err)
	require.Equal(t, digestOfLinked, record.Restoration.SnapshotDigest)
	require.True(t, record.Transition.Open())
	work, err := repository.LeaseTransition(t.Context(), "disconnection_2", time.Minute)
	require.NoError(t, err)
	snapshot, ok := work.Epoch.Recorded()
	require.True(t, ok)
	require.Equal(t, digestOfLinked, models.Digest(snapshot.Settings))
	writes, err := repository.PendingWrites(t.Context(), work, 50, 1000)
	require.NoError(t, err)
	require.Len(t, writes, 1)
	require.Equal(t, models.Value("false"), writes[0].Target)
	events, err := repository.Events(t.Context(), seller, models.EventPage{Count: 100}, models.AccountDetails{})
	require.NoError(t, err)
	require.Len(t, events.Events, 2)
	endpoints, err := repository.WebhookEndpoints(t.Context(), seller)
	require.NoError(t, err)
	require.Equal(t, version >= 17, len(endpoints) == 1)
}

func callerOf(t *testing.T, repository *db.Repository, domain string) models.Caller {
	t.Helper()
	store, err := repository.StoreByDomain(t.Context(), domain)
	require.NoError(t, err)
	return models.Caller{Store: store, Actor: models.Actor{Kind: models.ActorSeller, Name: "Seller"}}
}

func settingTexts(t *testing.T, repository *db.Repository, seller models.Caller) (texts []string) {
	t.Helper()
	settings, err := repository.Settings(t.Context(), seller, models.SettingFilter{})
	require.NoError(t, err)
	for _, setting := range settings {
		texts = append(texts, setting.Key+"="+string(setting.Value))
	}
	return texts
}
