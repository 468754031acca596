package shopify_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/shopify"
	"github.com/handback/handback/shopify/sandbox"
	"github.com/handback/handback/shopify/sandbox/sandboxtest"
)

// TestObserveTellsOfALargeStore once, and of no other.
func TestObserveTellsOfALargeStore(t *testing.T) {
	for products, times := range map[int]int{2499: 0, 3000: 1} {
		box, told := sandboxtest.Open(t, sandbox.Options{Products: products, RestoreRate: 100_000}), 0
		options := shopify.Options{Transport: box.Transport(), Large: func(context.Context) { told++ }}
		got, err := shopify.NewOAuth(box.APIKey(), box.APISecret(), options).Exchange(t.Context(), store, box.SessionToken(store))
		require.NoError(t, err)
		options.Tokens = &tokens{current: got.AccessToken.Reveal()}

		observed, err := shopify.New(options).Observe(t.Context(), store)

		require.NoError(t, err)
		require.Len(t, observed.Products, products)
		require.Equal(t, times, told)
	}
}
