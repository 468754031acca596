package models_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

// TestAttention: what keeps a connected shop from working is said by the card, and decides who looks after its orders and whether its
// settings can be edited.
func TestAttention(t *testing.T) {
	for _, c := range []struct {
		account models.Account
		label   string
		works   bool
		url     string // where to put it right
	}{
		{models.Account{}, "Connected", true, ""},
		{models.Account{TikTokProblem: models.TikTokAccessEnding}, "Connected", true, "https://seller-us.tiktok.com"},
		{models.Account{ShopifyProblem: models.ShopifyAccessLost}, "Needs attention: the app was uninstalled from the store", false, "https://aurora.myshopify.com/admin/settings/apps"},
		{models.Account{TikTokProblem: models.TikTokAccessLost}, "Needs attention: TikTok does not let the app into the shop any more", false, "https://seller-us.tiktok.com"},
		{models.Account{ShopifyProblem: models.ShopifyScopeMissing, ShopifyProblemDetail: "write_locations"}, "Needs attention: the app lacks the permission to change locations in the store", true, "https://aurora.myshopify.com/admin/settings/apps"},
	} {
		account := c.account
		account.Kind, account.Status, account.Region = models.TikTokShop, models.AccountConnected, "US"
		account.StoreDomain = "aurora.myshopify.com"
		accounts := []*models.Account{&account}
		overview := models.NewOverview(models.Store{Region: "US"}, accounts)
		require.Equal(t, models.ChannelConnected, overview.TikTokShop.Status)
		require.Equal(t, c.label, overview.TikTokShop.StatusLabel)
		require.Equal(t, c.works, overview.OrderManagement.Routes[0].System == models.Shopify)
		refusals := models.RefuseUnreachable(accounts, []models.SettingInput{{Key: "order.tags"}})
		require.Equal(t, c.works, len(refusals) == 0)
		if !c.works {
			require.Contains(t, refusals[0].Message, "“Order tags” cannot be edited: ")
		}
		if problem := account.Problem(); c.url != "" {
			require.Equal(t, c.url, *problem.URL)
			require.NotEmpty(t, problem.Message)
		} else {
			require.Nil(t, problem)
		}
		account.Status = models.AccountDisconnected
		require.Nil(t, account.Problem())
	}
}
