package jobs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify/sandbox"
)

// TestConnectAndDisconnectAreCarriedOutByOneProcessAtATime has a second process try at each call of the first, and as long as one of
// them takes.
func TestConnectAndDisconnectAreCarriedOutByOneProcessAtATime(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		before, other := l.atShopify(), l.newProcess(t, l.url)
		for _, begin := range []func() string{func() string { return l.beginConnecting(shopCode) }, l.beginDisconnecting} {
			id := begin()
			l.readHandoff(id) // which is promised apart
			l.wire.watch(func(n int, _ string) {
				if n == 5 { // the first process lives, though it is slow
					time.Sleep(5 * time.Minute)
				}
				again, err := other.engine.Run(l.ctx, id)
				require.NoError(t, err)
				require.Nil(t, again)
				promised, err := other.SweepTransitions(l.ctx)
				require.NoError(t, err)
				require.Zero(t, promised)
			}, nil)
			l.carryOut(id)
			l.requirePhase(id, models.PhaseComplete)
		}
		require.Empty(t, other.wire.operations())
		require.Equal(t, before, l.atShopify())
	})
}

// TestTransitionsOfADeadProcessAreTakenOver when its lease has expired.
func TestTransitionsOfADeadProcessAreTakenOver(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		id := l.beginConnecting(shopCode)
		work, err := l.newProcess(t, l.url).LeaseTransition(l.ctx, id, 30*time.Second)
		require.NoError(t, err)
		require.NotNil(t, work)

		l.carryOut(id)
		l.requirePhase(id, models.PhaseReading)
		time.Sleep(31 * time.Second)
		promised, err := l.SweepTransitions(l.ctx)
		require.NoError(t, err)
		require.Equal(t, 1, promised)
		l.carryOut(id)

		l.requirePhase(id, models.PhaseComplete)
		promised, err = l.SweepTransitions(l.ctx)
		require.NoError(t, err)
		require.Zero(t, promised)
	})
}

// TestDisconnectTellsThatAPlatformIsWaitedFor: as long as a call is out, and neither before, nor between attempts, nor at the end.
func TestDisconnectTellsThatAPlatformIsWaitedFor(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.connect()
		id := l.beginDisconnecting()
		attempting := func() bool { return l.disconnection(id).Progress().Attempting }
		require.False(t, attempting(), "nobody works on it yet")
		calls := 0
		l.wire.watch(func(int, string) {
			calls++
			require.True(t, attempting())
		}, nil)
		l.carryOut(id)
		require.Positive(t, calls)
		l.requirePhase(id, models.PhaseComplete)
		require.False(t, attempting())
	})
}

// TestDisconnectWaitsForTheConnectItTakesThePlaceOf has the seller disconnect at each call of a connect that goes on meanwhile: it
// stops soon, and then the store is given back.
func TestDisconnectWaitsForTheConnectItTakesThePlaceOf(t *testing.T) {
	eachLifeWith(t, sandbox.Options{Products: 120}, func(t *testing.T, l *life) {
		before, other := l.atShopify(), l.newProcess(t, l.url)
		for operation, most := range map[string]int{"Locations": 0, "PublishProduct": 50, "LocationEdit": 150} {
			connecting, disconnecting := l.beginConnecting(shopCode), ""
			l.wire.watch(nil, func(_ int, called string) {
				if called != operation || disconnecting != "" {
					return
				}
				disconnecting = l.beginDisconnecting()
				if l.disconnection(disconnecting).Transition.Open() {
					again, err := other.engine.Run(l.ctx, disconnecting)
					require.NoError(t, err)
					require.Nil(t, again, "the connect is being written")
				}
			})
			_, _ = l.engine.Run(l.ctx, connecting)
			l.wire.watch(nil, nil)
			l.requirePhase(connecting, models.PhaseComplete)
			require.Empty(t, other.wire.operations())
			writes := l.rows(`SELECT entry FROM store_writes WHERE state = 'DONE' AND transition_id = '` + connecting + `'`)
			require.LessOrEqual(t, len(writes), most)
			l.carryOut(disconnecting)
			l.requireRestored(disconnecting)
			require.Equal(t, before, l.atShopify(), operation)
		}
	})
}

// TestDisconnectHindersNoLaterConnection: the store is connected and given back again and again although nobody was told yet that it
// was given back before, and those who were to tell are dead.
func TestDisconnectHindersNoLaterConnection(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		before := l.atShopify()
		var ended []string
		for range 3 {
			l.connect()
			require.NoError(t, l.box.AddFault(sandbox.Fault{Operation: "AppMetafieldsSet", Kind: sandbox.HTTP500, Times: 1000}))
			id := l.beginDisconnecting()
			again, err := l.engine.Run(l.ctx, id)
			require.NoError(t, err)
			require.NotNil(t, again, "the store was not told")
			l.box.ClearFaults()
			l.requirePhase(id, models.PhaseRevoking, models.ShopifyUnavailable)
			time.Sleep(time.Until(*again))
			work, err := l.newProcess(t, l.url).LeaseTransition(l.ctx, id, time.Minute)
			require.NoError(t, err)
			require.NotNil(t, work)
			time.Sleep(time.Minute)
			ended = append(ended, id)
		}
		l.connect()
		for _, id := range ended {
			require.NoError(t, l.EndLease(l.ctx, id))
			l.carryOut(id)
			l.requirePhase(id, models.PhaseComplete)
		}
		l.requireRestored(l.disconnect())
		require.Equal(t, before, l.atShopify())
	})
}
