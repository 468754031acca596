package shopify_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/shopify"
)

func TestResourcesAreNamed(t *testing.T) {
	api := newAPI(t).on("ResourceNames", data(`{"nodes":[{"__typename":"Product","id":"gid://shopify/Product/1","title":"Ridge jacket"},null,
		{"__typename":"Location","id":"gid://shopify/Location/3","name":"Main warehouse"}]}`))

	names, err := api.client().ResourceNames(t.Context(), store, []string{
		"gid://shopify/Product/1", "gid://shopify/Product/2", "gid://shopify/Location/3", "gid://shopify/Publication/4", "7500000000000000001", "",
	})

	require.NoError(t, err)
	require.Equal(t, map[string]string{"gid://shopify/Product/1": "Ridge jacket", "gid://shopify/Location/3": "Main warehouse"}, names)
	require.Equal(t, []any{"gid://shopify/Product/1", "gid://shopify/Product/2", "gid://shopify/Location/3"}, api.calls[0].Variables["ids"],
		"an id of anything else would fail the call")
}

func TestManyResourcesAreNamedByCallsOf250(t *testing.T) {
	var ids []string
	for i := range 501 {
		ids = append(ids, fmt.Sprintf("gid://shopify/Product/%d", i+1))
	}
	api := newAPI(t).on("ResourceNames", func(w http.ResponseWriter, received call) {
		first := received.Variables["ids"].([]any)[0].(string)
		data(`{"nodes":[{"__typename":"Product","id":"`+first+`","title":"First"}]}`)(w, received)
	})

	names, err := api.client().ResourceNames(t.Context(), store, ids)

	require.NoError(t, err)
	require.Equal(t, map[string]string{ids[0]: "First", ids[250]: "First", ids[500]: "First"}, names)
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
