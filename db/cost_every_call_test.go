//go:build !race

package db_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
)

// TestEveryCallTakesAFixedNumberOfStatements, whatever the size of the store, and they are those of the golden files.
func TestEveryCallTakesAFixedNumberOfStatements(t *testing.T) {
	t.Parallel()
	for _, size := range []struct{ settings, accounts int }{{10, 1}, {45, 1}, {200, 1}, {45, 20}} {
		t.Run(fmt.Sprintf("%d settings, %d accounts", size.settings, size.accounts), func(t *testing.T) {
			requireFixedStatements(t, size.settings, size.accounts)
		})
	}
}

// requireFixedStatements fails unless every call sends the statements of the golden file, in a store of so many settings and
// accounts.
func requireFixedStatements(t *testing.T, settings, accounts int) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		c := newCosted(t, databaseURL, settings, accounts)
		var golden strings.Builder
		for _, cost := range costs {
			statements := c.recorder.during(func() { require.NoError(t, cost.call(c), cost.name) })
			require.Len(t, statements, cost.statements, "%s:\n%s", cost.name, strings.Join(statements, "\n"))
			writeStatements(&golden, cost.name, statements)
		}
		require.NotContains(t, golden.String(), "?", "a parameter is $1, whoever writes the statement")
		requireGolden(t, "statements."+system(databaseURL)+".sql", golden.String())
	})
}

// writeStatements writes what a call sends, as a person reads it; of what River sends for it, the name.
func writeStatements(golden *strings.Builder, call string, statements []string) {
	fmt.Fprintf(golden, "-- %s\n", call)
	for _, statement := range statements {
		statement = strings.TrimSpace(statement)
		if name, ofRiver := strings.CutPrefix(statement, "-- name: "); ofRiver {
			name, _, _ = strings.Cut(name, " ")
			statement = "-- River's " + name
		}
		fmt.Fprintf(golden, "%s;\n", statement)
	}
	golden.WriteString("\n")
}

// requireGolden compares with a file in testdata, which -update writes.
func requireGolden(t *testing.T, name, text string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *updateGolden {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
	golden, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(golden), text, "go test ./db -run FixedNumber -update writes the file")
}
