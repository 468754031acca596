package endpoint

import (
	"context"
	"reflect"

	"github.com/99designs/gqlgen/graphql"
)

// count is a field middleware. It adds up what fields give, and resolves no more of them when that is too much, but for
// those which say what a mutation did. Scalars cost nothing, and most fields are scalars.
func (p prices) count(ctx context.Context, next graphql.Resolver) (any, error) {
	field := graphql.GetFieldContext(ctx).Field
	current := executionOf(ctx)
	if current == nil {
		return next(ctx)
	}
	if len(field.Selections) == 0 {
		given, err := next(ctx)
		if err == nil && current.ofEvent && !current.mayGive(field.Alias, given) {
			return nil, errTooCostly
		}
		return given, err
	}
	if current.exceeded() && len(graphql.GetPath(ctx)) > 2 {
		return nil, errTooCostly
	}
	if current.query && !current.draw() {
		return nil, errOwing
	}
	given, err := next(ctx)
	if _, planned := given.(plannedValue); planned { // counts when it is encoded
		return given, err
	}
	if weight := p[field.Definition].weight; weight > 0 && given != nil {
		current.points.Add(int64(weight * objects(given)))
	}
	return given, err
}

// objects is how many objects a resolver has given.
func objects(given any) int {
	value := reflect.ValueOf(given)
	switch value.Kind() {
	case reflect.Slice:
		return value.Len()
	case reflect.Pointer, reflect.Interface, reflect.Map:
		if value.IsNil() {
			return 0
		}
	}
	return 1
}
