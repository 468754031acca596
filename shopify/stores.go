package shopify

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"

	"github.com/handback/handback/models"
	"github.com/handback/handback/tokens"
)

// RequiredScopes are what the app must be granted in a store to connect it.
var RequiredScopes = []string{
	"read_publications", "write_publications", "read_products", "read_locations", "write_locations", "read_product_listings",
	"write_resource_feedbacks", "read_legal_policies",
}

// StoreRepository knows the stores that the app was let into.
type StoreRepository interface {
	StoreByDomain(ctx context.Context, domain string) (models.Store, error)
	// LinkStore records that the app was let into the store, with what the store says of itself; observed is nil where that takes
	// long.
	LinkStore(ctx context.Context, store models.Store, observed *models.Observation) (models.Store, error)
	// NoteInstallation records that Shopify lets the app in, before tokens are stored that say so.
	NoteInstallation(ctx context.Context, storeID string) error
	// Reconcile brings in what was edited in the Shopify admin.
	Reconcile(ctx context.Context, store models.Store, observed *models.Observation) error
	// ForeseeUninstalled records that the app was uninstalled, so that nothing can be given back.
	ForeseeUninstalled(ctx context.Context, store models.Store) error
}

// Stores reads stores for those who are waiting for an answer, and lets the app into them. It is safe for concurrent use.
type Stores struct {
	client     *Client
	oauth      *OAuth
	tokens     *tokens.Keeper
	repository StoreRepository
	log        *slog.Logger

	signIns   singleflight.Group            // by the store's id
	refreshes singleflight.Group            // likewise
	slow      *lru.Cache[string, time.Time] // stores that take long to read, and until when nobody waits for that
	refused   *lru.Cache[string, time.Time] // stores that did not let the app in, and until when they are not asked again
}

const (
	// refreshTime is how long somebody who wants a preview waits for the store to be read, and who connects or disconnects it
	// before that is begun.
	refreshTime = 1500 * time.Millisecond
	// slowTime is how long nobody waits for a store that took longer.
	slowTime = 10 * time.Minute
	// linkTime is how long signing in waits for Shopify to let the app in: the request has its answer to read after that.
	linkTime = 3 * time.Second
	// refusedTime is how long nobody waits for a store that did not let the app in.
	refusedTime = 10 * time.Second
	// slowStores is how many stores are remembered to take long.
	slowStores = 10_000
)

// NewStores makes Stores.
func NewStores(client *Client, oauth *OAuth, tokens *tokens.Keeper, repository StoreRepository, log *slog.Logger) *Stores {
	slow, _ := lru.New[string, time.Time](slowStores) // both fail for sizes below one only
	refused, _ := lru.New[string, time.Time](slowStores)
	return &Stores{client: client, oauth: oauth, tokens: tokens, repository: repository, log: log, slow: slow, refused: refused}
}

// SignIn lets the app into the store with the session token that its seller has signed in with, unless it is in. It returns the
// store as it is known then. That Shopify does not answer keeps nobody from signing in.
func (s *Stores) SignIn(ctx context.Context, store models.Store, sessionToken string) models.Store {
	if until, ok := s.refused.Get(store.ID); ok && time.Now().Before(until) {
		return store
	}
	ctx, cancel := context.WithTimeout(ctx, linkTime)
	defer cancel()
	// It goes on when nobody waits any more: tokens that were obtained must be saved.
	whole := context.WithoutCancel(ctx)
	done := s.signIns.DoChan(store.ID, func() (any, error) { return s.signIn(whole, store, sessionToken) })
	select {
	case result := <-done:
		if result.Err == nil {
			return result.Val.(models.Store)
		}
		s.log.WarnContext(ctx, "the app could not be let into the store", "store", store.Domain, "error", result.Err)
	case <-ctx.Done():
		s.log.WarnContext(ctx, "the app is not let into the store yet", "store", store.Domain)
	}
	s.refused.Add(store.ID, time.Now().Add(refusedTime))
	return store
}

func (s *Stores) signIn(ctx context.Context, store models.Store, sessionToken string) (models.Store, error) {
	ctx, cancel := context.WithTimeout(ctx, models.RefreshTimeout)
	defer cancel()
	err := s.tokens.SignIn(ctx, store.Domain, func(ctx context.Context) (models.TokenPair, error) {
		pair, err := s.oauth.Exchange(ctx, store.Domain, sessionToken)
		if err == nil { // before the pair is stored: once it is, nothing is exchanged
			err = s.repository.NoteInstallation(ctx, store.ID)
		}
		return pair, err
	})
	if err != nil || store.Linked {
		return store, err
	}
	return s.link(ctx, store)
}

