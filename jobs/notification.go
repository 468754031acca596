package jobs

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/riverqueue/river"

	"github.com/handback/handback/models"
)

const (
	// notificationWorkers is how many notifications a process does something about at a time.
	notificationWorkers = 8
	// readingTime is longer than other jobs have, because a large store takes its time.
	readingTime = 30 * time.Minute
	// readingPause is how long a job waits while this process reads the store already.
	readingPause = time.Second
	// restFactor is how many times as long as a store was read it is not read again: an edit of many products is many notifications,
	// and what large stores are read with is what others wait for.
	restFactor = 5
)

// NotificationRepository holds what the platforms have told, and takes note of what follows from it.
type NotificationRepository interface {
	Notification(ctx context.Context, platform models.Platform, id string) (*models.PlatformNotification, error)
	ProcessNotification(ctx context.Context, notification *models.PlatformNotification) error
	StoreByDomain(ctx context.Context, domain string) (models.Store, error)
	TikTokAccountOfShop(ctx context.Context, shopID string) (account models.Account, ok bool, err error)
	NoteUninstalled(ctx context.Context, store models.Store, notification *models.PlatformNotification) error
	NoteScopes(ctx context.Context, store models.Store, notification *models.PlatformNotification, lacks string) error
	NoteTikTokProblem(ctx context.Context, account models.Account, problem models.ProblemCode, notification *models.PlatformNotification) error
	DisconnectFromShopify(ctx context.Context, store models.Store, notification *models.PlatformNotification) error
	Redact(ctx context.Context, store models.Store, notification *models.PlatformNotification, uninstalled bool) (redacted bool, err error)
	// InTransition reports whether the integration writes to the store.
	InTransition(ctx context.Context, storeID string) (bool, error)
	// ShopInUse reads an account that is connected, or is being connected; ok is false when it is not.
	ShopInUse(ctx context.Context, accountID string) (account models.Account, ok bool, err error)
	ShopsOf(ctx context.Context, storeID string) ([]models.Account, error)
}

// NotifyingStores are asked what a notification says nothing certain about. Errors are *models.PlatformError where the store is their
// cause.
type NotifyingStores interface {
	Stores
	// LacksScopes names the scopes that the store has not granted, "" for none.
	LacksScopes(ctx context.Context, domain string) (string, error)
	// HasChannel reports whether the app has a channel in the store.
	HasChannel(ctx context.Context, domain string) (bool, error)
}

// TikTokWatch is asked likewise.
type TikTokWatch interface {
	// Authorized reports whether TikTok lets the app into the account's shop, which has this id at TikTok.
	Authorized(ctx context.Context, account models.Account, shopID string) (bool, error)
	// Subscribe has TikTok tell what happens in the account's shop. It may be done again.
	Subscribe(ctx context.Context, account models.Account) error
}

// Notifications does what notifications ask for. They come late, twice and out of order, so what they say is compared with when the
// connection began, or the platform is asked what is so now.
type Notifications struct {
	Repository NotificationRepository
	Stores     NotifyingStores
	TikTok     TikTok
	Watch      TikTokWatch // nil where nobody is in TikTok's place
	Log        *slog.Logger

	mu      sync.Mutex
	reading map[string]time.Time // the stores that this process reads, or has read, by domain, and until when they are left alone
}

