package db_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// followEvents asks for events as a poller does that has seen the one of the id, until there are none.
func followEvents(tb testing.TB, repository *db.Repository, seller models.Caller, after string, size func() int, details models.AccountDetails) (events []models.Event) {
	tb.Helper()
	for {
		page, err := repository.Events(tb.Context(), seller, models.EventPage{Count: size(), After: after}, details)
		require.NoError(tb, err)
		events = append(events, page.Events...)
		if len(page.Events) > 0 {
			after = page.Events[len(page.Events)-1].ID()
		}
		if !page.More {
			return events
		}
		require.NotEmpty(tb, page.Events, "a page that others follow has an event")
	}
}

func topics(tb testing.TB, repository *db.Repository, seller models.Caller) (list []models.EventTopic) {
	tb.Helper()
	for _, event := range followEvents(tb, repository, seller, "", func() int { return 2 }, models.AccountDetails{}) {
		list = append(list, event.Topic())
	}
	return list
}

// TestEventsTellWhatWasDone, but nothing of API keys.
func TestEventsTellWhatWasDone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "told.myshopify.com")
		createKey(t, repository, seller, partner("Rithum"))
		account := connect(t, repository, seller, "1").Account
		requireDone(t, editing(operationContext(t), repository, seller))
		disconnect(t, repository, seller)
		events := followEvents(t, repository, seller, "", func() int { return models.MaxPage }, everything)
		require.Equal(t, models.TikTokForBusiness, events[0].Account().Kind)
		require.Equal(t, []models.EventTopic{
			models.AccountConnectedEvent, models.AccountConnectedEvent, models.SettingsUpdatedEvent, models.AccountDisconnectedEvent,
		}, topics(t, repository, seller))
		for i, event := range events[1:] {
			entry, err := repository.AuditEntry(t.Context(), seller, models.AuditEntryOf(event.ID()), everything)
			require.NoError(t, err)
			require.Equal(t, entry, event.AuditEntry)
			require.Equal(t, entry.OccurredAt, event.OccurredAt())
			found, err := repository.Event(t.Context(), seller, event.ID(), everything)
			require.NoError(t, err)
			require.Equal(t, &event, found)
			if i != 1 {
				require.Equal(t, account.ID, event.Account().ID)
			}
		}
		require.NotNil(t, events[3].Disconnection())
		require.NotEmpty(t, events[3].AuditEntry.Changes)
		trail, err := repository.AuditTrail(t.Context(), seller, models.AuditPage{Count: models.MaxPage}, models.AccountDetails{})
		require.NoError(t, err)
		for _, entry := range trail.Entries {
			found, err := repository.Event(t.Context(), seller, (&models.Event{AuditEntry: entry}).ID(), models.AccountDetails{})
			require.NoError(t, err)
			require.Equal(t, entry.Action.IsEvent(), found != nil, entry.Action)
		}
	})
}

// TestEventsComeOnceAndInOrder to pollers, however many write meanwhile.
func TestEventsComeOnceAndInOrder(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, another := open(t, databaseURL, models.DefaultCatalogue()), open(t, databaseURL, models.DefaultCatalogue())
		seller, neighbour := register(t, repository, "busy.myshopify.com"), register(t, repository, "neighbour.myshopify.com")
		const writers, edits = 4, 15
		var writing sync.WaitGroup
		for i := range writers {
			writing.Go(func() { editTags(t, []*db.Repository{repository, another}[i%2], edits, seller, neighbour) })
		}
		written := make(chan struct{})
		go func() { writing.Wait(); close(written) }()
		seen := []string{""}
		poll := func() {
			for _, event := range followEvents(t, another, seller, seen[len(seen)-1], func() int { return 1 + rand.IntN(5) }, models.AccountDetails{}) {
				seen = append(seen, event.ID())
			}
		}
		for polling := true; polling; poll() {
			select {
			case <-written:
				polling = false
			default:
			}
		}
		seen = seen[1:]
		require.Len(t, seen, 1+writers*edits)
		require.Equal(t, committedEvents(t, repository, seller), seen)
		requireNumbered(t, databaseURL, seller, len(seen))
	})
}

