package endpoint

import (
	"context"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/introspection"
	"github.com/vektah/gqlparser/v2/ast"
)

// typeFields are the fields of __Type that are for some kinds of types only; the specification has them null for others.
// gqlgen gives an empty list there, and false.
var typeFields = map[string][]ast.DefinitionKind{
	"fields":        {ast.Object, ast.Interface},
	"interfaces":    {ast.Object, ast.Interface},
	"possibleTypes": {ast.Interface, ast.Union},
	"enumValues":    {ast.Enum},
	"inputFields":   {ast.InputObject},
	"isOneOf":       {ast.InputObject},
}

// conformIntrospection is a field middleware. It answers introspection as the specification has it, and leaves out what
// gqlgen has in every schema though nothing is served by it.
func conformIntrospection(ctx context.Context, next graphql.Resolver) (any, error) {
	given, err := next(ctx)
	field := graphql.GetFieldContext(ctx)
	if err != nil || !strings.HasPrefix(field.Object, "__") {
		return given, err
	}
	switch given := given.(type) {
	case []introspection.Directive: // a list of its own each time
		return slices.DeleteFunc(given, func(directive introspection.Directive) bool { return directive.Name == deferred }), nil
	default:
		if field.Object == "__Type" && !hasField(field.Parent.Result, field.Field.Name) {
			return nil, nil
		}
	}
	return given, nil
}

// hasField reports whether a type is of a kind that the field of __Type is for.
func hasField(of any, field string) bool {
	kinds, limited := typeFields[field]
	described, ok := of.(*introspection.Type)
	return !limited || !ok || slices.Contains(kinds, ast.DefinitionKind(described.Kind()))
}
