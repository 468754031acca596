package db

import (
	"context"
	"crypto/sha256"
	"sync"
	"time"

	"gorm.io/gorm"

	"github.com/handback/handback/models"
)

// CallerByAPIKey finds whom the key of this hash lets in, and updates its last-used time. found is false when there is
// no such key, or it is revoked: nothing is cached, so a key is rejected from the commit of its revocation on. The error
// is *models.APIKeyExpired when its time is over.
func (r *Repository) CallerByAPIKey(ctx context.Context, hash [sha256.Size]byte) (caller models.Caller, found bool, err error) {
	holders, err := selectHolder.all(r.readerSession(ctx), hash[:])
	if err != nil || len(holders) == 0 {
		return models.Caller{}, false, fault(err)
	}
	holder, now := holders[0], r.Now()
	if models.IsPast(holder.ExpiresAt, now) {
		return models.Caller{}, false, &models.APIKeyExpired{At: *holder.ExpiresAt}
	}
	if models.ShouldTouch(holder.LastUsedAt, now) {
		r.touchLastUsed(ctx, holder.KeyID, models.APIKey{CreatedAt: holder.CreatedAt}.EndedAt(now))
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
	CreatedAt  time.Time
	ExpiresAt  *time.Time
	LastUsedAt *time.Time
}

var selectHolder = query[holderRow]{text: `SELECT s.id, s.domain, s.name, s.region, s.linked, k.id AS key_id, k.name AS key_name, k.scopes, k.created_at, k.expires_at, k.last_used_at
FROM api_keys k JOIN stores s ON s.id = k.store_id
WHERE k.hash = $1 AND k.revoked_at IS NULL`}

// requireLiveKey fails when the key that the work is done with was revoked, or has ended, since its caller was let in. The store is locked:
// no key of it is revoked until the transaction ends.
func (s session) requireLiveKey() error {
	caller, ok := models.CallerFrom(s.ctx)
	if !ok || caller.APIKey() == nil {
		return nil
	}
	ends, err := selectKeyEnd.all(s, caller.ID, caller.Store.ID)
	switch {
	case err != nil:
		return err
	case len(ends) == 0:
		return models.ErrUnauthenticated
	}
	if at := ends[0].ExpiresAt; at != nil && models.IsPast(at, s.transaction.repository.Now()) {
		return &models.APIKeyExpired{At: *at}
	}
	return nil
}

// keyEndRow is when a key that is not revoked ends.
type keyEndRow struct{ ExpiresAt *time.Time }

var selectKeyEnd = query[keyEndRow]{text: `SELECT expires_at FROM api_keys WHERE id = $1 AND store_id = $2 AND revoked_at IS NULL`}

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
		if r.file.check() != nil {
			return
		}
		// Another process may have touched it meanwhile.
		r.writerSession(ctx).alone(func(db *gorm.DB) *gorm.DB {
			return db.Model(&apiKey{ID: keyID}).Where(isPast("last_used_at", now.Add(-models.APIKeyUsePrecision))).Update("last_used_at", now)
		})
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
