package db_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestParametersAreNumbered: what is written by hand has $1, as the golden statements have (TestEveryCallTakesAFixedNumberOfStatements).
// Where GORM puts a subquery it wants (?).
func TestParametersAreNumbered(t *testing.T) {
	placeholder := regexp.MustCompile(`([=<>(,]|(?i:\b(in|like|limit|values|set|and|or)))\s*\?`)
	require.Regexp(t, placeholder, `"id = ?"`)
	files := token.NewFileSet()
	names, err := fs.Glob(os.DirFS("."), "*.go")
	require.NoError(t, err)
	read := 0
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, func(node ast.Node) bool {
			if literal, ok := node.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				read++
				require.NotRegexp(t, placeholder, strings.ReplaceAll(literal.Value, "(?)", ""), files.Position(literal.Pos()).String())
			}
			return true
		})
	}
	require.Greater(t, read, 100)
}

// TestStatementsThatAreWrittenOutAreCounted: a query that no case of costs sends may take any number of statements.
func TestStatementsThatAreWrittenOutAreCounted(t *testing.T) {
	golden, err := os.ReadFile(filepath.Join("testdata", "statements.postgresql.sql"))
	require.NoError(t, err)
	queries := writtenQueries(t)
	require.NotEmpty(t, queries)
	for name, text := range queries {
		require.Contains(t, string(golden), strings.TrimSpace(text)+";\n", "%s: no case of costs sends it", name)
	}
}

// writtenQueries are the texts of the package's variables of type query, by their names.
func writtenQueries(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	queries := map[string]string{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for node := range ast.Preorder(file) {
			if variable, ok := node.(*ast.ValueSpec); ok && len(variable.Values) == 1 {
				addQuery(t, queries, variable)
			}
		}
	}
	return queries
}

// addQuery adds the text of a variable that is a query.
func addQuery(t *testing.T, queries map[string]string, variable *ast.ValueSpec) {
	t.Helper()
	value, ok := variable.Values[0].(*ast.CompositeLit)
	if !ok {
		return
	}
	kind, ok := value.Type.(*ast.IndexExpr)
	if !ok || kind.X.(*ast.Ident).Name != "query" {
		return
	}
	literal, ok := value.Elts[0].(*ast.KeyValueExpr).Value.(*ast.BasicLit)
	require.True(t, ok, "%s is no literal", variable.Names[0].Name)
	text, err := strconv.Unquote(literal.Value)
	require.NoError(t, err)
	queries[variable.Names[0].Name] = text
}
