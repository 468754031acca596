package db

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/handback/handback/models"
)

// APIKeys reads the store's keys, newest first: not those that are revoked, nor those that ended after a rotation.
func (r *Repository) APIKeys(ctx context.Context, caller models.Caller) ([]models.APIKey, error) {
	return orFault(readAPIKeys(r.readerSession(ctx), caller.Store.ID, r.Now()))
}

// CreateAPIKey makes a key for the store. Its secret is in the result and nowhere else. An error may be refusals.
func (r *Repository) CreateAPIKey(ctx context.Context, caller models.Caller, request models.APIKeyRequest) (*models.CreateAPIKeyResult, error) {
	request.FoldedName = foldName(request.Name)
	if refusals := models.RefuseAPIKeyRequest(request, r.Now()); len(refusals) > 0 {
		return nil, models.Refusals[models.CreateAPIKeyErrorCode](refusals)
	}
	return writeStoreResult(ctx, r, caller.Store.ID, func(tx session) (*models.CreateAPIKeyResult, error) {
		return r.createAPIKey(tx, caller, request)
	})
}

func (r *Repository) createAPIKey(tx session, caller models.Caller, request models.APIKeyRequest) (*models.CreateAPIKeyResult, error) {
	keys, now, err := r.lockAPIKeysToAdd(tx, caller.Store.ID)
	if err != nil {
		return nil, err
	}
	if refusal := models.RefuseAnotherAPIKey(keys, request, now); refusal != nil {
		return nil, refusal
	}
	if err := refuseToday(tx, models.CreateAPIKeyDailyLimit); err != nil {
		return nil, err
	}
	for _, key := range models.ExpiredKeysReplacedBy(keys, request) {
		if err := tx.orm().Model(&apiKey{ID: key.ID}).Update("revoked_at", key.EndedAt(now)).Error; err != nil {
			return nil, err
		}
	}
	key, secret, err := r.insertAPIKey(tx, caller, request, models.APIKeyCreated, now)
	if err != nil {
		return nil, err
	}
	return &models.CreateAPIKeyResult{Key: *key, Secret: secret}, nil
}

// insertAPIKey makes a key, and the audit entry of the action that it came with.
func (r *Repository) insertAPIKey(tx session, caller models.Caller, request models.APIKeyRequest, action models.AuditAction, now time.Time) (*models.APIKey, string, error) {
	key, secret := models.NewAPIKey(request, "apikey_"+r.NewID(), r.NewSecret(), now)
	hash := models.HashAPIKey(secret)
	err := tx.orm().Create(&apiKey{
		ID: key.ID, StoreID: caller.Store.ID, Name: key.Name, FoldedName: &key.FoldedName, Prefix: key.Prefix, Hash: hash[:],
		Scopes: inWords(key.Scopes), CreatedAt: key.CreatedAt, ExpiresAt: key.ExpiresAt,
	}).Error
	if err != nil {
		return nil, "", err
	}
	if err := tx.appendEntry(r.newKeyEntry(caller, action, key, now)); err != nil {
		return nil, "", err
	}
	return &key, secret, nil
}

// RevokeAPIKey makes a key of the store open nothing any more, from the commit on. It returns the key as it was. An error
// may be a refusal.
func (r *Repository) RevokeAPIKey(ctx context.Context, caller models.Caller, id string) (*models.APIKey, error) {
	return writeStoreResult(ctx, r, caller.Store.ID, func(tx session) (*models.APIKey, error) {
		return r.revokeAPIKey(tx, caller, id)
	})
}

func (r *Repository) revokeAPIKey(tx session, caller models.Caller, id string) (*models.APIKey, error) {
	keys, now, err := r.lockAPIKeys(tx, caller.Store.ID)
	if err != nil {
		return nil, err
	}
	key, refusal := models.FindAPIKey(keys, id)
	if refusal != nil {
		return nil, refusal
	}
	end := key.EndedAt(now)
	if err := tx.orm().Model(&apiKey{ID: key.ID}).Update("revoked_at", end).Error; err != nil {
		return nil, err
	}
	if err := tx.appendEntry(r.newKeyEntry(caller, models.APIKeyRevoked, *key, end)); err != nil {
		return nil, err
	}
	return key, nil
}

