package models

import (
	"slices"
	"time"
)

// RotationOverlap is how long a key stays live beside its successor when nothing else is asked for.
const RotationOverlap = 24 * time.Hour

// RotationRequest asks for a successor of an API key: a key of the same name and scopes with a secret of its own.
type RotationRequest struct {
	ID                   string
	ExpiresAt            *time.Time // of the successor; nil: it lives as long as the key was to live
	PredecessorExpiresAt *time.Time // when the key ends; nil: after RotationOverlap
}

// RotateAPIKeyUserError is a refusal of rotateApiKey.
type RotateAPIKeyUserError = Refusal[RotateAPIKeyErrorCode]

// RotateAPIKeyErrorCode says why rotateApiKey refuses.
type RotateAPIKeyErrorCode string

// The codes of rotateApiKey's refusals.
const (
	RotateAPIKeyNotFound      RotateAPIKeyErrorCode = "API_KEY_NOT_FOUND"
	RotateAPIKeyInvalidExpiry RotateAPIKeyErrorCode = "INVALID_EXPIRY"
	AlreadyRotated            RotateAPIKeyErrorCode = "ALREADY_ROTATED"
	RotationInProgress        RotateAPIKeyErrorCode = "ROTATION_IN_PROGRESS"
	RotateAPIKeyDailyLimit    RotateAPIKeyErrorCode = "DAILY_LIMIT_REACHED"
)

// RotateAPIKeyResult is what rotateApiKey has made.
type RotateAPIKeyResult struct {
	Key         APIKey // the successor
	Predecessor APIKey // as the rotation left it
	Secret      string // of the successor; nobody can read it again
}

// Rotate decides what becomes of the key, and what to ask of its successor. keys are the store's that are not revoked.
func (r RotationRequest) Rotate(keys []APIKey, now time.Time) (predecessor APIKey, successor APIKeyRequest, refusal *RotateAPIKeyUserError) {
	at := slices.IndexFunc(keys, func(k APIKey) bool { return k.ID == r.ID })
	if at < 0 {
		return predecessor, successor, refuse(RotateAPIKeyNotFound, "This store has no such key.", "id")
	}
	predecessor = keys[at]
	now = predecessor.EndedAt(now)
	if refusal = r.refuse(keys, predecessor, now); refusal != nil {
		return predecessor, successor, refusal
	}
	successor = APIKeyRequest{Name: predecessor.Name, FoldedName: predecessor.FoldedName, Scopes: predecessor.Scopes, ExpiresAt: r.ExpiresAt}
	if successor.ExpiresAt == nil && predecessor.ExpiresAt != nil {
		end := now.Add(predecessor.ExpiresAt.Sub(predecessor.CreatedAt))
		successor.ExpiresAt = &end
	}
	predecessor.RotatedAt, predecessor.ExpiresAt = &now, r.endOf(predecessor, now)
	return predecessor, successor, nil
}

func (r RotationRequest) refuse(keys []APIKey, predecessor APIKey, now time.Time) *RotateAPIKeyUserError {
	older := func(k APIKey) bool {
		return k.ID != predecessor.ID && k.FoldedName == predecessor.FoldedName && k.RotatedAt != nil && k.IsLive(now)
	}
	switch {
	case predecessor.RotatedAt != nil:
		return refuse(AlreadyRotated, "This key has a successor already: rotate that one.", "id")
	case slices.ContainsFunc(keys, older):
		return refuse(RotationInProgress, "The key before this one is still live. Wait until it ends, or revoke it first.", "id")
	case IsPast(r.ExpiresAt, now):
		return refuse(RotateAPIKeyInvalidExpiry, "A key must expire in the future, or never.", "expiresAt")
	case IsPast(r.PredecessorExpiresAt, now):
		return refuse(RotateAPIKeyInvalidExpiry, "The old key must end in the future. To end it at once, revoke it.", "predecessorExpiresAt")
	}
	return nil
}

// endOf is when the key ends that is rotated now: never later than it would have without.
func (r RotationRequest) endOf(key APIKey, now time.Time) *time.Time {
	end := now.Add(RotationOverlap)
	if r.PredecessorExpiresAt != nil {
		end = *r.PredecessorExpiresAt
	}
	if key.ExpiresAt != nil && key.ExpiresAt.Before(end) {
		return key.ExpiresAt
	}
	return &end
}
