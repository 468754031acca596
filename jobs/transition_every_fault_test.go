//go:build !race

package jobs_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/shopify/sandbox"
)

// parts is into how many stores the cases of a test are parted, each of which has a database and a history of its own.
const parts = 4

// eachPart runs a test for every part of its cases, on every database.
func eachPart(t *testing.T, options sandbox.Options, test func(t *testing.T, l *life, part int)) {
	t.Helper()
	if testing.Short() {
		t.Skip("connects and disconnects a thousand times")
	}
	for part := range parts {
		t.Run(strconv.Itoa(part), func(t *testing.T) {
			eachLifeWith(t, options, func(t *testing.T, l *life) { test(t, l, part) })
		})
	}
}

// TestConnectAndDisconnectSurviveEveryFault has every call of a connect and of a disconnect fail, one by one, in every way that there is: all
// ends as without the fault, and nothing is made twice.
func TestConnectAndDisconnectSurviveEveryFault(t *testing.T) {
	eachPart(t, sandbox.Options{}, func(t *testing.T, l *life, part int) {
		requireSurvival(t, l, func(calls []string) []callFault { return partOf(faultsOf(calls), part) })
	})
}

// TestConnectAndDisconnectSurviveEveryFaultOfABulkOperation is the same where Shopify is given all products at once.
func TestConnectAndDisconnectSurviveEveryFaultOfABulkOperation(t *testing.T) {
	eachPart(t, sandbox.Options{Products: 110}, func(t *testing.T, l *life, part int) {
		l.publishInBulk(t)
		requireSurvival(t, l, func(calls []string) []callFault {
			return partOf(slices.DeleteFunc(faultsOf(calls), func(fault callFault) bool { return !isOfBulkOperation(fault.operation) }), part)
		})
		require.True(t, slices.ContainsFunc(l.box.Calls(0), func(call sandbox.Call) bool { return call.Operation == "BulkOperationRunMutation" }))
	})
}

// partOf takes every so many of the cases, another one for each part.
func partOf[T any](cases []T, part int) (taken []T) {
	for n := part; n < len(cases); n += parts {
		taken = append(taken, cases[n])
	}
	return taken
}

// publishInBulk has Shopify given products at once from now on, when they are more than 50.
func (l *life) publishInBulk(t *testing.T) {
	t.Helper()
	l.bulk = 50
	l.process = l.newProcess(t, l.url)
	l.register()
}

// isOfBulkOperation reports whether only what is done in bulk calls it. Uploads are no operation.
func isOfBulkOperation(operation string) bool {
	return operation == "" || strings.Contains(operation, "Bulk") || operation == "StagedUploadsCreate"
}

// TestDisconnectUndoesEveryInterruptedConnect breaks a connect off before and after each of its calls, and disconnects then.
func TestDisconnectUndoesEveryInterruptedConnect(t *testing.T) {
	eachPart(t, sandbox.Options{}, func(t *testing.T, l *life, part int) {
		requireUndone(t, l, part, func(string) bool { return true })
	})
}

// TestDisconnectUndoesEveryConnectWhoseBulkOperationGoesOn is the same where Shopify publishes products meanwhile.
func TestDisconnectUndoesEveryConnectWhoseBulkOperationGoesOn(t *testing.T) {
	eachPart(t, sandbox.Options{Products: 110, BulkRate: 4}, func(t *testing.T, l *life, part int) {
		l.publishInBulk(t)
		requireUndone(t, l, part, isOfBulkOperation)
	})
}

func requireUndone(t *testing.T, l *life, part int, breaksOff func(operation string) bool) {
	t.Helper()
	before := l.atShopify()
	l.wire.watch(nil, nil)
	l.connect()
	var moments []moment
	for n, operation := range l.wire.operations() {
		if breaksOff(operation) {
			moments = append(moments, moment{call: n, operation: operation}, moment{call: n, operation: operation, answered: true})
		}
	}
	l.requireRestored(l.disconnect())
	for _, moment := range partOf(moments, part) {
		l.breakOff(moment, l.beginConnecting(shopCode))
		l.requireRestored(l.disconnect())
		time.Sleep(time.Minute)
		require.Equal(t, before, l.atShopify(), "%v", moment)
	}
}

// moment is when something ends: before a call is sent, or after it was answered.
type moment struct {
	call      int // from 0
	operation string
	answered  bool
}

// breakOff carries a transition out until the moment.
func (l *life) breakOff(moment moment, id string) {
	ctx, cancel := context.WithCancel(l.ctx)
	defer cancel()
	end := func(n int, operation string) {
		if n == moment.call+1 {
			require.Equal(l.t, moment.operation, operation)
			cancel()
		}
	}
	if moment.answered {
		l.wire.watch(nil, end)
	} else {
		l.wire.watch(end, nil)
	}
	defer l.wire.watch(nil, nil)
	_, err := l.engine.Run(ctx, id)
	require.ErrorIs(l.t, err, context.Canceled, "%v", moment)
}
