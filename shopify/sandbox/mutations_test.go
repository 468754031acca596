package sandbox_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/shopify/sandbox"
)

var (
	channelInput = variables{"accountId": "USLC1", "accountName": "Aurora", "specificationHandle": "tiktok-shop-us", "handle": "tiktok-shop"}
	subscription = variables{"topic": "ORDERS_UPDATED", "input": variables{"uri": "https://app.example/hooks", "format": "JSON"}}
)

// requireRefused compares the first user error of a mutation.
func requireRefused(t *testing.T, r reply, mutation, code string, field ...any) {
	t.Helper()
	reason, ok := r.at(mutation + ".userErrors.0").(map[string]any)
	require.True(t, ok, r.text)
	if code != "" {
		require.Equal(t, code, reason["code"])
	}
	require.Equal(t, field, reason["field"])
}

func TestPublishIsRepeatable(t *testing.T) {
	a := install(t, sandbox.Options{})
	for range 2 {
		require.Equal(t, true, a.publish(productID).at("publishablePublish.publishable.publishedOnPublication"))
	}
	require.Equal(t, []any{productID}, a.published())
	require.EqualValues(t, 1, a.do("PublishedProductsCount", variables{"publicationId": a.publication()}).at("publishedProductsCount.count"))
	a.do("UnpublishProduct", variables{"id": productID, "publicationId": a.publication()})
	require.Empty(t, a.published())
}

func TestPublishRefusesWhatDoesNotExist(t *testing.T) {
	a := install(t, sandbox.Options{})
	gone := a.publish("gid://shopify/Product/1")
	requireRefused(t, gone, "publishablePublish", "", "id")
	require.Nil(t, gone.at("publishablePublish.publishable"))
	requireRefused(t, a.do("PublishProduct", variables{"id": productID, "publicationId": "gid://shopify/Publication/1"}), "publishablePublish", "", "input", "0", "publicationId")
	require.Equal(t, "RESOURCE_NOT_FOUND", a.publish("gid://shopify/Location/1").Errors[0].Extensions["code"])
}

func TestDeletedProductsAreNullAmongNodes(t *testing.T) {
	a := install(t, sandbox.Options{})
	a.publish(productID)
	a.merchant(`mutation { productDelete(input: {id: "gid://shopify/Product/7001"}) { deletedProductId userErrors { message } } }`)
	nodes := a.do("ProductsPublished", variables{"ids": []string{productID, "gid://shopify/Product/7002"}, "publicationId": a.publication()})
	require.Nil(t, nodes.at("nodes.0"))
	require.Equal(t, "ACTIVE", nodes.at("nodes.1.status"))
	require.Empty(t, a.published())
	many := strings.Split(strings.Repeat(productID+" ", 251), " ")[:251]
	require.Equal(t, "MAX_INPUT_SIZE_EXCEEDED", a.do("ProductsPublished", variables{"ids": many, "publicationId": a.publication()}).Errors[0].Extensions["code"])
}

func TestNewProductsArePublishedWhereThatIsOn(t *testing.T) {
	a := install(t, sandbox.Options{})
	create := `mutation { productCreate(product: {title: "Scarf"}) { product { id } userErrors { message } } }`
	a.merchant(create)
	require.Empty(t, a.published())
	a.do("PublicationUpdate", variables{"id": a.publication(), "input": variables{"autoPublish": true}})
	created := a.merchant(create).at("productCreate.product.id")
	require.Equal(t, []any{created}, a.published())
}

func TestLockedPublicationIsRefused(t *testing.T) {
	a := install(t, sandbox.Options{LockedPublication: true})
	requireRefused(t, a.do("PublicationUpdate", variables{"id": a.publication(), "input": variables{"autoPublish": true}}), "publicationUpdate", "CANNOT_MODIFY_APP_CATALOG_PUBLICATION", "id")
	requireRefused(t, a.do("PublicationUpdate", variables{"id": "gid://shopify/Publication/1", "input": variables{}}), "publicationUpdate", "PUBLICATION_NOT_FOUND", "id")
}

func TestLastOnlineLocationStaysOnline(t *testing.T) {
	a := install(t, sandbox.Options{})
	off := func(id string) reply {
		return a.do("LocationEdit", variables{"id": id, "fulfillsOnlineOrders": false})
	}
	require.Equal(t, false, off(locationID).at("locationEdit.location.fulfillsOnlineOrders"))
	requireRefused(t, off("gid://shopify/Location/1003"), "locationEdit", "CANNOT_DISABLE_ONLINE_ORDER_FULFILLMENT", "input")
	requireRefused(t, off("gid://shopify/Location/1"), "locationEdit", "NOT_FOUND", "id")
	service := a.merchant(`mutation { fulfillmentServiceCreate(name: "Partner") { fulfillmentService { location { id } } } }`).at("fulfillmentServiceCreate.fulfillmentService.location.id").(string)
	requireRefused(t, off(service), "locationEdit", "CANNOT_MODIFY_ONLINE_ORDER_FULFILLMENT_FOR_FS_LOCATION", "input", "fulfillsOnlineOrders")
}

