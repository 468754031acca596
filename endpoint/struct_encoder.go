package endpoint

import (
	"context"
	"io"
	"reflect"
	"sync"

	"github.com/99designs/gqlgen/graphql"
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
	if current != nil && err == nil {
		current.noteRefusals(field, given) // further out, payloads are encoded
	}
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
	return field.Object == "Query" || field.Object == "Mutation" || field.Object == subscriptionType
}

const subscriptionType = "Subscription"

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
	if w.limit == nil && v.meter.ofEvent {
		w.limit = &limitWriter{to: to, may: v.meter.mayWrite}
		w.to = w.limit
	}
	w.write(v.plan, v.value)
	w.flush()
	if v.meter.ofEvent {
		v.meter.truncated = v.meter.truncated || w.limit.full
	}
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
	if w.meter.query && (w.meter.exceeded() || !w.meter.draw()) || w.meter.points.Load() > maxMutationCost {
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
