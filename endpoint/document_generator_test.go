//go:build !race

package endpoint

import (
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"
)

// documentGenerator makes documents that are valid for a schema.
type documentGenerator struct {
	r         *rapid.T
	schema    *ast.Schema
	key       string              // the id of the store's newest API key
	endpoint  string              // likewise of a webhook endpoint
	arguments map[string][]string // of the fields of Query that have any
	fragments []ast.FragmentDefinition
	text      []string // of the fragments
	variables map[string]bool
}

// deepest is how many objects stand in one another at most.
const deepest = 4

func (g *documentGenerator) begin() { g.fragments, g.text, g.variables = nil, nil, map[string]bool{} }

func (g *documentGenerator) query() string {
	g.begin()
	return g.document("query", g.selections(g.schema.Query, deepest, false))
}

func (g *documentGenerator) mutation(next step) string {
	g.begin()
	field := g.schema.Mutation.Fields.ForName(next.field)
	arguments := "(" + strings.NewReplacer("(newest key)", g.key, "(newest endpoint)", g.endpoint).Replace(next.arguments) + ")"
	payload := g.selections(g.schema.Types[field.Type.Name()], deepest-1, false)
	outcome := "outcome: userErrors { message }"
	if g.flip("outcome first") {
		payload = outcome + " " + payload
	} else {
		payload += " " + outcome
	}
	return g.document("mutation", g.pick("root", "", "__typename ", "a: __typename ")+fmt.Sprintf("step: %s%s { %s }", next.field, arguments, payload))
}

// document declares the variables that are used.
func (g *documentGenerator) document(kind, selections string) string {
	var declared []string
	for _, name := range []string{"yes", "no"} {
		if g.variables[name] {
			declared = append(declared, "$"+name+": Boolean!")
		}
	}
	if len(declared) > 0 {
		kind += "(" + strings.Join(declared, ", ") + ")"
	}
	return kind + " { " + selections + " }" + strings.Join(g.text, "")
}

func (g *documentGenerator) flip(label string) bool { return rapid.Bool().Draw(g.r, label) }

func (g *documentGenerator) pick(label string, from ...string) string {
	return rapid.SampledFrom(from).Draw(g.r, label)
}

// selections selects of a type. Where objects of several types can stand, names are made to differ by type.
func (g *documentGenerator) selections(of *ast.Definition, depth int, differ bool) string {
	differ = differ || of.IsAbstractType()
	parts := make([]string, rapid.IntRange(1, 4).Draw(g.r, "selections"))
	for i := range parts {
		switch g.pick("what", "field", "field", "field", "field", "name", "inline", "spread", "again") {
		case "name":
			parts[i] = g.pick("name", "__typename", "t: __typename", "__typename t: __typename __typename")
		case "inline":
			parts[i] = g.inline(of, depth, differ)
		case "spread":
			parts[i] = g.spread(of, depth, differ)
		case "again":
			parts[i] = g.field(of, depth, differ) + " " + g.field(of, depth, differ)
		default:
			parts[i] = g.field(of, depth, differ)
		}
	}
	return strings.Join(parts, " ")
}

// field selects a field by its name or by another, which is the same for the same field with the same arguments.
func (g *documentGenerator) field(of *ast.Definition, depth int, differ bool) string {
	var fields []string
	for _, field := range of.Fields {
		composite := g.schema.Types[field.Type.Name()].IsCompositeType()
		if !strings.HasPrefix(field.Name, "__") && (depth > 0 || !composite) {
			fields = append(fields, field.Name)
		}
	}
	if len(fields) == 0 {
		return "__typename"
	}
	field := of.Fields.ForName(g.pick("field", fields...))
	alias, arguments := "", ""
	if variants := g.arguments[field.Name]; of.Name == "Query" && len(variants) > 0 {
		variant := rapid.IntRange(0, len(variants)-1).Draw(g.r, "arguments")
		alias, arguments = fmt.Sprintf("%s%d: ", field.Name, variant), variants[variant]
	} else if differ || g.flip("alias") {
		alias = of.Name + "_" + field.Name + ": "
	}
	text := alias + field.Name + arguments + g.condition()
	if result := g.schema.Types[field.Type.Name()]; result.IsCompositeType() {
		text += " { " + g.selections(result, depth-1, false) + " }"
	}
	return text
}

// condition is a directive, rarely. Documents with one are planned anew each time.
func (g *documentGenerator) condition() string {
	if rapid.IntRange(0, 39).Draw(g.r, "condition") < 39 {
		return ""
	}
	directive := g.pick("directive", " @include(if: $yes)", " @skip(if: $no)", " @include(if: $no)", " @skip(if: $yes)", " @include(if: true)", " @skip(if: true)")
	for _, name := range []string{"yes", "no"} {
		g.variables[name] = g.variables[name] || strings.Contains(directive, "$"+name)
	}
	return directive
}

// conditions are the types that a fragment may have where something of a type is selected.
func (g *documentGenerator) conditions(of *ast.Definition) []string {
	names := []string{of.Name}
	for _, abstract := range g.schema.Implements[of.Name] {
		names = append(names, abstract.Name)
	}
	if of.IsAbstractType() {
		for _, possible := range g.schema.GetPossibleTypes(of) {
			names = append(names, possible.Name)
		}
	}
	return names
}

func (g *documentGenerator) inline(of *ast.Definition, depth int, differ bool) string {
	on := g.pick("condition", append(g.conditions(of), "")...)
	inside := of
	if on != "" {
		inside, on = g.schema.Types[on], " on "+on
	}
	if depth == 0 {
		return "..." + on + g.condition() + " { __typename }"
	}
	return "..." + on + g.condition() + " { " + g.selections(inside, depth-1, differ) + " }"
}

// spread makes a fragment, or spreads one that there is already.
func (g *documentGenerator) spread(of *ast.Definition, depth int, differ bool) string {
	on := g.pick("fragment", g.conditions(of)...)
	if g.flip("known") {
		for _, known := range g.fragments {
			if known.TypeCondition == on && !differ {
				return "..." + known.Name + g.condition()
			}
		}
	}
	selections := "__typename"
	if depth > 0 {
		selections = g.selections(g.schema.Types[on], depth-1, differ)
	}
	fragment := ast.FragmentDefinition{Name: fmt.Sprintf("f%d", len(g.fragments)), TypeCondition: on}
	g.fragments = append(g.fragments, fragment)
	g.text = append(g.text, fmt.Sprintf(" fragment %s on %s { %s }", fragment.Name, on, selections))
	return "..." + fragment.Name + g.condition()
}
