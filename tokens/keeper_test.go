package tokens_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
	"github.com/handback/handback/secrets"
	"github.com/handback/handback/tokens"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

var (
	errCut           = errors.New("the connection was cut")
	errNotAuthorized = errors.New("401")
)

// issuer issues tokens by the platforms' rule: only the pair issued last is good, but for the refresh token it was issued for, which
// stays good until one of the new pair is used.
type issuer struct {
	mu       sync.Mutex
	issued   int
	access   string
	refresh  map[string]bool // those that are good
	unusable string          // the refresh token that ends when one of the last pair is used
	asked    atomic.Int32
	inside   atomic.Int32 // calls at this moment
	overlaps atomic.Int32 // calls that another was in flight beside
	before   func() error // nil: carried out
	after    func() error // nil: answered
}

func newIssuer() *issuer { return &issuer{refresh: map[string]bool{}} }

func (i *issuer) issue(replaced string) models.TokenPair {
	i.issued++
	i.access = fmt.Sprintf("planted-access-%d", i.issued)
	next := fmt.Sprintf("planted-refresh-%d", i.issued)
	i.refresh = map[string]bool{replaced: replaced != "", next: true}
	i.unusable = replaced
	return models.TokenPair{
		AccessToken: models.NewSecret(i.access), RefreshToken: models.NewSecret(next), ExpiresIn: time.Hour, RefreshExpiresIn: 90 * 24 * time.Hour, Scopes: []string{"read_products"},
	}
}

// Exchange answers a sign-in.
func (i *issuer) Exchange(context.Context) (models.TokenPair, error) {
	return i.answer(func() (models.TokenPair, error) { return i.issue(""), nil })
}

// Refresh implements tokens.Endpoint.
func (i *issuer) Refresh(_ context.Context, _ string, refreshToken models.Secret) (models.TokenPair, error) {
	return i.answer(func() (models.TokenPair, error) {
		used := refreshToken.Reveal()
		if !i.refresh[used] {
			return models.TokenPair{}, fmt.Errorf("invalid_grant: %w", models.ErrAccessLost)
		}
		if used != i.unusable {
			delete(i.refresh, i.unusable)
		}
		return i.issue(used), nil
	})
}

func (i *issuer) answer(ask func() (models.TokenPair, error)) (token models.TokenPair, err error) {
	if i.inside.Add(1) > 1 {
		i.overlaps.Add(1)
	}
	defer i.inside.Add(-1)
	i.asked.Add(1)
	time.Sleep(time.Millisecond) // others may come
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.before != nil {
		if err := i.before(); err != nil {
			return token, err
		}
	}
	if token, err = ask(); err == nil && i.after != nil {
		if err := i.after(); err != nil {
			return models.TokenPair{}, err
		}
	}
	return token, err
}

// call is one of the platform.
func (i *issuer) call(token string) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if token == "" || token != i.access {
		return errNotAuthorized
	}
	delete(i.refresh, i.unusable)
	return nil
}

// instance is a process of the program: a repository and a token keeper of its own.
type instance struct {
	*db.Repository
	*tokens.Keeper

	owner string // the store
}

func (i instance) token(ctx context.Context) (string, error) { return i.Token(ctx, i.owner) }

func (i instance) renew(ctx context.Context, used string) (string, error) {
	return i.Renew(ctx, i.owner, used)
}

// clock can be set forward.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time {
	return time.Now().UTC().Add(time.Duration(c.ahead.Load())).Truncate(time.Microsecond)
}

func (c *clock) forward(by time.Duration) { c.ahead.Add(int64(by)) }

// newInstances makes instances of one database, with one clock, and registers the store.
func newInstances(t *testing.T, databaseURL string, endpoint tokens.Endpoint, count int) ([]instance, *clock) {
	t.Helper()
	keyset, err := secrets.New()
	require.NoError(t, err)
	keyring, err := secrets.Parse(keyset)
	require.NoError(t, err)
	c := &clock{}
	instances := make([]instance, count)
	for i := range instances {
		repository, err := db.Open(t.Context(), databaseURL, models.DefaultCatalogue())
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, repository.Close()) })
		repository.Sealer, repository.Now = keyring, c.now
		instances[i] = instance{Repository: repository, Keeper: tokens.NewKeeper(repository, endpoint)}
		instances[i].Keeper.Now = c.now
	}
	store, err := instances[0].RegisterStore(t.Context(), models.Registration{
		Store: models.Store{Domain: "tokens.myshopify.com", Name: "Tokens", Region: "US"}, Business: models.BusinessAccount{Name: "Tokens", ExternalID: "bc-1"},
	})
	require.NoError(t, err)
	for i := range instances {
		instances[i].owner = store.ID
	}
	return instances, c
}

func signIn(t *testing.T, i instance, endpoint *issuer) string {
	t.Helper()
	require.NoError(t, i.SignIn(t.Context(), i.owner, endpoint.Exchange))
	token, err := i.token(t.Context())
	require.NoError(t, err)
	return token
}

