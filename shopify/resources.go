package shopify

import (
	"context"
	"regexp"
	"slices"
)

// resourceNode is a node of a type that has a name.
type resourceNode struct {
	Type  string `json:"__typename"`
	ID    string `json:"id"`
	Title string `json:"title"` // of a product
	Name  string `json:"name"`  // of a location
}

func (n resourceNode) name() string {
	if n.Type == "Product" {
		return n.Title
	}
	return n.Name
}

// namedResource matches the ids of what has a name. Shopify fails the whole call when one id is no id of its.
var namedResource = regexp.MustCompile(`^gid://shopify/(Product|Location)/[1-9][0-9]{0,18}$`)

// ResourceNames returns the titles of products and the names of locations by their ids. Ids of what does not exist, or
// is neither, are left out.
func (c *Client) ResourceNames(ctx context.Context, store string, ids []string) (map[string]string, error) {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !namedResource.MatchString(id) })
	names := make(map[string]string, len(ids))
	for some := range slices.Chunk(ids, maxIDs) {
		var answer struct {
			Nodes []*resourceNode `json:"nodes"`
		}
		if err := c.do(ctx, store, "ResourceNames", map[string]any{"ids": some}, &answer); err != nil {
			return nil, err
		}
		for _, node := range answer.Nodes {
			if node != nil {
				names[node.ID] = node.name()
			}
		}
	}
	return names, nil
}
