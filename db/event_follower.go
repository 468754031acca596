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
	count      int    // of a page
	after      string // the id of the last event that was given; "" before the first one
	store      *watchedStore
	news       news // as it was before the last read
}

// first reads the page that a subscriber begins with: an empty one for who wants what happens from now on.
func (f *eventFollower) first(ctx context.Context, fromNow bool) (page watchedEvents, err error) {
	f.news = f.store.latest()
	if fromNow {
		f.after, err = f.repository.newestEvent(ctx, f.caller.Store.ID)
		return watchedEvents{Events: &models.Events{}}, err
	}
	if page, err = f.read(ctx); err == nil {
		err = page.payFrom(models.ReadBudgetFrom(ctx))
	}
	return page, err
}

// follow gives the page, and then those that follow it, until ctx ends or they cannot be read.
func (f *eventFollower) follow(ctx context.Context, page watchedEvents, to chan<- *models.Event) {
	budget := models.ReadBudgetFrom(ctx)
	for ok := true; ok; page, ok = f.next(ctx, budget) {
		if !f.give(ctx, page.Events.Events, to) {
			return
		}
		page.giveBack(budget)
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
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// next reads the page after the last event, as soon as it can be read and there is room for it.
func (f *eventFollower) next(ctx context.Context, budget models.ReadBudget) (page watchedEvents, ok bool) {
	for {
		f.news = f.store.latest() // what is written while it is being read is news again
		page, err := f.read(ctx)
		if err == nil {
			err = page.payFrom(budget)
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

// read reads the page after the last event. Followers who want the same, and have heard the same news, share one read. It goes on
// when one of them has gone.
func (f *eventFollower) read(ctx context.Context) (watchedEvents, error) {
	key := fmt.Sprint(f.caller.Store.ID, " ", f.after, " ", f.news.number, " ", f.count, " ", f.details)
	shared := f.repository.watch.reads.DoChan(key, func() (any, error) { return f.readAlone(context.WithoutCancel(ctx)) })
	select {
	case result := <-shared:
		page, _ := result.Val.(watchedEvents)
		return page, result.Err
	case <-ctx.Done():
		return watchedEvents{}, fault(ctx.Err())
	}
}

// readAlone does not end the program when it panics: it has a goroutine of its own.
func (f *eventFollower) readAlone(ctx context.Context) (page watchedEvents, err error) {
	ctx, cancel := context.WithTimeout(ctx, watchReadTime)
	defer cancel()
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("reading events for a follower: panic: %T", panicked)
		}
	}()
	var bytes countedBytes
	page.Events, err = f.repository.Events(models.WithReadBudget(ctx, &bytes), f.caller, models.EventPage{Count: f.count, After: f.after}, f.details)
	page.bytes = int(bytes.Load())
	return page, err
}

// watchedEvents are a page of events that several followers may have. None of them may change it.
type watchedEvents struct {
	*models.Events
	bytes int // that were read for it
}

// payFrom takes the page's bytes out of a follower's budget, until it gives them back.
func (e watchedEvents) payFrom(budget models.ReadBudget) error {
	if budget == nil {
		return nil
	}
	return budget.Consume(e.bytes)
}

func (e watchedEvents) giveBack(budget models.ReadBudget) {
	if budget != nil {
		_ = budget.Consume(-e.bytes) // which cannot be too much
	}
}

// countedBytes is a read budget without an end, which says how much was taken out.
type countedBytes struct{ atomic.Int64 }

// Consume implements models.ReadBudget.
func (c *countedBytes) Consume(bytes int) error {
	c.Add(int64(bytes))
	return nil
}

// Charge implements models.ReadBudget. All that is read for a page is a part of it.
func (c *countedBytes) Charge(int, int) {}

// Err implements models.ReadBudget.
func (c *countedBytes) Err() error { return nil }
