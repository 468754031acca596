package db_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/require"
)

// lastBeforeExpand is the last migration that was written before programs of two editions had to work on one database.
const lastBeforeExpand = 22

const sameKey = "ids are as unique as before, and no statement of the edition before names the key"

// beyondAdding are parts of migrations that programs of the edition before go on with although they do more than add, by version, each with
// the reason. What takes something away names the edition that used it last.
var beyondAdding = map[int64]map[string]string{
	24: {
		"ALTER TABLE handoff_items DROP CONSTRAINT handoff_items_pkey":                                  sameKey,
		"ALTER TABLE handoff_items ADD PRIMARY KEY (store_id, id)":                                      sameKey,
		"ALTER TABLE webhook_deliveries DROP CONSTRAINT webhook_deliveries_id_key":                      sameKey,
		"ALTER TABLE webhook_deliveries ADD CONSTRAINT webhook_deliveries_id_key UNIQUE (store_id, id)": sameKey,
	},
}

// TestMigrationsOnlyAdd: programs of the edition before go on with the schema that a migration makes, until they are replaced (decision 0058).
// Files of the embedded database belong to one process, so its migrations may do more.
func TestMigrationsOnlyAdd(t *testing.T) {
	files, err := filepath.Glob("migrations/postgres/*.sql")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		version, err := goose.NumericComponent(file)
		require.NoError(t, err)
		if version > lastBeforeExpand {
			requireOnlyAdds(t, file, beyondAdding[version])
		}
	}
	// What stands for the next migration does so in each table that there is, and adds a column to a key, which allows more than before.
	requireOnlyAdds(t, "../test/program/testdata/next_edition.sql", map[string]string{
		"CREATE UNIQUE INDEX CONCURRENTLY settings_next_edition ON settings (store_id, key, next_edition)": "the key without the column is unique already",
		"DO": "the block adds a column with a default to each table",
	})
}

// requireOnlyAdds wants the exceptions to be those that there are.
func requireOnlyAdds(t *testing.T, file string, exceptions map[string]string) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var found []string
	for _, part := range incompatibleParts(string(text)) {
		if strings.HasPrefix(part, "DO $$") {
			part = "DO" // with whatever is in it
		}
		require.NotEmpty(t, exceptions[part], "%s: programs of the edition before may not go on with %q", file, part)
		found = append(found, part)
	}
	require.Len(t, found, len(exceptions), file)
}

// What a program of the edition before goes on with. A table that the migration makes is unknown to it, so anything may be done to that.
var (
	makesTable   = regexp.MustCompile(`(?i)^CREATE TABLE (?:IF NOT EXISTS )?(\w+) \(`)
	makesIndex   = regexp.MustCompile(`(?i)^CREATE (UNIQUE )?INDEX (?:CONCURRENTLY )?(?:IF NOT EXISTS )?(\w+) ON (\w+) ?\(`)
	dropsIndex   = regexp.MustCompile(`(?i)^DROP INDEX (?:CONCURRENTLY )?(?:IF EXISTS )?(\w+)$`)
	insertsRows  = regexp.MustCompile(`(?i)^INSERT INTO (\w+) `)
	altersTable  = regexp.MustCompile(`(?i)^(ALTER TABLE (?:IF EXISTS )?(?:ONLY )?(\w+) )(.*)$`)
	addsColumn   = regexp.MustCompile(`(?i)^ADD (?:COLUMN )?(?:IF NOT EXISTS )?(\w+) \w`)
	noColumn     = regexp.MustCompile(`(?i)^(CONSTRAINT|CHECK|UNIQUE|PRIMARY|FOREIGN|EXCLUDE)$`)
	isKey        = regexp.MustCompile(`(?i)\b(UNIQUE|PRIMARY)\b`)
	mustBeGiven  = regexp.MustCompile(`(?i)\bNOT NULL\b`)
	hasDefault   = regexp.MustCompile(`(?i)\bDEFAULT\b`)
	defaultsNull = regexp.MustCompile(`(?i)\bDEFAULT NULL\b`)
)

// incompatibleParts are those statements of a migration, and parts of statements that alter a table, that are not known to be compatible.
func incompatibleParts(text string) (parts []string) {
	text, _, _ = strings.Cut(text, "-- +goose Down")
	tables, indexes := map[string]bool{}, map[string]bool{}
	statements := splitSQL(text, ';')
	for _, statement := range statements {
		if made := makesTable.FindStringSubmatch(statement); made != nil {
			tables[made[1]] = true
		}
		if made := makesIndex.FindStringSubmatch(statement); made != nil {
			indexes[made[2]] = true
		}
	}
	for _, statement := range statements {
		altered := altersTable.FindStringSubmatch(statement)
		switch {
		case altered == nil:
			if !isCompatible(statement, tables, indexes) {
				parts = append(parts, statement)
			}
		case !tables[altered[2]]:
			for _, action := range splitSQL(altered[3], ',') {
				if !addsOnlyColumn(action) {
					parts = append(parts, altered[1]+action)
				}
			}
		}
	}
	return parts
}

