// Package auth says who is calling: the seller of a store, by a session token of Shopify, or a partner's program, by
// an API key. It answers no request itself.
package auth

import (
	"context"
	"crypto/sha256"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/handback/handback/models"
)

// Stores knows the stores and their API keys.
type Stores interface {
	// StoreByDomain finds a store by its address; its ID is empty when there is none.
	StoreByDomain(ctx context.Context, domain string) (models.Store, error)
	// RegisterStore takes in a store; one that is there already is returned as it is.
	RegisterStore(ctx context.Context, registration models.Registration) (models.Store, error)
	// CallerByAPIKey finds who a key that counts stands for, by the hash of its secret. The error is *models.APIKeyExpired
	// for one that does not any more.
	CallerByAPIKey(ctx context.Context, hash [32]byte) (caller models.Caller, found bool, err error)
}

// Platform tells of stores that the app has not met before.
type Platform interface {
	Registration(ctx context.Context, domain string) (models.Registration, error)
}

// Shopify lets the app into stores.
type Shopify interface {
	// SignIn lets the app into the store with the token that its seller has signed in with, unless it is in, and returns the
	// store as it is known then.
	SignIn(ctx context.Context, store models.Store, sessionToken string) models.Store
}

// Users knows the people who work in stores.
type Users interface {
	// User returns the person that a session token is of, with the name as far as it is known. It waits for no answer of Shopify.
	User(ctx context.Context, store models.Store, userID, sessionToken string) models.ShopifyUser
}

// Config says whom to let in.
type Config struct {
	Stores   Stores
	Platform Platform
	// Shopify lets the app in where sellers sign in; nil where it is never asked.
	Shopify Shopify
	// Users names sellers; nil where their names are never asked for.
	Users Users
	// Sessions lets sellers in. Without a secret it lets nobody in.
	Sessions SessionTokens
	// Demo is who acts when a request names nobody; nil when such requests are rejected. It does not count where
	// there are session tokens.
	Demo *models.Caller
	// TrustedProxies are the addresses whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	Now            func() time.Time // nil: the clock of the machine
	Log            *slog.Logger     // nil: nowhere
}

// The sizes of the LRU caches: of stores by domain, and of verified session tokens.
const (
	storeCacheSize   = 10_000
	sessionCacheSize = 10_000
)

// storeCacheTime is how long a store counts as known: a process hears of a redaction that another one has done when it looks again.
const storeCacheTime = time.Minute

// cachedStore is a store that is known until a moment.
type cachedStore struct {
	models.Store

	until time.Time
}

// Auth tells who is calling. Its methods may be called from many goroutines.
type Auth struct {
	config   Config
	attempts *attemptLimiter
	clock    clockWarning
	proxies  *proxyWarning
	stores   *lru.Cache[string, cachedStore]        // by domain
	sessions *lru.Cache[[sha256.Size]byte, Session] // by the hash of the token
}

// New returns an Auth that follows the configuration.
func New(config Config) *Auth {
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.Sessions.APISecret != "" {
		config.Demo = nil
	}
	stores, _ := lru.New[string, cachedStore](storeCacheSize) // both fail for sizes below one only
	sessions, _ := lru.New[[sha256.Size]byte, Session](sessionCacheSize)
	return &Auth{config: config, attempts: newAttemptLimiter(config.Now), clock: newClockWarning(config.Log), proxies: newProxyWarning(config.Log), stores: stores, sessions: sessions}
}

// Caller says who a request acts as. Only its Authorization header is believed, and not even that when there is a
// credential in the URL, because that one is in somebody's log by now. Errors: models.ErrUnauthenticated,
// *models.APIKeyExpired, *models.TooManyAttempts, and the faults of the database. It waits as long as the request's context
// lets it.
func (a *Auth) Caller(r *http.Request) (models.Caller, error) {
	return a.caller(r, a.attempts.attempt)
}

// CallerAgain is Caller for a request that was let in and is still being answered. It counts as no attempt to sign in, and is not
// rejected as one too many.
func (a *Auth) CallerAgain(r *http.Request) (models.Caller, error) {
	return a.caller(r, a.attempts.again)
}

// attempt checks a credential that comes from an address.
type attempt func(ctx context.Context, from netip.Addr, credential string, check func() error) error

