package tiktok

import (
	"context"
	"iter"

	"github.com/handback/handback/models"
)

// None is in TikTok's place where the app has no credentials there, and nothing stands in for it. It knows no code.
type None struct{}

// Authorizations fails: TikTok cannot be asked.
func (None) Authorizations(context.Context, string) ([]models.Authorization, error) {
	return nil, &models.PlatformError{Code: models.TikTokUnavailable, Detail: "This app has no credentials at TikTok, so no shop can be connected. Nothing was done."}
}

// Revoke leaves the authorization to be ended in Seller Center.
func (None) Revoke(context.Context, models.Account, bool) (models.AuthorizationEndStatus, error) {
	return models.AuthorizationNotConfirmed, nil
}

// OpenOrders fails: TikTok lets nobody in.
func (None) OpenOrders(context.Context, models.Account) iter.Seq2[models.HandoffItem, error] {
	return func(yield func(models.HandoffItem, error) bool) {
		yield(models.HandoffItem{}, &models.PlatformError{Code: models.TikTokAccessLost})
	}
}

// Observe fails likewise.
func (None) Observe(context.Context, models.Account) (*models.ShopObservation, error) {
	return nil, &models.PlatformError{Code: models.TikTokAccessLost}
}

// AuthorizeURL fails, too.
func (n None) AuthorizeURL(string) (string, error) {
	_, err := n.Authorizations(context.Background(), "")
	return "", err
}
