package shopify_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify"
)

func TestRefusedTokenIsRenewedOnce(t *testing.T) {
	api := newAPI(t).on("PublishProduct", unauthorized, data(published))

	require.NoError(t, api.client().Publish(t.Context(), store, publication, product))
	require.Equal(t, firstToken, api.calls[0].Token)
	require.Equal(t, secondToken, api.calls[1].Token)
}

func TestAccessIsLostWhenTheRenewedTokenIsRefused(t *testing.T) {
	api := newAPI(t).on("PublishProduct", unauthorized)

	err := api.client().Publish(t.Context(), store, publication, product)

	requireKind(t, shopify.AccessLost, err)
	require.Equal(t, 2, api.times("PublishProduct"))
	requireContains(t, err.Error(), "PublishProduct", "HTTP 401", "Invalid API key or access token")
}

func TestStoresThatLetNoAppInHaveLostAccess(t *testing.T) {
	for _, code := range []int{http.StatusPaymentRequired, http.StatusForbidden, http.StatusLocked} {
		api := newAPI(t).on("PublishProduct", status(code))

		requireKind(t, shopify.AccessLost, api.client().Publish(t.Context(), store, publication, product))
		require.Equal(t, 1, api.times("PublishProduct"))
	}
}

func TestErrorOfTheTokenSourceIsPassedOn(t *testing.T) {
	for _, given := range []error{errors.New("database is down"), &shopify.Error{Kind: shopify.AccessLost, Operation: "refresh token"}} {
		synctest.Test(t, func(t *testing.T) {
			api := newAPI(t).on("PublishProduct", unauthorized)
			client := shopify.New(shopify.Options{Tokens: &tokens{current: firstToken, err: given}, Transport: inProcess{api}})

			require.ErrorIs(t, client.Publish(t.Context(), store, publication, product), given)
		})
	}
}

// TestStoreWithoutTokensHasLostAccessAtOnce: a store that has uninstalled the app is not asked again and again for a token.
func TestStoreWithoutTokensHasLostAccessAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newAPI(t).on("PublishProduct", unauthorized)
		client := shopify.New(shopify.Options{Tokens: &tokens{current: firstToken, err: models.ErrAccessLost}, Transport: inProcess{api}})

		err := client.Publish(t.Context(), store, publication, product)

		requireKind(t, shopify.AccessLost, err)
		require.ErrorIs(t, err, models.ErrAccessLost)
		require.Equal(t, 1, api.times("PublishProduct"))
	})
}

func TestAnswersAreReadStrictly(t *testing.T) {
	for name, answer := range map[string]reply{
		"unknown member":  data(`{"publishablePublish":{"publishable":null,"userErrors":[],"shop":{}}}`),
		"wrong type":      data(`{"publishablePublish":{"publishable":{"id":1,"publishedOnPublication":true},"userErrors":[]}}`),
		"no payload":      data(`{"publishablePublish":null}`),
		"no data":         body(`{}`),
		"null data":       data(`null`),
		"HTML":            body(`<html>`),
		"not found":       status(http.StatusNotFound),
		"bad variable":    topLevel("Variable $id of type ID! was provided invalid value", `{"code":"INVALID_VARIABLE"}`),
		"unknown field":   topLevel("Field 'x' doesn't exist on type 'Product'", `{"code":"undefinedField"}`),
		"larger than all": body(`{"data":"` + strings.Repeat("x", 9<<20) + `"}`),
	} {
		t.Run(name, func(t *testing.T) {
			api := newAPI(t).on("PublishProduct", answer)

			requireKind(t, shopify.Protocol, api.client().Publish(t.Context(), store, publication, product))
			require.Equal(t, 1, api.times("PublishProduct"))
		})
	}
}
