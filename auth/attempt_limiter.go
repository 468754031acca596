package auth

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/netip"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"github.com/handback/handback/models"
)

const (
	failureBurst      = 20
	failureInterval   = 3 * time.Second  // after the burst
	verifiedTTL       = 10 * time.Minute // how long a credential counts as verified
	verifiedCacheSize = 10_000           // credentials
	clientCacheSize   = 10_000           // client addresses
	roundingMargin    = time.Millisecond // of the limiter, and more
)

// errWrongCredential says of a credential that it may be a guess.
var errWrongCredential = errors.New("wrong credential")

// attemptLimiter is a rate limit on failed sign-ins against brute force: a client that has used up its budget of failures is
// rejected until some of it has come back.
type attemptLimiter struct {
	now      func() time.Time
	clients  *lru.Cache[netip.Prefix, *client]
	verified *lru.Cache[[sha256.Size]byte, time.Time] // by the hash of a credential: when it was last verified
}

// client is an address that credentials come from.
type client struct {
	// semaphore holds something while a credential is being checked. One at a time: of many guesses sent at once no
	// more than the budget must be checked.
	semaphore chan struct{}
	budget    *rate.Limiter // of failures
}

func newAttemptLimiter(now func() time.Time) *attemptLimiter {
	clients, _ := lru.New[netip.Prefix, *client](clientCacheSize) // both fail for sizes below one only
	verified, _ := lru.New[[sha256.Size]byte, time.Time](verifiedCacheSize)
	return &attemptLimiter{now: now, clients: clients, verified: verified}
}

// attempt checks a credential, unless its client has failed too often: then it returns *models.TooManyAttempts. A
// credential that was verified a while ago is always checked, so that an attacker locks nobody out who works behind
// the same address. The check returns errWrongCredential for what may be a guess, which becomes models.ErrUnauthenticated.
// A key that has expired counts as a failure, too, so that a program that does not notice is slowed down, but is told so.
func (l *attemptLimiter) attempt(ctx context.Context, from netip.Addr, credential string, check func() error) error {
	hash, client := sha256.Sum256([]byte(credential)), l.client(from)
	if found, ok := l.verified.Get(hash); ok && l.now().Sub(found) <= verifiedTTL {
		return l.record(client, hash, check())
	}
	select {
	case client.semaphore <- struct{}{}:
		defer func() { <-client.semaphore }()
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", models.ErrTryAgain, ctx.Err())
	}
	if wait := client.wait(l.now()); wait > 0 {
		return &models.TooManyAttempts{RetryAfter: wait}
	}
	return l.record(client, hash, check())
}

// again checks a credential that its client was let in with. It is no guess, so no failures of the client's hinder that, and it is
// none of them: when a key is revoked while many use it, its successor is let in from the same address.
func (l *attemptLimiter) again(_ context.Context, _ netip.Addr, credential string, check func() error) error {
	return l.record(nil, sha256.Sum256([]byte(credential)), check())
}

// record caches a verified credential, and charges a wrong one to the budget of its client, unless that is nil.
func (l *attemptLimiter) record(client *client, hash [sha256.Size]byte, err error) error {
	var expired *models.APIKeyExpired
	wrong := errors.Is(err, errWrongCredential)
	switch {
	case err == nil:
		l.verified.Add(hash, l.now())
	case wrong, errors.As(err, &expired):
		l.verified.Remove(hash)
		if client != nil {
			client.budget.AllowN(l.now(), 1)
		}
	}
	if wrong {
		return models.ErrUnauthenticated
	}
	return err
}

func (l *attemptLimiter) client(from netip.Addr) *client {
	network := networkOf(from)
	if known, ok := l.clients.Get(network); ok {
		return known
	}
	fresh := &client{semaphore: make(chan struct{}, 1), budget: rate.NewLimiter(rate.Every(failureInterval), failureBurst)}
	if known, ok, _ := l.clients.PeekOrAdd(network, fresh); ok {
		return known
	}
	return fresh
}

// wait returns how long the client has to wait until it may fail once more.
func (c *client) wait(now time.Time) time.Duration {
	missing := 1 - c.budget.TokensAt(now)
	if missing <= 0 {
		return 0
	}
	return time.Duration(missing*float64(failureInterval)) + roundingMargin
}
