package tiktok

import (
	"context"

	"handback/models"
)

// None is in TikTok's place where nothing stands in for it: this program has no client of TikTok's yet. It knows no code.
type None struct{}

// Authorization fails: TikTok cannot be asked.
func (None) Authorization(context.Context, string) (*models.Authorization, error) {
	return nil, &models.PlatformError{Code: models.TikTokUnavailable}
}

// Revoke leaves the authorization to be ended in Seller Center.
func (None) Revoke(context.Context, models.Account) (models.AuthorizationEndStatus, error) {
	return models.AuthorizationNotConfirmed, nil
}
