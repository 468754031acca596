package sandbox

import "slices"

const platform = "shopify"

// maxCalls bounds how many calls are listed; the oldest are forgotten.
const maxCalls = 50_000

// Outcomes of calls besides the kinds of faults and the codes of errors.
const (
	OutcomeOK        = "OK"
	OutcomeUserError = "USER_ERROR"
	OutcomeInvalid   = "INVALID" // the operation is none the API knows
)

// Call is a call that the product made.
type Call struct {
	N         int64  `json:"n"` // counts from 1, across restarts
	Platform  string `json:"platform"`
	Operation string `json:"operation"`
	Target    string `json:"target"` // what the call is about, such as an id
	Outcome   string `json:"outcome"`
}

// callLog is the latest calls.
type callLog struct {
	last  int64
	calls []Call
}

// add numbers a call that is new. One that is read from the file has its number.
func (l *callLog) add(call *Call) {
	if call.N == 0 {
		call.N = l.last + 1
	}
	call.Platform = platform
	l.last = call.N
	if len(l.calls) >= 2*maxCalls {
		l.calls = append(l.calls[:0], l.calls[len(l.calls)-maxCalls:]...)
	}
	l.calls = append(l.calls, *call)
}

func (l *callLog) after(n int64) []Call {
	at, _ := slices.BinarySearchFunc(l.calls, n+1, func(c Call, n int64) int { return int(c.N - n) })
	return slices.Clone(l.calls[at:])
}

// Calls lists the calls after the given number, oldest first.
func (s *Sandbox) Calls(after int64) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls.after(after)
}
