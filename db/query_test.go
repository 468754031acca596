package db_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestParametersAreNumbered: what is written by hand has $1, as the golden statements have (TestCallsTakeAFixedNumberOfStatements).
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
				require.NotRegexp(t, placeholder, literal.Value, files.Position(literal.Pos()).String())
			}
			return true
		})
	}
	require.Greater(t, read, 100)
}
