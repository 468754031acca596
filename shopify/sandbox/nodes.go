package sandbox

import (
	"fmt"
	"strings"
)

// node returns what has the id, nil when it does not exist, or an error when it is no such id.
func (e *execution) node(typeName string, raw any) any {
	id, ok := parseGID(typeName, raw)
	if !ok {
		return invalidID(raw)
	}
	w := e.world
	switch typeName {
	case "Product":
		return orNil(w.Products.get(id))
	case "ProductVariant":
		return orNil(w.Products.variant(id))
	case "Location":
		return orNil(w.Locations[id])
	case "Publication":
		return orNil(w.Publications[id])
	case "WebhookSubscription":
		return orNil(w.Webhooks[id])
	case "Channel":
		return orNil(w.Channels[id])
	case "BulkOperation":
		return orNil(w.Bulks[id])
	}
	return nil
}

// orNil makes a plain nil of a nil pointer.
func orNil[T any](value *T) any {
	if value == nil {
		return nil
	}
	return value
}

// scopesOfNodes are needed to read what an id stands for.
var scopesOfNodes = map[string]string{
	"Product": "read_products", "ProductVariant": "read_products", "Location": "read_locations", "Publication": "read_publications",
	"WebhookSubscription": "", "Channel": "", "BulkOperation": "",
}

// anyNode returns what has the id, of whatever type.
func (e *execution) anyNode(raw any) any {
	text, _ := raw.(string)
	typeName, _, ok := strings.Cut(strings.TrimPrefix(text, "gid://shopify/"), "/")
	scope, known := scopesOfNodes[typeName]
	switch {
	case !ok || !known:
		return invalidID(raw)
	case scope != "" && !e.allows(scope):
		return accessDenied(strings.ToLower(typeName), scope)
	}
	return e.node(typeName, raw)
}

// resolveNodes has null for each id of something that no longer exists.
func resolveNodes(e *execution, _ any, args arguments) any {
	ids := args.list("ids")
	if len(ids) > maxPage {
		return tooMany(len(ids))
	}
	nodes := make([]any, len(ids))
	for i, id := range ids {
		nodes[i] = e.anyNode(id)
		if problem, ok := nodes[i].(*graphQLError); ok {
			return problem
		}
	}
	return nodes
}

func tooMany(n int) *graphQLError {
	return apiError("MAX_INPUT_SIZE_EXCEEDED", fmt.Sprintf("The input array size of %d is greater than the maximum allowed of %d.", n, maxPage))
}

// allows reports whether the app has a scope. Writing includes reading.
func (e *execution) allows(scope string) bool {
	if e.scopes == nil {
		return true
	}
	for _, granted := range e.scopes {
		if granted == scope || granted == strings.Replace(scope, "read_", "write_", 1) {
			return true
		}
	}
	return false
}
