// Package tiktok asks TikTok about shops. Only the sandbox exists: it answers from the authorization code alone.
package tiktok

import (
	"context"
	"regexp"

	"handback/models"
)

// Sandbox stands in for TikTok. Its codes are sandbox:<REGION>:<owner|staff>:<shop code>, with :pending or :closed
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
		Region: parts[1], Role: roles[parts[2]], ShopCode: parts[3], ShopName: "TikTok Shop " + parts[3], Seller: states[parts[4]],
	}, nil
}