// editTags edits a setting of each store so often.
func editTags(t *testing.T, repository *db.Repository, edits int, sellers ...models.Caller) {
	t.Helper()
	for range edits {
		for _, seller := range sellers {
			edit := func() error {
				_, err := repository.UpdateSettings(t.Context(), seller, []models.SettingInput{{Key: "order.tags", Value: models.Value(fmt.Sprintf(`["%d"]`, rand.Int64()))}})
				return err
			}
			err := edit()
			for tries := 0; errors.Is(err, models.ErrTryAgain) && tries < 100; tries++ {
				err = edit()
			}
			assert.NoError(t, err)
		}
	}
}

// committedEvents are the ids of the store's events in the order of its audit trail.
func committedEvents(t *testing.T, repository *db.Repository, seller models.Caller) (ids []string) {
	t.Helper()
	trail, err := repository.AuditTrail(t.Context(), seller, models.AuditPage{Count: models.MaxPage}, models.AccountDetails{})
	require.NoError(t, err)
	for _, entry := range slices.Backward(trail.Entries) {
		if entry.Action.IsEvent() {
			ids = append(ids, (&models.Event{AuditEntry: entry}).ID())
		}
	}
	return ids
}

// requireNumbered fails unless the store has so many events, numbered from 1 without gaps in the order of its audit trail.
func requireNumbered(t *testing.T, databaseURL string, seller models.Caller, count int) {
	t.Helper()
	rows, err := direct(t, databaseURL).QueryContext(t.Context(), `SELECT event_number FROM audit_entries WHERE event_number IS NOT NULL AND store_id = $1 ORDER BY seq`, seller.Store.ID)
	require.NoError(t, err)
	defer rows.Close()
	n := 0
	for ; rows.Next(); n++ {
		var number int
		require.NoError(t, rows.Scan(&number))
		require.Equal(t, n+1, number)
	}
	require.NoError(t, rows.Err())
	require.Equal(t, count, n)
}

// TestEventsNeedKnownCursor: whoever polls with one of a database that is gone is told, and does not wait for ever.
func TestEventsNeedKnownCursor(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller, other := register(t, repository, "known.myshopify.com"), register(t, repository, "other.myshopify.com")
		theirs := followEvents(t, repository, other, "", func() int { return 1 }, models.AccountDetails{})
		registered, err := repository.AuditTrail(t.Context(), seller, models.AuditPage{Count: models.MaxPage}, models.AccountDetails{})
		require.NoError(t, err)
		noEvent := &models.Event{AuditEntry: registered.Entries[len(registered.Entries)-1]}
		for _, after := range []string{theirs[0].ID(), "event_00000000-0000-7000-8000-000000000000", noEvent.ID()} {
			for _, details := range []models.AccountDetails{{}, everything} {
				_, err := repository.Events(t.Context(), seller, models.EventPage{Count: 1, After: after}, details)
				require.Equal(t, &models.BadInput{Argument: "after", Problem: "is not a cursor of this list"}, err)
			}
		}
		none, err := repository.Event(t.Context(), seller, theirs[0].ID(), everything)
		require.NoError(t, err)
		require.Nil(t, none)
	})
}

// TestEventPagesEndWhereBytesRunOut, and all are read from page to page.
func TestEventPagesEndWhereBytesRunOut(t *testing.T) {
	detail := models.ChangeDetail{Copies: 100} // so that tests need not write many megabytes
	budget := int(detail.ListedBytes())
	large := budget * 2 / 5
	edits := [][]int{{10}, {large, 20}, {large}, {30}, {large, large, large}, {budget}, {50, budget + 1}, {60}}
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, manySettings(10))
		seller := register(t, repository, "pages.myshopify.com")
		editOften(t, repository, seller, edits)
		for _, size := range []int{1, 2, models.MaxPage} {
			walked := followEvents(t, repository, seller, "", func() int { return size }, models.AccountDetails{Changes: true, ChangeDetail: detail})
			require.Len(t, walked, len(edits)+1)
			for i := range walked {
				entry, err := repository.AuditEntry(t.Context(), seller, walked[i].AuditEntry.ID, models.AccountDetails{Changes: true})
				require.NoError(t, err)
				requireSameButLong(t, repository, seller, entry, walked[i].AuditEntry, budget)
			}
		}
	})
}
