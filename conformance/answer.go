package conformance

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
)

// Check lists what is wrong with the data of an answer.
func (o *Operation) Check(answer Answer) []string {
	for _, e := range answer.Errors {
		if e.Message == "" {
			return []string{"an error has no message"}
		}
	}
	if answer.Data == nil {
		if len(answer.Errors) == 0 {
			return []string{"there are neither data nor errors"}
		}
		return nil
	}
	root := o.schema.Query
	if o.definition.Operation == ast.Mutation {
		root = o.schema.Mutation
	}
	return o.object(root, *answer.Data, o.definition.SelectionSet, "data")
}

// object compares an object with what was selected of it.
func (o *Operation) object(t *ast.Definition, value map[string]any, set ast.SelectionSet, path string) []string {
	var problems []string
	fields := map[string][]*ast.Field{}
	o.collect(t, set, fields)
	for alias, selected := range fields {
		member, given := value[alias]
		if !given {
			problems = append(problems, path+"."+alias+" is missing")
			continue
		}
		var inside ast.SelectionSet
		for _, f := range selected {
			inside = append(inside, f.SelectionSet...)
		}
		problems = append(problems, o.value(selected[0].Definition.Type, member, inside, path+"."+alias)...)
	}
	for alias := range value {
		if fields[alias] == nil {
			problems = append(problems, path+"."+alias+" was not selected")
		}
	}
	return problems
}

// collect finds the fields that apply to a type, by their aliases.
func (o *Operation) collect(t *ast.Definition, set ast.SelectionSet, into map[string][]*ast.Field) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if o.included(s.Directives) {
				into[s.Alias] = append(into[s.Alias], s)
			}
		case *ast.InlineFragment:
			if o.included(s.Directives) && o.applies(t, s.TypeCondition) {
				o.collect(t, s.SelectionSet, into)
			}
		case *ast.FragmentSpread:
			if o.included(s.Directives) && o.applies(t, s.Definition.TypeCondition) {
				o.collect(t, s.Definition.SelectionSet, into)
			}
		}
	}
}

func (o *Operation) included(directives ast.DirectiveList) bool {
	for _, d := range directives {
		if on, known := d.ArgumentMap(o.variables)["if"].(bool); known && on == (d.Name == "skip") {
			return false
		}
	}
	return true
}

func (o *Operation) applies(t *ast.Definition, condition string) bool {
	return condition == "" || condition == t.Name ||
		slices.ContainsFunc(o.schema.GetPossibleTypes(o.schema.Types[condition]), func(p *ast.Definition) bool { return p.Name == t.Name })
}

func (o *Operation) value(t *ast.Type, value any, set ast.SelectionSet, path string) []string {
	if value == nil {
		if t.NonNull {
			return []string{path + " is null, and cannot be"}
		}
		return nil
	}
	if t.Elem != nil {
		return o.list(t, value, set, path)
	}
	definition := o.schema.Types[t.NamedType]
	if definition.IsLeafType() {
		if problem := leafProblem(definition, value, path); problem != "" {
			return []string{problem}
		}
		return nil
	}
	members, ok := value.(map[string]any)
	if !ok {
		return []string{path + " is no object"}
	}
	if !definition.IsAbstractType() {
		return o.object(definition, members, set, path)
	}
	return o.abstract(definition, members, set, path)
}

func (o *Operation) list(t *ast.Type, value any, set ast.SelectionSet, path string) []string {
	entries, ok := value.([]any)
	if !ok {
		return []string{path + " is no list"}
	}
	var problems []string
	for i, entry := range entries {
		problems = append(problems, o.value(t.Elem, entry, set, fmt.Sprintf("%s.%d", path, i))...)
	}
	return problems
}

// abstract looks for a type that the object may be of, and otherwise tells what is wrong with the likeliest.
func (o *Operation) abstract(t *ast.Definition, value map[string]any, set ast.SelectionSet, path string) []string {
	var least []string
	for i, possible := range o.schema.GetPossibleTypes(t) {
		problems := o.object(possible, value, set, path)
		if len(problems) == 0 {
			return nil
		}
		if i == 0 || len(problems) < len(least) {
			least = problems
		}
	}
	return least
}

var unsigned = regexp.MustCompile(`^(0|[1-9][0-9]*)$`)

// leafProblem says why a value is not one of an enum or a scalar.
func leafProblem(t *ast.Definition, value any, path string) string {
	ok := true
	text, isText := value.(string)
	switch {
	case t.Kind == ast.Enum:
		ok = isText && t.EnumValues.ForName(text) != nil
	case t.Name == "Boolean":
		_, ok = value.(bool)
	case t.Name == "Int":
		n, isNumber := value.(float64)
		ok = isNumber && n == float64(int32(n))
	case t.Name == "Float":
		_, ok = value.(float64)
	case t.Name == "DateTime":
		_, err := time.Parse(time.RFC3339, text)
		ok = err == nil
	case t.Name == "UnsignedInt64":
		ok = isText && unsigned.MatchString(text)
	case t.Name != "JSON":
		ok = isText
	}
	if ok {
		return ""
	}
	return fmt.Sprintf("%s is no %s: %v", path, t.Name, value)
}
