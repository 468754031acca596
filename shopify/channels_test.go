package shopify_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify"
)

const channel = `{"id":"gid://shopify/Channel/4","handle":"tiktok-7","accountId":"7","accountName":"Aurora","specificationHandle":"tiktok","activeRegions":["US"]}`

var (
	aurora       = models.Channel{ID: "gid://shopify/Channel/4", Handle: "tiktok-7", AccountID: "7", AccountName: "Aurora", SpecificationHandle: "tiktok", ActiveRegions: []string{"US"}}
	channelInput = models.ChannelInput{Handle: "tiktok-7", AccountID: "7", AccountName: "Aurora", SpecificationHandle: "tiktok"}
)

func TestChannelsAreListed(t *testing.T) {
	client := newAPI(t).on("Channels", data(`{"channels":{"nodes":[`+channel+`],"pageInfo":{"hasNextPage":false,"endCursor":"c"}}}`)).client()

	channels, err := client.Channels(t.Context(), store)

	require.NoError(t, err)
	require.Equal(t, []models.Channel{aurora}, channels)
}

// TestChannelWhoseAnswerWasLostIsNotCreatedTwice: it is looked for before every attempt.
func TestChannelWhoseAnswerWasLostIsNotCreatedTwice(t *testing.T) {
	api := newAPI(t).on("ChannelByHandle", data(`{"channelByHandle":null}`), data(`{"channelByHandle":`+channel+`}`)).on("ChannelCreate", cut)

	created, err := api.client().CreateChannel(t.Context(), store, channelInput)

	require.NoError(t, err)
	require.Equal(t, aurora, created)
	require.Equal(t, []string{"ChannelByHandle", "ChannelCreate", "ChannelByHandle"}, api.sent())
}

// TestChannelOfAnotherAccountIsReplaced: a handle is of one channel.
func TestChannelOfAnotherAccountIsReplaced(t *testing.T) {
	former := `{"id":"gid://shopify/Channel/3","handle":"tiktok-7","accountId":"6","accountName":"Former","specificationHandle":"tiktok","activeRegions":[]}`
	api := newAPI(t).on("ChannelByHandle", data(`{"channelByHandle":`+former+`}`)).
		on("ChannelDelete", data(`{"channelDelete":{"deletedId":"gid://shopify/Channel/3","userErrors":[]}}`)).
		on("ChannelCreate", data(`{"channelCreate":{"channel":`+channel+`,"userErrors":[]}}`))

	created, err := api.client().CreateChannel(t.Context(), store, channelInput)

	require.NoError(t, err)
	require.Equal(t, aurora, created)
	require.Equal(t, []string{"ChannelByHandle", "ChannelDelete", "ChannelCreate"}, api.sent())
}

func TestChannelIsCreatedWhenTheCallNeverArrived(t *testing.T) {
	api := newAPI(t).on("ChannelByHandle", data(`{"channelByHandle":null}`)).
		on("ChannelCreate", cut, data(`{"channelCreate":{"channel":`+channel+`,"userErrors":[]}}`))

	created, err := api.client().CreateChannel(t.Context(), store, channelInput)

	require.NoError(t, err)
	require.Equal(t, aurora, created)
	require.Equal(t, map[string]any{"input": map[string]any{"handle": "tiktok-7", "accountId": "7", "accountName": "Aurora", "specificationHandle": "tiktok"}}, api.calls[1].Variables)
}

func TestChannelThatIsGoneIsDeleted(t *testing.T) {
	client := newAPI(t).on("ChannelDelete", cut, data(`{"channelDelete":{"deletedId":null,"userErrors":[{"field":["id"],"message":"Channel not found","code":"NOT_FOUND"}]}}`)).client()

	require.NoError(t, client.DeleteChannel(t.Context(), store, aurora.ID))
}

func TestChannelThatMayNotBeDeletedIsRejected(t *testing.T) {
	client := newAPI(t).on("ChannelDelete", data(`{"channelDelete":{"deletedId":null,"userErrors":[{"field":["id"],"message":"Channel is not deletable","code":"INVALID"}]}}`)).client()

	requireKind(t, shopify.Rejected, client.DeleteChannel(t.Context(), store, aurora.ID))
}

func TestUnknownHandleHasNoChannel(t *testing.T) {
	found, err := newAPI(t).on("ChannelByHandle", data(`{"channelByHandle":null}`)).client().ChannelByHandle(t.Context(), store, "none")

	require.NoError(t, err)
	require.Nil(t, found)
}

func TestAttributionHandleIsThatOfTheFirstDefinition(t *testing.T) {
	for nodes, handle := range map[string]string{
		``: "",
		`{"id":"gid://shopify/OrderAttributionDefinition/4","handle":"tiktok"},{"id":"gid://shopify/OrderAttributionDefinition/5","handle":"other"}`: "tiktok",
	} {
		client := newAPI(t).on("OrderAttributionDefinitions", data(`{"orderAttributionDefinitions":{"nodes":[`+nodes+`],"pageInfo":{"hasNextPage":false,"endCursor":null}}}`)).client()

		found, err := client.AttributionHandle(t.Context(), store)

		require.NoError(t, err)
		require.Equal(t, handle, found)
	}
}

func TestAttributionHandleThatIsNotAnsweredIsNotNone(t *testing.T) {
	client := newAPI(t).on("OrderAttributionDefinitions", topLevel("Access denied for orderAttributionDefinitions field.", `{"code":"ACCESS_DENIED"}`)).client()

	_, err := client.AttributionHandle(t.Context(), store)

	requireKind(t, shopify.ScopeMissing, err)
}
