// Package tokens hands out access tokens that expire, and refreshes them: both platforms' clients get theirs by it.
package tokens

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/handback/handback/models"
)

// Storage keeps the tokens of owners: what their platform knows a store or an account by. Whoever changes them says which version it
// has read, and gets models.ErrCredentialsChanged when somebody else was first.
type Storage interface {
	Credentials(ctx context.Context, owner string) (models.Credentials, error)
	ClaimRefresh(ctx context.Context, owner string, expected int64) (version int64, err error)
	ReleaseRefresh(ctx context.Context, owner string, version int64) error
	SaveCredentials(ctx context.Context, owner string, credentials models.Credentials, expected int64) error
}

// Endpoint is a platform's: it answers a refresh token with a pair of tokens, of which it takes none but the last. The refresh
// token stays good until one of the new pair is used, so that a refresh whose answer is lost can be repeated. An error
// that is models.ErrAccessLost says that it is good no more (invalid_grant).
type Endpoint interface {
	Refresh(ctx context.Context, owner string, refreshToken models.Secret) (models.TokenPair, error)
}

// Keeper hands out the access tokens of owners, and refreshes them: one process at a time for each owner, because nobody
// knows which of two pairs that are obtained at once is the last. A pair is saved before it is used. No transaction is open
// while the platform is asked.
type Keeper struct {
	Now func() time.Time // as the storage has it

	storage  Storage
	endpoint Endpoint
	inFlight singleflight.Group // refreshes, by owner and the token that was rejected
}

// NewKeeper makes a keeper.
func NewKeeper(storage Storage, endpoint Endpoint) *Keeper {
	return &Keeper{Now: func() time.Time { return time.Now().UTC() }, storage: storage, endpoint: endpoint}
}

const (
	// awaitInterval is how often the credentials are read while another process refreshes them.
	awaitInterval = 100 * time.Millisecond
	// obtainTimeout bounds waiting for another process and then refreshing oneself.
	obtainTimeout = models.RefreshClaim + models.RefreshTimeout
	// releaseTimeout is how long it may take to let others refresh after a failure. They wait for the end of the claim otherwise.
	releaseTimeout = 5 * time.Second
)

// Token returns the access token to call the platform with, refreshed when it is about to end. The error is
// models.ErrAccessLost when only the seller can put it right.
func (k *Keeper) Token(ctx context.Context, owner string) (string, error) {
	token, err := k.current(ctx, owner, models.Secret{})
	return token.Reveal(), err
}

// Renew returns another access token than the one that the platform has refused: what another process has got since, or a new
// one. When that is refused, too, access is lost.
func (k *Keeper) Renew(ctx context.Context, owner, used string) (string, error) {
	token, err := k.current(ctx, owner, models.NewSecret(used))
	return token.Reveal(), err
}

// SignIn obtains the owner's first pair of tokens by exchange, a call of the platform's token endpoint with what the seller has signed
// in with. It does nothing when there are tokens, as far as is known; two sign-ins at once exchange once.
func (k *Keeper) SignIn(ctx context.Context, owner string, exchange func(context.Context) (models.TokenPair, error)) error {
	for {
		credentials, err := k.storage.Credentials(ctx, owner)
		if err != nil {
			return err
		}
		switch credentials.NextStep(models.Secret{}, k.Now()) {
		case models.NoAccess:
			if _, err = k.obtain(ctx, owner, credentials, exchange); !errors.Is(err, models.ErrCredentialsChanged) {
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
func (k *Keeper) current(ctx context.Context, owner string, rejected models.Secret) (models.Secret, error) {
	credentials, err := k.storage.Credentials(ctx, owner)
	if err != nil {
		return models.Secret{}, err
	}
	if credentials.NextStep(rejected, k.Now()) == models.UseToken {
		return credentials.AccessToken, nil
	}
	// It goes on when the caller does not: a pair that was obtained must be saved.
	whole := context.WithoutCancel(ctx)
	result := k.inFlight.DoChan(owner+"\x00"+rejected.Reveal(), func() (token any, err error) {
		defer panicToError(&err)
		return k.refreshed(whole, owner, rejected)
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
func (k *Keeper) refreshed(ctx context.Context, owner string, rejected models.Secret) (models.Secret, error) {
	ctx, cancel := context.WithTimeout(ctx, obtainTimeout)
	defer cancel()
	for {
		credentials, err := k.storage.Credentials(ctx, owner)
		if err != nil {
			return models.Secret{}, err
		}
		switch credentials.NextStep(rejected, k.Now()) {
		case models.UseToken:
			return credentials.AccessToken, nil
		case models.NoAccess:
			if err := k.noAccess(ctx, owner, credentials); !errors.Is(err, models.ErrCredentialsChanged) {
				return models.Secret{}, err
			}
			continue
		case models.AwaitRefresh:
			if err := pause(ctx); err != nil {
				return models.Secret{}, err
			}
			continue
		}
		token, err := k.obtain(ctx, owner, credentials, func(ctx context.Context) (models.TokenPair, error) {
			return k.endpoint.Refresh(ctx, owner, credentials.RefreshToken)
		})
		switch {
		case errors.Is(err, models.ErrCredentialsChanged):
			continue
		case err != nil && !errors.Is(err, models.ErrAccessLost) && credentials.MayStillUse(rejected, k.Now()):
			return credentials.AccessToken, nil
		}
		return token, err
	}
}

// obtain claims the refresh, asks the platform, and saves what it answers, before it is used.
func (k *Keeper) obtain(ctx context.Context, owner string, credentials models.Credentials, ask func(context.Context) (models.TokenPair, error)) (models.Secret, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), models.RefreshTimeout)
	defer cancel()
	version, err := k.storage.ClaimRefresh(ctx, owner, credentials.Version)
	switch {
	case errors.Is(err, models.ErrOutcomeUnknown):
		return models.Secret{}, models.ErrCredentialsChanged // read again: the claim is there, or it is not
	case err != nil:
		return models.Secret{}, err
	}
	answer, err := ask(ctx)
	if err == nil {
		received := credentials.Received(answer, k.Now())
		if err = k.storage.SaveCredentials(ctx, owner, received, version); err == nil {
			return received.AccessToken, nil
		}
	}
	return models.Secret{}, k.giveUp(ctx, owner, version, err)
}

// noAccess destroys tokens that have expired, as giveUp does those that the platform takes no more: what follows from either is one.
func (k *Keeper) noAccess(ctx context.Context, owner string, credentials models.Credentials) error {
	if credentials.RefreshToken.IsEmpty() {
		return models.ErrAccessLost
	}
	return k.giveUp(ctx, owner, credentials.Version, models.ErrAccessLost)
}

// giveUp lets others try. When the refresh token is good no more, the tokens are destroyed, so that the next sign-in gets
// others. It returns the reason of the failure, or models.ErrCredentialsChanged when it is better to read again: somebody
// else has got a pair meanwhile, or this one was saved perhaps.
func (k *Keeper) giveUp(ctx context.Context, owner string, version int64, reason error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTimeout)
	defer cancel()
	var err error
	if errors.Is(reason, models.ErrAccessLost) {
		err = k.storage.SaveCredentials(ctx, owner, models.Credentials{}, version)
	} else {
		err = k.storage.ReleaseRefresh(ctx, owner, version)
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

// pause waits until the credentials are worth reading again.
func pause(ctx context.Context) error {
	select {
	case <-time.After(awaitInterval):
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%w: another process is obtaining access tokens: %w", models.ErrTryAgain, ctx.Err())
	}
}
