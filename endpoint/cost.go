package endpoint

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// cost is extensions.cost, in points.
type cost struct {
	Requested int            `json:"requested"` // what it was estimated at, 0 when it was not
	Actual    *int           `json:"actual"`    // what was charged; null when it was nothing
	Throttle  throttleStatus `json:"throttle"`
}

// price is what @cost and @listSize say of a field.
type price struct {
	weight  int      // points for each object the field gives
	size    int      // how many there are, where no argument says it
	slicing string   // the argument that says how many there are at most: by its number, or by its length where it is a list
	longest int      // how many the argument can ask for
	sized   []string // the fields of the result that there are so many of
}

type prices map[*ast.FieldDefinition]price

// introspectionCost is the price of __schema or __type, whatever is asked of it.
const introspectionCost = 100

// readPrices reads the schema's prices. Objects cost 1 where it says nothing, everything else nothing.
func readPrices(schema Schema) prices {
	all, definitions := prices{}, schema.Executable.Schema()
	for _, definition := range definitions.Types {
		for _, field := range definition.Fields {
			p := priceOf(definitions, definition, field)
			p.longest = schema.LongestSlice
			all[field] = p
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
	price := p[field.Definition]
	if price.weight == introspectionCost && strings.HasPrefix(field.Name, "__") || len(field.SelectionSet) == 0 {
		return price.weight
	}
	elements := price.size
	if price.slicing != "" {
		elements = price.slice(field, variables)
	}
	children, times := price.weight, elements
	if len(price.sized) > 0 {
		children += p.estimate(field.SelectionSet, variables, price.sized, elements)
		times = 1
	} else {
		children += p.estimate(field.SelectionSet, variables, nil, 0)
	}
	if slices.Contains(sized, field.Name) {
		times = many
	}
	return min(children*times, enough)
}

// slice reads how many elements an argument asks for. One that asks for more than there can be is rejected later.
func (p price) slice(field *ast.Field, variables map[string]any) int {
	argument := field.Definition.Arguments.ForName(p.slicing)
	value := argument.DefaultValue
	if given := field.Arguments.ForName(p.slicing); given != nil {
		value = given.Value
	}
	if value == nil {
		return p.longest
	}
	if argument.Type.Elem != nil {
		return lengthOf(value, variables)
	}
	read, err := value.Value(variables)
	if err != nil {
		return p.longest
	}
	var n int64
	switch read := read.(type) {
	case int64:
		n = read
	case json.Number:
		n, _ = read.Int64()
	}
	return int(min(max(n, 0), int64(p.longest)))
}

// lengthOf is how many elements a value of a list has. One that is no list is taken for a list of one, as GraphQL has it.
func lengthOf(value *ast.Value, variables map[string]any) int {
	switch value.Kind {
	case ast.ListValue:
		return len(value.Children)
	case ast.Variable:
		sent, given := variables[value.Raw]
		if !given && value.VariableDefinition != nil && value.VariableDefinition.DefaultValue != nil {
			return lengthOf(value.VariableDefinition.DefaultValue, variables)
		}
		if list, ok := sent.([]any); ok {
			return len(list)
		}
	}
	return 1
}
