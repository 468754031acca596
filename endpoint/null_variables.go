package endpoint

import (
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// A variable that may be null may stand where null may not, if one of the two has a default ("All Variable Usages Are
// Allowed" in the specification). The default is for a variable that is left out; null can be sent for it all the same, and
// is an error then. gqlgen finds that out in the middle of the operation, and panics where it reads @skip or @include.

// rejectNulls rejects an operation whose variables would put null where it must not be, before any of it is carried out.
func rejectNulls(operation *ast.OperationDefinition, variables map[string]any) *requestError {
	nulls := nullFinder{variables: variables}
	for _, definition := range operation.VariableDefinitions {
		value, given := variables[definition.Variable]
		if given && value == nil || !given && definition.DefaultValue != nil && definition.DefaultValue.Kind == ast.NullValue {
			nulls.null = append(nulls.null, definition.Variable)
		}
	}
	if len(nulls.null) == 0 {
		return nil
	}
	nulls.operation = operation
	nulls.directives(operation.Directives)
	nulls.selections(operation.SelectionSet)
	return nulls.rejection
}

// nullFinder looks through an operation for positions that get null and must not.
type nullFinder struct {
	operation *ast.OperationDefinition
	variables map[string]any
	null      []string      // the variables that are null
	rejection *requestError // of the first position
}

func (f *nullFinder) selections(selections ast.SelectionSet) {
	for _, selected := range selections {
		switch selected := selected.(type) {
		case *ast.Field:
			if f.directives(selected.Directives) {
				f.arguments(selected.Name, selected.Arguments)
				f.selections(selected.SelectionSet)
			}
		case *ast.InlineFragment:
			if f.directives(selected.Directives) {
				f.selections(selected.SelectionSet)
			}
		case *ast.FragmentSpread:
			if f.directives(selected.Directives) && f.directives(selected.Definition.Directives) {
				f.selections(selected.Definition.SelectionSet)
			}
		}
		if f.rejection != nil {
			return
		}
	}
}

// directives reports whether they let what they stand on be carried out: what is left out needs no values.
func (f *nullFinder) directives(directives ast.DirectiveList) (included bool) {
	included = true
	for _, directive := range directives {
		f.arguments("@"+directive.Name, directive.Arguments)
		switch directive.Name {
		case "skip":
			included = included && !f.isTrue(directive)
		case "include":
			included = included && f.isTrue(directive)
		}
	}
	return included
}

// isTrue reads the condition of @skip or @include.
func (f *nullFinder) isTrue(directive *ast.Directive) bool {
	condition := directive.Arguments.ForName("if").Value
	if condition.Kind == ast.Variable {
		if sent, given := f.variables[condition.Raw]; given {
			return sent == true
		}
		condition = f.operation.VariableDefinitions.ForName(condition.Raw).DefaultValue
	}
	return condition != nil && condition.Raw == "true"
}

func (f *nullFinder) arguments(of string, arguments ast.ArgumentList) {
	for _, argument := range arguments {
		f.value(argument.Value, func() string { return fmt.Sprintf("%s(%s:)", of, argument.Name) })
	}
}

// value looks at a value, and at those inside it. Nothing is expected of what is inside a scalar of the schema's own.
func (f *nullFinder) value(value *ast.Value, place func() string) {
	if f.rejection != nil {
		return
	}
	if value.Kind == ast.Variable && value.ExpectedType != nil && value.ExpectedType.NonNull && slices.Contains(f.null, value.Raw) {
		f.rejection = newRequestError(codeBadInput, fmt.Sprintf("$%s must not be null: it is the value of %s.", value.Raw, place())).at(locations(value.Position))
		return
	}
	for i, child := range value.Children {
		f.value(child.Value, func() string {
			if value.Kind == ast.ListValue {
				return fmt.Sprintf("[%d] of %s", i, place())
			}
			return fmt.Sprintf("%s of %s", child.Name, place())
		})
	}
}
