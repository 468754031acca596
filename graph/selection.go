package graph

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"handback/models"
)

// requestedDetails is a lookahead against N+1 queries: it looks through everything below the field that is being
// resolved for the parts of an account that cost reading, so that each is read once, and all of one moment, however
// deep it stands.
func requestedDetails(ctx context.Context) models.AccountDetails {
	return requestedSelection(ctx).details()
}

// requestedDetailsOf is requestedDetails of a field that gives an interface, when it gives this object.
func requestedDetailsOf(ctx context.Context, object string) models.AccountDetails {
	return newSelectionCollector(ctx).collectOf(object, graphql.GetFieldContext(ctx).Field.Selections).details()
}

// requestedValues looks there for values of settings.
func requestedValues(ctx context.Context) models.ValueDetail {
	requested := requestedSelection(ctx)
	return valueDetail(requested.fields["Setting.value"], requested.fields["Setting.shortValue"])
}

func requestedSelection(ctx context.Context) *selection {
	return newSelectionCollector(ctx).collect(graphql.GetFieldContext(ctx).Field.Selections)
}

// selection is what is selected anywhere.
type selection struct {
	fields  map[string]int // how often each is, as Type.field
	changes map[string]int // how often changes of a setting are, by its key; "" for all settings
}

func newSelection() *selection {
	return &selection{fields: map[string]int{}, changes: map[string]int{}}
}

func (s *selection) add(other *selection) {
	for field, times := range other.fields {
		s.fields[field] += times
	}
	for key, times := range other.changes {
		s.changes[key] += times
	}
}

func (s *selection) details() models.AccountDetails {
	return models.AccountDetails{
		Snapshot:       s.fields["Account.snapshot"] > 0,
		Preview:        s.fields["Account.disconnectPreview"] > 0,
		Disconnections: s.fields["Account.disconnections"] > 0,
		Changes:        s.fields["Restoration.changes"]+s.fields["AuditEntry.changes"] > 0,
		ChangeDetail:   s.changeDetail(),
	}
}

func (s *selection) changeDetail() models.ChangeDetail {
	before, after := s.fields["SettingChange.before"], s.fields["SettingChange.after"]
	shortBefore, shortAfter := s.fields["SettingChange.shortBefore"], s.fields["SettingChange.shortAfter"]
	detail := models.ChangeDetail{
		Values: valueDetail(before+after, shortBefore+shortAfter),
		Copies: max(before+shortBefore, after+shortAfter),
	}
	if len(s.changes) == 1 {
		for key := range s.changes {
			detail.Key = key
		}
	}
	return detail
}

func valueDetail(whole, short int) models.ValueDetail {
	switch {
	case whole > 0:
		return models.WholeValues
	case short > 0:
		return models.ShortValues
	default:
		return models.NoValues
	}
}

// selectionCollector looks through the selections of an operation.
type selectionCollector struct {
	variables map[string]any
	fragments map[*ast.FragmentDefinition]*selection // a document can spread a fragment over and over
}

func newSelectionCollector(ctx context.Context) *selectionCollector {
	return &selectionCollector{variables: graphql.GetOperationContext(ctx).Variables, fragments: map[*ast.FragmentDefinition]*selection{}}
}

// collectOf leaves out what is selected on other objects only.
func (c *selectionCollector) collectOf(object string, selections ast.SelectionSet) *selection {
	collected := newSelection()
	for _, selected := range selections {
		condition, within := "", ast.SelectionSet(nil)
		switch selected := selected.(type) {
		case *ast.Field:
			collected.add(c.collect(ast.SelectionSet{selected}))
		case *ast.InlineFragment:
			condition, within = selected.TypeCondition, selected.SelectionSet
		case *ast.FragmentSpread:
			condition, within = selected.Definition.TypeCondition, selected.Definition.SelectionSet
		}
		if condition == "" || condition == "Node" || condition == object {
			collected.add(c.collectOf(object, within))
		}
	}
	return collected
}

func (c *selectionCollector) collect(selections ast.SelectionSet) *selection {
	collected := newSelection()
	for _, selected := range selections {
		switch selected := selected.(type) {
		case *ast.Field:
			collected.fields[selected.ObjectDefinition.Name+"."+selected.Name]++
			if selected.Name == "changes" {
				collected.changes[c.text(selected, "key")]++
			}
			collected.add(c.collect(selected.SelectionSet))
		case *ast.InlineFragment:
			collected.add(c.collect(selected.SelectionSet))
		case *ast.FragmentSpread:
			collected.add(c.fragment(selected.Definition))
		}
	}
	return collected
}

func (c *selectionCollector) fragment(fragment *ast.FragmentDefinition) *selection {
	if c.fragments[fragment] == nil {
		c.fragments[fragment] = c.collect(fragment.SelectionSet)
	}
	return c.fragments[fragment]
}

// text is the argument of a field; "" when it is left out or null, or when no text of the database can be it.
func (c *selectionCollector) text(field *ast.Field, argument string) string {
	given := field.Arguments.ForName(argument)
	if given == nil {
		return ""
	}
	value, _ := given.Value.Value(c.variables)
	text, _ := value.(string)
	if strings.ContainsRune(text, 0) {
		return ""
	}
	return text
}