// ForgetAPIKeys removes the keys that were revoked, or have ended after a rotation, so long ago that nobody asks why they open nothing,
// and says how many there were. The audit trail has their names.
func (r *Repository) ForgetAPIKeys(ctx context.Context) (int64, error) {
	ended := func(column string) clause.Expression {
		return clause.Lte{Column: column, Value: r.Now().Add(-models.EndedAPIKeyLife)}
	}
	rotated := clause.And(clause.Neq{Column: "rotated_at", Value: nil}, ended("expires_at"))
	return r.forget(ctx, forgettable{row: &apiKey{}, primaryKey: "id"}, clause.Or(ended("revoked_at"), rotated))
}

// apiKey is a row of the table.
type apiKey struct {
	ID         string `gorm:"primaryKey"`
	StoreID    string
	Name       string
	FoldedName *string // nil: made before names were folded
	Prefix     string
	Hash       []byte
	Scopes     string // as words
	CreatedAt  time.Time
	ExpiresAt  *time.Time
	RotatedAt  *time.Time
	LastUsedAt *time.Time
	RevokedAt  *time.Time
}

// readAPIKeys reads the store's keys that are not revoked, newest first. One that was rotated goes when it ends.
func readAPIKeys(tx session, storeID string, now time.Time) ([]models.APIKey, error) {
	var rows []apiKey
	live := clause.Or(clause.Eq{Column: "rotated_at", Value: nil}, clause.Gt{Column: "expires_at", Value: now})
	err := tx.alone(func(db *gorm.DB) *gorm.DB {
		return db.Where("store_id", storeID).Where("revoked_at", nil).Where(live).Order("created_at DESC, id DESC").Find(&rows)
	}).Error
	if err != nil {
		return nil, err
	}
	keys := make([]models.APIKey, len(rows))
	for i, row := range rows {
		keys[i] = models.APIKey{
			ID: row.ID, Name: row.Name, FoldedName: foldName(row.Name), Prefix: row.Prefix, Scopes: scopesIn(row.Scopes),
			CreatedAt: row.CreatedAt, ExpiresAt: row.ExpiresAt, RotatedAt: row.RotatedAt, LastUsedAt: row.LastUsedAt,
		}
	}
	return keys, nil
}

// lockAPIKeys locks the store, and reads its keys: as they are at the moment that is returned, and until the transaction ends.
func (r *Repository) lockAPIKeys(tx session, storeID string) (keys []models.APIKey, now time.Time, err error) {
	if err := tx.lockStore(storeID); err != nil {
		return nil, now, err
	}
	now = r.Now()
	keys, err = readAPIKeys(tx, storeID, now)
	return keys, now, err
}

// lockAPIKeysToAdd is lockAPIKeys for who makes one more.
func (r *Repository) lockAPIKeysToAdd(tx session, storeID string) (keys []models.APIKey, now time.Time, err error) {
	if err := tx.lockStoreToAdd(storeID, models.APIKeyBytes); err != nil {
		return nil, now, err
	}
	now = r.Now()
	keys, err = readAPIKeys(tx, storeID, now)
	return keys, now, err
}

func inWords(scopes []models.APIKeyScope) string {
	words := make([]string, len(scopes))
	for i, scope := range scopes {
		words[i] = string(scope)
	}
	return strings.Join(words, " ")
}

func scopesIn(words string) []models.APIKeyScope {
	var scopes []models.APIKeyScope
	for word := range strings.FieldsSeq(words) {
		scopes = append(scopes, models.APIKeyScope(word))
	}
	return scopes
}
