package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// gqlparser turns number literals into int64 and float64, which loses digits and panics on long ones. So in each
// document, before it is used for the first time, every number literal of a SettingValue is replaced by a mark
// that comes through as {"<digits>": int64(0)}. Nothing else does: numbers in variables are json.Number.

// digitKeeper is a cache of documents whose setting values keep the digits they were written with.
type digitKeeper struct {
	graphql.Cache[*ast.QueryDocument]
}

// Add is called with each document once, before it is executed.
func (k digitKeeper) Add(ctx context.Context, query string, document *ast.QueryDocument) {
	for _, operation := range document.Operations {
		for _, variable := range operation.VariableDefinitions {
			keepDigits(variable.DefaultValue, false)
		}
		keepDigitsIn(operation.SelectionSet)
	}
	for _, fragment := range document.Fragments {
		keepDigitsIn(fragment.SelectionSet)
	}
	k.Cache.Add(ctx, query, document)
}

func keepDigitsIn(selections ast.SelectionSet) {
	for _, selection := range selections {
		switch selection := selection.(type) {
		case *ast.Field:
			for _, argument := range selection.Arguments {
				keepDigits(argument.Value, false)
			}
			keepDigitsIn(selection.SelectionSet)
		case *ast.InlineFragment:
			keepDigitsIn(selection.SelectionSet)
		}
	}
}

func keepDigits(value *ast.Value, inside bool) {
	if value == nil {
		return
	}
	inside = inside || value.Definition != nil && value.Definition.Name == "SettingValue"
	if inside && (value.Kind == ast.IntValue || value.Kind == ast.FloatValue) {
		*value = ast.Value{
			Kind: ast.ObjectValue, Position: value.Position, Definition: value.Definition, ExpectedType: value.ExpectedType,
			Children: ast.ChildValueList{{Name: value.Raw, Value: &ast.Value{Kind: ast.IntValue, Raw: "0"}}},
		}
		return
	}
	for _, child := range value.Children {
		keepDigits(child.Value, inside)
	}
}

func markedNumber(object map[string]any) (digits string, ok bool) {
	if len(object) != 1 {
		return "", false
	}
	for name, member := range object {
		_, ok = member.(int64)
		digits = name
	}
	return digits, ok
}
