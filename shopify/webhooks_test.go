package shopify_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify"
)

const subscriptions = `{"webhookSubscriptions":{"nodes":[
	{"id":"gid://shopify/WebhookSubscription/1","topic":"ORDERS_UPDATED","uri":"https://handback.example/other","format":"JSON","filter":null,"includeFields":[],"metafieldNamespaces":[],"name":null,"apiVersion":{"handle":"2026-10"}},
	{"id":"gid://shopify/WebhookSubscription/2","topic":"ORDERS_UPDATED","uri":"https://handback.example/webhooks","format":"JSON","filter":"status:open","includeFields":["id"],"metafieldNamespaces":[],"name":null,"apiVersion":{"handle":"2026-10"}}],
	"pageInfo":{"hasNextPage":false,"endCursor":null}}}`

var wantedSubscription = models.WebhookSubscription{Topic: "ORDERS_UPDATED", URI: "https://handback.example/webhooks", Filter: "status:open", IncludeFields: []string{"id"}}

func TestWebhookSubscriptionIsCreated(t *testing.T) {
	api := newAPI(t).on("WebhookSubscriptionCreate", data(`{"webhookSubscriptionCreate":{"webhookSubscription":{"id":"gid://shopify/WebhookSubscription/9","topic":"ORDERS_UPDATED","uri":"https://handback.example/webhooks","format":"JSON"},"userErrors":[]}}`))

	created, err := api.client().CreateWebhookSubscription(t.Context(), store, wantedSubscription)

	require.NoError(t, err)
	require.Equal(t, "gid://shopify/WebhookSubscription/9", created.ID)
	require.Equal(t, map[string]any{"topic": "ORDERS_UPDATED", "input": map[string]any{
		"uri": "https://handback.example/webhooks", "format": "JSON", "filter": "status:open", "includeFields": []any{"id"},
	}}, api.calls[0].Variables)
}

const taken = `{"webhookSubscriptionCreate":{"webhookSubscription":null,"userErrors":[{"field":["webhookSubscription","uri"],"message":"Address for this topic has already been taken"}]}}`

// TestWebhookSubscriptionWhoseAnswerWasLostIsFound: repeating the call tells that there is one already.
func TestWebhookSubscriptionWhoseAnswerWasLostIsFound(t *testing.T) {
	client := newAPI(t).on("WebhookSubscriptionCreate", cut, data(taken)).on("WebhookSubscriptions", data(subscriptions)).client()

	created, err := client.CreateWebhookSubscription(t.Context(), store, wantedSubscription)

	require.NoError(t, err)
	wanted := wantedSubscription
	wanted.ID = "gid://shopify/WebhookSubscription/2"
	require.Equal(t, wanted, created)
}

func TestTakenAddressThatIsNotOursIsRejected(t *testing.T) {
	client := newAPI(t).on("WebhookSubscriptionCreate", data(taken)).on("WebhookSubscriptions", data(subscriptions)).client()

	_, err := client.CreateWebhookSubscription(t.Context(), store, models.WebhookSubscription{Topic: "PRODUCTS_DELETE", URI: "https://handback.example/webhooks"})

	requireKind(t, shopify.Rejected, err)
}

func TestWebhookSubscriptionsAreDeletedOnce(t *testing.T) {
	api := newAPI(t).on("WebhookSubscriptionDelete", cut,
		data(`{"webhookSubscriptionDelete":{"deletedWebhookSubscriptionId":null,"userErrors":[{"field":["id"],"message":"Webhook subscription does not exist"}]}}`))

	require.NoError(t, api.client().DeleteWebhookSubscription(t.Context(), store, "gid://shopify/WebhookSubscription/1"))
	require.Equal(t, 2, api.times("WebhookSubscriptionDelete"))
}
