package graph

import (
	"context"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/handback/handback/models"
)

// requestedDetails is a lookahead against N+1 queries: it looks through everything below the field that is being
// resolved for the parts of an account that cost reading, so that each is read once, and all of one moment, however
// deep it stands.
func requestedDetails(ctx context.Context) models.AccountDetails { return requestedDetailsOf(ctx, "") }

// requestedDetailsOf is requestedDetails of a field that gives an interface, when it gives this object.
func requestedDetailsOf(ctx context.Context, object string) models.AccountDetails {
	ahead := lookAhead(ctx, object)
	details := ahead.details
	details.Fresh = graphql.GetOperationContext(ctx).Operation.Operation == ast.Query
	details.Values = models.ValueDetailOf(ahead.before+ahead.after > 0, ahead.shortBefore+ahead.shortAfter > 0)
	details.Copies = max(ahead.before+ahead.shortBefore, ahead.after+ahead.shortAfter)
	if !ahead.manyKeys {
		details.Key = ahead.key
	}
	return details
}

// requestedValues looks there for values of settings.
func requestedValues(ctx context.Context) models.ValueDetail {
	ahead := lookAhead(ctx, "")
	return models.ValueDetailOf(ahead.value, ahead.shortValue)
}

func lookAhead(ctx context.Context, object string) lookahead {
	ahead := lookahead{variables: graphql.GetOperationContext(ctx).Variables}
	ahead.collect(object, graphql.GetFieldContext(ctx).Field.Selections)
	return ahead
}

// lookahead is what is selected anywhere below a field.
type lookahead struct {
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
func (l *lookahead) collect(object string, selections ast.SelectionSet) {
	for _, selected := range selections {
		switch selected := selected.(type) {
		case *ast.Field:
			l.add(selected)
			l.collect("", selected.SelectionSet)
		case *ast.InlineFragment:
			l.collectFragment(object, selected.TypeCondition, selected.SelectionSet)
		case *ast.FragmentSpread:
			l.collectFragment(object, selected.Definition.TypeCondition, selected.Definition.SelectionSet)
		}
	}
}

func (l *lookahead) collectFragment(object, condition string, selections ast.SelectionSet) {
	if object == "" || condition == "" || condition == "Node" || condition == object {
		l.collect(object, selections)
	}
}

// requested says what is read for the fields that cost reading.
var requested = map[objectField]func(*lookahead, *ast.Field){
	{"Account", "snapshot"}:             func(l *lookahead, _ *ast.Field) { l.details.Snapshot = true },
	{"Account", "disconnectPreview"}:    func(l *lookahead, _ *ast.Field) { l.details.Preview = true },
	{"Account", "disconnections"}:       func(l *lookahead, _ *ast.Field) { l.details.Disconnections = true },
	{"Account", "disconnectionHistory"}: (*lookahead).addPage,
	{"Account", "setup"}:                func(l *lookahead, _ *ast.Field) { l.details.Setup = true },
	{"Restoration", "changes"}:          func(l *lookahead, _ *ast.Field) { l.details.Changes = true },
	{"AuditEntry", "changes"}:           func(l *lookahead, _ *ast.Field) { l.details.Changes = true },
	{"Setting", "value"}:                func(l *lookahead, _ *ast.Field) { l.value = true },
	{"Setting", "shortValue"}:           func(l *lookahead, _ *ast.Field) { l.shortValue = true },
	{"SettingChange", "before"}:         func(l *lookahead, _ *ast.Field) { l.before++ },
	{"SettingChange", "after"}:          func(l *lookahead, _ *ast.Field) { l.after++ },
	{"SettingChange", "shortBefore"}:    func(l *lookahead, _ *ast.Field) { l.shortBefore++ },
	{"SettingChange", "shortAfter"}:     func(l *lookahead, _ *ast.Field) { l.shortAfter++ },
}

type objectField struct{ object, field string }

func (l *lookahead) add(field *ast.Field) {
	if request := requested[objectField{field.ObjectDefinition.Name, field.Name}]; request != nil {
		request(l, field)
	}
	if field.Name == "changes" || field.Name == "edits" {
		key := l.text(field, "key")
		l.manyKeys = l.manyKeys || l.changes && l.key != key
		l.changes, l.key = true, key
	}
}

// addPage adds the page of an account's records that the field asks for. One that cannot be asked for is rejected by its resolver.
func (l *lookahead) addPage(field *ast.Field) {
	arguments := field.ArgumentMap(l.variables)
	first, err := graphql.UnmarshalInt32(arguments["first"])
	if err != nil {
		return
	}
	after, _ := arguments["after"].(string)
	page, err := newDisconnectionPage(first, &after)
	if err == nil && !slices.Contains(l.details.DisconnectionPages, page.disconnections()) {
		l.details.DisconnectionPages = append(l.details.DisconnectionPages, page.disconnections())
	}
}

// text is the argument of a field; "" when it is left out or null, or when no text of the database can be it.
func (l *lookahead) text(field *ast.Field, argument string) string {
	given := field.Arguments.ForName(argument)
	if given == nil {
		return ""
	}
	value, _ := given.Value.Value(l.variables)
	text, _ := value.(string)
	if strings.ContainsRune(text, 0) {
		return ""
	}
	return text
}
