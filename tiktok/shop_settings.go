package tiktok

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/handback/handback/models"
)

// ShopRepository knows the shops that are connected, and their settings.
type ShopRepository interface {
	StoreByDomain(ctx context.Context, domain string) (models.Store, error)
	// ConnectedShop reads the store's TikTok Shop account that is connected; ok is false when none is.
	ConnectedShop(ctx context.Context, store models.Store) (account models.Account, ok bool, err error)
	// ShopInUse reads an account that is connected, or is being connected; ok is false when it is not.
	ShopInUse(ctx context.Context, accountID string) (account models.Account, ok bool, err error)
	// ReconcileShop brings in what was read of the account's shop.
	ReconcileShop(ctx context.Context, account models.Account, shop *models.ShopObservation) error
}

// ShopObserver reads the settings of the account's shop that are facts of TikTok.
type ShopObserver interface {
	Observe(ctx context.Context, account models.Account) (*models.ShopObservation, error)
}

// ShopSettings brings in what is set up at TikTok: in shops of stores that the app was let into, as others only rehearse. It is safe
// for concurrent use.
type ShopSettings struct {
	observer   ShopObserver
	repository ShopRepository
	log        *slog.Logger
	refreshes  singleflight.Group // by the store's id
}

const (
	// shopWait is how long somebody who wants a preview waits for TikTok.
	shopWait = 1500 * time.Millisecond
	// shopTime is how long a reading may take: others wait for the next one.
	shopTime = time.Minute
)

// NewShopSettings makes ShopSettings.
func NewShopSettings(observer ShopObserver, repository ShopRepository, log *slog.Logger) *ShopSettings {
	return &ShopSettings{observer: observer, repository: repository, log: log}
}

// Refresh reads the store's connected shop, for a preview. What takes longer than somebody waits goes on without them; until it is
// done, what was known before counts.
func (s *ShopSettings) Refresh(ctx context.Context, store models.Store) {
	if !store.Linked {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, shopWait)
	defer cancel()
	whole := context.WithoutCancel(ctx)
	done := s.refreshes.DoChan(store.ID, func() (any, error) {
		err := s.reconcile(whole, store)
		if err != nil {
			s.log.WarnContext(whole, "the shop could not be read", "store", store.Domain, "error", err)
		}
		return nil, err
	})
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// Reconcile reads the shop of a store. That TikTok lets nobody in is told elsewhere.
func (s *ShopSettings) Reconcile(ctx context.Context, domain string) error {
	store, err := s.repository.StoreByDomain(ctx, domain)
	if err != nil || !store.Linked {
		return err
	}
	return withoutLost(s.reconcile(ctx, store))
}

// ReconcileAccount is Reconcile for a shop that could not be read while it was connected, unless it is connected no more.
func (s *ShopSettings) ReconcileAccount(ctx context.Context, accountID string) error {
	account, ok, err := s.repository.ShopInUse(ctx, accountID)
	if err != nil || !ok {
		return err
	}
	return withoutLost(s.read(ctx, account))
}

func (s *ShopSettings) reconcile(ctx context.Context, store models.Store) error {
	account, ok, err := s.repository.ConnectedShop(ctx, store)
	if err != nil || !ok {
		return err
	}
	return s.read(ctx, account)
}

func (s *ShopSettings) read(ctx context.Context, account models.Account) error {
	ctx, cancel := context.WithTimeout(ctx, shopTime)
	defer cancel()
	shop, err := s.observer.Observe(ctx, account)
	if err != nil {
		return err
	}
	return s.repository.ReconcileShop(ctx, account, shop)
}

func withoutLost(err error) error {
	if problem, ok := errors.AsType[*models.PlatformError](err); ok && problem.Code == models.TikTokAccessLost {
		return nil
	}
	return err
}
