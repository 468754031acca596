package endpoint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"handback/models"
)

// needs is what an operation asks of its caller, as the schema's directives have it. Fields that no directive names,
// such as those of an answer, are open to whoever may ask for what they stand in.
type needs struct {
	scopes        []models.APIKeyScope
	seller        bool
	introspection bool
}

func needsOf(operation *ast.OperationDefinition) needs {
	var its needs
	its.collect(operation.SelectionSet)
	return its
}

func (n *needs) collect(selections ast.SelectionSet) {
	for _, selected := range selections {
		switch selected := selected.(type) {
		case *ast.Field:
			n.add(selected)
			n.collect(selected.SelectionSet)
		case *ast.InlineFragment:
			n.collect(selected.SelectionSet)
		case *ast.FragmentSpread:
			n.collect(selected.Definition.SelectionSet)
		}
	}
}

func (n *needs) add(field *ast.Field) {
	if field.Name == "__schema" || field.Name == "__type" {
		n.introspection = true
	}
	if directive := field.Definition.Directives.ForName("requiresScope"); directive != nil {
		scope := models.APIKeyScope(directive.Arguments.ForName("scope").Value.Raw)
		if !slices.Contains(n.scopes, scope) {
			n.scopes = append(n.scopes, scope)
		}
	}
	if field.Definition.Directives.ForName("requiresSeller") != nil {
		n.seller = true
	}
}

// refuse refuses an operation that its caller may not carry out: all of it, before any of it is done.
func (n needs) refuse(caller models.Caller, introspection bool) *requestError {
	if n.introspection && !introspection {
		return refuseRequest(codeIntrospectionOff, "Introspection is switched off.")
	}
	if n.seller && !caller.IsSeller() {
		return refuseRequest(codeForbidden, "Only the store's seller may do this; an API key may not.")
	}
	var missing []string
	for _, scope := range n.scopes {
		if !caller.May(scope) {
			missing = append(missing, string(scope))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	refusal := refuseRequest(codeForbidden, fmt.Sprintf("The API key lacks the scope %s.", strings.Join(missing, ", ")))
	refusal.errors[0].Extensions["missingScopes"] = missing
	return refusal
}
