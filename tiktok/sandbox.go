package tiktok

import (
	"context"
	"regexp"
	"strings"

	"handback/models"
)

// Sandbox stands in for TikTok where no server does: it answers from the authorization code alone. Its codes are sandbox:<REGION>:<owner|staff>:<shop code>, with :pending or :closed
// behind it for a shop that may not sell; they may be used again.
type Sandbox struct{}

var code = regexp.MustCompile(`^sandbox:([A-Z]{2}):(owner|staff):([A-Za-z0-9_-]{1,64})(?::(pending|closed))?$`)

var (
	roles  = map[string]models.ShopRole{"owner": models.ShopOwner, "staff": models.ShopStaff}
	states = map[string]models.SellerState{"": models.SellerActive, "pending": models.SellerPending, "closed": models.SellerClosed}
)

// Authorization says what an authorization code stands for, nil when it stands for nothing.
func (Sandbox) Authorization(_ context.Context, authorizationCode string) (*models.Authorization, error) {
	parts := code.FindStringSubmatch(authorizationCode)
	if parts == nil {
		return nil, nil
	}
	return &models.Authorization{
		Region: parts[1], Role: roles[parts[2]], ShopCode: parts[3], ShopName: shopName(parts[3]), Seller: states[parts[4]],
	}, nil
}

// Shops returns shops that show, in a store of the US, what can become of connecting: all of the sandbox's codes, and
// one that it does not know any more.
func (Sandbox) Shops() []models.SandboxShop {
	return []models.SandboxShop{
		shop("US:owner:USLCDEMO1", "You are the main owner."),
		shop("US:owner:USLCDEMO2", "You are the main owner."),
		shop("US:staff:USLCDEMO3", "You are on its staff; the main owner is somebody else."),
		shop("GB:owner:GBLCDEMO4", "You are the main owner. It sells in the United Kingdom."),
		shop("US:owner:USLCDEMO5:pending", "You are the main owner. It applied to sell on TikTok two days ago."),
		shop("US:owner:USLCDEMO6:expired", "You are the main owner. You allowed the connection yesterday."),
		shop("US:owner:"+ShopOfAnotherStore, "You are the main owner. Your other store sells through it."),
	}
}

// ShopOfAnotherStore is the code of the shop that the demo's other store is connected to.
const ShopOfAnotherStore = "USLCDEMO7"

// shop describes the shop of an authorization code, which stands here without the word sandbox.
func shop(code, about string) models.SandboxShop {
	parts := strings.Split(code, ":")
	return models.SandboxShop{
		Name: shopName(parts[2]), ExternalID: parts[2], Region: parts[0], About: about, AuthorizationCode: "sandbox:" + code,
	}
}

func shopName(shopCode string) string { return "TikTok Shop " + shopCode }

// Revoke ends the authorization. The sandbox keeps none, so that is done.
func (Sandbox) Revoke(context.Context, models.Account) (models.AuthorizationEndStatus, error) {
	return models.AuthorizationRevoked, nil
}
