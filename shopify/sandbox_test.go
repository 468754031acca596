package shopify_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify"
)

func TestSandboxNamesStoreAfterDomain(t *testing.T) {
	for domain, name := range map[string]string{
		"aurora-outfitters.myshopify.com": "Aurora Outfitters",
		"aurora.myshopify.com":            "Aurora",
		"a--b-.myshopify.com":             "A B",
		"7-seas.myshopify.com":            "7 Seas",
		"3.myshopify.com":                 "3",
	} {
		registration, err := shopify.Sandbox{}.Registration(t.Context(), domain)
		require.NoError(t, err)
		require.Equal(t, models.Store{Domain: domain, Name: name, Region: "US"}, registration.Store)
		require.Equal(t, name, registration.Business.Name)
	}
}

func TestSandboxIsDeterministic(t *testing.T) {
	sandbox := shopify.Sandbox{Catalogue: models.DefaultCatalogue()}
	aurora, err := sandbox.Registration(t.Context(), "aurora.myshopify.com")
	require.NoError(t, err)
	again, err := sandbox.Registration(t.Context(), "aurora.myshopify.com")
	require.NoError(t, err)
	other, err := sandbox.Registration(t.Context(), "borealis.myshopify.com")
	require.NoError(t, err)

	require.Equal(t, aurora, again)
	require.Equal(t, models.DefaultCatalogue().Before(), aurora.Settings)
	require.Regexp(t, `^bc-[0-9]{19}$`, aurora.Business.ExternalID)
	require.NotEqual(t, aurora.Business.ExternalID, other.Business.ExternalID)
}
