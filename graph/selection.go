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
	field := graphql.GetFieldContext(ctx).Field
	asked := selection{fields: map[string]bool{}, visited: map[*ast.FragmentDefinition]bool{}}
	asked.collect(field.Name, field.Selections)
	return models.AccountDetails{
		Snapshot:       asked.fields["snapshot"],
		Preview:        asked.fields["disconnectPreview"],
		Disconnections: asked.fields["disconnections"],
		Changes:        asked.fields["restoration.changes"] || asked.fields["nodes.changes"] || asked.fields["node.changes"],
	}
}

// selection is the names of fields, alone and behind the name of the field they are selected on.
type selection struct {
	fields  map[string]bool
	visited map[*ast.FragmentDefinition]bool // a document can spread a fragment over and over
}

func (s selection) collect(parent string, selections ast.SelectionSet) {
	for _, selected := range selections {
		switch selected := selected.(type) {
		case *ast.Field:
			s.fields[selected.Name] = true
			s.fields[parent+"."+selected.Name] = true
			s.collect(selected.Name, selected.SelectionSet)
		case *ast.InlineFragment:
			s.collect(parent, selected.SelectionSet)
		case *ast.FragmentSpread:
			if !s.visited[selected.Definition] {
				s.visited[selected.Definition] = true
				s.collect(parent, selected.Definition.SelectionSet)
			}
		}
	}
}
