package shopify_test

import (
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify"
)

// hostRecorder notes every host that a request reaches.
type hostRecorder struct {
	hosts []string
	next  http.RoundTripper
}

func (h *hostRecorder) RoundTrip(r *http.Request) (*http.Response, error) {
	h.hosts = append(h.hosts, r.URL.Scheme+"://"+r.URL.Host)
	return h.next.RoundTrip(r)
}

func TestNoHostIsCalledThatIsNotOnTheList(t *testing.T) {
	for _, origin := range []string{
		"https://business-api.tiktok.com",
		"https://ads.tiktok.com",
		"https://open-api.tiktokglobalshop.com",
		"http://aurora.myshopify.com",
		"https://myshopify.com",
		"https://.myshopify.com",
		"https://a.b.myshopify.com",
		"https://aurora.myshopify.com.example",
		"https://aurora.myshopify.com:8443",
		"https://evil.example/aurora.myshopify.com",
		"https://evil.example#aurora.myshopify.com",
		"https://aurora.myshopify.com@evil.example",
	} {
		t.Run(origin, func(t *testing.T) {
			reached := &hostRecorder{next: inProcess{newAPI(t).on("PublishProduct", data(published))}}
			options := shopify.Options{
				Tokens: &tokens{current: firstToken}, Transport: reached, Endpoint: func(string) string { return origin },
			}

			requireKind(t, shopify.Protocol, shopify.New(options).Publish(t.Context(), store, publication, product))
			_, err := shopify.NewOAuth("id", "secret", options).Refresh(t.Context(), store, models.NewSecret("refresh"))
			requireKind(t, shopify.Protocol, err)
			require.Empty(t, reached.hosts)
		})
	}
}

// TestDomainOfStoreCannotNameAnotherHost: a domain goes into the address as it is.
func TestDomainOfStoreCannotNameAnotherHost(t *testing.T) {
	for _, domain := range []string{"business-api.tiktok.com", "evil.example/.myshopify.com", "a@evil.example", "evil.example?.myshopify.com", ""} {
		reached := &hostRecorder{next: inProcess{newAPI(t).on("PublishProduct", data(published))}}
		client := shopify.New(shopify.Options{Tokens: &tokens{current: firstToken}, Transport: reached})

		requireKind(t, shopify.Protocol, client.Publish(t.Context(), domain, publication, product))
		require.Empty(t, reached.hosts, domain)
	}
}

func TestStoresAreCalledByTheirDomains(t *testing.T) {
	reached := &hostRecorder{next: inProcess{newAPI(t).on("PublishProduct", data(published))}}
	client := shopify.New(shopify.Options{Tokens: &tokens{current: firstToken}, Transport: reached})

	require.NoError(t, client.Publish(t.Context(), store, publication, product))
	require.Equal(t, []string{"https://" + store}, reached.hosts)
}

// TestRedirectsAreNotFollowed: not even to a host on the list, as the token would go along.
func TestRedirectsAreNotFollowed(t *testing.T) {
	for _, code := range []int{http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
		api := newAPI(t).on("PublishProduct", status(code, "Location", "/admin/api/2026-10/graphql.json"), data(published))

		requireKind(t, shopify.Protocol, api.client().Publish(t.Context(), store, publication, product))
		require.Equal(t, 1, api.times("PublishProduct"))
	}
}

// TestFilesAreNotSentElsewhere: the address of an upload comes from an answer.
func TestFilesAreNotSentElsewhere(t *testing.T) {
	reached := &hostRecorder{next: inProcess{newAPI(t).on("BulkOperations", data(noBulkOperations)).on("StagedUploadsCreate", data(
		`{"stagedUploadsCreate":{"stagedTargets":[{"url":"https://business-api.tiktok.com/upload","resourceUrl":null,"parameters":[{"name":"key","value":"k"}]}],"userErrors":[]}}`))}}
	client := shopify.New(shopify.Options{Tokens: &tokens{current: firstToken}, Transport: reached})

	_, err := client.StartBulkPublishing(t.Context(), store, shopify.BulkPublishing{ID: "1", PublicationID: publication, Products: products(3)})

	requireKind(t, shopify.Protocol, err)
	require.NotContains(t, reached.hosts, "https://business-api.tiktok.com")
}

// TestEveryMethodKeepsToTheStore calls all there is, and finds that only the store was reached.
func TestEveryMethodKeepsToTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { callEverything(t) })
}

func callEverything(t *testing.T) {
	reached := &hostRecorder{next: inProcess{newAPI(t)}}
	client := shopify.New(shopify.Options{Tokens: &tokens{current: firstToken}, Transport: reached})
	ctx := t.Context()
	_, err := client.Shop(ctx, store)
	requireKind(t, shopify.Unavailable, err) // 501 to everything
	_, _ = client.RefundPolicy(ctx, store)
	_, _ = client.Publications(ctx, store)
	_ = client.UpdatePublication(ctx, store, publication, true)
	for range client.PublishedProducts(ctx, store, publication) {
	}
	for range client.Products(ctx, store, publication) {
	}
	_, _ = client.CountPublishedProducts(ctx, store, publication)
	_, _ = client.ProductsPublished(ctx, store, publication, []string{product})
	_ = client.Unpublish(ctx, store, publication, product)
	_, _ = client.Locations(ctx, store)
	_ = client.EditLocation(ctx, store, "gid://shopify/Location/1", true)
	_, _ = client.WebhookSubscriptions(ctx, store)
	_, _ = client.CreateWebhookSubscription(ctx, store, models.WebhookSubscription{})
	_ = client.DeleteWebhookSubscription(ctx, store, "gid://shopify/WebhookSubscription/1")
	_, _ = client.Channels(ctx, store)
	_, _ = client.CreateChannel(ctx, store, models.ChannelInput{})
	_ = client.DeleteChannel(ctx, store, "gid://shopify/Channel/1")
	_, _ = client.AttributionHandle(ctx, store)
	_, _ = client.ResourceNames(ctx, store, []string{product})
	_, _ = client.ResourceFeedback(ctx, store, "gid://shopify/Channel/1")
	_ = client.SetResourceFeedback(ctx, store, "gid://shopify/Channel/1", models.ResourceFeedback{})
	_, _ = client.AppMetafield(ctx, store, "epoch")
	_, _ = client.SetAppMetafield(ctx, store, "gid://shopify/AppInstallation/1", models.AppMetafield{})
	_, _ = client.StartBulkPublishing(ctx, store, shopify.BulkPublishing{Products: products(1)})
	_, _ = client.BulkOperation(ctx, store, "gid://shopify/BulkOperation/1")
	_ = client.CancelBulkOperation(ctx, store, "gid://shopify/BulkOperation/1")

	for _, host := range reached.hosts {
		require.Equal(t, "https://"+store, host)
	}
}