// atOnce makes the calls at the same moment, by turns on each instance.
func atOnce(count int, instances []instance, call func(i instance) (string, error)) (tokens []string, errs []error) {
	tokens, errs = make([]string, count), make([]error, count)
	var calls sync.WaitGroup
	for n := range count {
		calls.Go(func() { tokens[n], errs[n] = call(instances[n%len(instances)]) })
	}
	calls.Wait()
	return tokens, errs
}

func requireAll(t *testing.T, want string, tokens []string, errs []error) {
	t.Helper()
	for n := range tokens {
		require.NoError(t, errs[n])
		require.Equal(t, want, tokens[n])
	}
}

// TestSignInsAtOnceExchangeOnce, also of two processes: the platform takes the last pair only.
func TestSignInsAtOnceExchangeOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		endpoint := newIssuer()
		instances, _ := newInstances(t, databaseURL, endpoint, 2)
		_, err := instances[0].token(t.Context())
		require.ErrorIs(t, err, models.ErrAccessLost, "nobody has signed in")
		tokens, errs := atOnce(8, instances, func(i instance) (string, error) {
			if err := i.SignIn(t.Context(), i.owner, endpoint.Exchange); err != nil {
				return "", err
			}
			return i.token(t.Context())
		})
		requireAll(t, "planted-access-1", tokens, errs)
		require.EqualValues(t, 1, endpoint.asked.Load())
	})
}

// TestTokenIsRefreshedOnceForAll who want it at once, in two processes, shortly before it ends.
func TestTokenIsRefreshedOnceForAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		endpoint := newIssuer()
		instances, clock := newInstances(t, databaseURL, endpoint, 2)
		signIn(t, instances[0], endpoint)
		for round := range 5 {
			clock.forward(time.Hour)
			tokens, errs := atOnce(12, instances, func(i instance) (string, error) { return i.token(t.Context()) })
			requireAll(t, fmt.Sprintf("planted-access-%d", round+2), tokens, errs)
			require.NoError(t, endpoint.call(tokens[0]))
		}
		require.EqualValues(t, 6, endpoint.asked.Load())
		require.Zero(t, endpoint.overlaps.Load())
	})
}

// TestRejectedTokenIsReplacedOnce: who is answered 401 takes what another process has got since, and refreshes otherwise.
func TestRejectedTokenIsReplacedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		endpoint := newIssuer()
		instances, _ := newInstances(t, databaseURL, endpoint, 2)
		used := signIn(t, instances[0], endpoint)
		tokens, errs := atOnce(12, instances, func(i instance) (string, error) { return i.renew(t.Context(), used) })
		requireAll(t, "planted-access-2", tokens, errs)
		require.NoError(t, endpoint.call(tokens[0]))
		again, err := instances[1].renew(t.Context(), used)
		require.NoError(t, err)
		require.Equal(t, tokens[0], again, "another process had refreshed")
		require.EqualValues(t, 2, endpoint.asked.Load())
	})
}

// TestRefreshWhoseAnswerIsLostIsRepeated, and so is one that was never received.
func TestRefreshWhoseAnswerIsLostIsRepeated(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		endpoint := newIssuer()
		instances, clock := newInstances(t, databaseURL, endpoint, 2)
		used := signIn(t, instances[0], endpoint)
		cut := func() error { return errCut }
		for _, lose := range []func(func() error){func(f func() error) { endpoint.before = f }, func(f func() error) { endpoint.after = f }} {
			lose(cut)
			_, err := instances[0].renew(t.Context(), used)
			require.ErrorIs(t, err, errCut)
			require.NotContains(t, err.Error(), "planted")
			credentials, err := instances[1].Credentials(t.Context(), instances[1].owner)
			require.NoError(t, err)
			require.Nil(t, credentials.RefreshingUntil, "the claim is in the way of others")
			_, err = instances[1].renew(t.Context(), used)
			require.ErrorIs(t, err, errCut)
			lose(nil)
			next, err := instances[1].renew(t.Context(), used)
			require.NoError(t, err)
			require.NoError(t, endpoint.call(next))
			clock.forward(time.Minute)
			used = next
		}
		require.EqualValues(t, 7, endpoint.asked.Load())
	})
}

// TestTokenThatIsGoodIsUsedWhileRefreshingFails: there are five minutes for the platform to come back.
func TestTokenThatIsGoodIsUsedWhileRefreshingFails(t *testing.T) {
	t.Parallel()
	endpoint := newIssuer()
	instances, clock := newInstances(t, dbtest.URL(t, "sqlite"), endpoint, 1)
	used := signIn(t, instances[0], endpoint)
	endpoint.before = func() error { return errCut }
	clock.forward(57 * time.Minute)
	token, err := instances[0].token(t.Context())
	require.NoError(t, err)
	require.Equal(t, used, token)
	require.EqualValues(t, 2, endpoint.asked.Load())
	_, err = instances[0].renew(t.Context(), used)
	require.ErrorIs(t, err, errCut)
	clock.forward(3 * time.Minute)
	_, err = instances[0].token(t.Context())
	require.ErrorIs(t, err, errCut)
}

