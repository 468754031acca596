package shopify_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify"
)

func TestPublicationsTellWhoseTheyAre(t *testing.T) {
	api := newAPI(t).on("Publications",
		data(`{"publications":{"nodes":[{"id":"gid://shopify/Publication/1","autoPublish":true,"catalog":{"id":"gid://shopify/AppCatalog/1","apps":{"nodes":[{"id":"gid://shopify/App/3"}]}},
			"channels":{"nodes":[{"id":"gid://shopify/Channel/4","handle":"tiktok","accountId":"7"}]}}],"pageInfo":{"hasNextPage":true,"endCursor":"c1"}}}`),
		data(`{"publications":{"nodes":[{"id":"gid://shopify/Publication/2","autoPublish":false,"catalog":null,"channels":{"nodes":[]}}],"pageInfo":{"hasNextPage":false,"endCursor":"c2"}}}`))

	publications, err := api.client().Publications(t.Context(), store)

	require.NoError(t, err)
	require.Equal(t, []models.Publication{
		{ID: "gid://shopify/Publication/1", AutoPublish: true, AppIDs: []string{"gid://shopify/App/3"}, Channels: []models.Channel{{ID: "gid://shopify/Channel/4", Handle: "tiktok", AccountID: "7"}}},
		{ID: "gid://shopify/Publication/2", Channels: []models.Channel{}},
	}, publications)
	require.NotContains(t, api.calls[0].Variables, "after")
	require.Equal(t, "c1", api.calls[1].Variables["after"])
}

func TestAutoPublishThatNobodyMaySetIsRejectedByCode(t *testing.T) {
	api := newAPI(t).on("PublicationUpdate", data(`{"publicationUpdate":{"publication":null,"userErrors":[{"field":["id"],"message":"Cannot modify","code":"CANNOT_MODIFY_APP_CATALOG_PUBLICATION"}]}}`))

	err := api.client().UpdatePublication(t.Context(), store, publication, true)

	requireKind(t, shopify.Rejected, err)
	require.Equal(t, shopify.CodeAppPublication, shopify.CodeOf(err))
	require.Equal(t, map[string]any{"id": publication, "input": map[string]any{"autoPublish": true}}, api.calls[0].Variables)
}

// listing answers with the products of a store that has so many, 250 a page.
func listing(total int) reply {
	return func(w http.ResponseWriter, c call) {
		after, _ := c.Variables["after"].(string)
		from, _ := strconv.Atoi(after)
		upTo := min(total, from+250)
		var nodes []string
		for at := from; at < upTo; at++ {
			nodes = append(nodes, fmt.Sprintf(`{"id":"gid://shopify/Product/%d"}`, at+1))
		}
		data(fmt.Sprintf(`{"publication":{"id":"gid://shopify/Publication/1","products":{"nodes":[%s],"pageInfo":{"hasNextPage":%t,"endCursor":"%d"}}}}`,
			strings.Join(nodes, ","), upTo < total, upTo))(w, c)
	}
}

func TestPublishedProductsComeFromAllPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newAPI(t).on("PublishedProducts", throttled(1000), listing(1001))
		var ids []string
		for id, err := range api.timeless().PublishedProducts(t.Context(), store, publication) {
			require.NoError(t, err)
			ids = append(ids, id)
		}

		require.Len(t, ids, 1001)
		require.Equal(t, "gid://shopify/Product/1001", ids[1000])
		require.Equal(t, 1+5, api.times("PublishedProducts"))
	})
}

func TestPagesThatNobodyWantsAreNotRead(t *testing.T) {
	api := newAPI(t).on("PublishedProducts", listing(1001))
	for range api.client().PublishedProducts(t.Context(), store, publication) {
		break
	}

	require.Equal(t, 1, api.times("PublishedProducts"))
}

func TestPageThatLeadsToItselfEndsTheList(t *testing.T) {
	for _, cursor := range []string{`"c"`, `null`} {
		api := newAPI(t).on("PublishedProducts", data(`{"publication":{"id":"1","products":{"nodes":[],"pageInfo":{"hasNextPage":true,"endCursor":`+cursor+`}}}}`))
		var last error
		for _, last = range api.client().PublishedProducts(t.Context(), store, publication) {
		}

		requireKind(t, shopify.Protocol, last)
	}
}

func TestPublicationThatIsGoneIsNotFound(t *testing.T) {
	client := newAPI(t).on("PublishedProducts", data(`{"publication":null}`)).on("PublishedProductsCount", data(`{"publishedProductsCount":null}`)).client()
	var last error
	for _, last = range client.PublishedProducts(t.Context(), store, publication) {
	}
	_, err := client.CountPublishedProducts(t.Context(), store, publication)

	require.True(t, shopify.IsNotFound(last))
	require.True(t, shopify.IsNotFound(err))
}

func TestPublishedProductsAreCounted(t *testing.T) {
	client := newAPI(t).on("PublishedProductsCount", data(`{"publishedProductsCount":{"count":12345,"precision":"EXACT"}}`)).client()

	count, err := client.CountPublishedProducts(t.Context(), store, publication)

	require.NoError(t, err)
	require.Equal(t, 12345, count)
}

func TestProductsTellWhetherTheyArePublished(t *testing.T) {
	client := newAPI(t).on("ProductPublications", data(`{"products":{"nodes":[{"id":"gid://shopify/Product/1","status":"DRAFT","publishedOnPublication":true}],"pageInfo":{"hasNextPage":false,"endCursor":null}}}`)).client()
	for found, err := range client.Products(t.Context(), store, publication) {
		require.NoError(t, err)
		require.Equal(t, models.ProductPublication{ProductID: product, Status: "DRAFT", Published: true}, found)
	}
}

func TestProductsAreAskedForByAtMost250(t *testing.T) {
	api := newAPI(t).on("ProductsPublished", func(w http.ResponseWriter, c call) {
		var nodes []string
		for _, id := range c.Variables["ids"].([]any) {
			if id == product { // deleted
				nodes = append(nodes, "null")
				continue
			}
			nodes = append(nodes, fmt.Sprintf(`{"id":%q,"status":"ACTIVE","publishedOnPublication":true}`, id))
		}
		require.LessOrEqual(t, len(nodes), 250)
		data(`{"nodes":[`+strings.Join(nodes, ",")+`]}`)(w, c)
	})
	var ids []string
	for id := range products(501) {
		ids = append(ids, id)
	}

	found, err := api.client().ProductsPublished(t.Context(), store, publication, ids)

	require.NoError(t, err)
	require.Len(t, found, 500)
	require.Equal(t, 3, api.times("ProductsPublished"))
}

func TestProductsArePublishedAndUnpublished(t *testing.T) {
	api := newAPI(t).on("PublishProduct", data(published)).
		on("UnpublishProduct", data(`{"publishableUnpublish":{"publishable":{"id":"gid://shopify/Product/1","publishedOnPublication":false},"userErrors":[]}}`))
	client := api.client()

	require.NoError(t, client.Publish(t.Context(), store, publication, product))
	require.NoError(t, client.Unpublish(t.Context(), store, publication, product))
	for _, sent := range api.calls {
		require.Equal(t, map[string]any{"id": product, "publicationId": publication}, sent.Variables)
	}
}
