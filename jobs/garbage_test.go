package jobs

import (
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestJobsCollectGarbageMoreOften while at least one of them is at work, unless it is collected more often anyway, or not at all.
func TestJobsCollectGarbageMoreOften(t *testing.T) {
	percent := func() int {
		now := debug.SetGCPercent(100)
		debug.SetGCPercent(now)
		return now
	}
	defer debug.SetGCPercent(percent())
	for before, during := range map[int]int{800: frugalPercent, 25: 25, -1: -1} {
		debug.SetGCPercent(before)
		var f frugality
		first, second := f.begin(), f.begin()
		require.Equal(t, during, percent())
		first()
		require.Equal(t, during, percent())
		second()
		require.Equal(t, before, percent())
	}
}
