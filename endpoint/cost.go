package endpoint

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"golang.org/x/sync/semaphore"

	"handback/models"
)

// price is what @cost and @listSize say of a field.
type price struct {
	weight  int      // points for each object the field gives
	size    int      // how many there are, where no argument says it
	slicing string   // the argument that says how many there are at most
	sized   []string // the fields of the result that there are so many of
}

type prices map[*ast.FieldDefinition]price

// introspectionCost is the price of __schema or __type, whatever is asked of it.
const introspectionCost = 100

// readPrices reads the schema's prices. Objects cost 1 where it says nothing, everything else nothing.
func readPrices(schema *ast.Schema) prices {
	all := prices{}
	for _, definition := range schema.Types {
		for _, field := range definition.Fields {
			all[field] = priceOf(schema, definition, field)
		}
	}
	return all
}

func priceOf(schema *ast.Schema, parent *ast.Definition, field *ast.FieldDefinition) price {
	p := price{size: 1}
	introspective := strings.HasPrefix(field.Name, "__")
	switch result := schema.Types[field.Type.Name()]; {
	case introspective && result.IsCompositeType():
		p.weight = introspectionCost
	case strings.HasPrefix(parent.Name, "__") || introspective:
	case result.IsCompositeType():
		p.weight = 1
	}
	if cost := field.Directives.ForName("cost"); cost != nil {
		p.weight, _ = strconv.Atoi(cost.Arguments.ForName("weight").Value.Raw)
	}
	if list := field.Directives.ForName("listSize"); list != nil {
		if size := list.Arguments.ForName("assumedSize"); size != nil {
			p.size, _ = strconv.Atoi(size.Value.Raw)
		}
		if slicing := list.Arguments.ForName("slicingArguments"); slicing != nil {
			p.slicing = slicing.Value.Children[0].Value.Raw
		}
		if sized := list.Arguments.ForName("sizedFields"); sized != nil {
			for _, child := range sized.Value.Children {
				p.sized = append(p.sized, child.Value.Raw)
			}
		}
	}
	return p
}

// estimate is how many points the selections cost for one object that has them. many says of which of its fields
// there are how many. A document's size is bounded before, so that nothing here can take long or overflow.
func (p prices) estimate(selections ast.SelectionSet, variables map[string]any, sized []string, many int) int {
	points := 0
	for _, selected := range selections {
		switch selected := selected.(type) {
		case *ast.Field:
			points += p.estimateField(selected, variables, sized, many)
		case *ast.InlineFragment:
			points += p.estimate(selected.SelectionSet, variables, sized, many)
		case *ast.FragmentSpread:
			points += p.estimate(selected.Definition.SelectionSet, variables, sized, many)
		}
		if points > enough {
			return enough
		}
	}
	return points
}

// enough is more than anything may cost; estimates stop there.
const enough = 1 << 30

func (p prices) estimateField(field *ast.Field, variables map[string]any, sized []string, many int) int {
	its := p[field.Definition]
	if its.weight == introspectionCost && strings.HasPrefix(field.Name, "__") || len(field.SelectionSet) == 0 {
		return its.weight
	}
	elements := its.size
	if its.slicing != "" {
		elements = slice(field, its.slicing, variables)
	}
	children, times := its.weight, elements
	if len(its.sized) > 0 {
		children += p.estimate(field.SelectionSet, variables, its.sized, elements)
		times = 1
	} else {
		children += p.estimate(field.SelectionSet, variables, nil, 0)
	}
	if slices.Contains(sized, field.Name) {
		times = many
	}
	return min(children*times, enough)
}

// slice reads how many elements an argument asks for. One that asks for more than there can be is refused later.
func slice(field *ast.Field, argument string, variables map[string]any) int {
	definition := field.Definition.Arguments.ForName(argument)
	value := definition.DefaultValue
	if given := field.Arguments.ForName(argument); given != nil {
		value = given.Value
	}
	if value == nil {
		return models.MaxAuditPage
	}
	read, err := value.Value(variables)
	if err != nil {
		return models.MaxAuditPage
	}
	var n int64
	switch read := read.(type) {
	case int64:
		n = read
	case json.Number:
		n, _ = read.Int64()
	}
	return int(min(max(n, 0), models.MaxAuditPage))
}

// spending is what is known of an operation's cost while it is carried out. It is the allowance of what a query reads.
type spending struct {
	room   *semaphore.Weighted // for what all queries hold
	query  bool                // is refused when it turns out to be too much
	points atomic.Int64        // of the objects that were really given
	bytes  atomic.Int64        // that were read
	held   atomic.Int64        // as much of the room is taken
	told   atomic.Int64        // how many fields were left out because it was too much

	// Of the answer, when everything is resolved: how long it is, for how much of it there is room, whether there was none
	// for the rest, and whether something is missing for any reason.
	written, reserved int64
	crowded, cut      bool
}

func (s *spending) tooMuch() bool { return s.points.Load() > maxSpent || s.bytes.Load() > answerBytes }

// total is what the operation has cost: a point at the least.
func (s *spending) total() int {
	return max(1, int(s.points.Load()+(s.bytes.Load()+s.written)/pointBytes))
}

// Take implements models.Allowance.
func (s *spending) Take(bytes int) error {
	switch {
	case s.bytes.Add(int64(bytes)) > answerBytes:
		return errSpent
	case !s.room.TryAcquire(int64(bytes)):
		return fmt.Errorf("%w: too much is being read at the moment", models.ErrTryAgain)
	}
	s.held.Add(int64(bytes))
	return nil
}

// release gives back the room. The answer is out.
func (s *spending) release() { s.room.Release(s.held.Swap(0)) }

var errSpent = errors.New("the operation has turned out to cost more points than are spent on one: ask for less of each element")

// count adds up what fields give, and resolves no more of them when that is too much, but for those which say what a
// mutation did. Scalars cost nothing, and most fields are scalars.
func (p prices) count(ctx context.Context, next graphql.Resolver) (any, error) {
	field := graphql.GetFieldContext(ctx).Field
	its := executionOf(ctx)
	if its == nil || len(field.Selections) == 0 {
		return next(ctx)
	}
	if its.tooMuch() && len(graphql.GetPath(ctx)) > 2 {
		return nil, errSpent
	}
	given, err := next(ctx)
	if _, itself := given.(plainValue); itself { // counts when it is written
		return given, err
	}
	if weight := p[field.Definition].weight; weight > 0 && given != nil {
		its.points.Add(int64(weight * objects(given)))
	}
	return given, err
}

// presentSpent presents errSpent for the first few fields, and leaves other errors to next.
func presentSpent(next graphql.ErrorPresenterFunc) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		if !errors.Is(err, errSpent) {
			return next(ctx, err)
		}
		if its := executionOf(ctx); its != nil && its.told.Add(1) > maxErrors {
			return nil
		}
		return present(ctx, graphql.DefaultErrorPresenter(ctx, err), codeTooCostly, sentence(errSpent))
	}
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
