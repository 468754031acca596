package sandbox

import "strings"

// attributionHandle is what the orders of a channel are labelled with. channelCreate is documented to define it, and
// not how: here it is the first word of the specification, so that tiktok-shop-us gives tiktok.
func (c *channel) attributionHandle() string {
	handle, _, _ := strings.Cut(c.Specification, "-")
	return handle
}

// definesAttribution reports whether a channel is the oldest with its handle. There is one definition of a handle, and
// it goes with the last of its channels.
func (w *world) definesAttribution(c *channel) bool {
	for _, other := range w.Channels {
		if other.ID < c.ID && other.attributionHandle() == c.attributionHandle() {
			return false
		}
	}
	return true
}

func attributionTypes(types map[string]objectType) {
	types["OrderAttributionDefinition"] = objectType{interfaces: []string{"Node"}, fields: map[string]field{
		"id":          get(func(c *channel) any { return gid("OrderAttributionDefinition", c.ID) }),
		"handle":      get(func(c *channel) any { return c.attributionHandle() }),
		"displayName": get(func(c *channel) any { return c.AccountName }),
		"icon":        get(func(*channel) any { return nil }),
	}}
	addFields(types["QueryRoot"], map[string]field{
		"orderAttributionDefinitions": {of: "OrderAttributionDefinition", shape: connection, nonNull: true, resolve: func(e *execution, _ any, args arguments) any {
			return pageOfTable(args, e.world.Channels, e.world.definesAttribution)
		}},
	})
}
