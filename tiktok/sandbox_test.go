package tiktok_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"handback/models"
	"handback/tiktok"
)

func TestSandboxCodes(t *testing.T) {
	shop := models.Authorization{
		ShopCode: "USLCDEMO1", ShopName: "TikTok Shop USLCDEMO1", Region: "US", Role: models.ShopOwner, Seller: models.SellerActive,
	}
	but := func(change func(*models.Authorization)) *models.Authorization {
		other := shop
		change(&other)
		return &other
	}
	for code, want := range map[string]*models.Authorization{
		"sandbox:US:owner:USLCDEMO1":         &shop,
		"sandbox:GB:owner:USLCDEMO1":         but(func(a *models.Authorization) { a.Region = "GB" }),
		"sandbox:US:staff:USLCDEMO1":         but(func(a *models.Authorization) { a.Role = models.ShopStaff }),
		"sandbox:US:owner:USLCDEMO1:pending": but(func(a *models.Authorization) { a.Seller = models.SellerPending }),
		"sandbox:US:owner:USLCDEMO1:closed":  but(func(a *models.Authorization) { a.Seller = models.SellerClosed }),

		"":                                   nil,
		"USLCDEMO1":                          nil,
		"sandbox:US:owner:":                  nil,
		"sandbox:USA:owner:USLCDEMO1":        nil,
		"sandbox:US:admin:USLCDEMO1":         nil,
		"sandbox:US:owner:USLCDEMO1:":        nil,
		"sandbox:US:owner:USLCDEMO1:open":    nil,
		"sandbox:US:owner:USLCDEMO1\n":       nil,
		" sandbox:US:owner:USLCDEMO1":        nil,
		"sandbox:US:owner:USLC\x00DEMO1":     nil,
		"sandbox:US:owner:USLC DEMO1":        nil,
		"sandbox:US:owner:USLCDEMO1:closed:": nil,
	} {
		for range 2 { // sandbox codes may be used again
			got, err := tiktok.Sandbox{}.Authorization(t.Context(), code)
			require.NoError(t, err)
			require.Equal(t, want, got, code)
		}
	}
}

func TestSandboxShopsMatchTheirCodes(t *testing.T) {
	unknown := 0
	for _, shop := range (tiktok.Sandbox{}).Shops() {
		require.NotEmpty(t, shop.About)
		authorization, err := tiktok.Sandbox{}.Authorization(t.Context(), shop.AuthorizationCode)
		require.NoError(t, err)
		if authorization == nil {
			unknown++
			continue
		}
		require.Equal(t, []string{authorization.ShopName, authorization.ShopCode, authorization.Region}, []string{shop.Name, shop.ExternalID, shop.Region})
	}
	require.Equal(t, 1, unknown)
}
