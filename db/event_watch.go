package db

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/handback/handback/models"
)

const (
	// watchedPage is how many events a follower reads at once, where each is short.
	watchedPage = 50
	// watchReadTime is how long a read for followers may take, watchPause how long one waits after a read that failed.
	watchReadTime = 8 * time.Second
	watchPause    = time.Second
	// pollInterval is how late followers hear at most of what another process has written, when nothing else tells them.
	pollInterval = 3 * time.Second
)

// WatchEvents gives the store's events from the start on, until ctx ends. The channel is closed when they can be read no more; whoever
// asks again is told why. It is a models.BadInput when the store has no such event to begin after.
//
// What is given are pages of Events, so it has their order, and nothing is missed: that something is new only says when to read.
func (r *Repository) WatchEvents(ctx context.Context, caller models.Caller, start models.EventStart, details models.AccountDetails) (<-chan *models.Event, error) {
	ctx, cancel := context.WithCancel(ctx)
	unlink := context.AfterFunc(r.watch.ctx, cancel)
	f := &eventFollower{repository: r, caller: caller, after: start.After, details: details, count: watchedPage, store: r.watch.join(caller.Store.ID), budget: freeReads{}}
	if budget := models.ReadBudgetFrom(ctx); budget != nil {
		f.budget = budget
	}
	if details.OfAccount() || details.Changes { // they may be long, and are in memory until they are sent
		f.count = 1
	}
	end := func() { r.watch.leave(f.store); unlink(); cancel() }
	page, err := f.first(ctx, start.Now)
	if err != nil {
		end()
		return nil, err
	}
	events := make(chan *models.Event)
	r.watch.run(func() {
		defer end()
		defer close(events)
		f.follow(ctx, page, events)
	})
	return events, nil
}

// newestEvent is the id of the store's last event, "" when it has none.
func (r *Repository) newestEvent(ctx context.Context, storeID string) (string, error) {
	var newest []*models.AuditEntry
	found := r.readerSession(ctx).alone(func(tx *gorm.DB) *gorm.DB {
		return tx.Select("id").Where("store_id", storeID).Where(clause.Neq{Column: "event_number", Value: nil}).Order("event_number DESC").Limit(1).Find(&newest)
	})
	if found.Error != nil || len(newest) == 0 {
		return orFault("", found.Error)
	}
	return (&models.Event{AuditEntry: newest[0]}).ID(), nil
}

// newestNumber is how many events a store has; nil for none.
type newestNumber struct {
	ID     string
	Newest *int64
}

// newestEventNumbers reads how many events the stores have, in one statement.
func (r *Repository) newestEventNumbers(ctx context.Context, storeIDs []string) (numbers []newestNumber, err error) {
	found := r.readerSession(ctx).alone(func(tx *gorm.DB) *gorm.DB {
		newest := tx.Session(&gorm.Session{NewDB: true}).Model(&models.AuditEntry{}).Select("MAX(event_number)").
			Where("audit_entries.store_id = stores.id").Where(clause.Neq{Column: "event_number", Value: nil})
		return tx.Model(&models.Store{}).Select("id, (?) AS newest", newest).Where("id", storeIDs).Find(&numbers)
	})
	return numbers, found.Error
}

// eventWatch knows which stores' events are followed in this process, and wakes the followers when there is news.
type eventWatch struct {
	newest  func(context.Context, []string) ([]newestNumber, error)
	channel *eventChannel // between processes; nil where there is none
	reads   singleflight.Group
	ctx     context.Context //nolint:containedctx // ends when the repository is closed
	stop    context.CancelFunc
	running sync.WaitGroup

	mu        sync.Mutex
	closed    bool
	pollEvery time.Duration            // pollInterval, but in tests
	stores    map[string]*watchedStore // by id
	followers int
	endPolls  context.CancelFunc
}

// watchedStore is a store that somebody follows.
type watchedStore struct {
	watch     *eventWatch
	id        string
	followers int
	newest    int64 // event's number, at the last poll
	news      news
}

// news is what was last heard of a store: the number grows each time, and old is closed when there is something newer.
type news struct {
	number int
	old    chan struct{}
}

func newEventWatch(newest func(context.Context, []string) ([]newestNumber, error)) *eventWatch {
	w := &eventWatch{newest: newest, pollEvery: pollInterval, stores: map[string]*watchedStore{}}
	w.ctx, w.stop = context.WithCancel(context.Background())
	return w
}

// close ends all that goes on.
func (w *eventWatch) close() {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.stop()
	w.running.Wait()
}

// join must be followed by leave. Who is the first makes the polls begin, and who is the last makes them end.
func (w *eventWatch) join(storeID string) *watchedStore {
	w.mu.Lock()
	defer w.mu.Unlock()
	store := w.stores[storeID]
	if store == nil {
		store = &watchedStore{watch: w, id: storeID, news: news{old: make(chan struct{})}}
		w.stores[storeID] = store
	}
	store.followers++
	if w.followers++; w.followers == 1 {
		var ctx context.Context
		ctx, w.endPolls = context.WithCancel(w.ctx)
		ticks := time.NewTicker(w.pollEvery)
		w.start(func() { w.poll(ctx, ticks) })
	}
	w.channel.open()
	w.channel.reconsider()
	return store
}

func (w *eventWatch) leave(store *watchedStore) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if store.followers--; store.followers == 0 {
		delete(w.stores, store.id)
	}
	if w.followers--; w.followers == 0 {
		w.endPolls()
		w.channel.reconsider()
	}
}

// run has something done beside everything else, which ends when the repository is closed.
func (w *eventWatch) run(do func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.start(do)
}

// start is run for who holds the lock. A repository that is closed begins nothing: what is to be done finds an end at once.
func (w *eventWatch) start(do func()) {
	if w.closed {
		go do()
		return
	}
	w.running.Go(do)
}

// latest is what was last heard of the store.
func (s *watchedStore) latest() news {
	s.watch.mu.Lock()
	defer s.watch.mu.Unlock()
	return s.news
}

// await waits until there is something newer. It reports false when ctx ends before.
func (n news) await(ctx context.Context) bool {
	select {
	case <-n.old:
		return true
	case <-ctx.Done():
		return false
	}
}

// tell says that the stores have new events, here and in other processes. They are committed.
func (w *eventWatch) tell(storeIDs []string) {
	w.wake(storeIDs...)
	w.channel.tell(storeIDs)
}

// wake wakes those in this process who follow the stores.
func (w *eventWatch) wake(storeIDs ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range storeIDs {
		if store := w.stores[id]; store != nil {
			store.renew()
		}
	}
}

// renew wakes the store's followers. The lock is held.
func (s *watchedStore) renew() {
	close(s.news.old)
	s.news = news{number: s.news.number + 1, old: make(chan struct{})}
}

// poll looks again and again how many events the followed stores have, in case nobody has told of new ones.
func (w *eventWatch) poll(ctx context.Context, ticks *time.Ticker) {
	defer ticks.Stop()
	for {
		select {
		case <-ticks.C:
			w.pollOnce(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// pollOnce wakes the followers of stores that have more events than they had. A database that does not answer is asked again.
func (w *eventWatch) pollOnce(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, watchReadTime)
	defer cancel()
	numbers, err := w.newest(ctx, w.followed())
	if err != nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, found := range numbers {
		store := w.stores[found.ID]
		if store != nil && found.Newest != nil && *found.Newest != store.newest {
			store.newest = *found.Newest
			store.renew()
		}
	}
}

func (w *eventWatch) followed() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	ids := make([]string, 0, len(w.stores))
	for id := range w.stores {
		ids = append(ids, id)
	}
	return ids
}
