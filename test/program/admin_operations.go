package program

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"
)

// AdminOperation is a GraphQL operation that the admin sends.
type AdminOperation struct {
	Name, Document string
	Kind           ast.Operation
	HasVariables   bool
}

var graphqlTag = regexp.MustCompile("(?s)graphql\\(\\s*`([^`]*)`")

// AdminOperations reads the operations of the admin from its source, each with the fragments it needs.
func AdminOperations(t testing.TB) (operations []AdminOperation) {
	t.Helper()
	document, err := parser.ParseQuery(&ast.Source{Input: adminDocuments(t)})
	require.NoError(t, err)
	require.NotEmpty(t, document.Operations)
	for _, definition := range document.Operations {
		whole := &ast.QueryDocument{Operations: ast.OperationList{definition}}
		addFragments(whole, document.Fragments, definition.SelectionSet)
		var text strings.Builder
		formatter.NewFormatter(&text).FormatQueryDocument(whole)
		operations = append(operations, AdminOperation{
			Name: definition.Name, Document: text.String(), Kind: definition.Operation, HasVariables: len(definition.VariableDefinitions) > 0,
		})
	}
	return operations
}

// adminDocuments are all operations and fragments in the admin's source, one after the other.
func adminDocuments(t testing.TB) string {
	t.Helper()
	var documents strings.Builder
	require.NoError(t, filepath.WalkDir("../web/src", func(path string, entry fs.DirEntry, err error) error {
		switch extension := filepath.Ext(path); {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == "gql": // what is generated of them
			return fs.SkipDir
		case extension != ".ts" && extension != ".tsx":
			return nil
		}
		source, err := os.ReadFile(path)
		for _, found := range graphqlTag.FindAllStringSubmatch(string(source), -1) {
			documents.WriteString(found[1])
		}
		return err
	}))
	return documents.String()
}

// addFragments adds the fragments that the selections spread, and those that these spread, each once.
func addFragments(to *ast.QueryDocument, known ast.FragmentDefinitionList, selections ast.SelectionSet) {
	for _, selected := range selections {
		switch selected := selected.(type) {
		case *ast.Field:
			addFragments(to, known, selected.SelectionSet)
		case *ast.InlineFragment:
			addFragments(to, known, selected.SelectionSet)
		case *ast.FragmentSpread:
			if fragment := known.ForName(selected.Name); fragment != nil && to.Fragments.ForName(selected.Name) == nil {
				to.Fragments = append(to.Fragments, fragment)
				addFragments(to, known, fragment.SelectionSet)
			}
		}
	}
}
