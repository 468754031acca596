package sandbox_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/shopify/sandbox"
)

func TestNodesAreProductsTheirVariantsAndLocations(t *testing.T) {
	a := install(t, sandbox.Options{})
	a.merchant(`mutation { productUpdate(product: {id: "` + productID + `", title: "Scarf"}) { product { id } } }`)
	names := func(ids ...string) reply { return a.do("ResourceNames", variables{"ids": ids}) }
	require.Equal(t, []any{
		map[string]any{"__typename": "Product", "id": productID, "title": "Scarf"},
		nil,
		map[string]any{"__typename": "Location", "id": locationID, "name": "Main warehouse"},
		nil,
		map[string]any{
			"__typename": "ProductVariant", "id": variantID, "displayName": "Scarf - Default Title", "product": map[string]any{"id": productID},
		},
		nil,
	}, names(productID, "gid://shopify/Product/1", locationID, "gid://shopify/Location/1", variantID, "gid://shopify/ProductVariant/1").at("nodes"))
	require.Equal(t, "RESOURCE_NOT_FOUND", names(productID, "no id").Errors[0].Extensions["code"])
	many := strings.Split(strings.Repeat(locationID+" ", 251), " ")[:251]
	require.Len(t, names(many[:250]...).at("nodes"), 250)
	require.Equal(t, "MAX_INPUT_SIZE_EXCEEDED", names(many...).Errors[0].Extensions["code"])
	a.sandbox.Grant(store, "read_products")
	require.Equal(t, "ACCESS_DENIED", names(locationID).Errors[0].Extensions["code"])
}
