package sandbox

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
)

// variablesOf fills in defaults, and says which variables are not of their types. What input objects have inside is
// looked at by mutations.
func variablesOf(operation *ast.OperationDefinition, given map[string]any) (map[string]any, []*graphQLError) {
	variables := map[string]any{}
	var errors []*graphQLError
	for _, definition := range operation.VariableDefinitions {
		value, ok := given[definition.Variable]
		if !ok && definition.DefaultValue != nil {
			value, _ = definition.DefaultValue.Value(nil)
			ok = true
		}
		if problem := variableProblem(definition.Type, value); problem != "" {
			errors = append(errors, invalidVariable(definition, value, problem))
		}
		if ok {
			variables[definition.Variable] = value
		}
	}
	return variables, errors
}

func invalidVariable(definition *ast.VariableDefinition, value any, problem string) *graphQLError {
	e := apiError("INVALID_VARIABLE", fmt.Sprintf("Variable $%s of type %s was provided invalid value", definition.Variable, definition.Type))
	e.Extensions["value"] = value
	e.Extensions["problems"] = []any{map[string]any{"path": []any{}, "explanation": problem}}
	return e.at(definition.Position, nil)
}

func variableProblem(t *ast.Type, value any) string {
	if value == nil {
		if t.NonNull {
			return "Expected value to not be null"
		}
		return ""
	}
	if t.Elem != nil {
		return listProblem(t, value)
	}
	ok := true
	switch t.NamedType {
	case "String":
		_, ok = value.(string)
	case "ID":
		_, number := value.(float64)
		_, text := value.(string)
		ok = number || text
	case "Boolean":
		_, ok = value.(bool)
	case "Int":
		_, ok = arguments{"": value}.number("")
	}
	if !ok {
		return fmt.Sprintf("Could not coerce value %v to %s", value, t.NamedType)
	}
	return ""
}

// listProblem looks at a list, which a single value may stand for.
func listProblem(t *ast.Type, value any) string {
	entries, ok := value.([]any)
	if !ok {
		return variableProblem(t.Elem, value)
	}
	for _, entry := range entries {
		if problem := variableProblem(t.Elem, entry); problem != "" {
			return problem
		}
	}
	return ""
}
