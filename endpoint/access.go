package endpoint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/handback/handback/models"
)

// requirements is what an operation asks of its caller, as the schema's directives have it. Fields that no directive names,
// such as those of an answer, are open to whoever may ask for what they stand in.
type requirements struct {
	scopes        []models.APIKeyScope
	seller        bool
	introspection bool
}

func requirementsOf(operation *ast.OperationDefinition) *requirements {
	required := &requirements{}
	required.collect(operation.SelectionSet)
	return required
}

func (r *requirements) collect(selections ast.SelectionSet) {
	for _, selected := range selections {
		switch selected := selected.(type) {
		case *ast.Field:
			r.add(selected)
			r.collect(selected.SelectionSet)
		case *ast.InlineFragment:
			r.collect(selected.SelectionSet)
		case *ast.FragmentSpread:
			r.collect(selected.Definition.SelectionSet)
		}
	}
}

func (r *requirements) add(field *ast.Field) {
	if field.Name == "__schema" || field.Name == "__type" {
		r.introspection = true
	}
	if directive := field.Definition.Directives.ForName("requiresScope"); directive != nil {
		scope := models.APIKeyScope(directive.Arguments.ForName("scope").Value.Raw)
		if !slices.Contains(r.scopes, scope) {
			r.scopes = append(r.scopes, scope)
		}
	}
	if field.Definition.Directives.ForName("requiresSeller") != nil {
		r.seller = true
	}
}

// reject rejects an operation that its caller may not carry out: all of it, before any of it is done.
func (r *requirements) reject(caller models.Caller, introspection bool) *requestError {
	if r.introspection && !introspection {
		return newRequestError(codeIntrospectionOff, "Introspection is switched off.")
	}
	if r.seller && !caller.IsSeller() {
		return newRequestError(codeForbidden, "Only the store's seller may do this; an API key may not.")
	}
	var missing []string
	for _, scope := range r.scopes {
		if !caller.May(scope) {
			missing = append(missing, string(scope))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	rejection := newRequestError(codeForbidden, fmt.Sprintf("The API key lacks the scope %s.", strings.Join(missing, ", ")))
	rejection.errors[0].Extensions["missingScopes"] = missing
	return rejection
}
