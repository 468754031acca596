package models

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPermissionTo: a seller reads what the app may do, whatever scopes Shopify comes to have.
func TestPermissionTo(t *testing.T) {
	for detail, want := range map[string]string{
		"write_products":                     "change products",
		"read_locations, write_locations":    "see locations and change locations",
		"read_publications":                  "see what sales channels show",
		"read_products, a, write_gift_cards": "see products, use a and change gift cards",
		"":                                   "do all of its work",
	} {
		require.Equal(t, want, permissionTo(splitScopes(detail)))
	}
}