func TestDeactivatedLocationShipsNothing(t *testing.T) {
	a := install(t, sandbox.Options{})
	deactivate := `mutation { locationDeactivate(locationId: "` + locationID + `")%s { location { isActive fulfillsOnlineOrders } locationDeactivateUserErrors { code } } }`
	done := a.merchant(strings.Replace(deactivate, "%s", ` @idempotent(key: "1")`, 1))
	require.Equal(t, map[string]any{"isActive": false, "fulfillsOnlineOrders": false}, done.at("locationDeactivate.location"))
	requireRefused(t, a.do("LocationEdit", variables{"id": locationID, "fulfillsOnlineOrders": true}), "locationEdit", "INVALID", "id")
	a.sandbox.Grant(store, "write_locations")
	require.Equal(t, "BAD_REQUEST", a.doText(strings.Replace(deactivate, "%s", "", 1), nil).Errors[0].Extensions["code"])
}

// topics lists what the app subscribed to through the API.
func (a *app) topics() []any {
	a.t.Helper()
	topics := []any{}
	for _, node := range a.do("WebhookSubscriptions", nil).at("webhookSubscriptions.nodes").([]any) {
		topics = append(topics, node.(map[string]any)["topic"])
	}
	return topics
}

func TestWebhookOfOneAddressAndTopicIsTaken(t *testing.T) {
	a := install(t, sandbox.Options{})
	created := a.do("WebhookSubscriptionCreate", subscription).at("webhookSubscriptionCreate.webhookSubscription.id")
	again := a.do("WebhookSubscriptionCreate", subscription)
	requireRefused(t, again, "webhookSubscriptionCreate", "", "webhookSubscription", "callbackUrl")
	require.Equal(t, "Address for this topic has already been taken", again.at("webhookSubscriptionCreate.userErrors.0.message"))
	require.Equal(t, []any{"APP_UNINSTALLED", "ORDERS_UPDATED"}, a.topics())
	require.Equal(t, created, a.do("WebhookSubscriptionDelete", variables{"id": created}).at("webhookSubscriptionDelete.deletedWebhookSubscriptionId"))
	gone := a.do("WebhookSubscriptionDelete", variables{"id": created})
	requireRefused(t, gone, "webhookSubscriptionDelete", "", "id")
	require.Equal(t, "Webhook subscription does not exist", gone.at("webhookSubscriptionDelete.userErrors.0.message"))
}

func TestChannelLivesFromCreateToDelete(t *testing.T) {
	a := install(t, sandbox.Options{})
	created := a.do("ChannelCreate", variables{"input": channelInput}).at("channelCreate.channel.id").(string)
	require.Equal(t, created, a.do("ChannelByHandle", variables{"handle": "tiktok-shop"}).at("channelByHandle.id"))
	require.Equal(t, created, a.do("ChannelDelete", variables{"id": created}).at("channelDelete.deletedId"))
	requireRefused(t, a.do("ChannelDelete", variables{"id": created}), "channelDelete", "NOT_FOUND", "id")
	require.Nil(t, a.do("ChannelByHandle", variables{"handle": "tiktok-shop"}).at("channelByHandle"))
	require.NotEmpty(t, a.publication(), "the publication is the installation's")
}

func TestPublicationMayComeAndGoWithTheChannel(t *testing.T) {
	a := install(t, sandbox.Options{ChannelPublications: true})
	require.Empty(t, a.publication())
	created := a.do("ChannelCreate", variables{"input": channelInput}).at("channelCreate.channel.id")
	require.NotEmpty(t, a.publication())
	a.do("ChannelDelete", variables{"id": created})
	require.Empty(t, a.publication())
}

func TestResourceFeedbackComparesDates(t *testing.T) {
	a := install(t, sandbox.Options{})
	channel := a.do("ChannelCreate", variables{"input": channelInput}).at("channelCreate.channel.id")
	give := func(state string, after time.Duration, messages ...string) reply {
		at := a.clock.Now().Add(after).Format(time.RFC3339Nano)
		return a.do("ShopResourceFeedback", variables{"input": variables{"channelId": channel, "state": state, "feedbackGeneratedAt": at, "messages": messages}})
	}
	const mutation = "shopResourceFeedbackCreate"
	require.Equal(t, "Finish setting up.", give("REQUIRES_ACTION", -time.Minute, "Finish setting up.").at(mutation+".feedback.messages.0.message"))
	requireRefused(t, give("REQUIRES_ACTION", -time.Hour, "Older."), mutation, "OUTDATED_FEEDBACK", "input", "feedbackGeneratedAt")
	requireRefused(t, give("REQUIRES_ACTION", time.Hour, "Later."), mutation, "FEEDBACK_DATE_IN_FUTURE", "input", "feedbackGeneratedAt")
	requireRefused(t, give("REQUIRES_ACTION", 0, "No full stop"), mutation, "INVALID", "input", "messages", "0")
	requireRefused(t, give("REQUIRES_ACTION", 0), mutation, "BLANK", "input", "messages")
	accepted := give("ACCEPTED", 0)
	require.Nil(t, accepted.at(mutation+".feedback"))
	require.Empty(t, accepted.at(mutation+".userErrors"))
	require.Nil(t, a.do("ResourceFeedback", variables{"channelId": channel}).at("channel.resourceFeedback"))
}

