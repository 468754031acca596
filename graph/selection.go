package graph

import (
	"context"
	"reflect"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"handback/models"
)

// detailsAsked looks through everything below the field that is being resolved for the parts of an account that
// cost reading, so that one or two statements fetch whatever the operation names, however deep it stands.
func detailsAsked(ctx context.Context) models.AccountDetails {
	field := graphql.GetFieldContext(ctx)
	find := func() models.AccountDetails { return detailsIn(field.Field.Selections) }
	if its := executionOf(ctx); its != nil {
		return remember(its.document, graphql.GetOperationContext(ctx).Operation, field, reflect.TypeFor[models.AccountDetails](), find)
	}
	return find()
}

func detailsIn(selections ast.SelectionSet) models.AccountDetails {
	asked := selection{fields: map[string]bool{}, visited: map[*ast.FragmentDefinition]bool{}}
	asked.collect(selections)
	return models.AccountDetails{
		Snapshot:       asked.fields["Account.snapshot"],
		Preview:        asked.fields["Account.disconnectPreview"],
		Disconnections: asked.fields["Account.disconnections"],
		Changes:        asked.fields["Restoration.changes"] || asked.fields["AuditEntry.changes"],
	}
}

// selection is the fields that are selected anywhere, as Type.field.
type selection struct {
	fields  map[string]bool
	visited map[*ast.FragmentDefinition]bool // a document can spread a fragment over and over
}

func (s selection) collect(selections ast.SelectionSet) {
	for _, selected := range selections {
		switch selected := selected.(type) {
		case *ast.Field:
			s.fields[selected.ObjectDefinition.Name+"."+selected.Name] = true
			s.collect(selected.SelectionSet)
		case *ast.InlineFragment:
			s.collect(selected.SelectionSet)
		case *ast.FragmentSpread:
			if !s.visited[selected.Definition] {
				s.visited[selected.Definition] = true
				s.collect(selected.Definition.SelectionSet)
			}
		}
	}
}
