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
func requestedDetails(ctx context.Context) models.AccountDetails { return requestedDetailsOf(ctx, "") }

// requestedDetailsOf is requestedDetails of a field that gives an interface, when it gives this object.
func requestedDetailsOf(ctx context.Context, object string) models.AccountDetails {
	requested := requestedSelection(ctx, object)
	details := requested.details
	details.Values = valueDetail(requested.before+requested.after > 0, requested.shortBefore+requested.shortAfter > 0)
	details.Copies = max(requested.before+requested.shortBefore, requested.after+requested.shortAfter)
	if !requested.manyKeys {
		details.Key = requested.key
	}
	return details
}

// requestedValues looks there for values of settings.
func requestedValues(ctx context.Context) models.ValueDetail {
	requested := requestedSelection(ctx, "")
	return valueDetail(requested.value, requested.shortValue)
}

func requestedSelection(ctx context.Context, object string) selection {
	requested := selection{variables: graphql.GetOperationContext(ctx).Variables}
	requested.collect(object, graphql.GetFieldContext(ctx).Field.Selections)
	return requested
}

func valueDetail(whole, short bool) models.ValueDetail {
	switch {
	case whole:
		return models.WholeValues
	case short:
		return models.ShortValues
	default:
		return models.NoValues
	}
}

// selection collects what is selected anywhere.
type selection struct {
	variables map[string]any
	details   models.AccountDetails

	before, after, shortBefore, shortAfter int // how often those of changes are
	value, shortValue                      bool

	changes  bool   // of some setting are selected
	key      string // of that setting; "" for changes of all settings
	manyKeys bool   // changes of different settings are selected
}

// collect goes through selections, and through fragments as often as they are spread: documents are bounded as they are
// then. What is selected on other objects than the one that is named is left out.
func (s *selection) collect(object string, selections ast.SelectionSet) {
	for _, selected := range selections {
		switch selected := selected.(type) {
		case *ast.Field:
			s.add(selected)
			s.collect("", selected.SelectionSet)
		case *ast.InlineFragment:
			s.collectFragment(object, selected.TypeCondition, selected.SelectionSet)
		case *ast.FragmentSpread:
			s.collectFragment(object, selected.Definition.TypeCondition, selected.Definition.SelectionSet)
		}
	}
}

func (s *selection) collectFragment(object, condition string, selections ast.SelectionSet) {
	if object == "" || condition == "" || condition == "Node" || condition == object {
		s.collect(object, selections)
	}
}

func (s *selection) add(field *ast.Field) {
	switch field.ObjectDefinition.Name {
	case "Account":
		s.addOfAccount(field.Name)
	case "Setting":
		s.value = s.value || field.Name == "value"
		s.shortValue = s.shortValue || field.Name == "shortValue"
	case "SettingChange":
		s.addOfChange(field.Name)
	case "Restoration", "AuditEntry":
		s.details.Changes = s.details.Changes || field.Name == "changes"
	}
	if field.Name == "changes" {
		key := s.text(field, "key")
		s.manyKeys = s.manyKeys || s.changes && s.key != key
		s.changes, s.key = true, key
	}
}

func (s *selection) addOfAccount(field string) {
	switch field {
	case "snapshot":
		s.details.Snapshot = true
	case "disconnectPreview":
		s.details.Preview = true
	case "disconnections":
		s.details.Disconnections = true
	}
}

func (s *selection) addOfChange(field string) {
	switch field {
	case "before":
		s.before++
	case "after":
		s.after++
	case "shortBefore":
		s.shortBefore++
	case "shortAfter":
		s.shortAfter++
	}
}

// text is the argument of a field; "" when it is left out or null, or when no text of the database can be it.
func (s *selection) text(field *ast.Field, argument string) string {
	given := field.Arguments.ForName(argument)
	if given == nil {
		return ""
	}
	value, _ := given.Value.Value(s.variables)
	text, _ := value.(string)
	if strings.ContainsRune(text, 0) {
		return ""
	}
	return text
}
