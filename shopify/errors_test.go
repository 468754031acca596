package shopify_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/shopify"
)

func TestMissingScopesAreNamed(t *testing.T) {
	api := newAPI(t).on("PublishProduct", body(`{"errors":[
		{"message":"Something else","path":["a"]},
		{"message":"Access denied for publishablePublish field. Required access: `+"`write_publications`"+` access scope.","locations":[{"line":2,"column":3}],
		 "extensions":{"code":"ACCESS_DENIED","documentation":"https://shopify.dev/api/usage/access-scopes","requiredAccess":"`+"`write_publications` access scope. Also: `read_products`"+`."},"path":["publishablePublish"]}],
		"data":{"publishablePublish":null}}`))

	err := api.client().Publish(t.Context(), store, publication, product)

	requireKind(t, shopify.ScopeMissing, err)
	failed := &shopify.Error{}
	require.ErrorAs(t, err, &failed)
	require.Equal(t, []string{"write_publications", "read_products"}, failed.Scopes)
	require.Equal(t, 1, api.times("PublishProduct"))
}

func TestMissingScopeIsFoundInTheMessage(t *testing.T) {
	api := newAPI(t).on("PublishProduct", topLevel("Access denied. Required access: `write_publications` access scope.", `{"code":"ACCESS_DENIED"}`))
	failed := &shopify.Error{}

	require.ErrorAs(t, api.client().Publish(t.Context(), store, publication, product), &failed)
	require.Equal(t, []string{"write_publications"}, failed.Scopes)
}

func TestDeletedProductIsRecognisedWithoutCode(t *testing.T) {
	for answer, gone := range map[string]bool{
		`{"publishablePublish":{"publishable":null,"userErrors":[{"field":["id"],"message":"Resource does not exist"}]}}`:                           true,
		`{"publishablePublish":{"publishable":null,"userErrors":[{"field":["input","0","publicationId"],"message":"Publication does not exist"}]}}`: false,
	} {
		err := newAPI(t).on("PublishProduct", data(answer)).client().Publish(t.Context(), store, publication, product)

		requireKind(t, shopify.Rejected, err)
		require.Equal(t, gone, shopify.IsNotFound(err))
		require.Empty(t, shopify.CodeOf(err))
	}
}

func TestUnknownIDIsNotFound(t *testing.T) {
	api := newAPI(t).on("PublishProduct", topLevel("Invalid id: gid://shopify/Product/0", `{"code":"RESOURCE_NOT_FOUND"}`))

	require.True(t, shopify.IsNotFound(api.client().Publish(t.Context(), store, publication, product)))
}

// TestErrorsHoldNoToken: not even when Shopify repeats the one that was sent.
func TestErrorsHoldNoToken(t *testing.T) {
	echo := func(code int, form string) reply {
		return func(w http.ResponseWriter, c call) {
			w.WriteHeader(code)
			fmt.Fprintf(w, form, c.Token)
		}
	}
	for name, failure := range map[string]reply{
		"refused":      echo(http.StatusUnauthorized, `{"errors":"the token %s is wrong"}`),
		"frozen":       echo(http.StatusPaymentRequired, `{"errors":"the token %s is frozen"}`),
		"bad request":  echo(http.StatusBadRequest, `{"errors":"the token %s is wrong"}`),
		"page of HTML": echo(http.StatusNotFound, `<html>%s</html>`),
		"top level":    echo(http.StatusOK, `{"errors":[{"message":"%[1]s","extensions":{"code":"%[1]s"}}]}`),
		"no JSON":      echo(http.StatusOK, `%s`),
		"wrong data":   echo(http.StatusOK, `{"data":{"publishablePublish":"%s"}}`),
	} {
		t.Run(name, func(t *testing.T) {
			err := newAPI(t).on("PublishProduct", failure).client().Publish(t.Context(), store, publication, product)
			require.Error(t, err)
			requireKind(t, shopify.KindOf(err), err)
		})
	}
}

// TestErrorsHoldNoAddress: those of files let in whoever has them.
func TestErrorsHoldNoAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, transport := range []http.RoundTripper{inProcess{http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("cut") })}, nil} {
			client := shopify.New(shopify.Options{
				Tokens: &tokens{current: firstToken}, Transport: transport, Hosts: []string{"http://127.0.0.1:1"},
				Endpoint: func(string) string { return "http://127.0.0.1:1/s3cret\x7f?key=s3cret" },
			})

			err := client.Publish(t.Context(), store, publication, product)

			require.Error(t, err)
			require.NotContains(t, err.Error(), "s3cret")
		}
	})
}
