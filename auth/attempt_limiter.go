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

	"handback/models"
)

const (
	failuresAtOnce = 20
	failureEvery   = 3 * time.Second  // after those
	goodFor        = 10 * time.Minute // how long a credential counts as known after it was found good
	rememberedGood = 10_000           // credentials
	rememberedFrom = 10_000           // client addresses
	networkBits    = 64               // of an IPv6 address: whoever has one address has all that begin so
	roundingError  = time.Millisecond // of the limiter, and more
)

// errWrong says of a credential that it may be a guess.
var errWrong = errors.New("wrong credential")

// attemptLimiter slows down the guessing of credentials: each client may fail so many times, and is then not listened to.
type attemptLimiter struct {
	now     func() time.Time
	clients *lru.Cache[netip.Prefix, *client]
	good    *lru.Cache[[sha256.Size]byte, time.Time] // when the credential of this hash was last found good
}

// client is an address that credentials come from.
type client struct {
	// semaphore holds something while a credential is being checked. One at a time: of many guesses sent at once no
	// more than the budget must be checked.
	semaphore chan struct{}
	budget    *rate.Limiter // of failures
}

func newAttemptLimiter(now func() time.Time) *attemptLimiter {
	clients, _ := lru.New[netip.Prefix, *client](rememberedFrom) // both fail for sizes below one only
	good, _ := lru.New[[sha256.Size]byte, time.Time](rememberedGood)
	return &attemptLimiter{now: now, clients: clients, good: good}
}

// attempt checks a credential, unless its client has failed too often: then it returns *models.TooManyAttempts. A
// credential that was good a while ago is always checked, so that whoever guesses shuts nobody out who works behind
// the same address. The check returns errWrong for what may be a guess, which becomes models.ErrUnauthenticated.
func (l *attemptLimiter) attempt(ctx context.Context, from netip.Addr, credential string, check func() error) error {
	hash, client := sha256.Sum256([]byte(credential)), l.client(from)
	if found, ok := l.good.Get(hash); ok && l.now().Sub(found) <= goodFor {
		return l.learn(client, hash, check())
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
	return l.learn(client, hash, check())
}

// learn takes down how a check ended.
func (l *attemptLimiter) learn(client *client, hash [sha256.Size]byte, err error) error {
	switch {
	case err == nil:
		l.good.Add(hash, l.now())
	case errors.Is(err, errWrong):
		l.good.Remove(hash)
		client.budget.AllowN(l.now(), 1)
		return models.ErrUnauthenticated
	}
	return err
}

func (l *attemptLimiter) client(from netip.Addr) *client {
	bits := from.BitLen()
	if from.Is6() {
		bits = networkBits
	}
	network, _ := from.Prefix(bits) // the zero prefix for the zero address: what has no address is one client
	if known, ok := l.clients.Get(network); ok {
		return known
	}
	fresh := &client{semaphore: make(chan struct{}, 1), budget: rate.NewLimiter(rate.Every(failureEvery), failuresAtOnce)}
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
	return time.Duration(missing*float64(failureEvery)) + roundingError
}
