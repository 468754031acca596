package endpoint

import (
	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// holdValues waits for budget for what is made of the body: many small values take many times their text. Nobody who has
// it waits for a body.
func (c *call) holdValues(values int) bool {
	if values <= fewValues {
		return true
	}
	budget, bytes := c.capacity.valuesOf(c.caller.Store.ID), int64(values)*valueBytes
	if !c.acquire(budget.store, bytes) {
		return false
	}
	if !c.acquire(budget.all, bytes) {
		budget.store.Release(bytes)
		return false
	}
	c.values = heldValues{budget, bytes}
	c.cleanup(func() { c.values.release(c.values.bytes) })
	return true
}

// heldValues is what a request holds of the budget for values; the zero one holds none.
type heldValues struct {
	budget share
	bytes  int64
}

// release gives as much back as is held at most.
func (h *heldValues) release(bytes int64) {
	if bytes = min(bytes, h.bytes); bytes > 0 {
		h.budget.release(bytes)
		h.bytes -= bytes
	}
}

// dropUndeclared forgets variables that the operation does not declare, and gives back what is held for them: it may take a while, and
// does not read them.
func (c *call) dropUndeclared(params *graphql.RawParams, operation *ast.OperationDefinition) {
	dropped := 0
	for name, value := range params.Variables {
		if operation.VariableDefinitions.ForName(name) == nil {
			dropped += countValues(value)
			delete(params.Variables, name)
		}
	}
	c.values.release(int64(dropped) * valueBytes)
}

// countValues counts what measureJSON does.
func countValues(value any) int {
	switch value := value.(type) {
	case map[string]any:
		count := objectValues
		for _, member := range value {
			count += countValues(member)
		}
		return count
	case []any:
		count := 1
		for _, element := range value {
			count += countValues(element)
		}
		return count
	}
	return 1
}
