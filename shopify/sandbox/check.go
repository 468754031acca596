package sandbox

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

const maxDepth = 20 // of fields inside one another; fragments could go on for ever

// check looks through an operation before it is carried out, so that one that is wrong changes nothing, and works out
// what it costs.
type check struct {
	types     map[string]objectType
	document  *ast.QueryDocument
	variables map[string]any
	errors    []*graphQLError
	cost      int
}

func (c *check) operation(operation *ast.OperationDefinition) {
	name := strings.TrimSpace(string(operation.Operation) + " " + operation.Name)
	c.selections(rootType(operation), operation.SelectionSet, []any{name})
	c.cost = max(1, c.cost)
}

func (c *check) fail(position *ast.Position, path []any, code, message string, more map[string]any) {
	e := apiError(code, message).at(position, path)
	maps.Copy(e.Extensions, more)
	c.errors = append(c.errors, e)
}

func (c *check) selections(typeName string, set ast.SelectionSet, path []any) {
	if len(path) > maxDepth {
		c.fail(nil, nil, "QUERY_TOO_DEEP", "The query is too deep.", nil)
		return
	}
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			c.field(typeName, s, append(slices.Clip(path), s.Alias))
		case *ast.InlineFragment:
			c.fragment(typeName, s.TypeCondition, s.SelectionSet, s.Position, append(slices.Clip(path), "... on "+s.TypeCondition))
		case *ast.FragmentSpread:
			fragment := c.document.Fragments.ForName(s.Name)
			if fragment == nil {
				c.fail(s.Position, path, "useAndDefineFragment", "Fragment "+s.Name+" was used, but not defined", nil)
				continue
			}
			c.fragment(typeName, fragment.TypeCondition, fragment.SelectionSet, s.Position, append(slices.Clip(path), "fragment "+s.Name))
		}
	}
}

func (c *check) fragment(typeName, condition string, set ast.SelectionSet, position *ast.Position, path []any) {
	if condition == "" {
		condition = typeName
	}
	if _, known := c.types[condition]; !known {
		c.fail(position, path, "undefinedType", "No such type "+condition+", so it can't be a fragment condition", map[string]any{"typeName": condition})
		return
	}
	c.selections(condition, set, path)
}

func (c *check) field(typeName string, s *ast.Field, path []any) {
	if s.Name == "__typename" {
		return
	}
	f, known := c.types[typeName].fields[s.Name]
	if !known {
		c.fail(s.Position, path, "undefinedField", fmt.Sprintf("Field '%s' doesn't exist on type '%s'", s.Name, typeName),
			map[string]any{"typeName": typeName, "fieldName": s.Name})
		return
	}
	c.arguments(f, s, path)
	c.charge(f, s, path)
	if (f.of == "") != (len(s.SelectionSet) == 0) {
		c.fail(s.Position, path, "selectionMismatch", fmt.Sprintf("Field '%s' of type '%s' must have selections if, and only if, it is an object", s.Name, typeName), nil)
		return
	}
	c.selections(f.typeOf(), s.SelectionSet, path)
}

func (c *check) arguments(f field, s *ast.Field, path []any) {
	for _, argument := range s.Arguments {
		if !slices.Contains(f.args, argument.Name) && !slices.Contains(f.args, argument.Name+"!") {
			c.fail(s.Position, path, "argumentNotAccepted", fmt.Sprintf("Field '%s' doesn't accept argument '%s'", s.Name, argument.Name), nil)
		}
	}
	given := argumentsOf(s, c.variables)
	for _, name := range f.args {
		if name, required := strings.CutSuffix(name, "!"); required && given[name] == nil {
			c.fail(s.Position, path, "missingRequiredArguments", fmt.Sprintf("Field '%s' is missing required arguments: %s", s.Name, name), nil)
		}
	}
	if f.keyed && s.Directives.ForName("idempotent") == nil {
		c.fail(s.Position, path, "BAD_REQUEST", "The @idempotent directive is required for this mutation but was not provided.", nil)
	}
}

// charge adds up what the fields cost. A mutation costs the same whatever it returns.
func (c *check) charge(f field, s *ast.Field, path []any) {
	root := len(path) == 2
	switch {
	case f.mutation:
		c.cost += mutationCost
	case f.shape == connection:
		size, _ := argumentsOf(s, c.variables).number("first")
		c.cost += listCost(size)
	case f.shape == list && root:
		c.cost += listCost(len(argumentsOf(s, c.variables).list("ids")))
	case f.of != "" && root:
		c.cost++
	}
}
