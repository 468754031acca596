package endpoint

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// documentSize is how large a selection is when every fragment is written out where it is spread.
type documentSize struct {
	selections, aliases, depth, rootFields int
	nodes                                  int // what validation looks at
}

// sizer measures a document before anything is known of its types. Each fragment is measured once, however often
// it is spread; the sums stop at enough. Fragments are told apart by where they stand: two may have one name, and both
// are validated.
type sizer struct {
	byName map[string]*ast.FragmentDefinition // the first of each name
	known  map[*ast.FragmentDefinition]documentSize
	open   map[*ast.FragmentDefinition]bool // those that are being measured: one that meets itself is a cycle
}

func newSizer(fragments ast.FragmentDefinitionList) sizer {
	m := sizer{map[string]*ast.FragmentDefinition{}, map[*ast.FragmentDefinition]documentSize{}, map[*ast.FragmentDefinition]bool{}}
	for _, fragment := range slices.Backward(fragments) {
		m.byName[fragment.Name] = fragment
	}
	return m
}

// measureDocument rejects a document that is too large in any of its dimensions, and says how large it is.
func measureDocument(doc *ast.QueryDocument) (nodes int, rejection *requestError) {
	m := newSizer(doc.Fragments)
	var whole documentSize
	for _, operation := range doc.Operations {
		if rejection := tooManyDirectives(operation.Directives, operation.Position); rejection != nil {
			return whole.nodes, rejection
		}
		if len(operation.VariableDefinitions) > maxVariables {
			return whole.nodes, limitError(codeTooManyVariables, "The operation declares more variables than are read", maxVariables).at(locations(operation.Position))
		}
		for _, variable := range operation.VariableDefinitions {
			if rejection := tooManyDirectives(variable.Directives, variable.Position); rejection != nil {
				return whole.nodes, rejection
			}
		}
		measured, rejection := m.selectionSet(operation.SelectionSet)
		if rejection == nil {
			rejection = measured.reject(operation)
		}
		if rejection != nil {
			return whole.nodes, rejection
		}
		whole.selections += measured.selections
		whole.nodes = min(whole.nodes+measured.nodes, enough)
	}
	for _, fragment := range doc.Fragments { // spread or not, it is validated
		measured, rejection := m.fragment(fragment)
		if rejection != nil {
			return whole.nodes, rejection
		}
		whole.selections = min(whole.selections+measured.selections, enough)
		whole.nodes = min(whole.nodes+measured.nodes, enough)
	}
	if whole.selections > 2*maxSelections {
		return whole.nodes, limitError(codeTooManySelections, "The document selects more than is answered", 2*maxSelections)
	}
	return whole.nodes, nil
}

func (s documentSize) reject(operation *ast.OperationDefinition) *requestError {
	var rejection *requestError
	switch {
	case s.selections > maxSelections:
		rejection = limitError(codeTooManySelections, "The operation selects more than is answered, with every fragment written out", maxSelections)
	case s.depth > maxDepth:
		rejection = limitError(codeTooDeep, "The operation selects deeper than is answered", maxDepth)
	case s.aliases > maxAliases:
		rejection = limitError(codeTooManyAliases, "The operation has more aliases than are answered", maxAliases)
	case s.rootFields > maxRootFields:
		rejection = limitError(codeTooManyRootFields, "The operation has more fields at its root than are answered", maxRootFields)
	default:
		return nil
	}
	return rejection.at(locations(operation.Position))
}

func (m *sizer) selectionSet(selections ast.SelectionSet) (whole documentSize, rejection *requestError) {
	for _, selected := range selections {
		var part documentSize
		switch selected := selected.(type) {
		case *ast.Field:
			part, rejection = m.field(selected)
		case *ast.InlineFragment:
			if rejection = tooManyDirectives(selected.Directives, selected.Position); rejection == nil {
				part, rejection = m.selectionSet(selected.SelectionSet)
			}
		case *ast.FragmentSpread:
			part, rejection = m.spread(selected)
		}
		if rejection != nil {
			return whole, rejection
		}
		whole.selections = min(whole.selections+part.selections+1, enough)
		whole.nodes = min(whole.nodes+part.nodes+1+nodesOf(selected), enough)
		whole.aliases = min(whole.aliases+part.aliases, enough)
		whole.rootFields = min(whole.rootFields+part.rootFields, enough)
		whole.depth = max(whole.depth, part.depth)
	}
	return whole, nil
}

func (m *sizer) field(field *ast.Field) (documentSize, *requestError) {
	if rejection := tooManyDirectives(field.Directives, field.Position); rejection != nil {
		return documentSize{}, rejection
	}
	below, rejection := m.selectionSet(field.SelectionSet)
	below.depth++
	below.rootFields = 1
	if field.Alias != field.Name {
		below.aliases++
	}
	return below, rejection
}

func (m *sizer) spread(spread *ast.FragmentSpread) (documentSize, *requestError) {
	if rejection := tooManyDirectives(spread.Directives, spread.Position); rejection != nil {
		return documentSize{}, rejection
	}
	fragment, defined := m.byName[spread.Name]
	if !defined { // validation says so
		return documentSize{}, nil
	}
	if m.open[fragment] {
		return documentSize{}, newRequestError(codeFragmentCycle, "A fragment contains itself.").at(locations(spread.Position))
	}
	return m.fragment(fragment)
}

func (m *sizer) fragment(fragment *ast.FragmentDefinition) (documentSize, *requestError) {
	if known, ok := m.known[fragment]; ok {
		return known, nil
	}
	if rejection := tooManyDirectives(fragment.Directives, fragment.Position); rejection != nil {
		return documentSize{}, rejection
	}
	m.open[fragment] = true
	measured, rejection := m.selectionSet(fragment.SelectionSet)
	delete(m.open, fragment)
	m.known[fragment] = measured
	return measured, rejection
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
	return limitError(codeTooManyDirectives, "More directives stand in one place than are read", maxDirectives).at(locations(position))
}

func locations(position *ast.Position) []gqlerror.Location {
	var err gqlerror.Error
	core.At(position)(&err)
	return err.Locations
}
