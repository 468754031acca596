package endpoint

import (
	"context"
	"io"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/vektah/gqlparser/v2/ast"
)

// Most of an answer is plain data: objects whose fields stand in structs as they are shown. gqlgen makes a context and
// some closures for every field of every object, and a goroutine for every element of a list. What is plain all the way
// down is written at once instead, straight off the structs: a request for 45 settings takes a third of the time and a
// sixth of the allocations (BenchmarkPlain). Whatever is not plain is left to gqlgen.

// plain writes the values of fields that are plain.
type plain struct {
	schema    *ast.Schema
	prices    prices
	resolvers map[string]bool // fields that are not read off a struct field of their name, as Type.field
	sources   sync.Map        // from source to the number of a struct's field
}

func newPlain(schema Schema, prices prices) *plain {
	p := &plain{schema: schema.Executable.Schema(), prices: prices, resolvers: map[string]bool{}}
	for _, field := range schema.ResolvedFields {
		p.resolvers[field] = true
	}
	return p
}

// write is a field middleware.
func (p *plain) write(ctx context.Context, next graphql.Resolver) (any, error) {
	field, its := graphql.GetFieldContext(ctx), executionOf(ctx)
	given, err := next(ctx)
	value := reflect.ValueOf(given)
	if err != nil || its == nil || len(field.Field.Selections) == 0 || given == nil || value.Kind() == reflect.Pointer && value.IsNil() {
		return given, err
	}
	if form := p.form(ctx, field, value.Type()); form != nil {
		return plainValue{form, value, its.spending}, nil
	}
	return given, nil
}

// form returns the form of a field's value.
func (p *plain) form(ctx context.Context, field *graphql.FieldContext, actual reflect.Type) *form {
	collector := collector{plain: p, operation: graphql.GetOperationContext(ctx)}
	find := func() *form { return collector.form(field.Field, field.Field.Definition.Type, actual) }
	return remember(executionOf(ctx).document, collector.operation.Operation, field, actual, find)
}

// form is how the values at one place of an answer are written: one of a scalar, an object and a list.
type form struct {
	scalar  func(to []byte, value reflect.Value) []byte
	members []formMember // of an object
	weight  int          // of an object, in points
	element *form        // of a list
	nonNull bool
}

type formMember struct {
	label []byte // its name in the answer, and what stands around it
	field int    // of the struct
	form  *form
}

// collector finds the forms of the fields that an operation selects.
type collector struct {
	*plain
	operation *graphql.OperationContext
}

// form returns nil for what is not plain.
func (c collector) form(field graphql.CollectedField, expected *ast.Type, actual reflect.Type) *form {
	f := &form{nonNull: expected.NonNull}
	if actual.Kind() == reflect.Pointer {
		actual = actual.Elem()
	}
	definition := c.schema.Types[expected.NamedType]
	switch {
	case expected.Elem != nil:
		if actual.Kind() == reflect.Slice {
			f.element = c.form(field, expected.Elem, actual.Elem())
		}
		if f.element == nil {
			return nil
		}
	case definition.Kind == ast.Object && actual.Kind() == reflect.Struct && !strings.HasPrefix(definition.Name, "__"):
		f.weight = c.prices[field.Definition].weight
		if f.members = c.members(field.Selections, definition, actual); f.members == nil {
			return nil
		}
	default:
		if f.scalar = scalarForm(definition, actual); f.scalar == nil {
			return nil
		}
	}
	return f
}

func (c collector) members(selections ast.SelectionSet, definition *ast.Definition, actual reflect.Type) []formMember {
	fields := graphql.CollectFields(c.operation, selections, append([]string{definition.Name}, definition.Interfaces...))
	members := make([]formMember, len(fields))
	before := ""
	for i, field := range fields {
		m := &members[i]
		m.label = []byte(before + `"` + field.Alias + `":`)
		before = ","
		if field.Name == "__typename" {
			m.form = typeName(definition.Name)
			continue
		}
		index, found := c.source(definition, actual, field.Name)
		if !found {
			return nil
		}
		m.field = index
		if m.form = c.form(field, field.Definition.Type, actual.Field(index).Type); m.form == nil {
			return nil
		}
	}
	return members
}

