package db_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
)

// Why a key does not begin with the store. docs/scale.md says what a distributed database needs for each.
const (
	findsStore = "it is asked for before the store is known, and leads to it"
	acrossAll  = "it must be of one store only, among all stores"
	rowID      = "the random id of a row: unique by itself, and written with ON CONFLICT (id) by programs that may be running"
	rowNumber  = "numbers rows in the order in which they were written, by a sequence"
	ofParent   = "begins with the id of a row that is of one store"
)

// storeExceptions are the unique keys that do not begin with the store, each with the reason.
var storeExceptions = map[string]string{
	"stores (domain)":                                   findsStore,
	"api_keys (hash)":                                   findsStore,
	"tiktok_authorization_states (state_hash)":          findsStore,
	"tiktok_authorization_states (choice_hash)":         findsStore,
	"platform_notifications (platform, id)":             findsStore,
	"platform_notifications (collapse)":                 findsStore,
	"redactions (notification_id)":                      findsStore,
	"accounts (external_id)":                            acrossAll,
	"accounts (id)":                                     rowID,
	"epochs (id)":                                       rowID,
	"audit_entries (id)":                                rowID,
	"disconnections (id)":                               rowID,
	"api_keys (id)":                                     rowID,
	"transitions (id)":                                  rowID,
	"webhook_endpoints (id)":                            rowID,
	"webhook_secrets (id)":                              rowID,
	"audit_entries (seq)":                               rowNumber,
	"setting_changes (seq)":                             rowNumber,
	"webhook_deliveries (seq)":                          rowNumber,
	"disconnections (epoch_id)":                         ofParent,
	"disconnections (entry_seq)":                        ofParent,
	"handoff_items (disconnection_id, task, reference)": ofParent,
	"tiktok_credentials (account_id)":                   ofParent,
	"store_writes (transition_id, seq)":                 ofParent,
	"restoration_exceptions (disconnection_id, seq)":    ofParent,
}

// tablesWithoutStore have no column that says of which store a row is, or one that may be empty.
var tablesWithoutStore = map[string]string{
	"river_job":              "River's: a job names its store in its arguments, and workers take jobs of all stores",
	"river_leader":           "River's: which process leads",
	"river_queue":            "River's: which queues there are",
	"river_notification":     "River's: what one process tells the others of jobs",
	"river_migration":        "River's: its migrations",
	"handback_migrations":    "goose's: the migrations",
	"platform_notifications": "what a platform tells names a domain or a shop; the store is looked for by its job",
	"redactions":             "whose data were removed must not be known afterwards",
	"store_writes":           "rows of a transition, which has the store",
	"restoration_exceptions": "rows of a disconnection, which has the store",
}

// TestKeysBeginWithStore walks the schema as the migrations leave it: each table says of which store a row is, and each unique key begins
// with that, or it is on one of the lists above. Only so can stores be spread over several servers. An exception that is none is one too many.
func TestKeysBeginWithStore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		conns := direct(t, databaseURL)
		keys, tables := map[string]bool{}, map[string]bool{}
		for _, table := range tablesOf(t, databaseURL, conns) {
			store := "store_id"
			if table == "stores" {
				store = "id"
			}
			if len(readColumn(t, conns, storeColumnQuery(databaseURL, table, store))) == 0 {
				tables[table] = true
			}
			if strings.HasPrefix(table, "river_") || table == "handback_migrations" {
				continue // whose keys are not ours
			}
			for _, columns := range readColumn(t, conns, uniqueKeysQuery(databaseURL, table)) {
				if first, _, _ := strings.Cut(columns, ", "); first != store {
					keys[table+" ("+columns+")"] = true
				}
			}
		}
		require.ElementsMatch(t, slices.Collect(maps.Keys(tablesWithoutStore)), slices.Collect(maps.Keys(tables)), "tables that do not say of which store a row is")
		require.ElementsMatch(t, slices.Collect(maps.Keys(storeExceptions)), slices.Collect(maps.Keys(keys)), "unique keys that do not begin with the store")
	})
}

// storeColumnQuery finds the column that says of which store a row is, if it is never empty.
func storeColumnQuery(databaseURL, table, column string) string {
	if databaseURL[:6] == "sqlite" {
		return `SELECT name FROM pragma_table_info('` + table + `') WHERE name = '` + column + `' AND ("notnull" = 1 OR pk = 1)`
	}
	return `SELECT column_name FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name = '` + table + `' AND column_name = '` + column + `' AND is_nullable = 'NO'`
}

// uniqueKeysQuery lists the columns of each primary key and unique index of a table, the partial ones among them.
func uniqueKeysQuery(databaseURL, table string) string {
	if databaseURL[:6] == "sqlite" { // a primary key that is the row's number has no index
		return `SELECT (SELECT group_concat(COALESCE(name, 'an expression'), ', ') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno))
			FROM pragma_index_list('` + table + `') AS i WHERE i."unique" = 1
			UNION SELECT name FROM pragma_table_info('` + table + `') WHERE pk = 1 AND lower(type) = 'integer'`
	}
	return `SELECT (SELECT string_agg(COALESCE(a.attname, 'an expression'), ', ' ORDER BY k.place)
			FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)
			LEFT JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.number AND k.number > 0)
		FROM pg_index AS i WHERE i.indrelid = '` + table + `'::regclass AND i.indisunique`
}

// TestScaleNamesKeysThatDoNotBeginWithStore: what would have to be done about each stands in the documentation.
func TestScaleNamesKeysThatDoNotBeginWithStore(t *testing.T) {
	text, err := os.ReadFile("../docs/scale.md")
	require.NoError(t, err)
	for key := range storeExceptions {
		require.Contains(t, string(text), "`"+key+"`")
	}
	for table := range tablesWithoutStore {
		require.Contains(t, string(text), "`"+table+"`")
	}
}
