package shopify_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify"
	"github.com/handback/handback/shopify/sandbox"
	"github.com/handback/handback/shopify/sandbox/sandboxtest"
)

// sandboxClient returns a client of the sandbox, with a token of the store.
func sandboxClient(t *testing.T, box *sandbox.Sandbox) *shopify.Client {
	options := shopify.Options{Transport: box.Transport()}
	got, err := shopify.NewOAuth(box.APIKey(), box.APISecret(), options).Exchange(t.Context(), store, box.SessionToken(store))
	require.NoError(t, err)
	options.Tokens = &tokens{current: got.AccessToken.Reveal()}
	return shopify.New(options)
}

// TestClientReadsWhatAStoreBeginsWith compares settings that live in the store with the catalogue.
func TestClientReadsWhatAStoreBeginsWith(t *testing.T) {
	client, ctx := sandboxClient(t, sandboxtest.Open(t, sandbox.Options{})), t.Context()
	before := func(key string) string { return string(models.DefaultCatalogue().Definition(key).Before) }

	subscriptions, err := client.WebhookSubscriptions(ctx, store)
	require.NoError(t, err)
	var topics []string
	for _, subscription := range subscriptions {
		topics = append(topics, strings.ToLower(strings.Replace(subscription.Topic, "_", "/", 1)))
	}
	text, err := json.Marshal(topics)
	require.NoError(t, err)
	require.JSONEq(t, before("webhook.topics"), string(text))
	shown, err := client.RefundPolicy(ctx, store)
	require.NoError(t, err)
	require.JSONEq(t, before("returns.policyShown"), strconv.FormatBool(shown))
	handle, err := client.AttributionHandle(ctx, store)
	require.NoError(t, err)
	require.Equal(t, before("order.attributionSource"), handle, "there is none")
}

func TestClientReadsWhatMerchantAndChannelChange(t *testing.T) {
	box := sandboxtest.Open(t, sandbox.Options{})
	client, ctx := sandboxClient(t, box), t.Context()
	for body, shown := range map[string]bool{"": false, "<p></p>": false, "<p>Within 14 days.</p>": true} {
		text := `{"query":"mutation { shopPolicyUpdate(shopPolicy: {type: REFUND_POLICY, body: \"` + body + `\"}) { userErrors { message } } }"}`
		box.Control().ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/sandbox/shopify/admin/api/2026-10/graphql.json", strings.NewReader(text)))

		found, err := client.RefundPolicy(ctx, store)

		require.NoError(t, err)
		require.Equal(t, shown, found, body)
	}
	_, err := client.CreateChannel(ctx, store, models.ChannelInput{Handle: "tiktok-7", AccountID: "7", AccountName: "Aurora", SpecificationHandle: "tiktok-shop-us"})
	require.NoError(t, err)
	handle, err := client.AttributionHandle(ctx, store)
	require.NoError(t, err)
	require.Equal(t, "tiktok", handle)
	names, err := client.ResourceNames(ctx, store, []string{"gid://shopify/Product/7001", "gid://shopify/Product/1", "gid://shopify/Location/1001", "7"})
	require.NoError(t, err)
	require.Len(t, names, 2)
	require.Equal(t, []string{"Main warehouse", "Ridge jacket"}, []string{names[0].Name, names[1].Name})
}

// TestChannelThroughSandbox makes and removes what connecting a store makes there.
func TestChannelThroughSandbox(t *testing.T) {
	client, ctx := sandboxClient(t, sandboxtest.Open(t, sandbox.Options{})), t.Context()

	profile, err := client.Shop(ctx, store)
	require.NoError(t, err)
	require.Equal(t, store, profile.Domain)
	created, err := client.CreateChannel(ctx, store, models.ChannelInput{Handle: "tiktok-7", AccountID: "7", AccountName: "Aurora", SpecificationHandle: "tiktok"})
	require.NoError(t, err)
	require.NoError(t, client.SetResourceFeedback(ctx, store, created.ID, models.ResourceFeedback{State: "REQUIRES_ACTION", GeneratedAt: time.Now().Add(-time.Second), Messages: []string{"Finish the setup."}}))
	said, err := client.ResourceFeedback(ctx, store, created.ID)
	require.NoError(t, err)
	require.Equal(t, "REQUIRES_ACTION", said.State)
	locations, err := client.Locations(ctx, store)
	require.NoError(t, err)
	require.Len(t, locations, 3)
	set, err := client.SetAppMetafield(ctx, store, profile.InstallationID, models.AppMetafield{Key: "epoch", Value: `{"epoch":"1"}`})
	require.NoError(t, err)
	_, err = client.SetAppMetafield(ctx, store, profile.InstallationID, models.AppMetafield{Key: "epoch", Value: `{"epoch":"2"}`, Digest: "other"})
	require.Equal(t, shopify.CodeStaleObject, shopify.CodeOf(err))
	require.NotEmpty(t, set.Digest)
	subscription, err := client.CreateWebhookSubscription(ctx, store, models.WebhookSubscription{Topic: "ORDERS_UPDATED", URI: "https://handback.example/webhooks"})
	require.NoError(t, err)
	again, err := client.CreateWebhookSubscription(ctx, store, models.WebhookSubscription{Topic: "ORDERS_UPDATED", URI: "https://handback.example/webhooks"})
	require.NoError(t, err)
	require.Equal(t, subscription.ID, again.ID)
	require.NoError(t, client.DeleteWebhookSubscription(ctx, store, subscription.ID))
	require.NoError(t, client.DeleteWebhookSubscription(ctx, store, subscription.ID))
	require.NoError(t, client.DeleteChannel(ctx, store, created.ID))
	require.NoError(t, client.DeleteChannel(ctx, store, created.ID))
}

// TestPublishingThroughSandbox publishes the store's products to the app, one and then all.
func TestPublishingThroughSandbox(t *testing.T) {
	client, ctx := sandboxClient(t, sandboxtest.Open(t, sandbox.Options{})), t.Context()
	profile, err := client.Shop(ctx, store)
	require.NoError(t, err)
	publications, err := client.Publications(ctx, store)
	require.NoError(t, err)
	at := slices.IndexFunc(publications, func(p models.Publication) bool { return slices.Contains(p.AppIDs, profile.AppID) })
	require.NotEqual(t, -1, at, "the app has a publication of its own")
	own := publications[at].ID
	var ids []string
	for found, err := range client.Products(ctx, store, own) {
		require.NoError(t, err)
		ids = append(ids, found.ProductID)
	}
	require.Len(t, ids, 12)
	require.NoError(t, client.Publish(ctx, store, own, ids[0]))
	require.True(t, shopify.IsNotFound(client.Publish(ctx, store, own, "gid://shopify/Product/999999999")))
	work := shopify.BulkPublishing{ID: "op-1", PublicationID: own, Products: func(yield func(string, error) bool) {
		for _, id := range ids {
			if !yield(id, nil) {
				return
			}
		}
	}}
	started, err := client.StartBulkPublishing(ctx, store, work)
	require.NoError(t, err)
	done, err := client.AwaitBulkOperation(ctx, store, started.ID)
	require.NoError(t, err)
	require.NoError(t, done.Err())
	lines := 0
	for result, err := range client.BulkResults(ctx, done) {
		require.NoError(t, err)
		require.NoError(t, result.Err)
		lines++
	}
	require.Equal(t, 12, lines)
	count, err := client.CountPublishedProducts(ctx, store, own)
	require.NoError(t, err)
	require.Equal(t, 12, count)
}
