package jobs_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/shopify/sandbox"
)

// faultKinds are how a call may fail.
var faultKinds = []sandbox.FaultKind{
	sandbox.Throttled, sandbox.HTTP429, sandbox.HTTP500, sandbox.CutBefore, sandbox.CutAfter, sandbox.Unauthorized, sandbox.Slow, sandbox.Refused,
}

// TestConnectAndDisconnectSurviveAFaultOfEachKind has a call of a connect and of a disconnect fail in every way that there is: all ends as
// without the fault, and nothing is made twice.
func TestConnectAndDisconnectSurviveAFaultOfEachKind(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		requireSurvival(t, l, func(calls []string) (faults []callFault) {
			mutations := slices.DeleteFunc(faultsOf(calls), func(fault callFault) bool { return fault.kind != sandbox.Refused })
			for n, kind := range faultKinds {
				fault := mutations[n*len(mutations)/len(faultKinds)]
				faults = append(faults, callFault{call: fault.call, operation: fault.operation, kind: kind})
			}
			return faults
		})
	})
}

// requireSurvival has calls of connects and of disconnects fail, one each time. Which ones is chosen from the operations that a
// connect calls, or a disconnect.
func requireSurvival(t *testing.T, l *life, choose func(calls []string) []callFault) {
	t.Helper()
	before := l.atShopify()
	l.wire.watch(nil, nil)
	l.connect()
	connecting, connected := choose(l.wire.operations()), l.atShopify()
	l.wire.watch(nil, nil)
	l.requireRestored(l.disconnect())
	disconnecting := choose(l.wire.operations())
	t.Logf("%d faults of a connect, %d of a disconnect", len(connecting), len(disconnecting))
	for n := range max(len(connecting), len(disconnecting)) {
		first := l.lastCall()
		fault := at(connecting, n)
		fault.during(t, l, func() { l.connect() })
		require.Equal(t, connected, l.atShopify(), "%v", fault)
		l.requireMadeOnce(first, 7)
		first = l.lastCall()
		fault = at(disconnecting, n)
		fault.during(t, l, func() { l.requireRestored(l.disconnect()) })
		require.Equal(t, before, l.atShopify(), "%v", fault)
		l.requireMadeOnce(first, 0)
	}
	l.requireLedgerLeadsToSettings()
}

// callFault is a call that fails: the one of the number, from 0.
type callFault struct {
	call      int
	operation string
	kind      sandbox.FaultKind
}

// faultsOf lists every fault of every call.
func faultsOf(calls []string) (faults []callFault) {
	for n, operation := range calls {
		for _, kind := range faultKinds {
			if kind != sandbox.Refused || isMutation(operation) { // queries are never refused
				faults = append(faults, callFault{call: n, operation: operation, kind: kind})
			}
		}
	}
	return faults
}

// at is an element of a list, or, past the end of it, what never happens.
func at(faults []callFault, n int) callFault {
	if n < len(faults) {
		return faults[n]
	}
	return callFault{call: -1}
}

// during has the call fail while something is done.
func (f callFault) during(t *testing.T, l *life, do func()) {
	t.Helper()
	l.wire.watch(func(n int, operation string) {
		if n == f.call+1 {
			require.Equal(t, f.operation, operation, "%v", f)
			require.NoError(t, l.box.AddFault(sandbox.Fault{Operation: "*", Kind: f.kind, Times: 1}))
		}
	}, nil)
	defer l.wire.watch(nil, nil)
	last := l.lastCall()
	do()
	l.box.ClearFaults()
	failed := func(call sandbox.Call) bool { return call.Outcome == string(f.kind) }
	if f.call >= 0 && f.kind != sandbox.Slow { // which is done like any other
		require.True(t, slices.ContainsFunc(l.box.Calls(last), failed), "no call failed: %v", f)
	}
}

func isMutation(operation string) bool {
	return slices.Contains(storeMutations, operation) || operation == "AppMetafieldsSet"
}

// callsOf counts the calls that something takes.
func (l *life) callsOf(do func()) int {
	l.wire.watch(nil, nil)
	do()
	return len(l.wire.operations())
}

func (l *life) lastCall() int64 {
	calls := l.box.Calls(0)
	return calls[len(calls)-1].N
}

// requireMadeOnce requires that the calls since have made one channel at most, and so many subscriptions.
func (l *life) requireMadeOnce(since int64, subscriptions int) {
	made := map[string]int{}
	for _, call := range l.box.Calls(since) {
		if call.Outcome == sandbox.OutcomeOK || call.Outcome == string(sandbox.CutAfter) {
			made[call.Operation]++
		}
	}
	require.Equal(l.t, min(subscriptions, 1), made["ChannelCreate"])
	require.Equal(l.t, subscriptions, made["WebhookSubscriptionCreate"])
}

// TestDisconnectGoesOnAfterAStormOfThrottles does not count being throttled as failing.
func TestDisconnectGoesOnAfterAStormOfThrottles(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		before := l.atShopify()
		l.connect()
		require.NoError(t, l.box.AddFault(sandbox.Fault{Operation: "*", Kind: sandbox.Throttled, Times: 100}))
		l.requireRestored(l.disconnect())
		require.Equal(t, before, l.atShopify())
		require.Empty(t, l.rows(`SELECT id FROM transitions WHERE attempts > 0`))
	})
}

// TestDisconnectRefreshesATokenThatExpiresMeanwhile has each call of a disconnect late by more than a token lasts.
func TestDisconnectRefreshesATokenThatExpiresMeanwhile(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		before := l.atShopify()
		l.connect()
		l.wire.watch(func(n int, _ string) {
			if n == 20 {
				time.Sleep(2 * time.Hour)
			}
		}, nil)
		l.requireRestored(l.disconnect())
		require.Equal(t, before, l.atShopify())
	})
}
