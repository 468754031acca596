package shopify

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"golang.org/x/sync/singleflight"

	"handback/models"
)

// CredentialStorage keeps the tokens of stores. Whoever changes them says which version it has read, and gets
// models.ErrCredentialsChanged when somebody else was first.
type CredentialStorage interface {
	StoreByDomain(ctx context.Context, domain string) (models.Store, error)
	Credentials(ctx context.Context, storeID string) (models.ShopifyCredentials, error)
	ClaimRefresh(ctx context.Context, storeID string, expected int64) (version int64, err error)
	ReleaseRefresh(ctx context.Context, storeID string, version int64) error
	SaveCredentials(ctx context.Context, storeID string, credentials models.ShopifyCredentials, expected int64) error
}

// TokenEndpoint is Shopify's: it answers a refresh token with a pair of tokens, of which it takes none but the last. The refresh
// token stays good until one of the new pair is used, so that a refresh whose answer is lost can be repeated. An error
// that is models.ErrShopifyAccessLost says that it is good no more (invalid_grant).
type TokenEndpoint interface {
	Refresh(ctx context.Context, domain string, refreshToken models.Secret) (models.ShopifyToken, error)
}

// TokenKeeper hands out the access tokens of stores, and refreshes them: one process at a time for each store, because nobody
// knows which of two pairs that are obtained at once is the last. A pair is saved before it is used. No transaction is open
// while Shopify is asked.
type TokenKeeper struct {
	Now func() time.Time // as the storage has it

	storage  CredentialStorage
	endpoint TokenEndpoint
	inFlight singleflight.Group // refreshes, by store and the token that was rejected
}

// NewTokenKeeper makes a token keeper.
func NewTokenKeeper(storage CredentialStorage, endpoint TokenEndpoint) *TokenKeeper {
	return &TokenKeeper{Now: func() time.Time { return time.Now().UTC() }, storage: storage, endpoint: endpoint}
}

const (
	// awaitInterval is how often the credentials are read while another process refreshes them.
	awaitInterval = 100 * time.Millisecond
	// obtainTimeout bounds waiting for another process and then refreshing oneself.
	obtainTimeout = models.RefreshClaim + models.RefreshTimeout
	// releaseTimeout is how long it may take to let others refresh after a failure. They wait for the end of the claim otherwise.
	releaseTimeout = 5 * time.Second
)

// Token returns the access token to call the store's Admin API with, refreshed when it is about to end. The error is
// models.ErrShopifyAccessLost when only the seller can put it right.
func (k *TokenKeeper) Token(ctx context.Context, domain string) (string, error) {
	token, err := k.current(ctx, domain, models.Secret{})
	return token.Reveal(), err
}

// Renew returns another access token than the one that Shopify has answered 401 to: what another process has got since, or a new
// one. When that is answered 401, too, access is lost.
func (k *TokenKeeper) Renew(ctx context.Context, domain, used string) (string, error) {
	token, err := k.current(ctx, domain, models.NewSecret(used))
	return token.Reveal(), err
}

