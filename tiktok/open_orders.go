package tiktok

import (
	"context"
	"iter"
	"log/slog"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/handback/handback/models"
)

// OrderRepository keeps what was open in connected shops, for previews.
type OrderRepository interface {
	// ConnectedShop reads the store's TikTok Shop account that is connected; ok is false when none is.
	ConnectedShop(ctx context.Context, store models.Store) (account models.Account, ok bool, err error)
	// SaveOpenOrders keeps what is open; nil says that TikTok did not say, or not yet.
	SaveOpenOrders(ctx context.Context, account models.Account, open *models.OpenOrders) error
}

// OrderLister lists what is open in the account's shop, each thing once.
type OrderLister interface {
	OpenOrders(ctx context.Context, account models.Account) iter.Seq2[models.HandoffItem, error]
}

// OpenOrders counts what is open in connected shops, for those who are waiting for a preview. It is safe for concurrent use.
type OpenOrders struct {
	lister     OrderLister
	repository OrderRepository
	log        *slog.Logger
	now        func() time.Time

	mu    sync.Mutex                    // looking and adding are one
	began *lru.Cache[string, time.Time] // by the store's id: readings that go on, and those that took long
}

const (
	// openOrdersWait is how long somebody who wants a preview waits for TikTok.
	openOrdersWait = 1500 * time.Millisecond
	// openOrdersTime is how long a reading may take that nobody waits for.
	openOrdersTime = 10 * time.Minute
	// saveTime is how long the database is waited for after TikTok.
	saveTime = 500 * time.Millisecond
	// orderStores is how many stores are remembered to take long.
	orderStores = 10_000
)

// NewOpenOrders makes OpenOrders.
func NewOpenOrders(lister OrderLister, repository OrderRepository, now func() time.Time, log *slog.Logger) *OpenOrders {
	began, _ := lru.New[string, time.Time](orderStores) // which fails for sizes below one only
	return &OpenOrders{lister: lister, repository: repository, now: now, log: log, began: began}
}

// Refresh counts what is open in the store's connected shop. What takes longer than somebody waits goes on without them, and is not
// begun again meanwhile, nor for a while after: until it is done, what was known before counts, and that TikTok did not say.
func (o *OpenOrders) Refresh(ctx context.Context, store models.Store) {
	if !o.begin(store.ID) {
		return
	}
	account, ok, err := o.repository.ConnectedShop(ctx, store)
	if err != nil || !ok {
		o.began.Remove(store.ID)
		return
	}
	done := make(chan struct{})
	go o.count(context.WithoutCancel(ctx), account, done)
	late := time.NewTimer(openOrdersWait + saveTime)
	defer late.Stop()
	select {
	case <-done:
	case <-late.C:
	case <-ctx.Done():
	}
}

// begin reports whether a reading is to begin.
func (o *OpenOrders) begin(storeID string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if began, found := o.began.Get(storeID); found && o.now().Sub(began) < openOrdersTime {
		return false
	}
	o.began.Add(storeID, o.now())
	return true
}

// count closes done when it is known what a preview can say: what is open, or that TikTok did not say in time.
func (o *OpenOrders) count(ctx context.Context, account models.Account, done chan struct{}) {
	var once sync.Once
	closeDone := func() { once.Do(func() { close(done) }) }
	defer closeDone()
	ctx, cancel := context.WithTimeout(ctx, openOrdersTime)
	defer cancel()
	counted := make(chan *models.OpenOrders, 1)
	go func() { counted <- o.ask(ctx, account) }()
	late := time.NewTimer(openOrdersWait)
	defer late.Stop()
	select {
	case open := <-counted:
		o.save(ctx, account, open)
		o.began.Remove(account.StoreID)
	case <-late.C:
		o.save(ctx, account, nil)
		closeDone()
		if open := <-counted; open != nil {
			o.save(ctx, account, open)
		} else {
			o.began.Remove(account.StoreID)
		}
	}
}

// ask is nil when TikTok does not say.
func (o *OpenOrders) ask(ctx context.Context, account models.Account) *models.OpenOrders {
	var open models.OpenOrders
	for item, err := range o.lister.OpenOrders(ctx, account) {
		if err != nil {
			o.log.WarnContext(ctx, "open orders could not be counted", "account", account.ID, "error", err)
			return nil
		}
		open.Add(item)
	}
	at := o.now()
	open.ReadAt = &at
	return &open
}

func (o *OpenOrders) save(ctx context.Context, account models.Account, open *models.OpenOrders) {
	if err := o.repository.SaveOpenOrders(ctx, account, open); err != nil {
		o.log.WarnContext(ctx, "open orders could not be kept", "account", account.ID, "error", err)
	}
}
