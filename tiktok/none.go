package tiktok

import (
	"context"

	"handback/models"
)

// None is in TikTok's place where nothing stands in for it: the program is not joined to TikTok yet. It knows no code.
type None struct{}

// Authorization fails: TikTok cannot be asked.
func (None) Authorization(context.Context, string) (*models.Authorization, error) {
	return nil, &models.PlatformError{Code: models.TikTokUnavailable, Detail: "This app cannot ask TikTok yet, so no shop can be connected. Nothing was done."}
}

// Revoke leaves the authorization to be ended in Seller Center.
func (None) Revoke(context.Context, models.Account) (models.AuthorizationEndStatus, error) {
	return models.AuthorizationNotConfirmed, nil
}
