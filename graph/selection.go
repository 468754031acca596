package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"handback/models"
)

// detailsAsked looks through everything below the field that is being resolved for the parts of an account that
// cost reading, so that one or two statements fetch whatever the operation names, however deep it stands.
func detailsAsked(ctx context.Context) models.AccountDetails {
	asked := map[string]bool{}
	collectNames(graphql.GetFieldContext(ctx).Field.Selections, asked, map[*ast.FragmentDefinition]bool{})
	return models.AccountDetails{
		Snapshot:       asked["snapshot"],
		Preview:        asked["disconnectPreview"],
		Disconnections: asked["disconnections"],
		Changes:        asked["changes"],
	}
}

// collectNames visits each fragment once: a document can spread them over and over.
func collectNames(selections ast.SelectionSet, names map[string]bool, visited map[*ast.FragmentDefinition]bool) {
	for _, selection := range selections {
		switch selection := selection.(type) {
		case *ast.Field:
			names[selection.Name] = true
			collectNames(selection.SelectionSet, names, visited)
		case *ast.InlineFragment:
			collectNames(selection.SelectionSet, names, visited)
		case *ast.FragmentSpread:
			if !visited[selection.Definition] {
				visited[selection.Definition] = true
				collectNames(selection.Definition.SelectionSet, names, visited)
			}
		}
	}
}
