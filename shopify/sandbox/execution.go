package sandbox

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/handback/handback/standin"
)

// execution carries out one operation on a store.
type execution struct {
	sandbox   *Sandbox
	world     *world
	document  *ast.QueryDocument
	variables map[string]any
	scopes    []string // nil when everything is allowed
	now       time.Time
	origin    string // of the addresses of files
	refuse    bool   // mutations say no, with a user error

	errors  []*graphQLError
	unused  int  // points charged for entries that were not there
	refused bool // a mutation gave a reason
	failed  bool // a field that cannot be null has failed
}

// result is an object of an answer, with its members in the order they were asked for.
type result struct {
	names  []string
	values []any
}

// MarshalJSON writes the members in their order.
func (r *result) MarshalJSON() ([]byte, error) {
	var text bytes.Buffer
	text.WriteByte('{')
	for i, name := range r.names {
		if i > 0 {
			text.WriteByte(',')
		}
		value, err := json.Marshal(r.values[i])
		if err != nil {
			return nil, err
		}
		text.Write(standin.Marshal(name))
		text.WriteByte(':')
		text.Write(value)
	}
	text.WriteByte('}')
	return text.Bytes(), nil
}

// run returns the data of an operation, nil when there is none.
func (e *execution) run(operation *ast.OperationDefinition) *result {
	data := e.object(rootType(operation), e.world, operation.SelectionSet, nil)
	if e.failed {
		return nil
	}
	return data
}

func rootType(operation *ast.OperationDefinition) string {
	if operation.Operation == ast.Mutation {
		return "Mutation"
	}
	return "QueryRoot"
}

// object returns what was selected of an object.
func (e *execution) object(typeName string, value any, set ast.SelectionSet, path []any) *result {
	selected := &result{}
	fields := map[string][]*ast.Field{}
	e.collect(typeName, set, func(f *ast.Field) {
		if _, known := fields[f.Alias]; !known {
			selected.names = append(selected.names, f.Alias)
		}
		fields[f.Alias] = append(fields[f.Alias], f)
	})
	for _, alias := range selected.names {
		same := fields[alias]
		selected.values = append(selected.values, e.field(typeName, value, same, append(slices.Clip(path), alias)))
	}
	return selected
}

// collect walks over the fields that apply to a type, those of fragments too.
func (e *execution) collect(typeName string, set ast.SelectionSet, take func(*ast.Field)) {
	t := e.sandbox.types[typeName]
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if e.included(s.Directives) {
				take(s)
			}
		case *ast.InlineFragment:
			if e.included(s.Directives) && t.implements(typeName, s.TypeCondition) {
				e.collect(typeName, s.SelectionSet, take)
			}
		case *ast.FragmentSpread:
			fragment := e.document.Fragments.ForName(s.Name)
			if e.included(s.Directives) && t.implements(typeName, fragment.TypeCondition) {
				e.collect(typeName, fragment.SelectionSet, take)
			}
		}
	}
}

// included obeys @skip and @include.
func (e *execution) included(directives ast.DirectiveList) bool {
	for _, d := range directives {
		condition := d.Arguments.ForName("if")
		if condition == nil {
			continue
		}
		value, _ := condition.Value.Value(e.variables)
		if on, _ := value.(bool); on == (d.Name == "skip") {
			return false
		}
	}
	return true
}

// field returns the value of a field that may have been selected several times.
func (e *execution) field(typeName string, parent any, selected []*ast.Field, path []any) any {
	first := selected[0]
	if first.Name == "__typename" {
		return typeName
	}
	f := e.sandbox.types[typeName].fields[first.Name]
	value := e.resolve(f, parent, first)
	if problem, ok := value.(*graphQLError); ok {
		e.errors = append(e.errors, problem.at(first.Position, path))
		e.failed = e.failed || f.nonNull
		return nil
	}
	var set ast.SelectionSet
	for _, s := range selected {
		set = append(set, s.SelectionSet...)
	}
	return e.complete(f, value, set, path)
}

func (e *execution) resolve(f field, parent any, selected *ast.Field) any {
	for _, scope := range f.scopes {
		if !e.allows(scope) {
			return accessDenied(selected.Name, scope)
		}
	}
	args := argumentsOf(selected, e.variables)
	if !f.mutation {
		return f.resolve(e, parent, args)
	}
	if e.refuse {
		e.refused = true
		return refuse(cmp.Or(f.refusal, "INVALID"), "The sandbox was told to refuse this.")
	}
	answer := f.resolve(e, parent, args)
	if p, ok := answer.(payload); ok {
		e.refused = e.refused || p.hasReasons()
	}
	return answer
}

func (p payload) hasReasons() bool {
	for _, member := range p {
		if reasons, ok := member.([]any); ok && len(reasons) > 0 {
			if _, ok := reasons[0].(userError); ok {
				return true
			}
		}
	}
	return false
}

// complete makes what is sent of a value.
func (e *execution) complete(f field, value any, set ast.SelectionSet, path []any) any {
	if value == nil || f.of == "" {
		return value
	}
	if f.shape == list {
		entries := value.([]any)
		values := make([]any, len(entries))
		for i, entry := range entries {
			values[i] = e.complete(field{of: f.of}, entry, set, append(slices.Clip(path), i))
		}
		return values
	}
	if p, ok := value.(*page); ok && f.shape == connection {
		e.unused += p.unused
	}
	typeName := f.typeOf()
	if e.sandbox.types[typeName].abstract {
		typeName = value.(named).typeName()
	}
	return e.object(typeName, value, set, path)
}
