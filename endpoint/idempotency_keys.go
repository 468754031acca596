package endpoint

import (
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/core"

	"github.com/handback/handback/models"
)

// idempotent is the directive's name, and that of the member of extensions that tells of it.
const idempotent = "idempotent"

// idempotencyKey returns the key a field has been given; ok is false when it has none.
func idempotencyKey(field *ast.Field, variables map[string]any) (key string, ok bool) {
	directive := field.Directives.ForName(idempotent)
	if directive == nil {
		return "", false
	}
	value, _ := directive.Arguments.ForName("key").Value.Value(variables)
	key, _ = value.(string)
	return key, true
}

// rejectKeys rejects an operation with a key that cannot be stored, or on a mutation whose answer is secret, before any of
// it is carried out.
func rejectKeys(selections ast.SelectionSet, variables map[string]any, secret []string) (rejection *requestError) {
	for _, selected := range selections {
		switch selected := selected.(type) {
		case *ast.Field:
			rejection = rejectKey(selected, variables, secret)
		case *ast.InlineFragment:
			rejection = rejectKeys(selected.SelectionSet, variables, secret)
		case *ast.FragmentSpread:
			rejection = rejectKeys(selected.Definition.SelectionSet, variables, secret)
		}
		if rejection != nil {
			return rejection
		}
	}
	return nil
}

func rejectKey(field *ast.Field, variables map[string]any, secret []string) *requestError {
	key, ok := idempotencyKey(field, variables)
	if !ok {
		return nil
	}
	err := models.CheckIdempotencyKey(key)
	if slices.Contains(secret, field.Name) {
		err = &models.BadInput{Argument: "key", Problem: "cannot be given to " + field.Name + ": its answer has a secret, which is not kept"}
	}
	if err == nil {
		return nil
	}
	return newRequestError(codeBadInput, err.Error()).at(locations(field.Position))
}

// idempotentRule lets the directive stand on fields of Mutation only. Where a field is selected several times, it must
// stand on each, because only the first one's is read.
func idempotentRule(observers *validator.Events, addError validator.AddErrFunc) {
	roots := map[string]string{}      // the key at each response key of the operation
	reported := map[*ast.Field]bool{} // a fragment is walked more than once
	observers.OnField(func(walker *validator.Walker, field *ast.Field) {
		key := writtenKey(field)
		switch first, known := roots[field.Alias]; {
		case field.ObjectDefinition != walker.Schema.Mutation || field.Name == "__typename":
			if key != "" && !reported[field] {
				reported[field] = true
				addError(validator.Message("@idempotent may stand on the fields of Mutation only."), core.At(field.Position))
			}
		case walker.CurrentOperation == nil: // a fragment by itself
		case known && first != key:
			addError(validator.Message("@idempotent must be the same wherever the field %s is selected.", field.Alias), core.At(field.Position))
		default:
			roots[field.Alias] = key
		}
	})
	observers.OnOperation(func(*validator.Walker, *ast.OperationDefinition) { clear(roots) })
}

// writtenKey tells keys in a document apart, be they texts or variables; it is "" where there is none.
func writtenKey(field *ast.Field) string {
	directive := field.Directives.ForName(idempotent)
	if directive == nil {
		return ""
	}
	if key := directive.Arguments.ForName("key"); key != nil {
		return fmt.Sprint(key.Value.Kind, key.Value.Raw)
	}
	return "none" // another rule says so
}
