// Package standin has what the stand-ins for the platforms share: the calls that were made, faults on demand, a file that
// keeps state, and a transport within the process.
package standin

import (
	"cmp"
	"slices"
	"sync"
)

// maxCalls bounds how many calls are listed; the oldest are forgotten.
const maxCalls = 50_000

// OutcomeOK is the outcome of calls that did what they were to do. Others are kinds of faults and codes of errors.
const OutcomeOK = "OK"

// Call is a call that the product made.
type Call struct {
	N         int64  `json:"n"` // counts from 1, across restarts
	Platform  string `json:"platform"`
	Operation string `json:"operation"`
	Target    string `json:"target"` // what the call is about, such as an id
	Outcome   string `json:"outcome"`
}

// Log is the latest calls, in their order, and the faults that are to come. Stand-ins of one program may share one. It is
// safe for concurrent use.
type Log struct {
	mu        sync.Mutex
	platforms []platform
	last      int64
	calls     []Call
	faults    []*Fault
}

// platform is one that the log is of.
type platform struct {
	name  string
	kinds []FaultKind
}

// NewLog makes a log without calls and faults.
func NewLog() *Log { return &Log{} }

// Open names a platform whose calls will be added, and the kinds of faults that it knows.
func (l *Log) Open(name string, kinds ...FaultKind) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.platforms = append(l.platforms, platform{name, kinds})
}

// Add lists a call, and numbers it if it is new. One that is read from a file has its number.
func (l *Log) Add(call *Call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if call.N == 0 {
		call.N = l.last + 1
	}
	l.last = max(l.last, call.N)
	if len(l.calls) >= 2*maxCalls {
		l.calls = append(l.calls[:0], l.calls[len(l.calls)-maxCalls:]...)
	}
	at := len(l.calls)
	if at > 0 && l.calls[at-1].N > call.N { // of another platform's file
		at, _ = l.find(call.N)
	}
	l.calls = slices.Insert(l.calls, at, *call)
}

func (l *Log) find(n int64) (int, bool) {
	return slices.BinarySearchFunc(l.calls, n, func(c Call, n int64) int { return cmp.Compare(c.N, n) })
}

// Calls lists the calls after the given number, oldest first, of one platform or, when it is empty, of all.
func (l *Log) Calls(platform string, after int64) []Call {
	l.mu.Lock()
	defer l.mu.Unlock()
	at, _ := l.find(after + 1)
	calls := slices.Clone(l.calls[at:])
	if platform == "" {
		return calls
	}
	return slices.DeleteFunc(calls, func(c Call) bool { return c.Platform != platform })
}

// Latest lists those of a platform's calls that a file is to keep.
func (l *Log) Latest(platform string) []Call {
	l.mu.Lock()
	after := l.last - maxCalls
	l.mu.Unlock()
	return l.Calls(platform, after)
}
