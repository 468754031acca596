package conformance

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// Operation is an operation that is valid.
type Operation struct {
	schema     *Schema
	document   *ast.QueryDocument
	definition *ast.OperationDefinition
	variables  map[string]any
}

// Parse checks an operation's text.
func (s *Schema) Parse(text string) (*Operation, error) {
	document, errs := gqlparser.LoadQueryWithRules(s.Schema, text, rules.NewDefaultRules())
	if len(errs) > 0 {
		return nil, errs
	}
	if len(document.Operations) != 1 {
		return nil, fmt.Errorf("there are %d operations", len(document.Operations))
	}
	return &Operation{schema: s, document: document, definition: document.Operations[0]}, nil
}

// With checks variables and fills them in. Those of a bulk operation hold the text of another one.
func (o *Operation) With(variables map[string]any) error {
	values, err := validator.VariableValues(o.schema.Schema, o.definition, variables)
	if err != nil {
		return err
	}
	o.variables = values
	for _, definition := range o.definition.VariableDefinitions {
		value, given := variables[definition.Variable]
		if !given || value == nil {
			continue
		}
		if problem := o.schema.input(definition.Type, value, "$"+definition.Variable); problem != "" {
			return fmt.Errorf("%s", problem)
		}
	}
	return nil
}

// Inner returns the text of the operation that is to be run in bulk, "" when there is none.
func (o *Operation) Inner() string {
	for _, selection := range o.definition.SelectionSet {
		f, ok := selection.(*ast.Field)
		if !ok || f.Name != "bulkOperationRunMutation" {
			continue
		}
		text, _ := f.ArgumentMap(o.variables)["mutation"].(string)
		return text
	}
	return ""
}

// input looks at scalars and enums inside of a variable, and for members that are deprecated.
func (s *Schema) input(t *ast.Type, value any, path string) string {
	if value == nil {
		return ""
	}
	if t.Elem != nil {
		entries, ok := value.([]any)
		if !ok {
			return s.input(t.Elem, value, path)
		}
		for i, entry := range entries {
			if problem := s.input(t.Elem, entry, fmt.Sprintf("%s.%d", path, i)); problem != "" {
				return problem
			}
		}
		return ""
	}
	definition := s.Types[t.NamedType]
	if definition.Kind != ast.InputObject {
		return leafProblem(definition, value, path)
	}
	members, _ := value.(map[string]any)
	for name, member := range members {
		f := definition.Fields.ForName(name)
		if f == nil {
			return fmt.Sprintf("%s.%s is unknown", path, name)
		}
		if f.Directives.ForName("deprecated") != nil {
			return fmt.Sprintf("%s.%s is deprecated", path, name)
		}
		if problem := s.input(f.Type, member, path+"."+name); problem != "" {
			return problem
		}
	}
	return ""
}

// Discouraged lists what is valid and should not be sent: deprecated fields, arguments and enum values, and keys of
// idempotency, which none of the program's mutations takes.
func (o *Operation) Discouraged() []string {
	var found []string
	o.walk(func(f *ast.Field) {
		if f.Definition.Directives.ForName("deprecated") != nil {
			found = append(found, f.ObjectDefinition.Name+"."+f.Name+" is deprecated")
		}
		for _, a := range f.Arguments {
			if f.Definition.Arguments.ForName(a.Name).Directives.ForName("deprecated") != nil {
				found = append(found, f.Name+"("+a.Name+":) is deprecated")
			}
			found = append(found, discouragedValues(a.Value)...)
		}
		if f.Directives.ForName("idempotent") != nil {
			found = append(found, f.Name+" has @idempotent")
		}
	})
	return found
}

func discouragedValues(value *ast.Value) []string {
	var found []string
	if value.Definition != nil && value.Kind == ast.EnumValue {
		if v := value.Definition.EnumValues.ForName(value.Raw); v != nil && v.Directives.ForName("deprecated") != nil {
			found = append(found, value.Raw+" is deprecated")
		}
	}
	for _, child := range value.Children {
		if value.Kind == ast.ObjectValue && value.Definition != nil {
			if f := value.Definition.Fields.ForName(child.Name); f != nil && f.Directives.ForName("deprecated") != nil {
				found = append(found, value.Definition.Name+"."+child.Name+" is deprecated")
			}
		}
		found = append(found, discouragedValues(child.Value)...)
	}
	return found
}

// Scopes lists those that an offline token needs for the operation.
func (o *Operation) Scopes() []string {
	var scopes []string
	o.walk(func(f *ast.Field) {
		scopes = append(scopes, o.schema.Scopes[f.ObjectDefinition.Name+"."+f.Name]...)
		scopes = append(scopes, o.schema.Scopes[f.Definition.Type.Name()]...)
	})
	slices.Sort(scopes)
	return slices.Compact(scopes)
}

// walk visits every field. In a valid operation fragments do not go round in circles.
func (o *Operation) walk(visit func(*ast.Field)) {
	walkFields(o.definition.SelectionSet, visit)
	for _, fragment := range o.document.Fragments {
		walkFields(fragment.SelectionSet, visit)
	}
}

func walkFields(set ast.SelectionSet, visit func(*ast.Field)) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if s.Name != "__typename" {
				visit(s)
			}
			walkFields(s.SelectionSet, visit)
		case *ast.InlineFragment:
			walkFields(s.SelectionSet, visit)
		}
	}
}

// Answer is what comes back.
type Answer struct {
	Data   *map[string]any
	Errors []struct {
		Message    string
		Extensions map[string]any
	}
}

// ParseAnswer reads an answer.
func ParseAnswer(text []byte) (Answer, error) {
	var a Answer
	err := json.Unmarshal(text, &a)
	return a, err
}
