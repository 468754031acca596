package shopify

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/handback/handback/models"
)

// resourceNode is a node of a type that has a name.
type resourceNode struct {
	Type        string `json:"__typename"`
	ID          string `json:"id"`
	Title       string `json:"title"`       // of a product
	DisplayName string `json:"displayName"` // of a variant: the product's title, and its own
	Name        string `json:"name"`        // of a location
	Product     struct {
		ID string `json:"id"`
	} `json:"product"` // of a variant
}

// onlyVariant ends the name of a product's only variant, which has no name of its own.
const onlyVariant = " - Default Title"

func (n *resourceNode) name() string {
	switch n.Type {
	case "Product":
		return n.Title
	case "ProductVariant":
		return strings.TrimSuffix(n.DisplayName, onlyVariant)
	}
	return n.Name
}

// page is where the node is in the store's admin.
func (n *resourceNode) page(store string) string {
	admin := "https://admin.shopify.com/store/" + strings.TrimSuffix(store, ".myshopify.com")
	switch n.Type {
	case "Product":
		return admin + "/products/" + numberOf(n.ID)
	case "ProductVariant":
		return admin + "/products/" + numberOf(n.Product.ID) + "/variants/" + numberOf(n.ID)
	}
	return admin + "/settings/locations/" + numberOf(n.ID)
}

// numberOf is the end of an id, such as 7001 of gid://shopify/Product/7001.
func numberOf(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }

// namedResource matches the ids of what has a name. Shopify fails the whole call when one id is no id of its.
var namedResource = regexp.MustCompile(`^gid://shopify/(Product|ProductVariant|Location)/[1-9][0-9]{0,18}$`)

// ResourceNames returns the names of products, their variants and locations, and their pages in the store's admin, in the order of their
// ids. Ids of what does not exist, or is none of these, are left out.
func (c *Client) ResourceNames(ctx context.Context, store string, ids []string) ([]models.ResourceName, error) {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !namedResource.MatchString(id) })
	slices.Sort(ids)
	ids = slices.Compact(ids)
	names := make([]models.ResourceName, 0, len(ids))
	for some := range slices.Chunk(ids, maxIDs) {
		var answer struct {
			Nodes []*resourceNode `json:"nodes"`
		}
		if err := c.do(ctx, store, "ResourceNames", map[string]any{"ids": some}, &answer); err != nil {
			return nil, err
		}
		for _, node := range answer.Nodes {
			if node != nil {
				names = append(names, models.ResourceName{ID: node.ID, Name: node.name(), URL: node.page(store)})
			}
		}
	}
	return names, nil
}