// Handle does what a notification asks for, once.
func (n *Notifications) Handle(ctx context.Context, platform models.Platform, id string) error {
	notification, err := n.Repository.Notification(ctx, platform, id)
	if err != nil || notification == nil || notification.ProcessedAt != nil {
		return err
	}
	if platform == models.PlatformTikTok {
		return n.handleTikTok(ctx, notification)
	}
	store, err := n.Repository.StoreByDomain(ctx, notification.Subject)
	if err != nil {
		return err
	}
	switch {
	case notification.Topic == models.TopicShopRedact:
		return n.redact(ctx, store, notification)
	case store.ID == "":
		return n.Repository.ProcessNotification(ctx, notification)
	case notification.Topic == models.TopicUninstalled:
		return n.Repository.NoteUninstalled(ctx, store, notification)
	case notification.Topic == models.TopicScopesUpdate:
		return n.noteScopes(ctx, store, notification)
	case notification.Topic == models.TopicChannelDeleted:
		return n.noteChannel(ctx, store, notification)
	}
	// customers/data_request and customers/redact: nothing is stored about a store's customers.
	n.Log.InfoContext(ctx, "Shopify asks about a customer's data, of which there are none", "topic", notification.Topic, "store", store.Domain)
	return n.Repository.ProcessNotification(ctx, notification)
}

func (n *Notifications) noteScopes(ctx context.Context, store models.Store, notification *models.PlatformNotification) error {
	lacks, err := n.Stores.LacksScopes(ctx, store.Domain)
	if isLost(err) {
		return n.Repository.ProcessNotification(ctx, notification)
	}
	if err != nil {
		return err
	}
	return n.Repository.NoteScopes(ctx, store, notification, lacks)
}

// noteChannel begins a disconnect when the channel is gone: the notification may be of an earlier connection's.
func (n *Notifications) noteChannel(ctx context.Context, store models.Store, notification *models.PlatformNotification) error {
	has, err := n.Stores.HasChannel(ctx, store.Domain)
	switch {
	case has || isLost(err):
		return n.Repository.ProcessNotification(ctx, notification)
	case err != nil:
		return err
	}
	return n.Repository.DisconnectFromShopify(ctx, store, notification)
}

// redact removes the store's data. What TikTok let the app into is ended first, as far as TikTok answers: nothing is known of it
// afterwards.
func (n *Notifications) redact(ctx context.Context, store models.Store, notification *models.PlatformNotification) error {
	uninstalled := false
	if store.ID == "" {
		store.Domain = notification.Subject
	} else {
		_, err := n.Stores.LacksScopes(ctx, store.Domain)
		if uninstalled = isLost(err); err != nil && !uninstalled && !isMissingScope(err) {
			return err
		}
	}
	if uninstalled {
		accounts, err := n.Repository.ShopsOf(ctx, store.ID)
		if err != nil {
			return err
		}
		for _, account := range accounts {
			if _, err := n.TikTok.Revoke(ctx, account, false); err != nil {
				n.Log.WarnContext(ctx, "TikTok's authorization is left to be ended in Seller Center", "error", err)
			}
		}
	}
	redacted, err := n.Repository.Redact(ctx, store, notification, uninstalled)
	if redacted {
		n.Log.InfoContext(ctx, "the data of a store were removed", "notification", notification.ID)
	}
	return err
}

// handleTikTok believes that the app was let out when TikTok lists the shop no more.
func (n *Notifications) handleTikTok(ctx context.Context, notification *models.PlatformNotification) error {
	account, known, err := n.Repository.TikTokAccountOfShop(ctx, notification.Subject)
	if err != nil {
		return err
	}
	if !known || !account.InUse() || notification.IsBefore(account.ConnectedAt) {
		return n.Repository.ProcessNotification(ctx, notification)
	}
	if notification.Topic == models.TopicExpiringSoon {
		n.Log.WarnContext(ctx, "TikTok's authorization ends soon: the seller has to give it again", "account", account.ID)
		return n.Repository.NoteTikTokProblem(ctx, account, models.TikTokAccessEnding, notification)
	}
	if n.Watch == nil {
		return n.Repository.ProcessNotification(ctx, notification)
	}
	authorized, err := n.Watch.Authorized(ctx, account, notification.Subject)
	if err != nil {
		return err
	}
	if authorized {
		return n.Repository.ProcessNotification(ctx, notification)
	}
	return n.Repository.NoteTikTokProblem(ctx, account, models.TikTokAccessLost, notification)
}

