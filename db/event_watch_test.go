package db_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// watchPatience is how long tests wait for what must come.
const watchPatience = 2 * time.Minute

// watched reads so many events of a stream, and returns their ids.
func watched(tb testing.TB, events <-chan *models.Event, count int) (ids []string) {
	tb.Helper()
	late := time.After(watchPatience)
	for len(ids) < count {
		select {
		case event, open := <-events:
			if !assert.True(tb, open, "the stream has ended after %d of %d", len(ids), count) {
				return ids
			}
			ids = append(ids, event.ID())
		case <-late:
			assert.Fail(tb, "events are missing", "%d of %d", len(ids), count)
			return ids
		}
	}
	return ids
}

// TestWatchedEventsComeOnceAndInOrder, to whoever begins wherever and whenever, however many write meanwhile, in this process and
// others.
func TestWatchedEventsComeOnceAndInOrder(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, another := open(t, databaseURL, models.DefaultCatalogue()), open(t, databaseURL, models.DefaultCatalogue())
		seller, neighbour := register(t, repository, "watched.myshopify.com"), register(t, repository, "beside.myshopify.com")
		const writers, edits, followers = 4, 10, 8
		first := committedEvents(t, repository, seller)[0]
		var writing, reading sync.WaitGroup
		for i := range writers {
			writing.Go(func() { editTags(t, []*db.Repository{repository, another}[i%2], edits, seller, neighbour) })
		}
		var seen [followers][]string
		for i := range followers {
			reading.Go(func() {
				for len(seen[i]) < writers*edits { // and is cut off now and then
					ctx, cancel := context.WithCancel(t.Context())
					after := first
					if len(seen[i]) > 0 {
						after = seen[i][len(seen[i])-1]
					}
					details := models.AccountDetails{Changes: i%2 == 0}
					events, err := []*db.Repository{repository, another}[i/2%2].WatchEvents(ctx, seller, models.EventStart{After: after}, details)
					if assert.NoError(t, err) {
						seen[i] = append(seen[i], watched(t, events, min(1+rand.IntN(20), writers*edits-len(seen[i])))...)
					}
					cancel()
					if t.Failed() {
						return
					}
				}
			})
		}
		writing.Wait()
		reading.Wait()
		for i := range followers {
			require.Equal(t, committedEvents(t, repository, seller)[1:], seen[i], i)
		}
	})
}

// TestWatchBeginsNow without a cursor, also in a store that has no event yet.
func TestWatchBeginsNow(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "now.myshopify.com")
		events, err := repository.WatchEvents(t.Context(), seller, models.EventStart{Now: true}, models.AccountDetails{})
		require.NoError(t, err)
		editTags(t, repository, 3, seller)
		require.Equal(t, committedEvents(t, repository, seller)[1:], watched(t, events, 3))
		nobody := models.Caller{Store: models.Store{ID: "store_nobody"}}
		none, err := repository.WatchEvents(t.Context(), nobody, models.EventStart{Now: true}, models.AccountDetails{})
		require.NoError(t, err)
		select {
		case event := <-none:
			require.Fail(t, "another store's event", event.ID())
		case <-time.After(50 * time.Millisecond):
		}
	})
}

// TestWatchBeginsWithFirst event of the store where the cursor is empty, also when that is still to come.
func TestWatchBeginsWithFirst(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "first.myshopify.com")
		editTags(t, repository, 2, seller)
		events, err := repository.WatchEvents(t.Context(), seller, models.EventStart{}, models.AccountDetails{})
		require.NoError(t, err)
		require.Equal(t, committedEvents(t, repository, seller), watched(t, events, 3))
		editTags(t, repository, 1, seller)
		require.Equal(t, committedEvents(t, repository, seller)[3:], watched(t, events, 1))
	})
}

