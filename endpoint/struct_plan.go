package endpoint

import (
	"bytes"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/vektah/gqlparser/v2/ast"
)

// plan is how the values at one place of an answer are encoded: one of a scalar, an object and a list.
type plan struct {
	scalar  func(to []byte, value reflect.Value) []byte
	members []planMember // of an object
	weight  int          // of an object, in points
	element *plan        // of a list
	nonNull bool
	raw     bool // of a scalar whose empty string is null
	fragile bool // something of it can be missing that must not be null
}

type planMember struct {
	label []byte // its name in the answer, and what stands around it; the name of its type with it
	field int    // of the struct
	plan  *plan  // nil for a type's name, which depends on no value
}

// lacks reports whether something is missing that must not be null. That is a fault, and gqlgen's to report.
func (p *plan) lacks(value reflect.Value) bool {
	if !p.fragile {
		return false
	}
	if kind := value.Kind(); kind == reflect.Pointer {
		if value.IsNil() {
			return p.nonNull
		}
		value = value.Elem()
	}
	switch {
	case p.scalar != nil:
		return p.nonNull && p.raw && value.Len() == 0
	case p.element != nil:
		for i := range value.Len() {
			if p.element.lacks(value.Index(i)) {
				return true
			}
		}
	default:
		for i := range p.members {
			if m := &p.members[i]; m.plan != nil && m.plan.lacks(value.Field(m.field)) {
				return true
			}
		}
	}
	return false
}

// planner makes the plans of the fields that an operation selects.
type planner struct {
	*structEncoder
	operation *graphql.OperationContext
}

// plan returns nil for what is not plain data.
func (p planner) plan(field graphql.CollectedField, expected *ast.Type, actual reflect.Type) *plan {
	planned := &plan{nonNull: expected.NonNull}
	if actual.Kind() == reflect.Pointer {
		planned.fragile = expected.NonNull
		actual = actual.Elem()
	}
	definition := p.schema.Types[expected.NamedType]
	switch {
	case expected.Elem != nil:
		if actual.Kind() == reflect.Slice {
			planned.element = p.plan(field, expected.Elem, actual.Elem())
		}
		if planned.element == nil {
			return nil
		}
		planned.fragile = planned.fragile || planned.element.fragile
	case definition.Kind == ast.Object && actual.Kind() == reflect.Struct && !strings.HasPrefix(definition.Name, "__"):
		planned.weight = p.prices[field.Definition].weight
		if planned.members = p.members(field.Selections, definition, actual); planned.members == nil {
			return nil
		}
		planned.fragile = planned.fragile || slices.ContainsFunc(planned.members, func(m planMember) bool { return m.plan != nil && m.plan.fragile })
	default:
		if planned.scalar = p.scalarPlan(definition, actual); planned.scalar == nil {
			return nil
		}
		planned.raw = slices.Contains(p.raw, definition.Name)
		planned.fragile = planned.fragile || planned.raw && planned.nonNull
	}
	return planned
}

func (p planner) members(selections ast.SelectionSet, definition *ast.Definition, actual reflect.Type) []planMember {
	fields := graphql.CollectFields(p.operation, selections, p.conditions(definition))
	members := make([]planMember, 0, len(fields))
	before := ""
	for i, field := range fields {
		if slices.ContainsFunc(fields[:i], func(earlier graphql.CollectedField) bool { return earlier.Alias == field.Alias }) {
			continue // selected of two interfaces that have nothing to do with each other
		}
		m := planMember{label: []byte(before + `"` + field.Alias + `":`)}
		before = ","
		if field.Name == "__typename" {
			m.label = append(m.label, `"`+definition.Name+`"`...)
			members = append(members, m)
			continue
		}
		index, found := p.structField(definition, actual, field.Name)
		if !found || len(field.Arguments) > 0 {
			return nil
		}
		m.field = index
		if m.plan = p.plan(field, field.Definition.Type, actual.Field(index).Type); m.plan == nil {
			return nil
		}
		members = append(members, m)
	}
	return members
}

// conditions are the types that a fragment on the object may name: itself, its interfaces, and the unions it is in.
func (p planner) conditions(object *ast.Definition) []string {
	names := []string{object.Name}
	for _, abstract := range p.schema.Implements[object.Name] {
		names = append(names, abstract.Name)
	}
	return names
}

type structFieldKey struct {
	object string
	actual reflect.Type
	name   string
}

// structField finds the field of a struct that the schema's field of the name is read off.
func (e *structEncoder) structField(definition *ast.Definition, actual reflect.Type, name string) (index int, found bool) {
	known, ok := e.structFields.Load(structFieldKey{definition.Name, actual, name})
	if !ok {
		found, exists := actual.FieldByNameFunc(func(field string) bool { return strings.EqualFold(field, name) })
		index := -1
		if exists && found.IsExported() && len(found.Index) == 1 && !e.resolvers[definition.Name+"."+name] {
			index = found.Index[0]
		}
		known, _ = e.structFields.LoadOrStore(structFieldKey{definition.Name, actual, name}, index)
	}
	index, _ = known.(int)
	return index, index >= 0
}

// scalarPlan returns nil where gqlgen's own knows better.
func (e *structEncoder) scalarPlan(definition *ast.Definition, actual reflect.Type) func([]byte, reflect.Value) []byte {
	switch kind := actual.Kind(); {
	case definition.Name == "DateTime" && actual == reflect.TypeFor[time.Time]():
		return appendTime
	case kind == reflect.String && slices.Contains(e.raw, definition.Name):
		return appendJSON
	case definition.Name == "Int" && kind == reflect.Int32:
		return appendInt
	case definition.Name == "Boolean" && kind == reflect.Bool:
		return appendBool
	case (definition.Kind == ast.Enum || definition.Name == "ID" || definition.Name == "String" || definition.Name == "URL") && kind == reflect.String:
		return appendText
	}
	return nil
}

func appendTime(to []byte, value reflect.Value) []byte {
	moment, _ := reflect.TypeAssert[time.Time](value)
	return append(moment.UTC().AppendFormat(append(to, '"'), time.RFC3339Nano), '"') // this format alone is written fast
}

// appendJSON appends nothing for a value that there is not.
func appendJSON(to []byte, value reflect.Value) []byte { return append(to, value.String()...) }

func appendInt(to []byte, value reflect.Value) []byte { return strconv.AppendInt(to, value.Int(), 10) }

func appendBool(to []byte, value reflect.Value) []byte { return strconv.AppendBool(to, value.Bool()) }

func appendText(to []byte, value reflect.Value) []byte {
	text := value.String()
	if strings.ContainsFunc(text, isRareControl) { // gqlgen has other escapes for them
		buffer := bytes.NewBuffer(to)
		graphql.MarshalString(strings.ToValidUTF8(text, string(utf8.RuneError))).MarshalGQL(buffer)
		return buffer.Bytes()
	}
	to, _ = jsontext.AppendQuote(to, text) // what is not UTF-8 is replaced, and reported as an error
	return to
}

func isRareControl(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' }
