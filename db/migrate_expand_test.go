package db_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/require"
)

// lastBeforeExpand is the last migration that was written before programs of two editions had to work on one database.
const lastBeforeExpand = 22

// contractions take away what no edition that may still be running uses, by version, each with the edition that used it last.
var contractions = map[int64]string{}

// takesAway is what a program of the edition before cannot go on with, or not at once.
var takesAway = regexp.MustCompile(`(?i)\bDROP\s+(COLUMN|TABLE)\b|\bRENAME\b|\bALTER\s+COLUMN\s+\w+\s+(SET\s+DATA\s+)?TYPE\b|\bSET\s+NOT\s+NULL\b|\bADD\s+COLUMN\b[^,;]*\bNOT\s+NULL\b(?:[^,;]*\bDEFAULT\b)?`)

// TestMigrationsOnlyAdd: programs of the edition before go on with the schema that a migration makes, until they are replaced (decision 0058).
// Files of the embedded database belong to one process, so its migrations may do more.
func TestMigrationsOnlyAdd(t *testing.T) {
	files, err := filepath.Glob("migrations/postgres/*.sql")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		version, err := goose.NumericComponent(file)
		require.NoError(t, err)
		if version <= lastBeforeExpand || contractions[version] != "" {
			continue
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Empty(t, incompatibleParts(string(text)), file)
	}
}

// incompatibleParts are those parts of a migration that take something away.
func incompatibleParts(text string) (parts []string) {
	for _, found := range takesAway.FindAllString(text, -1) {
		if !regexp.MustCompile(`(?i)^ADD\s.*\sDEFAULT$`).MatchString(found) {
			parts = append(parts, found)
		}
	}
	return parts
}

func TestIncompatibleParts(t *testing.T) {
	for text, found := range map[string]bool{
		"ALTER TABLE stores ADD COLUMN note text":                        false,
		"ALTER TABLE stores ADD COLUMN note text NOT NULL DEFAULT ''":    false,
		"ALTER TABLE stores ADD COLUMN note text NOT NULL":               true,
		"ALTER TABLE stores\n    ADD COLUMN a text NOT NULL,\n    ADD b": true,
		"ALTER TABLE stores DROP COLUMN name":                            true,
		"ALTER TABLE stores RENAME COLUMN name TO title":                 true,
		"ALTER TABLE stores ALTER COLUMN name SET NOT NULL":              true,
		"ALTER TABLE stores ALTER COLUMN name TYPE bytea":                true,
		"DROP TABLE stores": true,
		"CREATE TABLE notes (store_id text NOT NULL REFERENCES stores)": false,
		"DROP INDEX CONCURRENTLY IF EXISTS stores_by_name":              false,
	} {
		require.Equal(t, found, len(incompatibleParts(text)) > 0, fmt.Sprint(text, incompatibleParts(text)))
	}
	next, err := os.ReadFile("../test/program/testdata/next_edition.sql")
	require.NoError(t, err)
	require.Empty(t, incompatibleParts(string(next)))
}