// TestPairIsSavedBeforeItIsUsed: whoever uses one of a new pair ends the refresh token in the database. So a pair that could
// not be saved is not used, and the next refresh is made with the token that is there.
func TestPairIsSavedBeforeItIsUsed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		endpoint := newIssuer()
		instances, _ := newInstances(t, databaseURL, endpoint, 1)
		used := signIn(t, instances[0], endpoint)
		sealer := instances[0].Sealer
		instances[0].Sealer = sealingNothing{sealer}
		token, err := instances[0].renew(t.Context(), used)
		require.ErrorIs(t, err, errSeal)
		require.Empty(t, token)
		instances[0].Sealer = sealer
		next, err := instances[0].renew(t.Context(), used)
		require.NoError(t, err)
		require.NoError(t, endpoint.call(next))
	})
}

var errSeal = errors.New("no seal")

type sealingNothing struct{ db.Sealer }

func (sealingNothing) Seal(models.Secret, string, string, string) (models.Sealed, error) {
	return nil, errSeal
}

// TestRefreshGoesOnWithoutItsCaller: what the platform has answered is saved, whoever is there still.
func TestRefreshGoesOnWithoutItsCaller(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		endpoint := newIssuer()
		instances, _ := newInstances(t, databaseURL, endpoint, 2)
		used := signIn(t, instances[0], endpoint)
		ctx, cancel := context.WithCancel(t.Context())
		endpoint.after = func() error {
			cancel()
			return nil
		}
		_, err := instances[0].renew(ctx, used)
		if err != nil {
			require.ErrorIs(t, err, models.ErrTryAgain)
		}
		next, err := instances[1].renew(t.Context(), used)
		require.NoError(t, err)
		require.Equal(t, "planted-access-2", next)
		require.EqualValues(t, 2, endpoint.asked.Load())
	})
}

// TestKilledRefreshIsTakenOver when its claim has ended: the process that made it may be gone.
func TestKilledRefreshIsTakenOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		endpoint := newIssuer()
		instances, clock := newInstances(t, databaseURL, endpoint, 2)
		used := signIn(t, instances[0], endpoint)
		id := instances[0].owner
		credentials, err := instances[0].Credentials(t.Context(), id)
		require.NoError(t, err)
		_, err = instances[0].ClaimRefresh(t.Context(), id, credentials.Version)
		require.NoError(t, err)
		_, err = endpoint.Refresh(t.Context(), id, credentials.RefreshToken) // and the process is killed
		require.NoError(t, err)

		waiting, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		_, err = instances[1].renew(waiting, used)
		require.ErrorIs(t, err, models.ErrTryAgain)
		require.EqualValues(t, 2, endpoint.asked.Load(), "it waits")
		clock.forward(models.RefreshClaim)
		next, err := instances[1].renew(t.Context(), used)
		require.NoError(t, err)
		require.NoError(t, endpoint.call(next))
		require.EqualValues(t, 3, endpoint.asked.Load())
	})
}

// TestTokensThatAreTakenNoMoreAreeDestroyed, so that the next sign-in gets others: after the app was uninstalled, or the
// refresh token has ended.
func TestTokensThatAreTakenNoMoreAreeDestroyed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		endpoint := newIssuer()
		instances, clock := newInstances(t, databaseURL, endpoint, 2)
		used := signIn(t, instances[0], endpoint)
		endpoint.refresh = map[string]bool{}
		for range 2 {
			_, err := instances[0].renew(t.Context(), used)
			require.ErrorIs(t, err, models.ErrAccessLost)
			require.NotContains(t, err.Error(), "planted")
			_, err = instances[1].token(t.Context())
			require.ErrorIs(t, err, models.ErrAccessLost)
		}
		require.EqualValues(t, 2, endpoint.asked.Load(), "once is enough")
		require.NoError(t, endpoint.call(signIn(t, instances[1], endpoint)))
		clock.forward(90 * 24 * time.Hour)
		for range 2 {
			_, err := instances[0].token(t.Context())
			require.ErrorIs(t, err, models.ErrAccessLost)
			kept, err := instances[0].Credentials(t.Context(), instances[0].owner)
			require.NoError(t, err)
			require.True(t, kept.RefreshToken.IsEmpty(), "it has expired")
		}
	})
}

func TestPanicOfTheEndpointIsAnError(t *testing.T) {
	t.Parallel()
	endpoint := newIssuer()
	instances, _ := newInstances(t, dbtest.URL(t, "sqlite"), endpoint, 1)
	used := signIn(t, instances[0], endpoint)
	endpoint.before = func() error { panic("planted") }
	_, err := instances[0].renew(t.Context(), used)
	require.ErrorContains(t, err, "panic while refreshing an access token: string")
	require.NotContains(t, err.Error(), "planted")
}
