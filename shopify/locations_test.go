package shopify_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify"
)

func TestLocationsAreListed(t *testing.T) {
	client := newAPI(t).on("Locations", data(`{"locations":{"nodes":[{"id":"gid://shopify/Location/1","name":"Main","isActive":true,"fulfillsOnlineOrders":true,"isFulfillmentService":false,"hasUnfulfilledOrders":true}],"pageInfo":{"hasNextPage":false,"endCursor":"c"}}}`)).client()

	locations, err := client.Locations(t.Context(), store)

	require.NoError(t, err)
	require.Equal(t, []models.Location{{ID: "gid://shopify/Location/1", Name: "Main", IsActive: true, FulfillsOnlineOrders: true, HasUnfulfilledOrders: true}}, locations)
}

func TestLocationIsEdited(t *testing.T) {
	api := newAPI(t).on("LocationEdit", data(`{"locationEdit":{"location":{"id":"gid://shopify/Location/1","isActive":true,"fulfillsOnlineOrders":false},"userErrors":[]}}`))

	require.NoError(t, api.client().EditLocation(t.Context(), store, "gid://shopify/Location/1", false))
	require.Equal(t, map[string]any{"id": "gid://shopify/Location/1", "fulfillsOnlineOrders": false}, api.calls[0].Variables)
}

func TestRefusedLocationSaysWhy(t *testing.T) {
	for _, code := range []string{shopify.CodeLastOnline, shopify.CodeFulfillment, shopify.CodeNotFound} {
		client := newAPI(t).on("LocationEdit", data(`{"locationEdit":{"location":null,"userErrors":[{"field":["input","fulfillsOnlineOrders"],"message":"No","code":"`+code+`"}]}}`)).client()

		err := client.EditLocation(t.Context(), store, "gid://shopify/Location/1", false)

		requireKind(t, shopify.Rejected, err)
		require.Equal(t, code, shopify.CodeOf(err))
		require.Equal(t, code == shopify.CodeNotFound, shopify.IsNotFound(err))
	}
}