// isCompatible is true of a statement that makes something, in a migration that makes these tables and indexes. An index that is dropped
// first is made anew, when a migration is begun anew.
func isCompatible(statement string, tables, indexes map[string]bool) bool {
	if makesTable.MatchString(statement) {
		return true
	}
	if made := makesIndex.FindStringSubmatch(statement); made != nil {
		return made[1] == "" || tables[made[3]]
	}
	if dropped := dropsIndex.FindStringSubmatch(statement); dropped != nil {
		return indexes[dropped[1]]
	}
	inserted := insertsRows.FindStringSubmatch(statement)
	return inserted != nil && tables[inserted[1]]
}

// addsOnlyColumn is true of a column that rows need not be given.
func addsOnlyColumn(action string) bool {
	added := addsColumn.FindStringSubmatch(action)
	if added == nil || noColumn.MatchString(added[1]) || isKey.MatchString(action) {
		return false
	}
	return !mustBeGiven.MatchString(action) || hasDefault.MatchString(action) && !defaultsNull.MatchString(action)
}

// comment is one of SQL's.
var comment = regexp.MustCompile(`(?s)--[^\n]*|/\*.*?\*/`)

// splitSQL splits a text at a separator that is in no parentheses, no quotation marks and no block of dollars, and writes each part in one
// line. No migration has what looks like a comment in a text.
func splitSQL(text string, separator rune) (parts []string) {
	depth, quote, begin := 0, rune(0), 0
	text = strings.Join(strings.Fields(comment.ReplaceAllString(text, "")), " ")
	add := func(part string) {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	for i, r := range text {
		switch {
		case quote != 0:
			if r == quote && (r != '$' || strings.HasSuffix(text[:i], "$")) {
				quote = 0
			}
		case r == '\'' || r == '"' || r == '$' && strings.HasSuffix(text[:i], "$"):
			quote = r
		case r == '(':
			depth++
		case r == ')':
			depth--
		case r == separator && depth == 0:
			add(text[begin:i])
			begin = i + 1
		}
	}
	add(text[begin:])
	return parts
}

func TestIncompatibleParts(t *testing.T) {
	for _, compatible := range []string{
		"ALTER TABLE stores ADD COLUMN note text",
		"ALTER TABLE stores ADD note text NOT NULL DEFAULT ''",
		"ALTER TABLE stores ADD COLUMN note text CHECK (note <> ',;'), ADD COLUMN IF NOT EXISTS at timestamptz",
		"CREATE TABLE notes (store_id text NOT NULL REFERENCES stores); CREATE UNIQUE INDEX notes_once ON notes (store_id); INSERT INTO notes SELECT id FROM stores; ALTER TABLE notes ADD UNIQUE (store_id)",
		"CREATE INDEX CONCURRENTLY stores_by_name ON stores (name)",
		"DROP INDEX CONCURRENTLY IF EXISTS stores_by_name; CREATE INDEX CONCURRENTLY stores_by_name ON stores (name)",
		"-- DROP TABLE stores;\nCREATE TABLE notes (id text);\n-- +goose Down\nDROP TABLE notes;",
	} {
		require.Empty(t, incompatibleParts(compatible), compatible)
	}
	for _, incompatible := range []string{
		"ALTER TABLE stores ADD COLUMN note text NOT NULL",
		"ALTER TABLE stores ADD note text NOT NULL",
		"ALTER TABLE stores ADD note text NOT NULL DEFAULT NULL",
		"ALTER TABLE stores ADD note text CHECK (note IS NOT NULL)",
		"ALTER TABLE stores\n    ADD COLUMN a text NOT NULL,\n    ADD b text",
		"ALTER TABLE stores ADD note text DEFAULT '' UNIQUE",
		"ALTER TABLE stores DROP COLUMN name",
		"ALTER TABLE stores DROP name",
		"ALTER TABLE stores RENAME COLUMN name TO title",
		"ALTER TABLE stores RENAME TO shops",
		"ALTER TABLE stores ALTER COLUMN name SET NOT NULL",
		"ALTER TABLE stores ALTER COLUMN name TYPE bytea",
		"ALTER TABLE stores ALTER name TYPE bytea",
		"ALTER TABLE stores ALTER name DROP DEFAULT",
		"ALTER TABLE stores ALTER name DROP NOT NULL",
		"ALTER TABLE stores DROP CONSTRAINT stores_domain_key",
		"ALTER TABLE stores ADD CONSTRAINT named CHECK (name <> '')",
		"ALTER TABLE stores ADD CHECK (name <> '')",
		"ALTER TABLE stores ADD UNIQUE (name)",
		"ALTER TABLE stores ADD PRIMARY KEY (name)",
		"ALTER TABLE stores ADD FOREIGN KEY (name) REFERENCES names",
		"CREATE UNIQUE INDEX stores_by_name ON stores (name)",
		"DROP INDEX stores_by_name",
		"DROP TABLE stores",
		"DELETE FROM stores",
		"UPDATE stores SET name = ''",
		"INSERT INTO stores (id) VALUES ('')",
		"TRUNCATE stores",
		"CREATE TRIGGER named BEFORE INSERT ON stores EXECUTE FUNCTION named()",
		"DO $$ BEGIN ALTER TABLE stores DROP name; END $$",
	} {
		require.Len(t, incompatibleParts("CREATE TABLE notes (id text);\n"+incompatible+";\n"), 1, incompatible)
	}
}
