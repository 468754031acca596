package db

import (
	"context"
	"crypto/sha256"
	"errors"
	"strings"
	"sync"
	"time"

	"gorm.io/gorm/clause"

	"handback/models"
)

// APIKeys reads the store's keys that are not revoked, newest first.
func (r *Repository) APIKeys(ctx context.Context, caller models.Caller) ([]models.APIKey, error) {
	keys, err := readAPIKeys(r.readerSession(ctx), caller.Store.ID)
	return keys, fault(err)
}

// CreateAPIKey makes a key for the store. Its secret is in the result and nowhere else. An error may be refusals.
func (r *Repository) CreateAPIKey(ctx context.Context, caller models.Caller, request models.APIKeyRequest) (*models.CreateAPIKeyResult, error) {
	if refusals := models.RefuseAPIKeyRequest(request); len(refusals) > 0 {
		return nil, models.Refusals[models.CreateAPIKeyErrorCode](refusals)
	}
	return writeStoreResult(ctx, r, caller.Store.ID, func(tx session) (*models.CreateAPIKeyResult, error) {
		return r.createAPIKey(tx, caller, request)
	})
}

func (r *Repository) createAPIKey(tx session, caller models.Caller, request models.APIKeyRequest) (*models.CreateAPIKeyResult, error) {
	keys, err := lockAPIKeys(tx, caller.Store.ID)
	if err != nil {
		return nil, err
	}
	if refusal := models.RefuseAnotherAPIKey(keys, request); refusal != nil {
		return nil, refusal
	}
	entry := r.newEntry(caller, models.APIKeyCreated, nil)
	key, secret := models.NewAPIKey(request, "apikey_"+r.NewID(), r.NewSecret(), entry.OccurredAt)
	hash := models.HashAPIKey(secret)
	err = errors.Join(
		tx.orm().Create(&apiKey{
			ID: key.ID, StoreID: caller.Store.ID, Name: key.Name, Prefix: key.Prefix, Hash: hash[:], Scopes: inWords(key.Scopes), CreatedAt: key.CreatedAt,
		}).Error,
		tx.orm().Create(entry).Error)
	if err != nil {
		return nil, err
	}
	return &models.CreateAPIKeyResult{Key: key, Secret: secret}, nil
}

// RevokeAPIKey makes a key of the store open nothing any more, from the commit on. It returns the key as it was. An error
// may be a refusal.
func (r *Repository) RevokeAPIKey(ctx context.Context, caller models.Caller, id string) (*models.APIKey, error) {
	return writeStoreResult(ctx, r, caller.Store.ID, func(tx session) (*models.APIKey, error) {
		return r.revokeAPIKey(tx, caller, id)
	})
}

func (r *Repository) revokeAPIKey(tx session, caller models.Caller, id string) (*models.APIKey, error) {
	keys, err := lockAPIKeys(tx, caller.Store.ID)
	if err != nil {
		return nil, err
	}
	key, refusal := models.FindAPIKey(keys, id)
	if refusal != nil {
		return nil, refusal
	}
	entry := r.newEntry(caller, models.APIKeyRevoked, nil)
	if err := tx.orm().Model(&apiKey{ID: key.ID}).Update("revoked_at", entry.OccurredAt).Error; err != nil {
		return nil, err
	}
	if err := tx.orm().Create(entry).Error; err != nil {
		return nil, err
	}
	return key, nil
}

// apiKey is a row of the table.
type apiKey struct {
	ID         string `gorm:"primaryKey"`
	StoreID    string
	Name       string
	Prefix     string
	Hash       []byte
	Scopes     string // as words
	CreatedAt  time.Time
	LastUsedAt *time.Time
	RevokedAt  *time.Time
}

