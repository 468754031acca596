package shopify_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/shopify"
)

func TestTokenOfUnknownStore(t *testing.T) {
	t.Parallel()
	repository := openRepository(t, dbtest.URL(t, "sqlite"))
	keeper := shopify.NewTokenKeeper(repository, shopify.NewOAuth("key", "secret", shopify.Options{}))
	_, err := keeper.Token(t.Context(), "nobody.myshopify.com")
	require.ErrorContains(t, err, "no store nobody.myshopify.com")
}
