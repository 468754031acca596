package jobs_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"handback/shopify/sandbox"
)

// faultKinds are how a call may fail.
var faultKinds = []sandbox.FaultKind{
	sandbox.Throttled, sandbox.HTTP429, sandbox.HTTP500, sandbox.CutBefore, sandbox.CutAfter, sandbox.Unauthorized, sandbox.Slow, sandbox.Refused,
}

// TestTransitionsSurviveAFaultOfEachCall has calls of a connect and of a disconnect fail, one by one, in every way that there is: all
// ends as without the fault, and nothing is made twice.
func TestTransitionsSurviveAFaultOfEachCall(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		requireSurvival(t, l, func(string) bool { return true })
	})
}

// TestTransitionsSurviveAFaultOfEachCallOfABulkOperation is the same where Shopify is given all products at once.
func TestTransitionsSurviveAFaultOfEachCallOfABulkOperation(t *testing.T) {
	eachLifeWith(t, sandbox.Options{Products: 110}, func(t *testing.T, l *life) {
		l.bulk = 50
		l.process = l.newProcess(t, l.url)
		l.register()
		requireSurvival(t, l, func(operation string) bool {
			return operation == "" || strings.Contains(operation, "Bulk") || operation == "StagedUploadsCreate"
		})
		require.True(t, slices.ContainsFunc(l.box.Calls(0), func(call sandbox.Call) bool { return call.Operation == "BulkOperationRunMutation" }))
	})
}

func requireSurvival(t *testing.T, l *life, fails func(operation string) bool) {
	t.Helper()
	before := l.atShopify()
	l.wire.watch(nil, nil)
	l.connect()
	connecting, connected := faultsOf(l.wire.operations(), fails), l.atShopify()
	l.wire.watch(nil, nil)
	l.requireRestored(l.disconnect())
	disconnecting := faultsOf(l.wire.operations(), fails)
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

// faultsOf lists faults of calls: every call fails, and calls of every operation fail in every way. Which of its calls fails in
// which way takes turns.
func faultsOf(calls []string, fails func(operation string) bool) (faults []callFault) {
	numbers := map[string][]int{}
	var operations []string
	for n, operation := range calls {
		if !fails(operation) {
			continue
		}
		if numbers[operation] == nil {
			operations = append(operations, operation)
		}
		numbers[operation] = append(numbers[operation], n)
	}
	for _, operation := range operations {
		kinds := faultKinds
		if !isMutation(operation) { // queries are never refused
			kinds = kinds[:len(kinds)-1]
		}
		calls := numbers[operation]
		for n := range max(len(calls), len(kinds)) {
			faults = append(faults, callFault{call: calls[n%len(calls)], operation: operation, kind: kinds[n%len(kinds)]})
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
	l.wire.watch(func(n int, _ string) {
		if n == f.call+1 {
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

// stride is which calls are broken off: each with SQLite, and each third with PostgreSQL, where all takes much longer.
func (l *life) stride() int {
	if strings.HasPrefix(l.url, "sqlite:") {
		return 1
	}
	return 3
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

// TestTransitionsUndoAnInterruptedConnect breaks a connect off before and after each of its calls, and disconnects then.
func TestTransitionsUndoAnInterruptedConnect(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) { requireUndone(t, l, func(string) bool { return true }) })
}

// TestTransitionsUndoAConnectWhoseBulkOperationGoesOn is the same where Shopify publishes products meanwhile.
func TestTransitionsUndoAConnectWhoseBulkOperationGoesOn(t *testing.T) {
	eachLifeWith(t, sandbox.Options{Products: 110, BulkRate: 4}, func(t *testing.T, l *life) {
		l.bulk = 50
		l.process = l.newProcess(t, l.url)
		l.register()
		requireUndone(t, l, func(operation string) bool {
			return operation == "" || strings.Contains(operation, "Bulk") || operation == "StagedUploadsCreate"
		})
	})
}

func requireUndone(t *testing.T, l *life, breaksOff func(operation string) bool) {
	t.Helper()
	before := l.atShopify()
	l.wire.watch(nil, nil)
	l.connect()
	calls := l.wire.operations()
	l.requireRestored(l.disconnect())
	for n, operation := range calls {
		if n%l.stride() != 0 || !breaksOff(operation) {
			continue
		}
		id := l.beginConnecting(shopCode)
		l.breakOff(id, n+1)
		l.requireRestored(l.disconnect())
		time.Sleep(time.Minute)
		require.Equal(t, before, l.atShopify(), "call %d, %s", n, operation)
	}
}

// breakOff carries a transition out until one of its calls: before it is sent, or after it was answered, in turn.
func (l *life) breakOff(id string, at int) {
	ctx, cancel := context.WithCancel(l.ctx)
	defer cancel()
	end := func(call int, _ string) {
		if call == at {
			cancel()
		}
	}
	if at%2 == 0 {
		l.wire.watch(end, nil)
	} else {
		l.wire.watch(nil, end)
	}
	defer l.wire.watch(nil, nil)
	_, err := l.engine.Run(ctx, id)
	require.ErrorIs(l.t, err, context.Canceled, "call %d", at)
}

// TestTransitionsGoOnAfterAStormOfThrottles does not count being throttled as failing.
func TestTransitionsGoOnAfterAStormOfThrottles(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		before := l.atShopify()
		l.connect()
		require.NoError(t, l.box.AddFault(sandbox.Fault{Operation: "*", Kind: sandbox.Throttled, Times: 100}))
		l.requireRestored(l.disconnect())
		require.Equal(t, before, l.atShopify())
		require.Empty(t, l.rows(`SELECT id FROM transitions WHERE attempts > 0`))
	})
}

// TestTransitionsRefreshATokenThatExpiresMeanwhile has each call of a disconnect late by more than a token lasts.
func TestTransitionsRefreshATokenThatExpiresMeanwhile(t *testing.T) {
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
