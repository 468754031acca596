package jobs

import (
	"context"
	"runtime"
	"runtime/debug"
	"sync"
)

// frugalPercent is how garbage is collected while stores are worked on: those with many products leave much of it, and nobody
// waits for a millisecond of such work.
const frugalPercent = 50

// frugality collects garbage more often for as long as anybody asks for it.
type frugality struct {
	mu     sync.Mutex
	users  int
	before int // the percentage that nobody has asked for
}

// begin asks for it until the function that it returns is called. A lower percentage, or none at all, stays as it is.
func (f *frugality) begin() (end func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.users++; f.users == 1 {
		f.before = debug.SetGCPercent(frugalPercent)
		if f.before < frugalPercent {
			debug.SetGCPercent(f.before)
		}
	}
	return f.end
}

// end has garbage collected first, for the percentage is of what was in use when that was done last.
func (f *frugality) end() {
	runtime.GC()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.users--; f.users == 0 {
		debug.SetGCPercent(f.before)
	}
}

// CollectGarbageMoreOften does so until the context ends. It is for work on a large store that somebody waits for.
func CollectGarbageMoreOften(ctx context.Context) { context.AfterFunc(ctx, frugal.begin()) }

// frugal is of the whole program, as the collector is.
var frugal frugality