// readAPIKeys reads the store's keys that are not revoked, newest first.
func readAPIKeys(tx session, storeID string) ([]models.APIKey, error) {
	var rows []apiKey
	err := tx.orm().Where("store_id", storeID).Where("revoked_at IS NULL").Order("created_at DESC, id DESC").Find(&rows).Error
	keys := make([]models.APIKey, len(rows))
	for i, row := range rows {
		keys[i] = models.APIKey{
			ID: row.ID, Name: row.Name, Prefix: row.Prefix, Scopes: scopesIn(row.Scopes), CreatedAt: row.CreatedAt, LastUsedAt: row.LastUsedAt,
		}
	}
	return keys, err
}

// lockAPIKeys locks the store, and reads its keys.
func lockAPIKeys(tx session, storeID string) ([]models.APIKey, error) {
	if err := tx.lockStore(storeID); err != nil {
		return nil, err
	}
	return readAPIKeys(tx, storeID)
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

// CallerByAPIKey finds whom the key of this hash lets in, and updates its last-used time. found is false when there is
// no such key, or it is revoked: nothing is cached, so a key is rejected from the commit of its revocation on.
func (r *Repository) CallerByAPIKey(ctx context.Context, hash [sha256.Size]byte) (caller models.Caller, found bool, err error) {
	holders, err := selectHolder.all(r.readerSession(ctx), hash[:])
	if err != nil || len(holders) == 0 {
		return models.Caller{}, false, fault(err)
	}
	holder := holders[0]
	if now := r.Now(); models.ShouldTouch(holder.LastUsedAt, now) {
		r.touchLastUsed(ctx, holder.KeyID, now)
	}
	return models.Caller{
		Store: holder.Store, Actor: models.Actor{Kind: models.ActorPartner, Name: holder.KeyName}, ID: holder.KeyID, Scopes: scopesIn(holder.Scopes),
	}, true, nil
}

// holderRow is whom a key lets in, and when it last did.
type holderRow struct {
	Store      models.Store `gorm:"embedded"`
	KeyID      string
	KeyName    string
	Scopes     string // as words
	LastUsedAt *time.Time
}

var selectHolder = query[holderRow]{text: `SELECT s.id, s.domain, s.name, s.region, k.id AS key_id, k.name AS key_name, k.scopes, k.last_used_at
FROM api_keys k JOIN stores s ON s.id = k.store_id
WHERE k.hash = $1 AND k.revoked_at IS NULL`}

// touchTimeout is how long the update of a last-used time may take.
const touchTimeout = 5 * time.Second

// touchLastUsed updates the last-used time of a key in the background, unless an update is in flight: no request waits for it, and the
// end of the one that was made with the key does not stop it. A failure is dropped: the next use tries again, and
// a database that is away is noticed by the requests themselves.
func (r *Repository) touchLastUsed(ctx context.Context, keyID string, now time.Time) {
	if !r.touches.begin(keyID) {
		return
	}
	go func() {
		defer r.touches.end(keyID)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), touchTimeout)
		defer cancel()
		// Another process may have touched it meanwhile.
		stale := clause.Lte{Column: "last_used_at", Value: now.Add(-models.APIKeyUsePrecision)}
		r.writer.WithContext(ctx).Model(&apiKey{ID: keyID}).
			Where(clause.Or(clause.Expr{SQL: "last_used_at IS NULL"}, stale)).Update("last_used_at", now)
	}()
}

// touches are the updates of last uses that are in flight.
type touches struct {
	mu       sync.Mutex
	inFlight map[string]bool // by the key's id
	closed   bool
	writing  sync.WaitGroup
}

// begin reports whether the key may be touched now; end must be called after it.
func (t *touches) begin(keyID string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed || t.inFlight[keyID] {
		return false
	}
	if t.inFlight == nil {
		t.inFlight = map[string]bool{}
	}
	t.inFlight[keyID] = true
	t.writing.Add(1)
	return true
}

func (t *touches) end(keyID string) {
	t.mu.Lock()
	delete(t.inFlight, keyID)
	t.mu.Unlock()
	t.writing.Done()
}

// close waits for the updates in flight, and lets none begin any more.
func (t *touches) close() {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	t.writing.Wait()
}