// TestWatchBeginsBeforeFirst event of a store that has none yet, whichever way.
func TestWatchBeginsBeforeFirst(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "empty.myshopify.com")
		allow := `DROP TRIGGER audit_entries_append_only`
		if strings.HasPrefix(databaseURL, "postgres") {
			allow = `ALTER TABLE audit_entries DISABLE TRIGGER USER`
		}
		for _, statement := range []string{allow, `UPDATE audit_entries SET event_number = NULL`} {
			_, err := direct(t, databaseURL).ExecContext(t.Context(), statement)
			require.NoError(t, err)
		}
		feed := func() (ids []string) {
			events, err := repository.Events(t.Context(), seller, models.EventPage{Count: 50}, models.AccountDetails{})
			require.NoError(t, err)
			for _, event := range events.Events {
				ids = append(ids, event.ID())
			}
			return ids
		}
		require.Empty(t, feed())
		for _, start := range []models.EventStart{{}, {Now: true}} {
			before := len(feed())
			events, err := repository.WatchEvents(t.Context(), seller, start, models.AccountDetails{})
			require.NoError(t, err)
			editTags(t, repository, 2, seller)
			after := feed()
			require.Len(t, after, before+2)
			if !start.Now {
				before = 0
			}
			require.Equal(t, after[before:], watched(t, events, len(after)-before))
		}
	})
}

// TestWatchNeedsKnownCursor: as the feed does, and none of another store.
func TestWatchNeedsKnownCursor(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller, other := register(t, repository, "cursor.myshopify.com"), register(t, repository, "foreign.myshopify.com")
		for _, after := range []string{committedEvents(t, repository, other)[0], "event_00000000-0000-7000-8000-000000000000"} {
			_, err := repository.WatchEvents(t.Context(), seller, models.EventStart{After: after}, models.AccountDetails{})
			require.Equal(t, &models.BadInput{Argument: "after", Problem: "is not a cursor of this list"}, err)
		}
	})
}

