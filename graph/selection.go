package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"handback/models"
)

// requestedDetails is a lookahead against N+1 queries: it looks through everything below the field that is being
// resolved for the parts of an account that cost reading, so that each is read once, and all of one moment, however
// deep it stands.
func requestedDetails(ctx context.Context) models.AccountDetails {
	var requested selection
	requested.collect(graphql.GetFieldContext(ctx).Field.Selections)
	return requested.details
}

// selection collects what is selected anywhere.
type selection struct {
	details models.AccountDetails
	visited map[*ast.FragmentDefinition]bool // a document can spread a fragment over and over
}

func (s *selection) collect(selections ast.SelectionSet) {
	for _, selected := range selections {
		switch selected := selected.(type) {
		case *ast.Field:
			s.add(selected)
			s.collect(selected.SelectionSet)
		case *ast.InlineFragment:
			s.collect(selected.SelectionSet)
		case *ast.FragmentSpread:
			s.spread(selected.Definition)
		}
	}
}

func (s *selection) add(field *ast.Field) {
	switch object := field.ObjectDefinition.Name; {
	case object == "Account" && field.Name == "snapshot":
		s.details.Snapshot = true
	case object == "Account" && field.Name == "disconnectPreview":
		s.details.Preview = true
	case object == "Account" && field.Name == "disconnections":
		s.details.Disconnections = true
	case (object == "Restoration" || object == "AuditEntry") && field.Name == "changes":
		s.details.Changes = true
	}
}

func (s *selection) spread(fragment *ast.FragmentDefinition) {
	if s.visited[fragment] {
		return
	}
	if s.visited == nil {
		s.visited = map[*ast.FragmentDefinition]bool{}
	}
	s.visited[fragment] = true
	s.collect(fragment.SelectionSet)
}
