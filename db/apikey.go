package db

import (
	"context"
	"crypto/sha256"
	"strings"
	"sync"
	"time"

	"handback/models"
)

// APIKeys reads the store's keys that are not revoked, newest first.
func (r *Repository) APIKeys(ctx context.Context, caller models.Caller) ([]models.APIKey, error) {
	var found []foundAPIKey
	err := send(r.readerSession(ctx), apiKeysInto(&found, caller.Store.ID))
	return apiKeys(found), fault(err)
}

// CreateAPIKey makes a key for the store. Its secret is in the result and nowhere else.
func (r *Repository) CreateAPIKey(ctx context.Context, caller models.Caller, request models.APIKeyRequest) (*models.CreateAPIKeyResult, error) {
	if refusals := models.RefuseAPIKeyRequest(request); len(refusals) > 0 {
		return &models.CreateAPIKeyResult{Refusals: refusals}, nil
	}
	var result *models.CreateAPIKeyResult
	err := r.writeStore(ctx, caller.Store.ID, func(tx session) (err error) {
		result, err = r.createAPIKey(tx, caller, request)
		return err
	})
	if err != nil {
		return nil, err
	}
	return result, nil
}

func (r *Repository) createAPIKey(tx session, caller models.Caller, request models.APIKeyRequest) (*models.CreateAPIKeyResult, error) {
	keys, err := r.readAPIKeysAlone(tx, caller.Store.ID)
	if err != nil {
		return nil, err
	}
	if refusal := models.RefuseAnotherAPIKey(keys, request); refusal != nil {
		return &models.CreateAPIKeyResult{Refusals: []models.CreateAPIKeyUserError{*refusal}}, errRefused
	}
	entry := r.newEntry(caller, models.APIKeyCreated, nil)
	key, secret := models.NewAPIKey(request, "apikey_"+r.NewID(), r.NewSecret(), entry.OccurredAt)
	hash := models.HashAPIKey(secret)
	err = tx.orm().Exec(`INSERT INTO api_keys (id, store_id, name, prefix, hash, scopes, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		key.ID, caller.Store.ID, key.Name, key.Prefix, hash[:], inWords(key.Scopes), key.CreatedAt).Error
	if err != nil {
		return nil, err
	}
	return &models.CreateAPIKeyResult{Key: &key, Secret: &secret}, r.writeSettings(tx, entry, nil, caller.Actor, nil)
}

// RevokeAPIKey makes a key of the store open nothing any more, from the commit on.
func (r *Repository) RevokeAPIKey(ctx context.Context, caller models.Caller, id string) (*models.RevokeAPIKeyResult, error) {
	var result *models.RevokeAPIKeyResult
	err := r.writeStore(ctx, caller.Store.ID, func(tx session) (err error) {
		result, err = r.revokeAPIKey(tx, caller, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	return result, nil
}

func (r *Repository) revokeAPIKey(tx session, caller models.Caller, id string) (*models.RevokeAPIKeyResult, error) {
	keys, err := r.readAPIKeysAlone(tx, caller.Store.ID)
	if err != nil {
		return nil, err
	}
	key, refusal := models.FindAPIKey(keys, id)
	if refusal != nil {
		return &models.RevokeAPIKeyResult{Refusals: []models.RevokeAPIKeyUserError{*refusal}}, errRefused
	}
	entry := r.newEntry(caller, models.APIKeyRevoked, nil)
	if err := tx.orm().Exec(`UPDATE api_keys SET revoked_at = ? WHERE id = ?`, entry.OccurredAt, key.ID).Error; err != nil {
		return nil, err
	}
	return &models.RevokeAPIKeyResult{Key: key}, r.writeSettings(tx, entry, nil, caller.Actor, nil)
}

// foundAPIKey is a key, its scopes as words.
type foundAPIKey struct {
	key   models.APIKey
	words string
}

// apiKeysInto reads the store's keys that are not revoked, newest first.
func apiKeysInto(found *[]foundAPIKey, storeID string) statement {
	return rowsInto(found, func(f *foundAPIKey) []any {
		return []any{&f.key.ID, &f.key.Name, &f.key.Prefix, &f.words, &f.key.CreatedAt, &f.key.LastUsedAt}
	}, `SELECT id, name, prefix, scopes, created_at, last_used_at
		FROM api_keys WHERE store_id = $1 AND revoked_at IS NULL ORDER BY created_at DESC, id DESC`, storeID)
}

func apiKeys(found []foundAPIKey) []models.APIKey {
	keys := make([]models.APIKey, len(found))
	for i, f := range found {
		keys[i] = f.key
		keys[i].Scopes = scopesIn(f.words)
	}
	return keys
}

// readAPIKeysAlone reads the keys of the store, which it locks.
func (r *Repository) readAPIKeysAlone(tx session, storeID string) ([]models.APIKey, error) {
	var found []foundAPIKey
	err := r.sendLocked(tx, storeID, apiKeysInto(&found, storeID))
	return apiKeys(found), err
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
	for _, word := range strings.Fields(words) {
		scopes = append(scopes, models.APIKeyScope(word))
	}
	return scopes
}

// CallerByAPIKey finds whom the key of this hash lets in, and notes that it was used. found is false when there is
// no such key, or it is revoked: nothing is remembered, so a key is refused from the commit of its revocation on.
func (r *Repository) CallerByAPIKey(ctx context.Context, hash [sha256.Size]byte) (caller models.Caller, found bool, err error) {
	holders, err := query(r.readerSession(ctx), holderTargets, `SELECT s.id, s.domain, s.name, s.region, k.id, k.name, k.scopes, k.last_used_at
		FROM api_keys k JOIN stores s ON s.id = k.store_id WHERE k.hash = $1 AND k.revoked_at IS NULL`, hash[:])
	if err != nil || len(holders) == 0 {
		return models.Caller{}, false, fault(err)
	}
	if now := r.Now(); models.UseIsNews(holders[0].lastUsedAt, now) {
		r.noteUse(ctx, holders[0].caller.ID, now)
	}
	caller = holders[0].caller
	caller.Actor.Kind, caller.Scopes = models.ActorPartner, scopesIn(holders[0].words)
	return caller, true, nil
}

// holder is whom a key lets in, and when it last did.
type holder struct {
	caller     models.Caller
	words      string // its scopes
	lastUsedAt *time.Time
}

func holderTargets(h *holder) []any {
	c := &h.caller
	return []any{&c.Store.ID, &c.Store.Domain, &c.Store.Name, &c.Store.Region, &c.ID, &c.Actor.Name, &h.words, &h.lastUsedAt}
}

// noteTime is how long the note of a use may take.
const noteTime = 5 * time.Second

// noteUse writes in the background when a key was used, unless that is being done: no request waits for it, and the
// end of the one that was made with the key does not stop it. A failure is dropped: the next use tries again, and
// a database that is away is noticed by the requests themselves.
func (r *Repository) noteUse(ctx context.Context, keyID string, now time.Time) {
	if !r.notes.begin(keyID) {
		return
	}
	go func() {
		defer r.notes.end(keyID)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteTime)
		defer cancel()
		// Another process may have noted a use meanwhile.
		r.writer.WithContext(ctx).Exec(`UPDATE api_keys SET last_used_at = ? WHERE id = ? AND (last_used_at IS NULL OR last_used_at <= ?)`,
			now, keyID, now.Add(-models.APIKeyUsePrecision))
	}()
}

// notes are the uses of keys that are being written down.
type notes struct {
	mu       sync.Mutex
	underway map[string]bool // by the key's id
	closed   bool
	writing  sync.WaitGroup
}

// begin reports whether a use of the key may be noted now; end must be called after it.
func (n *notes) begin(keyID string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed || n.underway[keyID] {
		return false
	}
	if n.underway == nil {
		n.underway = map[string]bool{}
	}
	n.underway[keyID] = true
	n.writing.Add(1)
	return true
}

func (n *notes) end(keyID string) {
	n.mu.Lock()
	delete(n.underway, keyID)
	n.mu.Unlock()
	n.writing.Done()
}

// close waits for the notes that are being written, and lets none begin any more.
func (n *notes) close() {
	n.mu.Lock()
	n.closed = true
	n.mu.Unlock()
	n.writing.Wait()
}
