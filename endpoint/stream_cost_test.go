package endpoint

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

const (
	watchingChanges = `subscription($after: String) { events(after: $after) { cursor auditEntry { changes { after } } } }`
	changesInFeed   = `query($after: String) { events(first: 1, after: $after) { nodes { cursor auditEntry { changes { after } } } } }`
)

// longEdits makes events with values of a quarter of a mebibyte. It returns the cursor before them.
func longEdits(t *testing.T, s *served, count int) (before any) {
	t.Helper()
	events := s.post(`{ events { nodes { cursor } } }`, nil).Data["events"].(map[string]any)["nodes"].([]any)
	for i := range count {
		value := []string{strings.Repeat(string(rune('a'+i)), 256<<10)}
		require.Empty(t, s.post(edit, map[string]any{"x": value}).Errors)
	}
	return events[len(events)-1].(map[string]any)["cursor"]
}

// TestStreamCostsWhatFeedCosts: what is read for an event is paid for as in a query, and before more is read.
func TestStreamCostsWhatFeedCosts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, seller := openStore(t, databaseURL)
		s := serve(t, repository, seller, func(o *Options) { o.Throttle = Throttle{Maximum: 10_000, RestoreRate: 1e-9} })
		const count, points = 3, 256 << 10 / pointBytes
		before := longEdits(t, s, count)
		stream := s.openStream(bodyOf(watchingChanges, map[string]any{"after": before}))
		after, streamed, fed := before, 0, 0
		for range count {
			feed := s.post(changesInFeed, map[string]any{"after": after})
			fed += *feed.Extensions.Cost.Actual
			result := stream.next()
			require.Empty(t, result.Errors)
			streamed += *result.Extensions.Cost.Actual // the next event may be read already
			after = result.Data["events"].(map[string]any)["cursor"]
		}
		require.Greater(t, fed, count*2*points, "it is read and written")
		require.InDelta(t, fed, streamed, 2*count)
	})
}

// TestStreamPaysBeforeItSends what was read for an event, which it holds until then.
func TestStreamPaysBeforeItSends(t *testing.T) {
	repository, seller := openStore(t, dbtest.URL(t, "sqlite"))
	s := serve(t, repository, seller, nil)
	const count = 4
	before := longEdits(t, s, count)
	stream := s.openStream(bodyOf(watchingChanges, map[string]any{"after": before}))
	for i := range count {
		result := stream.next()
		require.Empty(t, result.Errors)
		changes := result.Data["events"].(map[string]any)["auditEntry"].(map[string]any)["changes"].([]any)
		tag := changes[0].(map[string]any)["after"].([]any)[0].(string)
		require.Equal(t, string(rune('a'+i)), tag[:1])
		require.Greater(t, result.Extensions.Cost.Requested, len(tag)/pointBytes)
	}
}

// TestStreamOfDebtorWaits: who owes for what was read for one event gets no other until that is paid, and then all of them, in order.
func TestStreamOfDebtorWaits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, seller := openStore(t, databaseURL)
		s := serve(t, repository, seller, func(o *Options) { o.Throttle = Throttle{Maximum: 1_000, RestoreRate: 1e-9} })
		s.endpoint.times.heartbeat = time.Millisecond
		const count, points = 4, 256 << 10 / pointBytes // to read one, as many to send it
		before := longEdits(t, s, count)
		left := s.endpoint.limiter.settle(seller, 0).Available
		s.endpoint.limiter.settle(seller, int(2.5*points-left)) // to open the stream, and for one event
		stream := s.openStream(bodyOf(watchingChanges, map[string]any{"after": before}))
		require.Equal(t, "a", tagOf(stream.next()))
		for range 10 {
			require.Equal(t, ":\n", stream.frame(), "there is too little left to spend")
		}
		s.endpoint.limiter.settle(seller, 1_000)
		for i := 1; i < count; i++ {
			require.Equal(t, string(rune('a'+i)), tagOf(stream.next()))
		}
	})
}

// tagOf is the first letter of the tag that an event tells of.
func tagOf(r result) string {
	changes, _ := r.Data["events"].(map[string]any)["auditEntry"].(map[string]any)["changes"].([]any)
	tag, _ := changes[0].(map[string]any)["after"].([]any)[0].(string)
	return tag[:1]
}

// TestStreamSourceHoldsAndPays what is read, to the end; what there will never be room for is told at once.
func TestStreamSourceHoldsAndPays(t *testing.T) {
	l, _ := heldLimiter(Throttle{Maximum: 100, RestoreRate: 1})
	all := newCapacity()
	b := &streamBudget{shared: all.eventsOf("store"), payer: payer{l, keyOfA}}
	require.NoError(t, b.Err())
	for range 10 {
		b.Charge(0, pointBytes/2)
	}
	require.Equal(t, 5, b.takeCost())
	require.Zero(t, b.takeCost(), "it is told once")
	b.Charge(2*rowsAPoint, 0)
	require.EqualValues(t, 100-7, l.settle(keyOfA, 0).Available)
	b.Charge(0, 94*pointBytes)
	require.ErrorIs(t, b.Err(), models.ErrTryAgain)
	l.settle(keyOfA, 1)
	require.NoError(t, b.Err(), "what is left is for events")

	require.NoError(t, b.Consume(3*pointBytes))
	require.Equal(t, 3, b.heldPoints())
	require.ErrorIs(t, b.Consume(storeEvents), errTooCostly)
	b.release()
	require.True(t, all.events.TryAcquire(eventsBytes))
}
