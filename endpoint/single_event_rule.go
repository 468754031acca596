package endpoint

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// singleEventRule lets a subscription have one field, whatever the names that it is asked for under, and always: gqlgen could not
// tell what to begin with otherwise.
func singleEventRule(observers *validator.Events, addError validator.AddErrFunc) {
	observers.OnOperation(func(_ *validator.Walker, operation *ast.OperationDefinition) {
		if operation.Operation != ast.Subscription {
			return
		}
		names := map[string]bool{}
		eachRootSelection(operation.SelectionSet, func(selected ast.Selection, directives ast.DirectiveList) {
			if directives.ForName("skip") != nil || directives.ForName("include") != nil {
				addError(validator.Message("@skip and @include may not stand on the field of a subscription."), core.At(selected.GetPosition()))
			}
			if field, ok := selected.(*ast.Field); ok {
				if names[field.Alias] = true; len(names) == 2 {
					addError(validator.Message("A subscription must select one field, under one name."), core.At(field.Position))
				}
			}
		})
	})
}

// eachRootSelection goes through the selections of an operation itself, and of the fragments there, of which none is in a cycle.
func eachRootSelection(selections ast.SelectionSet, visit func(ast.Selection, ast.DirectiveList)) {
	for _, selected := range selections {
		switch selected := selected.(type) {
		case *ast.Field:
			visit(selected, selected.Directives)
		case *ast.InlineFragment:
			visit(selected, selected.Directives)
			eachRootSelection(selected.SelectionSet, visit)
		case *ast.FragmentSpread:
			visit(selected, selected.Directives)
			if selected.Definition != nil {
				eachRootSelection(selected.Definition.SelectionSet, visit)
			}
		}
	}
}