// Subscribe has TikTok tell what happens in a shop that was connected, unless it is not any more.
func (n *Notifications) Subscribe(ctx context.Context, accountID string) error {
	account, ok, err := n.Repository.ShopInUse(ctx, accountID)
	if err != nil || !ok || n.Watch == nil {
		return err
	}
	return n.Watch.Subscribe(ctx, account)
}

// Reconcile reads the store that a notification is about. That it was edited again while it is read is another notification, which
// is stored from then on. While the store is to be left alone it returns how long that is, and is to be called again.
func (n *Notifications) Reconcile(ctx context.Context, id string) (wait time.Duration, err error) {
	notification, err := n.Repository.Notification(ctx, models.PlatformShopify, id)
	if err != nil || notification == nil {
		return 0, err
	}
	done, wait := n.begin(notification.Subject)
	if wait > 0 {
		return wait, nil
	}
	defer done()
	if err := n.Repository.ProcessNotification(ctx, notification); err != nil {
		return 0, err
	}
	err = n.read(ctx, notification.Subject)
	if isLost(err) || isMissingScope(err) { // which is told elsewhere
		return 0, nil
	}
	return 0, err
}

// read brings in what was edited. While the integration itself writes to the store that is its own doing, and is read back by it.
func (n *Notifications) read(ctx context.Context, domain string) error {
	store, err := n.Repository.StoreByDomain(ctx, domain)
	if err != nil || store.ID == "" {
		return err
	}
	if busy, err := n.Repository.InTransition(ctx, store.ID); err != nil || busy {
		return err
	}
	defer frugal.begin()()
	return n.Stores.Reconcile(ctx, domain)
}

// begin begins to read a store, unless it is to be left alone for a while.
func (n *Notifications) begin(domain string) (done func(), wait time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	began := time.Now()
	if until, ok := n.reading[domain]; ok && began.Before(until) {
		return nil, min(until.Sub(began), readingPause)
	}
	if n.reading == nil {
		n.reading = map[string]time.Time{}
	}
	n.reading[domain] = began.Add(readingTime)
	return func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.reading[domain] = time.Now().Add(restFactor * time.Since(began))
		for domain, until := range n.reading { // of the others, too, so that the list stays short
			if !time.Now().Before(until) {
				delete(n.reading, domain)
			}
		}
	}, 0
}

func isLost(err error) bool { return hasProblem(err, models.ShopifyAccessLost) }

func isMissingScope(err error) bool { return hasProblem(err, models.ShopifyScopeMissing) }

func hasProblem(err error, code models.ProblemCode) bool {
	problem, ok := errors.AsType[*models.PlatformError](err)
	return ok && problem.Code == code
}

func registerNotifications(known *river.Workers, notifications *Notifications) {
	river.AddWorker(known, river.WorkFunc(func(ctx context.Context, job *river.Job[models.HandleNotification]) error {
		return notifications.Handle(ctx, job.Args.Platform, job.Args.Notification)
	}))
	river.AddWorker(known, &readingWorker{notifications: notifications})
	river.AddWorker(known, river.WorkFunc(func(ctx context.Context, job *river.Job[models.SubscribeTikTok]) error {
		return notifications.Subscribe(ctx, job.Args.Account)
	}))
}

// readingWorker reads a store after it was edited.
type readingWorker struct {
	river.WorkerDefaults[models.ReconcileStore]

	notifications *Notifications
}

// Timeout implements river.Worker.
func (*readingWorker) Timeout(*river.Job[models.ReconcileStore]) time.Duration { return readingTime }

// Work implements river.Worker.
func (w *readingWorker) Work(ctx context.Context, job *river.Job[models.ReconcileStore]) error {
	wait, err := w.notifications.Reconcile(ctx, job.Args.Notification)
	if err == nil && wait > 0 {
		return river.JobSnooze(wait)
	}
	return err
}