func TestMetafieldsCompareDigests(t *testing.T) {
	a := install(t, sandbox.Options{})
	owner := a.do("Shop", nil).at("currentAppInstallation.id")
	set := func(value string, digest any) reply {
		return a.do("AppMetafieldsSet", variables{"metafields": []variables{{"ownerId": owner, "key": "epoch", "type": "json", "value": value, "compareDigest": digest}}})
	}
	const mutation = "metafieldsSet"
	first := set(`{"epoch":1}`, nil).at(mutation + ".metafields.0.compareDigest")
	requireRefused(t, set(`{"epoch":2}`, nil), mutation, "STALE_OBJECT", "metafields", "0")
	requireRefused(t, set(`{`, first), mutation, "INVALID_VALUE", "metafields", "0", "value")
	second := set(`{"epoch":2}`, first)
	require.NotEqual(t, first, second.at(mutation+".metafields.0.compareDigest"))
	requireRefused(t, set(`{"epoch":3}`, first), mutation, "STALE_OBJECT", "metafields", "0")
	require.Equal(t, `{"epoch":2}`, a.do("AppMetafields", nil).at("currentAppInstallation.metafields.nodes.0.value"))
}

func TestWrongOperationsChangeNothing(t *testing.T) {
	a := install(t, sandbox.Options{})
	for text, code := range map[string]string{
		`mutation { locationEdit(id: "` + locationID + `", input: {fulfillsOnlineOrders: false}) { place { id } } }`:                         "undefinedField",
		`mutation { locationEdit(id: "` + locationID + `", input: {fulfillsOnlineOrders: false}) { location } }`:                             "selectionMismatch",
		`mutation { locationEdit(id: "` + locationID + `") { location { id } } }`:                                                            "missingRequiredArguments",
		`mutation { locationEdit(id: "` + locationID + `", input: {fulfillsOnlineOrders: false}, now: true) { location { id } } }`:           "argumentNotAccepted",
		`mutation { locationEdit(id: "` + locationID + `", input: {fulfillsOnlineOrders: false}) { ... on Warehouse { id } } }`:              "undefinedType",
		`mutation M($id: ID!) { locationEdit(id: $id, input: {fulfillsOnlineOrders: false}) { location { id } } }`:                           "INVALID_VARIABLE",
		`mutation { locationEdit(id: "` + locationID + `", input: {fulfillsOnlineOrders: false}) { ...F } } fragment F on Missing { id }`:    "undefinedType",
		`mutation { locationEdit(id: "` + locationID + `", input: {fulfillsOnlineOrders: false}) { ...F } }`:                                 "useAndDefineFragment",
		`mutation { locationEdit(id: "` + locationID + `", input: {fulfillsOnlineOrders: false}) { ...F } } fragment F on Location { ...F }`: "QUERY_TOO_DEEP",
	} {
		require.Equal(t, code, a.doText(text, nil).Errors[0].Extensions["code"], text)
	}
	require.NotEmpty(t, a.doText(`mutation {`, nil).Errors[0].Message)
	for _, node := range a.do("Locations", nil).at("locations.nodes").([]any) {
		require.Equal(t, node.(map[string]any)["id"] != "gid://shopify/Location/1002", node.(map[string]any)["fulfillsOnlineOrders"])
	}
}

func TestAnswersFollowTheSelection(t *testing.T) {
	a := install(t, sandbox.Options{})
	answer := a.doText(`query Q($all: Boolean = false) {
		z: shop { __typename a: name ...S email @include(if: $all) }
		shop { id @skip(if: true) name }
		locations(first: 1, includeInactive: true) { edges { cursor node { id } } pageInfo { hasNextPage } }
	} fragment S on Shop { b: name }`, nil)
	require.Contains(t, answer.text, `{"data":{"z":{"__typename":"Shop","a":"Aurora Outfitters","b":"Aurora Outfitters"},"shop":{"name":"Aurora Outfitters"},"locations":{"edges":[{"cursor":"`)
	next := a.doText(`query Q($after: String) { locations(first: 1, after: $after) { nodes { id } } }`, variables{"after": answer.at("locations.edges.0.cursor")})
	require.Equal(t, "gid://shopify/Location/1002", next.at("locations.nodes.0.id"))
}
