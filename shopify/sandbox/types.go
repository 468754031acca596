package sandbox

import (
	"maps"
	"slices"
	"strings"
)

// objectType is a type of the Admin API, as far as the sandbox has it.
type objectType struct {
	interfaces []string // it implements
	abstract   bool     // values say themselves of which type they are
	fields     map[string]field
}

// shape is how many values a field has.
type shape int

const (
	single shape = iota
	list
	connection // a page of a list
)

// field is a field of a type.
type field struct {
	of       string // its object type; "" of a scalar
	shape    shape
	nonNull  bool     // one that fails takes the whole data with it
	args     []string // that exist; one that ends in ! is required
	scopes   []string // the app must have
	keyed    bool     // needs the directive @idempotent
	resolve  resolver
	mutation bool
	refusal  string // code of the user error that a fault gives; INVALID when it is empty
}

// resolver returns a field's value, or an error as *graphQLError.
type resolver func(e *execution, parent any, args arguments) any

// named is a value of an abstract type.
type named interface{ typeName() string }

// get makes a field of what can be read off its parent.
func get[T any](read func(T) any) field {
	return field{resolve: func(_ *execution, parent any, _ arguments) any { return read(parent.(T)) }}
}

// object makes a field with an object that can be read off its parent.
func object[T any](of string, read func(T) any) field {
	f := get(read)
	f.of = of
	return f
}

// payload is the answer of a mutation, by the names of its members.
type payload map[string]any

// payloadType makes a type of payloads. Its members are scalars, or of the types named after a colon; those in
// brackets are lists.
func payloadType(members ...string) objectType {
	t := objectType{fields: map[string]field{}}
	for _, member := range members {
		name, of, _ := strings.Cut(member, ":")
		f := get(func(p payload) any { return p[name] })
		if inner, ok := strings.CutPrefix(of, "["); ok {
			of, f.shape = strings.TrimSuffix(inner, "]"), list
		}
		f.of = of
		t.fields[name] = f
	}
	return t
}

var pageArguments = []string{"first", "after", "last", "before", "reverse"}

// makeTypes lists all types. It is called once: fields lead to resolvers, and resolvers to types.
func makeTypes() map[string]objectType {
	types := map[string]objectType{
		"QueryRoot": {fields: map[string]field{}},
		"Mutation":  {fields: map[string]field{}},
	}
	for _, topic := range []func(map[string]objectType){
		shopTypes, policyTypes, productTypes, publicationTypes, locationTypes, webhookTypes, channelTypes, attributionTypes,
		feedbackTypes, metafieldTypes, bulkTypes, merchantTypes,
	} {
		topic(types)
	}
	addConnections(types)
	for name, f := range types["Mutation"].fields {
		f.mutation = true
		types["Mutation"].fields[name] = f
	}
	return types
}

func addFields(to objectType, fields map[string]field) { maps.Copy(to.fields, fields) }

// addConnections makes the types of the pages that fields return.
func addConnections(types map[string]objectType) {
	types["PageInfo"] = objectType{fields: map[string]field{
		"hasNextPage":     get(func(p *page) any { return p.next }),
		"hasPreviousPage": get(func(p *page) any { return p.previous }),
		"startCursor":     get(func(p *page) any { return p.cursor(0) }),
		"endCursor":       get(func(p *page) any { return p.cursor(len(p.nodes) - 1) }),
	}}
	for _, owner := range maps.Clone(types) {
		for name, f := range owner.fields {
			if f.shape == connection {
				f.args = append(f.args, pageArguments...)
				owner.fields[name] = f
				addConnection(types, f.of)
			}
		}
	}
}

func addConnection(types map[string]objectType, of string) {
	nodes := object(of, func(p *page) any { return p.nodes })
	nodes.shape = list
	edges := object(of+"Edge", func(p *page) any { return p.edges() })
	edges.shape = list
	types[of+"Connection"] = objectType{fields: map[string]field{
		"nodes": nodes, "edges": edges, "pageInfo": object("PageInfo", func(p *page) any { return p }),
	}}
	types[of+"Edge"] = objectType{fields: map[string]field{
		"node":   object(of, func(e edge) any { return e.node }),
		"cursor": get(func(e edge) any { return e.cursor }),
	}}
}

// typeOf names the type of a field's values.
func (f field) typeOf() string {
	if f.shape == connection {
		return f.of + "Connection"
	}
	return f.of
}

// implements reports whether a fragment on the condition applies to the type.
func (t objectType) implements(name, condition string) bool {
	return condition == "" || condition == name || slices.Contains(t.interfaces, condition)
}
