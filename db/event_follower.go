package db

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/handback/handback/models"
)

// eventFollower reads a store's events for one subscriber.
type eventFollower struct {
	repository *Repository
	caller     models.Caller
	details    models.AccountDetails
	budget     models.ReadBudget // of its stream
	count      int               // of a page
	after      string            // the id of the last event that was given; "" before the first one
	store      *watchedStore
	news       news // as it was before the last read
	given      int  // events
}

// first reads the page that a subscriber begins with: an empty one for who wants what happens from now on.
func (f *eventFollower) first(ctx context.Context, fromNow bool) (page watchedEvents, err error) {
	f.news = f.store.latest()
	if fromNow {
		f.after, err = f.repository.newestEvent(ctx, f.caller.Store.ID)
		return watchedEvents{Events: &models.Events{}}, err
	}
	if page, err = f.read(ctx); err == nil {
		err = page.payFrom(f)
	}
	return page, err
}

// follow gives the page, and then those that follow it, until ctx ends or they cannot be read.
func (f *eventFollower) follow(ctx context.Context, page watchedEvents, to chan<- *models.Event) {
	for ok := true; ok; page, ok = f.next(ctx) {
		if !f.give(ctx, page.Events.Events, to) || !f.awaitSent(ctx) {
			return
		}
		page.giveBack(f)
		if !page.More && !f.news.await(ctx) { // who waits holds none: it is not used any more
			return
		}
	}
}

// give gives the events one by one. It reports false when ctx ends before.
func (f *eventFollower) give(ctx context.Context, events []models.Event, to chan<- *models.Event) bool {
	for i := range events {
		select {
		case to <- &events[i]:
			f.after = events[i].ID()
			f.given++
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// awaitSent waits until the last event is no longer held: it may wait for being paid for.
func (f *eventFollower) awaitSent(ctx context.Context) bool {
	budget, ok := f.budget.(models.EventBudget)
	return !ok || budget.AwaitSent(ctx, f.given)
}

// next reads the page after the last event, as soon as it can be read, and paid for, and there is room for it.
func (f *eventFollower) next(ctx context.Context) (page watchedEvents, ok bool) {
	for {
		f.news = f.store.latest() // what is written while it is being read is news again
		page, err := f.read(ctx)
		if err == nil {
			err = page.payFrom(f)
		}
		switch {
		case err == nil:
			return page, true
		case !errors.Is(err, models.ErrTryAgain):
			return watchedEvents{}, false
		}
		select {
		case <-time.After(watchPause):
		case <-ctx.Done():
			return watchedEvents{}, false
		}
	}
}

// read reads the page after the last event. Followers of one caller who want the same, and have heard the same news, share one read. It
// goes on when one of them has gone; where that is who pays for it, the others read anew.
func (f *eventFollower) read(ctx context.Context) (watchedEvents, error) {
	key := fmt.Sprint(f.caller.Store.ID, " ", f.caller.ID, " ", f.after, " ", f.news.number, " ", f.count, " ", f.details)
	shared := f.repository.watch.reads.DoChan(key, func() (any, error) { return f.readAlone(context.WithoutCancel(ctx)) })
	select {
	case result := <-shared:
		page, _ := result.Val.(watchedEvents)
		return page, result.Err
	case <-ctx.Done():
		return watchedEvents{}, fault(ctx.Err())
	}
}

// readAlone reads the page for all who wait for it, and pays for it. It does not end the program when it panics: it has a goroutine of its
// own.
func (f *eventFollower) readAlone(ctx context.Context) (page watchedEvents, err error) {
	ctx, cancel := context.WithTimeout(ctx, watchReadTime)
	defer cancel()
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("reading events for a follower: panic: %T", panicked)
		}
	}()
	budget := &pageBudget{ReadBudget: f.budget}
	page.Events, err = f.repository.Events(models.WithReadBudget(ctx, budget), f.caller, models.EventPage{Count: f.count, After: f.after}, f.details)
	page.reader, page.bytes = f, int(budget.taken.Load())
	if err != nil {
		page.giveBack(f)
	}
	return page, err
}

// watchedEvents are a page of events that several followers may have. None of them may change it.
type watchedEvents struct {
	*models.Events
	bytes  int            // that were read for it
	reader *eventFollower // who has read it; nil for a page that nobody read
}

// payFrom takes the page's bytes out of a follower's budget, until it gives them back. Who has read it has taken them then.
func (e watchedEvents) payFrom(f *eventFollower) error {
	if e.reader == f {
		return nil
	}
	return f.budget.Consume(e.bytes)
}

func (e watchedEvents) giveBack(f *eventFollower) { _ = f.budget.Consume(-e.bytes) } // which cannot be too much

// pageBudget takes what is read for a page out of the budget of the follower that reads it, row by row, and charges for it. So what there
// is no room for is not read whole.
type pageBudget struct {
	models.ReadBudget
	taken atomic.Int64
}

// Consume implements models.ReadBudget.
func (b *pageBudget) Consume(bytes int) error {
	b.Charge(0, bytes)
	err := b.ReadBudget.Consume(bytes)
	if err == nil {
		b.taken.Add(int64(bytes))
	}
	return err
}

// freeReads are a budget that is never used up.
type freeReads struct{}

// Consume implements models.ReadBudget.
func (freeReads) Consume(int) error { return nil }

// Charge implements models.ReadBudget.
func (freeReads) Charge(int, int) {}

// Err implements models.ReadBudget.
func (freeReads) Err() error { return nil }