// link takes in what the store says of itself. A store that takes long to read is linked without: connecting reads it, and so does
// the night.
func (s *Stores) link(ctx context.Context, store models.Store) (models.Store, error) {
	shop, err := s.client.Shop(ctx, store.Domain)
	if err != nil {
		return store, err
	}
	reading, cancel := context.WithTimeout(ctx, linkTime/2)
	defer cancel()
	observed, err := s.client.Observe(reading, store.Domain)
	if err != nil && !takesLong(reading, err) {
		return store, err
	}
	named := store
	named.Name, named.Region = shop.Name, shop.Region
	linked, err := s.repository.LinkStore(ctx, named, observed)
	if err != nil {
		return store, err
	}
	return linked, nil
}

// takesLong reports whether a call failed because there was no time for it: it has passed, or points would come back too late.
func takesLong(ctx context.Context, err error) bool {
	return ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded)
}

// RefreshPreview is Refresh for who wants to see a preview: when the app was uninstalled, that says what cannot be given back. A
// disconnect that was confirmed is not refused for it, but says so itself.
func (s *Stores) RefreshPreview(ctx context.Context, store models.Store) {
	problem, ok := errors.AsType[*models.PlatformError](s.Refresh(ctx, store))
	if !ok || !problem.Uninstalled() {
		return
	}
	if err := s.repository.ForeseeUninstalled(ctx, store); err != nil {
		s.log.WarnContext(ctx, "a preview could not be worked out anew", "store", store.Domain, "error", err)
	}
}

// Refresh brings in what was edited in the Shopify admin, as far as that can be read within a few seconds. The error, which is
// logged, says why it could not be.
func (s *Stores) Refresh(ctx context.Context, store models.Store) error {
	if until, slow := s.slow.Get(store.ID); !store.Linked || slow && time.Now().Before(until) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, refreshTime)
	defer cancel()
	done := s.refreshes.DoChan(store.ID, func() (any, error) {
		reading, stop := context.WithTimeout(context.WithoutCancel(ctx), refreshTime)
		defer stop()
		return nil, s.reconcile(reading, store)
	})
	select {
	case result := <-done:
		if result.Err != nil {
			s.log.WarnContext(ctx, "the store could not be read", "store", store.Domain, "error", result.Err)
		}
		if errors.Is(result.Err, context.DeadlineExceeded) {
			s.slow.Add(store.ID, time.Now().Add(slowTime))
		}
		return result.Err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Stores) reconcile(ctx context.Context, store models.Store) error {
	observed, err := s.client.Observe(ctx, store.Domain)
	if err != nil {
		return errors.Join(err, ctx.Err())
	}
	return s.repository.Reconcile(ctx, store, observed)
}

// Reconcile brings in what was edited in the Shopify admin, however long it takes.
func (s *Stores) Reconcile(ctx context.Context, domain string) error {
	store, err := s.repository.StoreByDomain(ctx, domain)
	if err != nil || !store.Linked {
		return err
	}
	return s.reconcile(ctx, store)
}

// Access says why the store could not be connected now: a *models.PlatformError, which names the scopes that the app lacks. It
// is nil when nothing is in the way.
func (s *Stores) Access(ctx context.Context, store models.Store) error {
	ctx, cancel := context.WithTimeout(ctx, refreshTime)
	defer cancel()
	shop, err := s.client.Shop(ctx, store.Domain)
	if err != nil && takesLong(ctx, err) { // it answers slowly: that is waited for after connecting was begun
		return nil
	}
	if err != nil {
		return problem(err)
	}
	lacks := models.Credentials{Scopes: shop.Scopes}.LacksScopes(RequiredScopes)
	if len(lacks) > 0 {
		return &models.PlatformError{Code: models.ShopifyScopeMissing, Detail: strings.Join(lacks, ", ")}
	}
	return nil
}

// Observe reads the store within a few seconds; it is nil when that cannot be.
func (s *Stores) Observe(ctx context.Context, store models.Store) *models.Observation {
	ctx, cancel := context.WithTimeout(ctx, refreshTime)
	defer cancel()
	observed, err := s.client.Observe(ctx, store.Domain)
	if err != nil {
		s.log.WarnContext(ctx, "the store could not be read", "store", store.Domain, "error", err)
		return nil
	}
	return observed
}

// ResourceNames returns the names of products, variants and locations, in the order of their ids. The error is a *models.UnansweredError.
func (s *Stores) ResourceNames(ctx context.Context, store models.Store, ids []string) ([]models.ResourceName, error) {
	if !store.Linked || len(ids) == 0 {
		return []models.ResourceName{}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, refreshTime)
	defer cancel()
	names, err := s.client.ResourceNames(ctx, store.Domain, ids)
	if err != nil {
		s.log.WarnContext(ctx, "names could not be read", "store", store.Domain, "error", err)
		return nil, &models.UnansweredError{Platform: "Shopify", Cause: err}
	}
	return names, nil
}
