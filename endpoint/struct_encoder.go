package endpoint

import (
	"bytes"
	"context"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/vektah/gqlparser/v2/ast"
)

// Most of an answer is plain data: objects whose fields stand in structs as they are shown. gqlgen makes a context and
// some closures for every field of every object, and a goroutine for every element of a list. What is plain all the way
// down is written at once instead, straight off the structs: a request for 45 settings takes a third of the time and a
// sixth of the allocations (BenchmarkStructEncoder). Whatever is not plain is left to gqlgen.

// structEncoder encodes the values of fields that are plain data.
type structEncoder struct {
	schema       *ast.Schema
	prices       prices
	resolvers    map[string]bool // fields that are not read off a struct field of their name, as Type.field
	raw          []string        // scalars whose strings are JSON already
	structFields sync.Map        // from structFieldKey to the index of a struct's field
}

func newStructEncoder(schema Schema, prices prices) *structEncoder {
	e := &structEncoder{schema: schema.Executable.Schema(), prices: prices, resolvers: map[string]bool{}, raw: schema.RawScalars}
	for _, field := range schema.ResolvedFields {
		e.resolvers[field] = true
	}
	return e
}

// encode is a field middleware.
func (e *structEncoder) encode(ctx context.Context, next graphql.Resolver) (any, error) {
	field, current := graphql.GetFieldContext(ctx), executionOf(ctx)
	given, err := next(ctx)
	value := reflect.ValueOf(given)
	if err != nil || current == nil || len(field.Field.Selections) == 0 || given == nil || value.Kind() == reflect.Pointer && value.IsNil() {
		return given, err
	}
	if plan := e.plan(ctx, field, value.Type()); plan != nil && !plan.lacks(value) {
		return plannedValue{plan, value, current.costMeter}, nil
	}
	return given, nil
}

// plan returns the plan of a field's value: from the document's cache where the plan is the same each time.
func (e *structEncoder) plan(ctx context.Context, field *graphql.FieldContext, actual reflect.Type) *plan {
	planner := planner{structEncoder: e, operation: graphql.GetOperationContext(ctx)}
	key, cacheable := planKeyOf(planner.operation.Operation, field, actual)
	document := executionOf(ctx).document
	if !cacheable || !document.cacheable {
		return planner.plan(field.Field, field.Field.Definition.Type, actual)
	}
	known, ok := document.plans.Load(key)
	if !ok {
		known, _ = document.plans.LoadOrStore(key, planner.plan(field.Field, field.Field.Definition.Type, actual))
	}
	found, _ := known.(*plan)
	return found
}

// planKey tells plans of one document apart.
type planKey struct {
	operation *ast.OperationDefinition
	top       *ast.Field // the field of the whole operation that it is, or is a field of
	object    string     // the type that has it
	field     *ast.Field
	actual    reflect.Type
}

// planKeyOf reports, too, whether what is selected there is the same each time: a field of the whole operation is carried
// out once in one, and what stands right below it has one set of selections for each type. Further down, one field of a
// fragment may stand in several places, among others each time.
func planKeyOf(operation *ast.OperationDefinition, field *graphql.FieldContext, actual reflect.Type) (key planKey, cacheable bool) {
	top := field
	if !isRootField(top) {
		for top = field.Parent; top.Index != nil; top = top.Parent { // of a list
		}
	}
	return planKey{operation, top.Field.Field, field.Object, field.Field.Field, actual}, isRootField(top)
}

func isRootField(field *graphql.FieldContext) bool {
	return field.Object == "Query" || field.Object == "Mutation"
}

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
		if !found {
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

// plannedValue is a value and its plan.
type plannedValue struct {
	plan  *plan
	value reflect.Value
	meter *costMeter
}

// MarshalGQL implements graphql.Marshaler.
func (v plannedValue) MarshalGQL(to io.Writer) {
	buffer, _ := encodeBuffers.Get().(*[]byte)
	w := planWriter{to: to, meter: v.meter, text: (*buffer)[:0]}
	w.limit, _ = to.(*limitWriter)
	w.write(v.plan, v.value)
	w.flush()
	if cap(w.text) <= 4*flushBytes {
		*buffer = w.text
		encodeBuffers.Put(buffer)
	}
}

// flushBytes is how much is written at once, so that an answer that is too long is noticed soon.
const flushBytes = 16 << 10

var encodeBuffers = sync.Pool{New: func() any { return new(make([]byte, 0, flushBytes)) }}

// planWriter encodes values by their plans.
type planWriter struct {
	to    io.Writer
	limit *limitWriter // nil when everything is wanted
	meter *costMeter
	text  []byte // not written yet
}

// stopped reports whether no more is wanted of the answer: it is going to be rejected, or truncated. More is told of a
// mutation than of a query.
func (w *planWriter) stopped() bool {
	if w.limit == nil {
		return false
	}
	if w.meter.query && w.meter.exceeded() || w.meter.points.Load() > maxMutationCost {
		w.limit.full = true
	}
	return w.limit.full
}

func (w *planWriter) flush() {
	_, _ = w.to.Write(w.text) // it never fails
	w.text = w.text[:0]
}

func (w *planWriter) write(p *plan, value reflect.Value) {
	if kind := value.Kind(); (kind == reflect.Pointer || kind == reflect.Slice && !p.nonNull) && value.IsNil() {
		w.null(p)
		return
	} else if kind == reflect.Pointer {
		value = value.Elem()
	}
	switch {
	case p.scalar != nil:
		before := len(w.text)
		if w.text = p.scalar(w.text, value); len(w.text) == before {
			w.null(p)
		}
	case p.element != nil:
		w.list(p.element, value)
	default:
		w.object(p, value)
	}
}

// null is for what the schema lets be null. Whatever lacks something else is not written here.
func (w *planWriter) null(p *plan) {
	if p.nonNull {
		panic("endpoint: a value that must not be null")
	}
	w.text = append(w.text, "null"...)
}

func (w *planWriter) list(element *plan, list reflect.Value) {
	w.text = append(w.text, '[')
	for i := range list.Len() {
		if i > 0 {
			w.text = append(w.text, ',')
		}
		w.write(element, list.Index(i))
		if w.stopped() {
			return
		}
	}
	w.text = append(w.text, ']')
}

func (w *planWriter) object(p *plan, object reflect.Value) {
	w.meter.points.Add(int64(p.weight))
	w.text = append(w.text, '{')
	for i := range p.members {
		m := &p.members[i]
		w.text = append(w.text, m.label...)
		if m.plan != nil {
			w.write(m.plan, object.Field(m.field))
		}
		if len(w.text) > flushBytes {
			w.flush()
		}
		if w.stopped() {
			return
		}
	}
	w.text = append(w.text, '}')
}