func (a *Auth) caller(r *http.Request, attempt attempt) (models.Caller, error) {
	if credentialInURL(r.URL) {
		return models.Caller{}, models.ErrUnauthenticated
	}
	headers := r.Header.Values("Authorization")
	if len(headers) == 0 {
		return a.anonymous()
	}
	credential := bearer(headers)
	from, forwards := clientAddress(r, a.config.TrustedProxies)
	if forwards {
		a.proxies.warn(r, from, a.config.Now())
	}
	if models.IsAPIKey(credential) {
		return a.partner(r.Context(), from, credential, attempt)
	}
	return a.seller(r.Context(), from, credential, attempt)
}

func (a *Auth) anonymous() (models.Caller, error) {
	if a.config.Demo == nil {
		return models.Caller{}, models.ErrUnauthenticated
	}
	return *a.config.Demo, nil
}

// partner asks for the key each time, so that a revoked one opens nothing from that moment on.
func (a *Auth) partner(ctx context.Context, from netip.Addr, key string, attempt attempt) (caller models.Caller, err error) {
	err = attempt(ctx, from, key, func() error {
		found, known, err := a.config.Stores.CallerByAPIKey(ctx, models.HashAPIKey(key))
		if err == nil && !known {
			return errWrongCredential
		}
		caller = found
		return err
	})
	if err != nil {
		return models.Caller{}, err
	}
	return caller, nil
}

func (a *Auth) seller(ctx context.Context, from netip.Addr, token string, attempt attempt) (models.Caller, error) {
	session, met, err := a.session(token)
	if err != nil {
		return models.Caller{}, a.rejectToken(ctx, from, token, attempt)
	}
	user := models.ShopifyUser{UserID: session.UserID} // of the name the token tells nothing
	store, err := a.store(ctx, session.Domain, user.Actor())
	if err != nil {
		return models.Caller{}, err
	}
	if a.config.Shopify != nil && (!met || !store.Linked) {
		store = a.config.Shopify.SignIn(ctx, store, token)
		a.cacheStore(store)
	}
	if a.config.Users != nil {
		user = a.config.Users.User(ctx, store, session.UserID, token)
	}
	return user.SignedIn(store), nil
}

// session checks a token. A page sends the same one for a minute, so that all but its times is checked once
// (BenchmarkSessionToken). met says that it was.
func (a *Auth) session(token string) (session Session, met bool, err error) {
	now, hash := a.config.Now(), sha256.Sum256([]byte(token))
	if known, ok := a.sessions.Get(hash); ok && known.goodAt(now) {
		return known, true, nil
	}
	session, err = a.config.Sessions.Verify(token, now)
	if err == nil {
		a.sessions.Add(hash, session)
	}
	return session, false, err
}

// rejectToken takes down a token that may be a guess. A good one is not asked about guesses: to check it costs nothing
// that others wait for, and sellers have a new one every minute.
func (a *Auth) rejectToken(ctx context.Context, from netip.Addr, token string, attempt attempt) error {
	if off, outdated := a.config.Sessions.outdated(token, a.config.Now()); outdated {
		a.clock.warn(ctx, a.config.Now(), off)
		return models.ErrUnauthenticated
	}
	return attempt(ctx, from, token, func() error { return errWrongCredential })
}

// store finds the store of a domain, and registers it when the app meets it for the first time.
func (a *Auth) store(ctx context.Context, domain string, by models.Actor) (models.Store, error) {
	known, ok := a.stores.Get(domain)
	if ok && a.config.Now().Before(known.until) {
		return known.Store, nil
	}
	store, err := a.config.Stores.StoreByDomain(ctx, domain)
	if ok && err != nil { // a database that is away has removed nobody
		return known.Store, nil
	}
	if err == nil && store.ID == "" {
		store, err = a.register(ctx, domain, by)
	}
	if err != nil {
		return models.Store{}, err
	}
	a.cacheStore(store)
	return store, nil
}

// cacheStore caches a store for a while, unless the app is still to be let into it.
func (a *Auth) cacheStore(store models.Store) {
	if store.Linked || a.config.Shopify == nil {
		a.stores.Add(store.Domain, cachedStore{store, a.config.Now().Add(storeCacheTime)})
	}
}

func (a *Auth) register(ctx context.Context, domain string, by models.Actor) (models.Store, error) {
	registration, err := a.config.Platform.Registration(ctx, domain)
	if err != nil {
		return models.Store{}, err
	}
	registration.By = by
	return a.config.Stores.RegisterStore(ctx, registration)
}