func typeName(name string) *form {
	text := []byte(`"` + name + `"`)
	return &form{scalar: func(to []byte, _ reflect.Value) []byte { return append(to, text...) }}
}

type source struct {
	object string
	actual reflect.Type
	name   string
}

// source finds the field of a struct that the schema's field of the name is read off.
func (p *plain) source(definition *ast.Definition, actual reflect.Type, name string) (index int, found bool) {
	known, ok := p.sources.Load(source{definition.Name, actual, name})
	if !ok {
		its, exists := actual.FieldByNameFunc(func(field string) bool { return strings.EqualFold(field, name) })
		index := -1
		if exists && its.IsExported() && len(its.Index) == 1 && !p.resolvers[definition.Name+"."+name] {
			index = its.Index[0]
		}
		known, _ = p.sources.LoadOrStore(source{definition.Name, actual, name}, index)
	}
	index, _ = known.(int)
	return index, index >= 0
}

// scalarForm returns nil where gqlgen's own knows better.
func scalarForm(definition *ast.Definition, actual reflect.Type) func([]byte, reflect.Value) []byte {
	switch kind := actual.Kind(); {
	case definition.Name == "DateTime" && actual == reflect.TypeFor[time.Time]():
		return appendTime
	case definition.Name == "SettingValue" && kind == reflect.String:
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
	to, _ = jsontext.AppendQuote(to, value.String()) // what is not UTF-8 is replaced, and told as an error
	return to
}

// plainValue is a value and its form.
type plainValue struct {
	form  *form
	value reflect.Value
	its   *spending
}

// MarshalGQL implements graphql.Marshaler.
func (v plainValue) MarshalGQL(w io.Writer) {
	text := plainTexts.Get().(*[]byte)
	writer := plainWriter{to: w, its: v.its, text: (*text)[:0]}
	writer.stop, _ = w.(*passing)
	writer.write(v.form, v.value)
	writer.flush()
	if cap(writer.text) <= 4*plainStep {
		*text = writer.text
		plainTexts.Put(text)
	}
}

// plainStep is how much is written at once, so that an answer that is too long is noticed soon.
const plainStep = 16 << 10

var plainTexts = sync.Pool{New: func() any { return new(make([]byte, 0, plainStep)) }}

type plainWriter struct {
	to   io.Writer
	stop *passing // nil when everything is wanted
	its  *spending
	text []byte // not written yet
}

// stopped reports whether no more is wanted of the answer: it is going to be refused, or cut. A mutation is told of for
// longer than a query.
func (w *plainWriter) stopped() bool {
	if w.stop == nil {
		return false
	}
	if w.its.query && w.its.tooMuch() || w.its.points.Load() > maxTold {
		w.stop.full = true
	}
	return w.stop.full
}

func (w *plainWriter) flush() {
	_, _ = w.to.Write(w.text) // it never fails
	w.text = w.text[:0]
}

func (w *plainWriter) write(f *form, value reflect.Value) {
	if kind := value.Kind(); (kind == reflect.Pointer || kind == reflect.Slice && !f.nonNull) && value.IsNil() {
		w.null(f)
		return
	} else if kind == reflect.Pointer {
		value = value.Elem()
	}
	switch {
	case f.scalar != nil:
		before := len(w.text)
		if w.text = f.scalar(w.text, value); len(w.text) == before {
			w.null(f)
		}
	case f.element != nil:
		w.list(f.element, value)
	default:
		w.object(f, value)
	}
}

// null is for what the schema lets be null. Anything else is a fault, as it is to gqlgen.
func (w *plainWriter) null(f *form) {
	if f.nonNull {
		panic("graph: a value that must not be null")
	}
	w.text = append(w.text, "null"...)
}

func (w *plainWriter) list(element *form, list reflect.Value) {
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

func (w *plainWriter) object(f *form, object reflect.Value) {
	w.its.points.Add(int64(f.weight))
	w.text = append(w.text, '{')
	for i := range f.members {
		m := &f.members[i]
		w.text = append(w.text, m.label...)
		w.write(m.form, object.Field(m.field))
		if len(w.text) > plainStep {
			w.flush()
		}
		if w.stopped() {
			return
		}
	}
	w.text = append(w.text, '}')
}
