package shopify_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify"
)

const (
	installation = "gid://shopify/AppInstallation/2"
	metafields   = `{"currentAppInstallation":{"id":"gid://shopify/AppInstallation/2","metafields":{"nodes":[{"key":"other","value":"1","compareDigest":"x"},{"key":"epoch","value":"{\"phase\": \"OPEN\", \"epoch\": \"e1\"}","compareDigest":"d1"}]}}}`
	stale        = `{"metafieldsSet":{"metafields":[],"userErrors":[{"field":["metafields","0"],"message":"The resource has been updated since it was loaded","code":"STALE_OBJECT","elementIndex":0}]}}`
)

func TestAppMetafieldIsReadByKey(t *testing.T) {
	client := newAPI(t).on("AppMetafields", data(metafields)).client()

	found, err := client.AppMetafield(t.Context(), store, "epoch")
	require.NoError(t, err)
	require.Equal(t, models.AppMetafield{Key: "epoch", Value: `{"phase": "OPEN", "epoch": "e1"}`, Digest: "d1"}, found)

	found, err = client.AppMetafield(t.Context(), store, "none")
	require.NoError(t, err)
	require.Zero(t, found)
}

func TestAppMetafieldIsComparedBeforeItIsSet(t *testing.T) {
	for digest, sent := range map[string]any{"": nil, "d1": "d1"} {
		api := newAPI(t).on("AppMetafieldsSet", data(`{"metafieldsSet":{"metafields":[{"key":"epoch","value":"{}","compareDigest":"d2"}],"userErrors":[]}}`))

		set, err := api.client().SetAppMetafield(t.Context(), store, installation, models.AppMetafield{Key: "epoch", Value: "{}", Digest: digest})

		require.NoError(t, err)
		require.Equal(t, "d2", set.Digest)
		require.Equal(t, map[string]any{"metafields": []any{map[string]any{
			"ownerId": installation, "key": "epoch", "type": "json", "value": "{}", "compareDigest": sent,
		}}}, api.calls[0].Variables)
	}
}

func TestAppMetafieldOfAnotherIsNotOverwritten(t *testing.T) {
	client := newAPI(t).on("AppMetafieldsSet", data(stale)).on("AppMetafields", data(metafields)).client()

	_, err := client.SetAppMetafield(t.Context(), store, installation, models.AppMetafield{Key: "epoch", Value: `{"epoch":"e2"}`})

	requireKind(t, shopify.Rejected, err)
	require.Equal(t, shopify.CodeStaleObject, shopify.CodeOf(err))
}

// TestAppMetafieldWhoseAnswerWasLostIsSet: repeating the call finds the value it wrote itself.
func TestAppMetafieldWhoseAnswerWasLostIsSet(t *testing.T) {
	client := newAPI(t).on("AppMetafieldsSet", cut, data(stale)).on("AppMetafields", data(metafields)).client()

	set, err := client.SetAppMetafield(t.Context(), store, installation, models.AppMetafield{Key: "epoch", Value: `{"epoch":"e1","phase":"OPEN"}`})

	require.NoError(t, err)
	require.Equal(t, "d1", set.Digest)
}
