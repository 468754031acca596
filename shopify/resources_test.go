package shopify_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify"
)

func TestResourcesAreNamed(t *testing.T) {
	api := newAPI(t).on("ResourceNames", data(`{"nodes":[{"__typename":"Product","id":"gid://shopify/Product/1","title":"Ridge jacket"},null,
		{"__typename":"ProductVariant","id":"gid://shopify/ProductVariant/5","displayName":"Ridge jacket - Blue / M","product":{"id":"gid://shopify/Product/1"}},
		{"__typename":"ProductVariant","id":"gid://shopify/ProductVariant/6","displayName":"Camp mug - Default Title","product":{"id":"gid://shopify/Product/7"}},
		{"__typename":"Location","id":"gid://shopify/Location/3","name":"Main warehouse"}]}`))

	names, err := api.client().ResourceNames(t.Context(), store, []string{
		"gid://shopify/Product/1", "gid://shopify/ProductVariant/5", "gid://shopify/ProductVariant/6", "gid://shopify/Product/2", "gid://shopify/Product/1",
		"gid://shopify/Location/3", "gid://shopify/Publication/4", "7500000000000000001", "",
	})

	require.NoError(t, err)
	admin := "https://admin.shopify.com/store/" + strings.TrimSuffix(store, ".myshopify.com")
	require.Equal(t, []models.ResourceName{
		{ID: "gid://shopify/Product/1", Name: "Ridge jacket", URL: admin + "/products/1"},
		{ID: "gid://shopify/ProductVariant/5", Name: "Ridge jacket - Blue / M", URL: admin + "/products/1/variants/5"},
		{ID: "gid://shopify/ProductVariant/6", Name: "Camp mug", URL: admin + "/products/7/variants/6"},
		{ID: "gid://shopify/Location/3", Name: "Main warehouse", URL: admin + "/settings/locations/3"},
	}, names)
	require.Equal(t, []any{
		"gid://shopify/Location/3", "gid://shopify/Product/1", "gid://shopify/Product/2", "gid://shopify/ProductVariant/5", "gid://shopify/ProductVariant/6",
	}, api.calls[0].Variables["ids"],
		"an id of anything else would fail the call")
}

func TestManyResourcesAreNamedByCallsOf250(t *testing.T) {
	var ids []string
	for i := range 501 {
		ids = append(ids, fmt.Sprintf("gid://shopify/Product/%d", 1000+i))
	}
	api := newAPI(t).on("ResourceNames", func(w http.ResponseWriter, received call) {
		first := received.Variables["ids"].([]any)[0].(string)
		data(`{"nodes":[{"__typename":"Product","id":"`+first+`","title":"First"}]}`)(w, received)
	})

	names, err := api.client().ResourceNames(t.Context(), store, ids)

	require.NoError(t, err)
	require.Len(t, names, 3)
	for i, name := range names {
		require.Equal(t, ids[250*i], name.ID)
	}
	require.Len(t, api.calls[1].Variables["ids"], 250)
	require.Len(t, api.calls[2].Variables["ids"], 1)
}

func TestNothingToNameIsNotAskedFor(t *testing.T) {
	api := newAPI(t)

	names, err := api.client().ResourceNames(t.Context(), store, []string{"order-7"})

	require.NoError(t, err)
	require.Empty(t, names)
	require.Empty(t, api.sent())
}

func TestNamesThatCannotBeReadAreAnError(t *testing.T) {
	client := newAPI(t).on("ResourceNames", topLevel("Access denied for product field.", `{"code":"ACCESS_DENIED"}`)).client()

	_, err := client.ResourceNames(t.Context(), store, []string{product})

	requireKind(t, shopify.ScopeMissing, err)
}