// SignIn obtains the store's first pair of tokens by exchange, a call of Shopify's token endpoint with what the seller has signed in
// with. It does nothing when the store has tokens, as far as is known; two sign-ins at once exchange once.
func (k *TokenKeeper) SignIn(ctx context.Context, domain string, exchange func(context.Context) (models.ShopifyToken, error)) error {
	for {
		storeID, credentials, err := k.read(ctx, domain)
		if err != nil {
			return err
		}
		switch credentials.NextStep(models.Secret{}, k.Now()) {
		case models.NoAccess:
			if _, err = k.obtain(ctx, storeID, credentials, exchange); !errors.Is(err, models.ErrCredentialsChanged) {
				return err
			}
		case models.AwaitRefresh:
			if err := pause(ctx); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

// current looks before it joins those who refresh, so that a good token costs nothing more.
func (k *TokenKeeper) current(ctx context.Context, domain string, rejected models.Secret) (models.Secret, error) {
	_, credentials, err := k.read(ctx, domain)
	if err != nil {
		return models.Secret{}, err
	}
	if credentials.NextStep(rejected, k.Now()) == models.UseToken {
		return credentials.AccessToken, nil
	}
	// It goes on when the caller does not: a pair that was obtained must be saved.
	whole := context.WithoutCancel(ctx)
	result := k.inFlight.DoChan(domain+"\x00"+rejected.Reveal(), func() (token any, err error) {
		defer panicToError(&err)
		return k.refreshed(whole, domain, rejected)
	})
	select {
	case r := <-result:
		token, _ := r.Val.(models.Secret)
		return token, r.Err
	case <-ctx.Done():
		return models.Secret{}, fmt.Errorf("%w: waiting for an access token: %w", models.ErrTryAgain, ctx.Err())
	}
}

// refreshed does what the credentials ask for until there is an access token.
func (k *TokenKeeper) refreshed(ctx context.Context, domain string, rejected models.Secret) (models.Secret, error) {
	ctx, cancel := context.WithTimeout(ctx, obtainTimeout)
	defer cancel()
	for {
		storeID, credentials, err := k.read(ctx, domain)
		if err != nil {
			return models.Secret{}, err
		}
		switch credentials.NextStep(rejected, k.Now()) {
		case models.UseToken:
			return credentials.AccessToken, nil
		case models.NoAccess:
			return models.Secret{}, models.ErrShopifyAccessLost
		case models.AwaitRefresh:
			if err := pause(ctx); err != nil {
				return models.Secret{}, err
			}
			continue
		}
		token, err := k.obtain(ctx, storeID, credentials, func(ctx context.Context) (models.ShopifyToken, error) {
			return k.endpoint.Refresh(ctx, domain, credentials.RefreshToken)
		})
		switch {
		case errors.Is(err, models.ErrCredentialsChanged):
			continue
		case err != nil && !errors.Is(err, models.ErrShopifyAccessLost) && credentials.MayStillUse(rejected, k.Now()):
			return credentials.AccessToken, nil
		}
		return token, err
	}
}

// obtain claims the refresh, asks Shopify, and saves what it answers, before it is used.
func (k *TokenKeeper) obtain(ctx context.Context, storeID string, credentials models.ShopifyCredentials, ask func(context.Context) (models.ShopifyToken, error)) (models.Secret, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), models.RefreshTimeout)
	defer cancel()
	version, err := k.storage.ClaimRefresh(ctx, storeID, credentials.Version)
	switch {
	case errors.Is(err, models.ErrOutcomeUnknown):
		return models.Secret{}, models.ErrCredentialsChanged // read again: the claim is there, or it is not
	case err != nil:
		return models.Secret{}, err
	}
	answer, err := ask(ctx)
	if err == nil {
		received := credentials.Received(answer, k.Now())
		if err = k.storage.SaveCredentials(ctx, storeID, received, version); err == nil {
			return received.AccessToken, nil
		}
	}
	return models.Secret{}, k.giveUp(ctx, storeID, version, err)
}

// giveUp lets others try. When the refresh token is good no more, the tokens are destroyed, so that the next sign-in gets
// others. It returns the reason of the failure, or models.ErrCredentialsChanged when it is better to read again: somebody
// else has got a pair meanwhile, or this one was saved perhaps.
func (k *TokenKeeper) giveUp(ctx context.Context, storeID string, version int64, reason error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTimeout)
	defer cancel()
	var err error
	if errors.Is(reason, models.ErrShopifyAccessLost) {
		err = k.storage.SaveCredentials(ctx, storeID, models.ShopifyCredentials{}, version)
	} else {
		err = k.storage.ReleaseRefresh(ctx, storeID, version)
	}
	if errors.Is(err, models.ErrCredentialsChanged) || errors.Is(reason, models.ErrOutcomeUnknown) {
		return models.ErrCredentialsChanged
	}
	return reason
}

// panicToError keeps a panic, of which nobody waiting for the token would hear, from ending the program.
func panicToError(err *error) {
	if panicked := recover(); panicked != nil {
		*err = fmt.Errorf("panic while refreshing an access token: %T\n%s", panicked, debug.Stack())
	}
}

func (k *TokenKeeper) read(ctx context.Context, domain string) (storeID string, credentials models.ShopifyCredentials, err error) {
	store, err := k.storage.StoreByDomain(ctx, domain)
	if err != nil {
		return "", models.ShopifyCredentials{}, err
	}
	if store.ID == "" {
		return "", models.ShopifyCredentials{}, fmt.Errorf("no store %s", domain)
	}
	credentials, err = k.storage.Credentials(ctx, store.ID)
	return store.ID, credentials, err
}

// pause waits until the credentials are worth reading again.
func pause(ctx context.Context) error {
	select {
	case <-time.After(awaitInterval):
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%w: another process is obtaining access tokens: %w", models.ErrTryAgain, ctx.Err())
	}
}
