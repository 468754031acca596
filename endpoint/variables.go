package endpoint

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// rejectVariables rejects variables that are not of the types the operation declares. What reads them later takes the
// text "5" for the number 5 and any number for a text; and it repeats what it rejects.
func rejectVariables(schema *ast.Schema, operation *ast.OperationDefinition, variables map[string]any) *requestError {
	for _, definition := range operation.VariableDefinitions {
		value, given := variables[definition.Variable]
		path := "$" + definition.Variable
		switch {
		case given:
			if rejection := rejectVariable(schema, definition.Type, value, path); rejection != nil {
				return rejection.at(locations(definition.Position))
			}
		case definition.Type.NonNull && definition.DefaultValue == nil:
			return newRequestError(codeVariables, path+" is missing: it must be given.").at(locations(definition.Position))
		}
	}
	return nil
}

func rejectVariable(schema *ast.Schema, expected *ast.Type, value any, path string) *requestError {
	if value == nil {
		if expected.NonNull {
			return newRequestError(codeVariables, path+" must not be null.")
		}
		return nil
	}
	if expected.Elem != nil {
		return rejectElements(schema, expected, value, path)
	}
	switch definition := schema.Types[expected.NamedType]; definition.Kind {
	case ast.Enum:
		if text, ok := value.(string); !ok || definition.EnumValues.ForName(text) == nil {
			return wrongType(path, definition)
		}
	case ast.InputObject:
		return rejectMembers(schema, definition, value, path)
	default:
		return rejectScalar(definition, value, path)
	}
	return nil
}

// rejectElements takes one value for a list of one, as GraphQL has it.
func rejectElements(schema *ast.Schema, expected *ast.Type, value any, path string) *requestError {
	list, ok := value.([]any)
	if !ok {
		return rejectVariable(schema, expected.Elem, value, path)
	}
	for i, element := range list {
		if rejection := rejectVariable(schema, expected.Elem, element, fmt.Sprintf("%s[%d]", path, i)); rejection != nil {
			return rejection
		}
	}
	return nil
}

func rejectMembers(schema *ast.Schema, definition *ast.Definition, value any, path string) *requestError {
	members, ok := value.(map[string]any)
	if !ok {
		return wrongType(path, definition)
	}
	for name := range members {
		if definition.Fields.ForName(name) == nil {
			return newRequestError(codeVariables, fmt.Sprintf("%s has a member that %s has not.", path, definition.Name))
		}
	}
	for _, field := range definition.Fields {
		member, given := members[field.Name]
		if !given {
			if field.Type.NonNull && field.DefaultValue == nil {
				return newRequestError(codeVariables, fmt.Sprintf("%s.%s is missing: it must be given.", path, field.Name))
			}
			continue
		}
		if rejection := rejectVariable(schema, field.Type, member, path+"."+field.Name); rejection != nil {
			return rejection
		}
	}
	return nil
}

func rejectScalar(definition *ast.Definition, value any, path string) *requestError {
	var fits bool
	switch definition.Name {
	case "Int":
		number, ok := value.(json.Number)
		if ok && isInteger(string(number)) && !isInt32(string(number)) {
			rejection := newRequestError(codeBadInput, path+" is out of the range of Int: 32 bits.")
			return rejection
		}
		fits = ok && isInteger(string(number))
	case "Float":
		_, fits = value.(json.Number)
	case "String":
		_, fits = value.(string)
	case "Boolean":
		_, fits = value.(bool)
	case "ID":
		number, isNumber := value.(json.Number)
		_, isText := value.(string)
		fits = isText || isNumber && isInteger(string(number))
	default:
		fits = true // the scalar reads it itself
	}
	if !fits {
		return wrongType(path, definition)
	}
	return nil
}

func wrongType(path string, definition *ast.Definition) *requestError {
	return newRequestError(codeVariables, fmt.Sprintf("%s is not of the type %s.", path, definition.Name))
}

func isInteger(number string) bool {
	for i, digit := range number {
		if (digit < '0' || digit > '9') && (i > 0 || digit != '-') {
			return false
		}
	}
	return true
}

func isInt32(number string) bool {
	_, err := strconv.ParseInt(number, 10, 32)
	return err == nil
}

// int32Rule rejects literals out of the range of Int, which other rules let pass, and names the argument.
func int32Rule(observers *validator.Events, addError validator.AddErrFunc) {
	check := func(name string, expected *ast.Type, value *ast.Value) {
		if expected.NamedType == "Int" && value != nil && value.Kind == ast.IntValue && !isInt32(value.Raw) {
			addError(validator.Message("%s is out of the range of Int: 32 bits.", name), core.At(value.Position))
		}
	}
	observers.OnField(func(_ *validator.Walker, field *ast.Field) {
		for _, argument := range field.Arguments {
			if field.Definition != nil {
				if declared := field.Definition.Arguments.ForName(argument.Name); declared != nil {
					check(argument.Name, declared.Type, argument.Value)
				}
			}
		}
	})
	observers.OnVariable(func(_ *validator.Walker, variable *ast.VariableDefinition) {
		check("$"+variable.Variable, variable.Type, variable.DefaultValue)
	})
}
