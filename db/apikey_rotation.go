package db

import (
	"context"

	"github.com/handback/handback/models"
)

// RotateAPIKey makes a successor of a key of the store; the key ends when the request says. The successor's secret is in
// the result and nowhere else. An error may be a refusal.
func (r *Repository) RotateAPIKey(ctx context.Context, caller models.Caller, request models.RotationRequest) (*models.RotateAPIKeyResult, error) {
	return writeStoreResult(ctx, r, caller.Store.ID, func(tx session) (*models.RotateAPIKeyResult, error) {
		return r.rotateAPIKey(tx, caller, request)
	})
}

func (r *Repository) rotateAPIKey(tx session, caller models.Caller, request models.RotationRequest) (*models.RotateAPIKeyResult, error) {
	keys, now, err := r.lockAPIKeysToAdd(tx, caller.Store.ID)
	if err != nil {
		return nil, err
	}
	predecessor, successor, refusal := request.Rotate(keys, now)
	if refusal != nil {
		return nil, refusal
	}
	if err := refuseToday(tx, models.RotateAPIKeyDailyLimit); err != nil {
		return nil, err
	}
	ending := apiKey{RotatedAt: predecessor.RotatedAt, ExpiresAt: predecessor.ExpiresAt}
	if err := tx.orm().Model(&apiKey{ID: predecessor.ID}).Updates(&ending).Error; err != nil {
		return nil, err
	}
	key, secret, err := r.insertAPIKey(tx, caller, successor, models.APIKeyRotated, *predecessor.RotatedAt)
	if err != nil {
		return nil, err
	}
	return &models.RotateAPIKeyResult{Key: *key, Predecessor: predecessor, Secret: secret}, nil
}
