package endpoint

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// shape is how large a selection is when every fragment is written out where it is spread.
type shape struct {
	selections, aliases, depth, rootFields int
	nodes                                  int // what validation looks at
}

// measuring measures a document before anything is known of its types. Each fragment is measured once, however often
// it is spread; the sums stop at enough. Fragments are told apart by where they stand: two may have one name, and both
// are validated.
type measuring struct {
	byName map[string]*ast.FragmentDefinition // the first of each name
	known  map[*ast.FragmentDefinition]shape
	open   map[*ast.FragmentDefinition]bool // those that are being measured: one that meets itself is a cycle
}

func newMeasuring(fragments ast.FragmentDefinitionList) measuring {
	m := measuring{map[string]*ast.FragmentDefinition{}, map[*ast.FragmentDefinition]shape{}, map[*ast.FragmentDefinition]bool{}}
	for _, fragment := range slices.Backward(fragments) {
		m.byName[fragment.Name] = fragment
	}
	return m
}

// refuseShape refuses a document that is too large in any of its dimensions, and says how large it is.
func refuseShape(doc *ast.QueryDocument) (nodes int, refusal *requestError) {
	m := newMeasuring(doc.Fragments)
	var whole shape
	for _, operation := range doc.Operations {
		if refusal := tooManyDirectives(operation.Directives, operation.Position); refusal != nil {
			return whole.nodes, refusal
		}
		if len(operation.VariableDefinitions) > maxVariables {
			return whole.nodes, refuseLimit(codeTooManyVariables, "The operation declares more variables than are read", maxVariables).at(locations(operation.Position))
		}
		for _, variable := range operation.VariableDefinitions {
			if refusal := tooManyDirectives(variable.Directives, variable.Position); refusal != nil {
				return whole.nodes, refusal
			}
		}
		measured, refusal := m.selectionSet(operation.SelectionSet)
		if refusal == nil {
			refusal = measured.refuse(operation)
		}
		if refusal != nil {
			return whole.nodes, refusal
		}
		whole.selections += measured.selections
		whole.nodes = min(whole.nodes+measured.nodes, enough)
	}
	for _, fragment := range doc.Fragments { // spread or not, it is validated
		measured, refusal := m.fragment(fragment)
		if refusal != nil {
			return whole.nodes, refusal
		}
		whole.selections = min(whole.selections+measured.selections, enough)
		whole.nodes = min(whole.nodes+measured.nodes, enough)
	}
	if whole.selections > 2*maxSelections {
		return whole.nodes, refuseLimit(codeTooManySelections, "The document selects more than is answered", 2*maxSelections)
	}
	return whole.nodes, nil
}

func (s shape) refuse(operation *ast.OperationDefinition) *requestError {
	var refusal *requestError
	switch {
	case s.selections > maxSelections:
		refusal = refuseLimit(codeTooManySelections, "The operation selects more than is answered, with every fragment written out", maxSelections)
	case s.depth > maxDepth:
		refusal = refuseLimit(codeTooDeep, "The operation selects deeper than is answered", maxDepth)
	case s.aliases > maxAliases:
		refusal = refuseLimit(codeTooManyAliases, "The operation has more aliases than are answered", maxAliases)
	case s.rootFields > maxRootFields:
		refusal = refuseLimit(codeTooManyRootFields, "The operation has more fields at its root than are answered", maxRootFields)
	default:
		return nil
	}
	return refusal.at(locations(operation.Position))
}

func (m *measuring) selectionSet(selections ast.SelectionSet) (whole shape, refusal *requestError) {
	for _, selected := range selections {
		var part shape
		switch selected := selected.(type) {
		case *ast.Field:
			part, refusal = m.field(selected)
		case *ast.InlineFragment:
			if refusal = tooManyDirectives(selected.Directives, selected.Position); refusal == nil {
				part, refusal = m.selectionSet(selected.SelectionSet)
			}
		case *ast.FragmentSpread:
			part, refusal = m.spread(selected)
		}
		if refusal != nil {
			return whole, refusal
		}
		whole.selections = min(whole.selections+part.selections+1, enough)
		whole.nodes = min(whole.nodes+part.nodes+1+nodesOf(selected), enough)
		whole.aliases = min(whole.aliases+part.aliases, enough)
		whole.rootFields = min(whole.rootFields+part.rootFields, enough)
		whole.depth = max(whole.depth, part.depth)
	}
	return whole, nil
}

func (m *measuring) field(field *ast.Field) (shape, *requestError) {
	if refusal := tooManyDirectives(field.Directives, field.Position); refusal != nil {
		return shape{}, refusal
	}
	below, refusal := m.selectionSet(field.SelectionSet)
	below.depth++
	below.rootFields = 1
	if field.Alias != field.Name {
		below.aliases++
	}
	return below, refusal
}

func (m *measuring) spread(spread *ast.FragmentSpread) (shape, *requestError) {
	if refusal := tooManyDirectives(spread.Directives, spread.Position); refusal != nil {
		return shape{}, refusal
	}
	fragment, defined := m.byName[spread.Name]
	if !defined { // validation says so
		return shape{}, nil
	}
	if m.open[fragment] {
		return shape{}, refuseRequest(codeFragmentCycle, "A fragment contains itself.").at(locations(spread.Position))
	}
	return m.fragment(fragment)
}

func (m *measuring) fragment(fragment *ast.FragmentDefinition) (shape, *requestError) {
	if known, ok := m.known[fragment]; ok {
		return known, nil
	}
	if refusal := tooManyDirectives(fragment.Directives, fragment.Position); refusal != nil {
		return shape{}, refusal
	}
	m.open[fragment] = true
	measured, refusal := m.selectionSet(fragment.SelectionSet)
	delete(m.open, fragment)
	m.known[fragment] = measured
	return measured, refusal
}

// nodesOf counts the directives, arguments and values that stand at a selection.
func nodesOf(selection ast.Selection) int {
	switch selection := selection.(type) {
	case *ast.Field:
		return argumentNodes(selection.Arguments) + directiveNodes(selection.Directives)
	case *ast.InlineFragment:
		return directiveNodes(selection.Directives)
	case *ast.FragmentSpread:
		return directiveNodes(selection.Directives)
	}
	return 0
}

func directiveNodes(directives ast.DirectiveList) (nodes int) {
	for _, directive := range directives {
		nodes += 1 + argumentNodes(directive.Arguments)
	}
	return nodes
}

func argumentNodes(arguments ast.ArgumentList) (nodes int) {
	for _, argument := range arguments {
		nodes += valueNodes(argument.Value)
	}
	return nodes
}

func valueNodes(value *ast.Value) int {
	nodes := 1
	for _, child := range value.Children {
		nodes += valueNodes(child.Value)
	}
	return nodes
}

func tooManyDirectives(directives ast.DirectiveList, position *ast.Position) *requestError {
	if len(directives) <= maxDirectives {
		return nil
	}
	return refuseLimit(codeTooManyDirectives, "More directives stand in one place than are read", maxDirectives).at(locations(position))
}

func locations(position *ast.Position) []gqlerror.Location {
	var err gqlerror.Error
	core.At(position)(&err)
	return err.Locations
}
