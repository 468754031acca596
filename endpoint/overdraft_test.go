package endpoint

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// readUntilEnded has so many operations of a caller, each estimated at a point, read rows side by side until they may read no more, and
// pay. It returns how many points they have cost.
func readUntilEnded(t *testing.T, l *rateLimiter, caller models.Caller, operations, row int) (used int) {
	t.Helper()
	all := newCapacity()
	meters := make([]*costMeter, operations)
	for i := range meters {
		_, ok := l.spend(caller, 1)
		require.True(t, ok)
		meters[i] = &costMeter{budget: all.answersOf("store"), query: true, payer: &payer{l, caller}}
		meters[i].drawn.Store(1)
	}
	for reading := meters; len(reading) > 0; {
		var still []*costMeter
		for _, m := range reading {
			err := m.Consume(row)
			m.release() // an answer that is out holds nothing
			if err == nil {
				still = append(still, m)
				continue
			}
			require.ErrorIs(t, err, errOwing)
		}
		reading = still
	}
	for _, m := range meters {
		require.ErrorIs(t, m.Err(), errOwing, "nothing more is begun either")
		cost := m.total(1)
		used += cost
		l.settle(caller, int(m.drawn.Load())-cost)
	}
	return used
}

// TestRequestsInFlightUseWhatIsSaid and no more, however many there are and however little they are estimated at: what there is to spend,
// as much that is owed, and of each request a step and a row. All that they have used is paid before anything else is read.
func TestRequestsInFlightUseWhatIsSaid(t *testing.T) {
	const row, rowPoints = 1 << 20, 1 << 20 / pointBytes
	l, now := heldLimiter(DefaultThrottle)
	used := readUntilEnded(t, l, keyOfA, callerInFlight, row)
	require.LessOrEqual(t, used, 2*int(DefaultThrottle.Maximum)+callerInFlight*(drawStep+rowPoints))
	require.Greater(t, used, 2*int(DefaultThrottle.Maximum), "what there is may be used")

	owed := used - int(DefaultThrottle.Maximum)
	_, wait, ok := l.admit(keyOfA, inFlight)
	require.False(t, ok)
	require.InDelta(t, float64(owed+1)/DefaultThrottle.RestoreRate, wait.Seconds(), 1e-6, "all of it is paid")
	*now = now.Add(wait)
	_, _, ok = l.admit(keyOfA, inFlight)
	require.True(t, ok)
}

// TestKeysOfStoreUseWhatIsSaid: with many keys it is what the store's own bucket has, and as much that is owed.
func TestKeysOfStoreUseWhatIsSaid(t *testing.T) {
	l, _ := heldLimiter(Throttle{Maximum: 1_000, RestoreRate: 1})
	const row, keys = 64 << 10, 3 * storeBuckets
	store := l.stores.throttle
	used := 0
	for i := range keys {
		key := models.Caller{Store: sellerOfA.Store, Actor: keyOfA.Actor, ID: strings.Repeat("k", i+1)}
		if _, _, ok := l.admit(key, inFlight); ok {
			used += readUntilEnded(t, l, key, 10, row)
		}
	}
	require.LessOrEqual(t, used, 2*int(store.Maximum)+storeInFlight*(drawStep+row/pointBytes))
	require.Greater(t, used, int(store.Maximum))
	_, ok := l.spend(sellerOfB, 1_000)
	require.True(t, ok, "another store has all of its own")
}

// greedy is a repository whose settings are read without an end.
type greedy struct {
	fullRepository
	rows int
}

func (g *greedy) Settings(ctx context.Context, _ models.Caller, _ models.SettingFilter) ([]models.Setting, error) {
	for {
		if err := models.ReadBudgetFrom(ctx).Consume(1 << 20); err != nil {
			return nil, err
		}
		g.rows++
	}
}

// TestQueryEndsWhereItsCallerOwesTooMuch, and says when to come again.
func TestQueryEndsWhereItsCallerOwesTooMuch(t *testing.T) {
	repository, seller := openStore(t, dbtest.URL(t, "sqlite"))
	g := &greedy{fullRepository: repository}
	s := serve(t, g, seller, func(o *Options) { o.Throttle = Throttle{Maximum: 1_000, RestoreRate: 1} })
	a := s.post(`{ settings { key } }`, nil)
	require.Equal(t, http.StatusTooManyRequests, a.Code)
	require.Equal(t, codeThrottled, a.code())
	require.Equal(t, 2_000*pointBytes>>20, g.rows, "a thousand points, and as many that are owed")
	require.Equal(t, (g.rows+1)<<20/pointBytes, *a.Extensions.Cost.Actual)
	require.Equal(t, 45, a.Extensions.Cost.Requested)
	require.NotEmpty(t, a.Header().Get("Retry-After"))
	require.NotContains(t, s.log.String(), "level=ERROR")
	require.True(t, s.endpoint.capacity.answers.TryAcquire(answersBytes), "all was given back")
	require.Equal(t, codeThrottled, s.post(`{ __typename }`, nil).code())
}

// TestMutationIsNotBegunForWhoOwesTooMuch, and is done with what was read of its answer where that is so afterwards.
func TestMutationIsNotBegunForWhoOwesTooMuch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, seller := openStore(t, databaseURL)
		long := &longAccounts{fullRepository: repository, bytes: 16 << 20}
		s := serve(t, long, seller, func(o *Options) { o.Throttle = Throttle{Maximum: 1_000, RestoreRate: 1e-9} })
		a := s.post(`mutation { disconnectTikTokShop(confirm: true) { account { snapshot { digest } } disconnection { id } userErrors { code } } updateSettings(settings: []) { userErrors { code } } }`, nil)
		require.Equal(t, http.StatusOK, a.Code, a.text)
		require.Len(t, a.Errors, 2, a.text)
		for i, path := range []string{`["disconnectTikTokShop","account"]`, `["updateSettings"]`} {
			require.Equal(t, codeThrottled, a.Errors[i].Extensions["code"])
			require.Contains(t, a.text, `"path":`+path)
		}
		require.NotNil(t, a.Data["disconnectTikTokShop"].(map[string]any)["disconnection"], "it was done")
		require.NotContains(t, s.log.String(), "level=ERROR")
	})
}

// TestDrawnPointsAreNotTakenTwice by operations that use a little more than they were estimated at, side by side.
func TestDrawnPointsAreNotTakenTwice(t *testing.T) {
	l, _ := heldLimiter(Throttle{Maximum: 10_000, RestoreRate: 1})
	all := newCapacity()
	m := &costMeter{budget: all.answersOf("store"), query: true, payer: &payer{l, keyOfA}}
	_, ok := l.spend(keyOfA, 10)
	require.True(t, ok)
	m.drawn.Store(10)
	var reading sync.WaitGroup
	for range 8 {
		reading.Go(func() {
			for range 100 {
				_ = m.Consume(pointBytes / 2)
			}
		})
	}
	reading.Wait()
	require.Equal(t, 400, m.total(10))
	require.EqualValues(t, 10_000-400, l.settle(keyOfA, int(m.drawn.Load())-400).Available)
	require.Zero(t, l.wait(keyOfA, 1)/time.Second)
}