// TestWatchHearsOfOtherProcesses by PostgreSQL's own means: nobody looks before the test is over.
func TestWatchHearsOfOtherProcesses(t *testing.T) {
	t.Parallel()
	databaseURL := dbtest.URL(t, "postgres")
	var losses atomic.Int64
	repository, err := db.Open(t.Context(), databaseURL, models.DefaultCatalogue(), db.WhenDeaf(func(error) { losses.Add(1) }))
	require.NoError(t, err)
	another := open(t, databaseURL, models.DefaultCatalogue())
	seller := register(t, repository, "far.myshopify.com")
	db.PollEvery(repository, time.Hour)
	events, err := repository.WatchEvents(t.Context(), seller, models.EventStart{Now: true}, models.AccountDetails{})
	require.NoError(t, err)
	editTags(t, another, 3, seller)
	require.Equal(t, committedEvents(t, repository, seller)[1:], watched(t, events, 3))

	_, err = direct(t, databaseURL).ExecContext(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE '% events'`)
	require.NoError(t, err)
	editTags(t, another, 3, seller)
	require.Equal(t, committedEvents(t, repository, seller)[4:], watched(t, events, 3), "what was not heard meanwhile")
	require.EqualValues(t, 1, losses.Load())
	require.NoError(t, repository.Close())
	require.EqualValues(t, 1, losses.Load(), "an orderly end is no loss")
}

// TestWatchFindsWhatNobodyTells, as behind a pooler.
func TestWatchFindsWhatNobodyTells(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, another := open(t, databaseURL, models.DefaultCatalogue()), open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "silent.myshopify.com")
		db.LoseTellings(another)
		db.PollEvery(repository, 10*time.Millisecond)
		events, err := repository.WatchEvents(t.Context(), seller, models.EventStart{Now: true}, models.AccountDetails{})
		require.NoError(t, err)
		for i := range 3 {
			editTags(t, another, 2, seller)
			require.Equal(t, committedEvents(t, repository, seller)[1+2*i:], watched(t, events, 2))
		}
	})
}

// TestFollowersShareReads: many of one store are not as many reads.
func TestFollowersShareReads(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		recorder := recordStatements(t, repository)
		seller := register(t, repository, "shared.myshopify.com")
		const followers = 200
		var streams [followers]<-chan *models.Event
		for i := range streams {
			events, err := repository.WatchEvents(t.Context(), seller, models.EventStart{Now: true}, models.AccountDetails{})
			require.NoError(t, err)
			streams[i] = events
		}
		statements := recorder.during(func() {
			editTags(t, repository, 1, seller)
			var want []string
			for _, events := range streams {
				ids := watched(t, events, 1)
				if want == nil {
					want = ids
				}
				require.Equal(t, want, ids)
			}
		})
		reads := 0
		for _, statement := range statements {
			if strings.Contains(statement, "au.event_number") {
				reads++
			}
		}
		require.Positive(t, reads)
		require.Less(t, reads, followers/2, "each follower reads by itself")
	})
}

// TestWatchEndsWithRepository, with its context, and when the store is removed; nothing is left behind.
func TestWatchEndsWithRepository(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, err := db.Open(t.Context(), databaseURL, models.DefaultCatalogue())
		require.NoError(t, err)
		seller := register(t, repository, "ending.myshopify.com")
		ctx, cancel := context.WithCancel(t.Context())
		gone, err := repository.WatchEvents(ctx, seller, models.EventStart{Now: true}, models.AccountDetails{})
		require.NoError(t, err)
		last, err := repository.WatchEvents(t.Context(), seller, models.EventStart{Now: true}, models.AccountDetails{})
		require.NoError(t, err)
		cancel()
		requireEnded(t, gone)
		require.NoError(t, repository.Close())
		requireEnded(t, last)
		_, err = repository.WatchEvents(t.Context(), seller, models.EventStart{Now: true}, models.AccountDetails{})
		require.Error(t, err)
		require.Eventually(t, func() bool {
			stacks := make([]byte, 16<<20)
			text := string(stacks[:runtime.Stack(stacks, true)])
			return !strings.Contains(text, "eventFollower") && !strings.Contains(text, "eventWatch).poll(")
		}, watchPatience, 10*time.Millisecond)
	})
}

func requireEnded(t *testing.T, events <-chan *models.Event) {
	t.Helper()
	select {
	case _, open := <-events:
		require.False(t, open)
	case <-time.After(watchPatience):
		require.Fail(t, "the stream does not end")
	}
}

// smallBudget is a read budget of so many bytes.
type smallBudget struct {
	left    atomic.Int64
	refused atomic.Int64
}

func (b *smallBudget) Consume(bytes int) error {
	if bytes > 0 && b.left.Load() < int64(bytes) {
		b.refused.Add(1)
		return fmt.Errorf("%w: no room", models.ErrTryAgain)
	}
	b.left.Add(-int64(bytes))
	return nil
}

func (*smallBudget) Charge(int, int) {}

func (*smallBudget) Err() error { return nil }

// TestWatchWaitsForRoom: what is not sent yet is held within a budget, and given back.
func TestWatchWaitsForRoom(t *testing.T) {
	t.Parallel()
	repository := open(t, dbtest.URL(t, "sqlite"), models.DefaultCatalogue())
	seller := register(t, repository, "room.myshopify.com")
	editTags(t, repository, 2, seller)
	committed := committedEvents(t, repository, seller)
	var none smallBudget
	_, err := repository.WatchEvents(models.WithReadBudget(t.Context(), &none), seller, models.EventStart{After: committed[0]}, models.AccountDetails{})
	require.ErrorIs(t, err, models.ErrTryAgain)

	var budget smallBudget
	budget.left.Store(1 << 20)
	events, err := repository.WatchEvents(models.WithReadBudget(t.Context(), &budget), seller, models.EventStart{After: committed[0]}, models.AccountDetails{Changes: true})
	require.NoError(t, err)
	require.Less(t, budget.left.Load(), int64(1<<20))
	held := budget.left.Swap(-1 << 20)
	require.Equal(t, committed[1:2], watched(t, events, 1))
	require.Eventually(t, func() bool { return budget.refused.Load() > 0 }, watchPatience, time.Millisecond)
	budget.left.Add(held + 1<<20)
	require.Equal(t, committed[2:], watched(t, events, 1))
	require.Eventually(t, func() bool { return budget.left.Load() == 1<<20 }, watchPatience, time.Millisecond, "who waits holds nothing")
}
