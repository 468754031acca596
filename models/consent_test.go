package models_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

// TestConsentReturnsToPagesOfTheAdmin and to nothing that a browser could take for another place.
func TestConsentReturnsToPagesOfTheAdmin(t *testing.T) {
	for _, page := range []string{"", "/", "/settings", "/settings/connect", "/activity/disconnections/disconnection_01J", "/api-keys"} {
		require.Nil(t, models.ConsentRequest{ReturnTo: page}.RefuseReturnTo(), page)
	}
	for _, page := range []string{
		"settings", "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "/https://evil.example", "javascript:alert(1)", "/a//b", "/settings/",
		"/..", "/a/../b", "/.", "/a.b", "/a?b=c", "/a#b", "/a b", "/a%2f", "/a\n", "/a\r\nX: y", "/\t/evil.example", "/é", "/a@b", "/a:b", " /", "/\x00",
		"/" + strings.Repeat("a", 255), strings.Repeat("/a", 11),
	} {
		refusal := models.ConsentRequest{ReturnTo: page}.RefuseReturnTo()
		require.NotNil(t, refusal, "%q", page)
		require.Equal(t, models.InvalidReturnTo, refusal.Code)
		require.Equal(t, []string{"returnTo"}, refusal.Field)
	}
}

func TestConsentIsOver(t *testing.T) {
	begun := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	open, used := models.ConsentTimes{CreatedAt: begun}, models.ConsentTimes{CreatedAt: begun, UsedAt: &begun}
	last := begun.Add(models.ConsentLife - 1)
	require.Nil(t, open.OverWhenUsed(last))
	require.Equal(t, models.ConsentExpired, open.OverWhenUsed(last.Add(1)).Outcome)
	require.Equal(t, models.ConsentUsed, used.OverWhenUsed(last).Outcome)
	require.Equal(t, models.ConsentUsed, used.OverWhenUsed(last.Add(1)).Outcome, "which says more than that it has expired")

	require.Nil(t, used.OverWhenChosen(last))
	require.Equal(t, models.ConsentExpired, used.OverWhenChosen(last.Add(1)).Outcome)
	used.ChosenAt = &begun
	require.Equal(t, models.ConsentUsed, used.OverWhenChosen(last).Outcome)
}

func TestConsentIsRefusedWhileNoShopCanBeConnected(t *testing.T) {
	for status, want := range map[models.AccountStatus]models.BeginTikTokAuthorizationErrorCode{
		models.AccountConnected: models.BeginAlreadyConnected, models.AccountConnecting: models.BeginAlreadyConnected,
		models.AccountDisconnecting: models.BeginRestorationInProgress,
	} {
		require.Equal(t, want, models.RefuseConsent([]*models.Account{{Kind: models.TikTokShop, Status: status}}, 0, 1).Code)
	}
	require.Nil(t, models.RefuseConsent([]*models.Account{{Kind: models.TikTokShop, Status: models.AccountDisconnected}, {Kind: models.TikTokForBusiness, Status: models.AccountConnected}}, 0, 1))
	require.Equal(t, models.BeginDailyLimit, models.RefuseConsent(nil, 2, 1).Code)
}

func TestShopToConnect(t *testing.T) {
	store := models.Store{Region: "US"}
	shop := func(code, region string, elsewhere ...*models.Account) models.ShopChoice {
		authorization := models.Authorization{ShopCode: code, Region: region, Role: models.ShopOwner, Seller: models.SellerActive}
		return models.NewShopChoice(store, authorization, nil, elsewhere)
	}
	one, two, foreign, taken := shop("ONE", "US"), shop("TWO", "US"), shop("GB", "GB"), shop("TAKEN", "US", &models.Account{})
	require.Nil(t, one.Refusal)
	require.Equal(t, models.RegionMismatch, foreign.Refusal.Code)
	require.Equal(t, models.AccountInUse, taken.Refusal.Code)
	for name, test := range map[string]struct {
		choices []models.ShopChoice
		want    *models.Authorization
	}{
		"none":                   {nil, nil},
		"the only one":           {[]models.ShopChoice{one}, &one.Authorization},
		"the only one, refused":  {[]models.ShopChoice{foreign}, &foreign.Authorization},
		"the only one that can":  {[]models.ShopChoice{foreign, two, taken}, &two.Authorization},
		"two that can":           {[]models.ShopChoice{one, foreign, two}, nil},
		"several, none of which": {[]models.ShopChoice{foreign, taken}, nil},
	} {
		require.Equal(t, test.want, models.ShopToConnect(test.choices), name)
	}
	connected := []*models.Account{{Kind: models.TikTokShop, Status: models.AccountConnected}}
	require.Equal(t, models.AlreadyConnected, models.NewShopChoice(store, one.Authorization, connected, nil).Refusal.Code)
}
