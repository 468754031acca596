package jobs

import (
	"context"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestJobsCollectGarbageMoreOften while at least one of them is at work, unless it is collected more often anyway, or not at all.
func TestJobsCollectGarbageMoreOften(t *testing.T) {
	defer debug.SetGCPercent(garbagePercent())
	for before, during := range map[int]int{800: frugalPercent, 25: 25, -1: -1} {
		debug.SetGCPercent(before)
		var f frugality
		first, second := f.begin(), f.begin()
		require.Equal(t, during, garbagePercent())
		first()
		require.Equal(t, during, garbagePercent())
		second()
		require.Equal(t, before, garbagePercent())
	}
}

// TestGarbageIsCollectedMoreOftenUntilTheContextEnds.
func TestGarbageIsCollectedMoreOftenUntilTheContextEnds(t *testing.T) {
	defer debug.SetGCPercent(garbagePercent())
	debug.SetGCPercent(800)
	ctx, cancel := context.WithCancel(t.Context())
	CollectGarbageMoreOften(ctx)
	require.Equal(t, frugalPercent, garbagePercent())
	cancel()
	require.Eventually(t, func() bool { return garbagePercent() == 800 }, time.Minute, time.Millisecond)
}

// TestGarbageOfTheWorkIsNotCountedAsInUse once the work is done: the heap would grow to many times of it.
func TestGarbageOfTheWorkIsNotCountedAsInUse(t *testing.T) {
	defer debug.SetGCPercent(garbagePercent())
	debug.SetGCPercent(800)
	const size = 64 << 20
	var f frugality
	end := f.begin()
	work := make([]byte, size)
	runtime.GC()
	require.Greater(t, heapGoal(), uint64(size))
	runtime.KeepAlive(work)
	end()
	require.Less(t, heapGoal(), uint64(2*size))
}

// heapGoal is how large the heap may grow until garbage is collected, in bytes.
func heapGoal() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/goal:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// garbagePercent is what garbage is collected at now.
func garbagePercent() int {
	sample := []metrics.Sample{{Name: "/gc/gogc:percent"}}
	metrics.Read(sample)
	return int(sample[0].Value.Uint64())
}
