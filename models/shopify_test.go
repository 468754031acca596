package models_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"handback/models"
)

func TestMissingScopesKnowsThatWritingIncludesReading(t *testing.T) {
	profile := models.ShopProfile{Scopes: []string{"read_products", "write_locations"}}

	require.Empty(t, profile.MissingScopes([]string{"read_products", "read_locations", "write_locations"}))
	require.Equal(t, []string{"write_products", "read_orders"},
		profile.MissingScopes([]string{"write_products", "read_products", "read_orders"}))
}
